events
-x
