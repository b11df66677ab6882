-j
status
