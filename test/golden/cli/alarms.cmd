alarms
