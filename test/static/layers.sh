#!/bin/sh
# SPDX-License-Identifier: ISC
# layers.sh - each floor stands on those below it, and the check sees if not
set -eu

layers=$srcdir/scripts/layers
sh "$layers" "$srcdir"

# broken TEXT FILE LINE - a tree with LINE added to FILE is told TEXT of it
broken()
{
	mkdir -p "$tmp/src/base" "$tmp/src/codec" "$tmp/include/dccbridge"
	echo '#include "base/b.h"' >"$tmp/src/base/a.h"
	echo '#include "base/a.h"' >"$tmp/src/codec/c.c"
	for f in src/base/b.h src/base/b.c src/codec/c.h \
		include/dccbridge/wire.h; do
		: >"$tmp/$f"
	done
	sh "$layers" "$tmp"
	echo "$3" >>"$tmp/$2"
	if sh "$layers" "$tmp" >"$tmp/out" || ! grep -q "$1" "$tmp/out"; then
		echo "not seen: $3 in $2 ($1)"
		exit 1
	fi
	rm -rf "$tmp/src"
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
broken 'a floor above' src/base/b.c '#include "codec/c.h"'
broken 'need each other' src/base/b.h '#include "base/a.h"'
broken 'need each other' src/base/b.c '#include "base/a.h"'
broken 'does not exist' src/base/b.c '#include "a.h"'
broken 'reads no clock' src/codec/c.c '#include <time.h>'
broken 'a floor above' include/dccbridge/wire.h '#include "base/a.h"'
