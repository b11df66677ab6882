#!/bin/sh
# SPDX-License-Identifier: ISC
# headers.sh - every header compiles alone, and twice
#
# Public ones do so in a strict C11 program that knows nothing of ours.
set -u
here=$(cd "$srcdir" && pwd)
bad=0

# compiles HEADER COMPILER-FLAGS ... - as the whole of a program
compiles()
{
	header=$1
	shift
	twice=$(printf '#include "%s"\n#include "%s"' "$here/$header" \
		"$here/$header")
	echo "$twice" | $CC "$@" -fsyntax-only -Werror -x c - && return
	echo "$header: does not compile alone"
	bad=1
}

for h in $(cd "$here" && find src -name '*.h'); do
	# shellcheck disable=SC2086
	compiles "$h" $CPPFLAGS $CFLAGS
done
for h in $(cd "$here" && find include -name '*.h'); do
	compiles "$h" -std=c11 -pedantic -Wall -Wextra -I"$here/include"
done
exit $bad
