doctor
-R
ROOT
-f
GOLDEN/doctor.yaml
