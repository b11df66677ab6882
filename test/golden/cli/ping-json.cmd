-j
ping
noc
