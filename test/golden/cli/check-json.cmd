-j
check
GOLDEN/check-bad.yaml
