switch
noc
clear
east
