dump
-n
-vv
-x
-c
3
-r
line.pcapng
