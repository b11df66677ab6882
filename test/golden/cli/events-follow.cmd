events
-f
