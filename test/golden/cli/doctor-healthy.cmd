doctor
-R
ROOT
-f
doctor.yaml
