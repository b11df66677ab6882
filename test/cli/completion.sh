#!/bin/sh
# SPDX-License-Identifier: ISC
# completion.sh - what bash offers after the beginning of a command line
if ! command -v bash >/dev/null 2>&1; then
	echo "no bash here"
	exit 77
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cp "$srcdir/test/golden/cli/status-lines.json" "$tmp/json"
failed=0

# offers WANTED WORD ... - the last WORD is completed to one of WANTED
offers()
{
	wanted=$1
	shift
	got=$(test/cli/answer "$tmp/s" "$tmp/json" "$(command -v bash)" -c '
		. "$1/etc/bash-completion/dccbridge"
		shift
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		_dccbridge
		echo "${COMPREPLY[*]}"' bash "$srcdir" ./dccbridge "$@")
	[ "$got" = "$wanted" ] && return
	echo "$*: offers \"$got\", not \"$wanted\""
	failed=1
}

offers "status stats" st
offers "reload" -j re
offers "disable dump doctor" -s "$tmp/s" d
offers "-h -j -s -V" -
offers "noc lab two-paths off" -s "$tmp/s" status ""
offers "lab" -s "$tmp/s" stats l
offers "-v" -s "$tmp/s" status -
offers "two-paths" -s "$tmp/s" enable two
offers "east path1 a b path1" -s "$tmp/s" disable noc ""
offers "" -s "$tmp/s" disable noc east ""
offers "manual force lockout clear" -s "$tmp/s" switch noc ""
offers "east path1 a b path1" -s "$tmp/s" switch noc force ""
offers "" -s "$tmp/s" switch noc clear ""
offers "" -s "$tmp/nobody" status ""
offers "-f" events ""
offers "-c -i" watch -
offers "" watch -i ""
offers "noc lab two-paths off" -s "$tmp/s" dump -s 96 -w file ""
offers "lan line drop" dump -i ""
offers "" dump -c ""
offers "status stats" -s "$tmp/s" st
offers "lan line drop" dump -i ""
offers "lab" -s "$tmp/s" dump -i line -s 64 -w file l
offers "--headers" dump --h
exit $failed
