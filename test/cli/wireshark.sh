#!/bin/sh
# SPDX-License-Identifier: ISC
# wireshark.sh - what our dissector makes of the line format, field by field
#
# line.pcapng has a packet of each kind, and one with each fault. UPDATE=1
# writes line.txt anew.
set -eu

if ! command -v tshark >/dev/null 2>&1; then
	echo "no tshark here (Debian's package tshark)"
	exit 77
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
HOME=$tmp
export HOME
# shellcheck disable=SC2154 # from make
golden=$srcdir/test/golden/wireshark

# Fields that every Wireshark of the last years prints alike
set -- -e frame.number
for field in version type flags channel class sequence index reassembled \
	reassembled_in oam.kind oam.echo.id oam.echo.sequence \
	oam.liveness.state oam.liveness.tx oam.information.type \
	oam.counters.flags oam.counters.run oam.counters.session \
	oam.counters.sent oam.counters.beats oam.counters.timestamp \
	oam.counters.your oam.counters.received \
	oam.counters.beats_received oam.counters.hold; do
	set -- "$@" -e "dccbridge.$field"
done
tshark -2 -n -d udp.port==5000,data -r "$golden/line.pcapng" \
	-X lua_script:"$srcdir/etc/wireshark/dccbridge.lua" \
	-T fields -E separator='|' "$@" \
	-e arp.opcode -e ip.src -e udp.length -e data.len \
	-e _ws.expert.message >"$tmp/got" 2>"$tmp/err" || {
	cat "$tmp/err"
	exit 1
}
if grep -i 'lua' "$tmp/err"; then
	exit 1
fi
if [ "${UPDATE-}" ]; then
	cp "$tmp/got" "$golden/line.txt"
fi
diff -u "$golden/line.txt" "$tmp/got"
