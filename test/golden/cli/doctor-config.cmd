doctor
-R
ROOT
-f
check-bad.yaml
