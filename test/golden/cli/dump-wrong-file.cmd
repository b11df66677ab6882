dump
-r
check-bad.yaml
