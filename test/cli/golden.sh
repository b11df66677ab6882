#!/bin/sh
# SPDX-License-Identifier: ISC
# golden.sh - what dccbridge prints, compared with what it should print
#
# A case is test/golden/cli/NAME.cmd: the arguments, one a line; NAME.json has
# the daemon's answers (without it nobody listens), NAME.width the columns if
# not 100, NAME.tree the files of a host, for the doctor: "path|content", or
# "path>target" for a link. NAME.txt has what should be printed: output,
# errors, exit status. Of the arguments, ROOT is the tree; the command runs
# where the .yaml files and line.pcapng are. A bridge whose MTU is looked up is
# called lo: each host has that, of 65536 octets. The socket's path is printed
# as SOCKET, our version as VERSION. UPDATE=1 writes NAME.txt anew.
set -eu

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
build=$PWD
golden=$(cd "$srcdir/test/golden/cli" && pwd)
mkdir "$tmp/files"
cp "$golden"/*.yaml "$golden/../wireshark/line.pcapng" "$tmp/files"
failed=0
TZ=CET-1 LC_ALL=C.UTF-8
export TZ LC_ALL

# plant - make the tree of files that stdin describes
plant()
{
	rm -rf "$tmp/root"
	while read -r line; do
		path=${line%%[|>]*}
		mkdir -p "$tmp/root/$(dirname "$path")"
		case $line in
		'') ;;
		*'|'*) printf '%b\n' "${line#*|}" >"$tmp/root/$path" ;;
		*'>'*) ln -s "${line#*>}" "$tmp/root/$path" ;;
		*) mkdir "$tmp/root/$path" ;;
		esac
	done
}

# run NAME - run the case, print what came of it
run()
{
	name=$1
	COLUMNS=100
	[ ! -e "$golden/$name.width" ] || COLUMNS=$(cat "$golden/$name.width")
	export COLUMNS
	set -- "$build/dccbridge" -s "$tmp/s"
	while read -r arg; do
		case $arg in
		ROOT) arg=$tmp/root ;;
		esac
		set -- "$@" "$arg"
	done <"$golden/$name.cmd"
	[ ! -e "$golden/$name.tree" ] || plant <"$golden/$name.tree"
	if [ -e "$golden/$name.json" ]; then
		set -- "$build/test/cli/answer" "$tmp/s" \
			"$golden/$name.json" "$@"
	fi
	status=0
	(cd "$tmp/files" && "$@") >"$tmp/out" 2>"$tmp/err" || status=$?
	cat "$tmp/out"
	echo "--- stderr"
	cat "$tmp/err"
	echo "--- exit status $status"
}

version=$(./dccbridge -V | sed 's/.* //')

for cmd in "$golden"/*.cmd; do
	name=$(basename "$cmd" .cmd)
	run "$name" | sed "s,$tmp/s,SOCKET,g; s/$version/VERSION/g" >"$tmp/got"
	if [ "${UPDATE-}" ]; then
		cp "$tmp/got" "$golden/$name.txt"
	elif ! diff -u "$golden/$name.txt" "$tmp/got"; then
		echo "$name: differs"
		failed=1
	fi
done
exit $failed
