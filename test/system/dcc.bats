#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# dcc.bats - the path over a DCC: devices of the kernel's, and octets of ours

load lib
load sdh

setup()
{
	lab_begin
	machine a
	machine b
}

teardown()
{
	section_end
	wires_end
	lab_end
}

# on_line NAME ID TAP LINE - one channel whose only path is a DCC
on_line()
{
	cat <<-END
	  - name: $1
	    id: $2
	    tap: $3
	    paths: [{name: dcc, dcc: {$4}}]
	END
}

# pair LINE [LINE] - the usual channel, TAP to TAP, with addresses of its own
pair()
{
	on_line noc 17 '{name: dcc1, address: 10.0.0.1/24}' "$1" | channels a
	on_line noc 17 '{name: dcc1, address: 10.0.0.2/24}' "${2-$1}" |
		channels b
}

# flows - wait until frames go through
flows()
{
	wait_for "${1:-10}" reaches a 10.0.0.2
}

# told MACHINE KIND WORDS - whether an event has come
told()
{
	ctl "$1" events | grep -qi -e "$2.*$3"
}

# why MACHINE WORDS - whether the path is down for this reason
why()
{
	ask "$1" '.channels[0].paths[0] | select(.state == "down").reason' |
		grep -qi -e "$2"
}

# ptys NAME NAME - two terminals joined to each other
wire()
{
	socat "pty,raw,echo=0,link=$dir/$1" "pty,raw,echo=0,link=$dir/$2" \
		3>&- &
	echo $! >>"$dir/wires.pid"
	wait_for 5 test -e "$dir/$2"
}

wires_end()
{
	local pid

	[ -e "${dir-}/wires.pid" ] || return 0
	while read -r pid; do
		kill "$pid" 2>/dev/null || :
	done <"$dir/wires.pid"
}

# dc_counter MACHINE NAME LEAST
every_frame()
{
	quiet_lan
	"$tools/frames.py" "${net_prefix}a:dcc1" "${net_prefix}b:dcc1"
	"$tools/frames.py" "${net_prefix}b:dcc1" "${net_prefix}a:dcc1"
}

@test "every kind of frame crosses a raw HDLC device as it was" {
	section_begin
	pair 'interface: hdlc0'
	start a b
	flows
	every_frame
	[ "$(counter a foreign)" -eq 0 ]
	[ "$(counter a version)" -eq 0 ]
}

@test "every kind of frame crosses a bit stream as it was" {
	section_begin "pty:$dir/ttya" "pty:$dir/ttyb"
	pair "device: $dir/ttya" "device: $dir/ttyb"
	start a b
	flows
	every_frame
	[ "$(counter a fcs)" -eq 0 ]
	[ "$(counter b fcs)" -eq 0 ]
}

@test "every kind of frame crosses octet framing as it was" {
	wire ttya ttyb
	pair "device: $dir/ttya, framing: octet, fcs: 32" \
		"device: $dir/ttyb, framing: octet, fcs: 32"
	start a b
	flows
	every_frame
}

@test "a driver's device and a terminal are the two ends of one line" {
	section_begin "netdev:hdlc0@${net_prefix}a" "pty:$dir/ttyb"
	net_ip a link set hdlc0 up
	pair 'interface: hdlc0' "device: $dir/ttyb"
	start a b
	flows
	every_frame
}
