status
nco
