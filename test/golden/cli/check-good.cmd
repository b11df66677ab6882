check
GOLDEN/doctor.yaml
