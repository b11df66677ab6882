watch
-i
0
