switch
noc
force
