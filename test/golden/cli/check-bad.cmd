check
check-bad.yaml
