switch
noc
manual
east
