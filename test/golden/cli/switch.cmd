switch
noc
force
east
