watch
-i
