stats
noc
