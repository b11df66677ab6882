check
GOLDEN/check-bad.yaml
