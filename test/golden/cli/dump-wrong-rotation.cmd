dump
-C
1
