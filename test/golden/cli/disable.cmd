disable
noc
east
