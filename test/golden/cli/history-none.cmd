history
noc
east
