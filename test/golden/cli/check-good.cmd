check
doctor.yaml
