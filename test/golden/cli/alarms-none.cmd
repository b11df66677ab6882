alarms
noc
