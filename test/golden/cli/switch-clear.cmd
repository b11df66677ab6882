switch
noc
clear
