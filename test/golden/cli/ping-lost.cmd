ping
noc
