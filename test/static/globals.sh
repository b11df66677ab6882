#!/bin/sh
# SPDX-License-Identifier: ISC
# globals.sh - there is no mutable global: all state hangs from an engine
#
# What the library keeps in writable sections would be shared by all engines
# of a process. Tables of constants lie in .rodata or .data.rel.ro. The one
# exception: log_state, for where a process logs to is the process's matter.
case " $CFLAGS " in
*-fsanitize=*)
	echo "sanitizers add globals of their own"
	exit 77 ;;
esac
objdump=${OBJDUMP:-objdump}
"$objdump" -t libdccbridge.a | awk '
/:  *file format/ { file = $1; sub(/:$/, "", file) }
substr($0, 24, 1) == "O" {
	section = substr($0, 26)
	sub(/[\t ].*/, "", section)
	if (section ~ /^([.]t?data|[.]t?bss|[*]COM)/ &&
	    section !~ /^[.]data[.]rel[.]ro/ && $NF != "log_state") {
		print file ": " $NF " can be written to (" section ")"
		bad = 1
	}
}
END { exit bad }'
