ping
noc
-c
0
