check
GOLDEN/no-such-file
