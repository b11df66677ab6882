#!/bin/sh
# SPDX-License-Identifier: ISC
# tap.sh - run a program of cmocka's, and mend its TAP: tap.sh COMMAND ...
#
# cmocka calls a skipped test "not ok N # SKIP name", which is a failure to
# others. Here it is ok; the line before says why it was skipped.
out=$("$@" 2>&1)
status=$?
printf '%s\n' "$out" | awk '
/^(not )?ok [0-9]+ # SKIP/ {
	sub(/^not /, "")
	sub(/# SKIP.*/, "- " $NF " # SKIP " why)
}
/^[^#]/ && !/^((not )?ok|[0-9]+[.][.])/ { why = $0 }
{ print }'
exit $status
