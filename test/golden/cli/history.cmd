history
noc
