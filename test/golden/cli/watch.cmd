watch
-c
2
-i
0.1
