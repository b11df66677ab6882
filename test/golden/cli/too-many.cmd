status
a
b
