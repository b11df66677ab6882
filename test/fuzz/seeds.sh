#!/bin/sh
# SPDX-License-Identifier: ISC
# seeds.sh - each harness of $FUZZERS takes all of its seeds
bad=0
done=0

for fuzzer in $FUZZERS; do
	seeds=$srcdir/test/fuzz/seeds/${fuzzer##*/fuzz_}
	set -- "$seeds"/*
	if [ ! -f "$1" ]; then
		echo "$fuzzer: no seeds in $seeds"
		bad=1
	elif "./$fuzzer" "$@"; then
		echo "$fuzzer: $# seeds"
		done=$((done + 1))
	else
		echo "$fuzzer: failed on one of its seeds"
		bad=1
	fi
done
[ "$bad" -eq 0 ] || exit 1
[ "$done" -gt 0 ] || { echo "no harness yet"; exit 77; }
