dump
-n
-Q
out
-r
line.pcapng
