dump
-i
wan
