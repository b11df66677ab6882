-j
check
check-bad.yaml
