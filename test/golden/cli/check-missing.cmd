check
no-such-file
