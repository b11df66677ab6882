status
-v
