doctor
-R
ROOT
-f
GOLDEN/check-bad.yaml
