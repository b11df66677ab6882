dump
-n
-r
line.pcapng
