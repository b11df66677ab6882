switch
noc
froce
east
