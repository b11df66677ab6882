check
check-unsupported.yaml
