#!/bin/sh
# SPDX-License-Identifier: ISC
# packaging.sh - what systemd reads of ours is without fault
set -eu

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

for f in etc/dccbridged.service etc/dccbridge.conf; do
	if grep -n '@[A-Za-z]*@' "$f"; then
		echo "$f: a name was not replaced"
		exit 1
	fi
done

if ! command -v systemd-analyze >/dev/null 2>&1; then
	echo "no systemd-analyze here (Debian's package systemd)"
	exit 77
fi

# The program need not be installed yet for its unit to be checked.
sed 's,^ExecStart=[^ ]*,ExecStart=/bin/true,' etc/dccbridged.service \
	>"$tmp/dccbridged.service"
systemd-analyze verify --man=no "$tmp/dccbridged.service" >"$tmp/out" 2>&1 ||
	echo "systemd-analyze verify failed" >>"$tmp/out"
if [ -s "$tmp/out" ]; then
	cat "$tmp/out"
	exit 1
fi

systemd-sysusers --root="$tmp" --dry-run "$PWD/etc/dccbridge.conf" \
	>"$tmp/out" 2>&1 || { cat "$tmp/out"; exit 1; }
