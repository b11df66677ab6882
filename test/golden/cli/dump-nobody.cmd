dump
-i
line
noc
