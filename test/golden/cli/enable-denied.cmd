enable
noc
