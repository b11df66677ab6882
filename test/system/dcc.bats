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

# on_line NAME ID TAP LINE - one channel whose only path is a DCC; odd frames
# to unknown stations are what we send
on_line()
{
	cat <<-END
	  - name: $1
	    id: $2
	    tap: $3
	    storm: {broadcast: off, multicast: off, unknown: off}
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

# unplug - the terminals that wire made last are gone
unplug()
{
	local pid

	pid=$(tail -n 1 "$dir/wires.pid")
	kill "$pid"
	wait_for 5 gone "$pid"
}

# every_frame - all that there are, both ways
every_frame()
{
	quiet_lan
	"$tools/frames.py" "${net_prefix}a:dcc1" "${net_prefix}b:dcc1"
	"$tools/frames.py" "${net_prefix}b:dcc1" "${net_prefix}a:dcc1"
}

# one_way FROM TO - in at most three attempts
one_way()
{
	local way=("${net_prefix}$1:dcc1" "${net_prefix}$2:dcc1")

	"$tools/frames.py" "${way[@]}" || "$tools/frames.py" "${way[@]}" ||
		"$tools/frames.py" "${way[@]}"
}

# mostly_every_frame - the same, where a host that is too busy to serve a bit
# stream in time may lose one: what is wrong each time is our fault
mostly_every_frame()
{
	quiet_lan
	one_way a b && one_way b a
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
	mostly_every_frame
}

# after_cut - cut the section, restore it when both ends have just sent, and
# tell how many milliseconds it took until both paths were up
after_cut()
{
	local sent begin m last=0 since

	sdh cut
	wait_state a noc down
	wait_state b noc down
	# what belongs to the end of the session is over
	sent=$(counter a oam-tx)
	wait_for 10 counted a oam-tx $((sent + 4))
	sent=$(counter a oam-tx)
	wait_for 5 counted a oam-tx $((sent + 1))
	begin=$(date +%s%N)
	sdh restore
	wait_state a noc up
	wait_state b noc up
	for m in a b; do
		since=$(date -d "$(ask $m '.channels[0].paths[0].since')" \
			+%s%N)
		[ "$since" -lt "$last" ] || last=$since
	done
	echo $(((last - begin) / 1000000))
}

@test "a bit stream that was cut is in use again at once" {
	local i ms

	section_begin "pty:$dir/ttya" "pty:$dir/ttyb"
	pair "device: $dir/ttya" "device: $dir/ttyb"
	start a b
	flows
	# a host that is busy may take its time, but not each time
	for i in 1 2 3; do
		ms=$(after_cut)
		echo "$ms ms after it was restored"
		[ "$ms" -ge 500 ] || return 0
	done
	false
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
	mostly_every_frame
}

@test "channels on one line are told apart by their ids" {
	local i

	section_begin
	for i in 1 2 3; do
		on_line ring$i $i "{name: dcc$i, address: 10.0.$i.1/24}" \
			'interface: hdlc0'
	done | channels a
	for i in 1 2 3; do
		on_line ring$i $i "{name: dcc$i, address: 10.0.$i.2/24}" \
			'interface: hdlc0'
	done | channels b
	start a b
	for i in 1 2 3; do
		wait_for 10 reaches a 10.0.$i.2
	done
	# one goes, the line stays
	on_line ring2 2 '{name: dcc2, address: 10.0.2.1/24}' \
		'interface: hdlc0' | channels a
	ctl a reload
	wait_for 5 not has a dcc1
	reaches a 10.0.2.2
	[ "$(counter a line-failures)" -eq 0 ]
}

@test "a reload changes what a line puts before its frames" {
	section_begin
	pair 'interface: hdlc0'
	start a b
	flows
	pair 'interface: hdlc0, prefix: "ff44"'
	ctl a reload
	wait_for 5 not reaches a 10.0.0.2
	ctl b reload
	flows
	[ "$(counter a line-failures)" -eq 0 ]
}

@test "lost carrier takes the path down at once, and back" {
	section_begin
	pair 'interface: hdlc0'
	start a b
	flows
	sdh cut
	wait_for 2 why a 'no carrier on hdlc0'
	wait_for 2 channel_is b noc down
	told a path-down 'no carrier'
	counted a line-failures 1
	sdh restore
	wait_for 2 channel_is a noc up
	flows 2
}

@test "a line follows its interface: absent, down, up, renamed, gone" {
	pair 'interface: hdlc0'
	start a b
	wait_for 5 why a 'there is no interface hdlc0'
	wait_for 5 told a line-failed 'there is no interface hdlc0'
	section_begin
	flows
	net_ip a link set hdlc0 down
	wait_for 2 why a 'hdlc0 is down; set it up'
	net_ip a link set hdlc0 up
	wait_for 2 channel_is a noc up
	flows
	net_ip a link set hdlc0 down
	net_ip a link set hdlc0 name hdlc7
	net_ip a link set hdlc7 up
	wait_for 5 why a 'hdlc0'
	net_ip a link set hdlc7 down
	net_ip a link set hdlc7 name hdlc0
	net_ip a link set hdlc0 up
	wait_for 5 channel_is a noc up
	flows
	section_end
	wait_for 5 why b 'there is no interface hdlc0'
	section_begin
	flows 5
	counted a line-failures 4
}

@test "an interface that is renamed while it is up is let go" {
	section_begin
	pair 'interface: hdlc0'
	start a b
	flows
	net_ip a link set hdlc0 name hdlc7 || skip "not with this kernel"
	wait_for 2 why a 'hdlc0 was renamed to hdlc7'
	net_ip a link set hdlc7 name hdlc0
	wait_for 2 channel_is a noc up
	flows
}

@test "an address on the interface is warned of" {
	section_begin
	address a hdlc0 192.0.2.1/24
	pair 'interface: hdlc0'
	start a b
	flows
	told a line-warning 'hdlc0 has the address 192.0.2.1'
	counted a line-warnings 1
	not told b line-warning hdlc0
	address b hdlc0 192.0.2.2/24
	wait_for 10 told b line-warning 'hdlc0 has the address 192.0.2.2'
}

@test "another line goes on beside one that cannot work" {
	section_begin
	{
		on_line lost 18 '{name: dcc2}' 'interface: none0'
		on_line noc 17 '{name: dcc1, address: 10.0.0.1/24}' \
			'interface: hdlc0'
		on_line gone 19 '{name: dcc3}' 'device: /dev/no-such-tty'
		on_line file 20 '{name: dcc4}' "device: $dir/b.yaml"
	} | channels a
	on_line noc 17 '{name: dcc1, address: 10.0.0.2/24}' \
		'interface: hdlc0' | channels b
	start a b
	flows
	told a line-failed 'there is no interface none0'
	told a line-failed '/dev/no-such-tty: No such file'
	told a line-failed 'b.yaml: is no tty'
}

@test "an Ethernet port wants its header in prefix, and pads without harm" {
	local head='ffffffffffff0200000000' type=88b6

	net_link a fpga b fpga
	pair 'interface: fpga'
	start a b
	wait_for 5 why a '"prefix" must hold the Ethernet header'
	stop a b
	pair "interface: fpga, prefix: \"${head}0a$type\"" \
		"interface: fpga, prefix: \"${head}0b$type\""
	start a b
	flows
	every_frame
	[ "$(counter a version)" -eq 0 ]
}

@test "a device comes back after it was pulled out" {
	wire ttya ttyb
	pair "device: $dir/ttya, framing: octet" \
		"device: $dir/ttyb, framing: octet"
	start a b
	flows
	unplug
	wait_for 5 channel_is a noc down
	wait_for 5 channel_is b noc down
	wire ttya ttyb
	wait_for 3 channel_is a noc up
	flows 3
}

@test "garbage and an endless frame on a stream cost nothing but themselves" {
	wire ttya near
	on_line noc 17 '{name: dcc1, address: 10.0.0.1/24}' \
		"device: $dir/ttya, framing: octet" | channels a
	start a
	wait_for 5 line_is_open a noc
	head -c 100000 /dev/urandom >near
	wait_for 10 counted a fcs 10
	wait_for 5 told a line-damage 'fcs'
	{
		printf '~'
		head -c 40000 /dev/zero
		printf '~'
	} >near
	wait_for 10 counted a giant 1
	printf '~~\1\2~~' >near
	wait_for 5 counted a line-runt 1
	# what the other end of a line of ours sends arrives all the same
	on_line noc 17 '{name: dcc1, address: 10.0.0.2/24}' \
		"device: $dir/near, framing: octet" | channels b
	start b
	flows
}

@test "a frame that does not end is told, and the line goes on" {
	wire ttya near
	on_line noc 17 '{name: dcc1, address: 10.0.0.1/24}' \
		"device: $dir/ttya, framing: octet" | channels a
	start a
	wait_for 5 line_is_open a noc
	{
		printf '~'
		head -c 200000 /dev/zero
	} >near
	wait_for 10 counted a giant 1
	wait_for 5 told a line-damage 'giant 1'
	on_line noc 17 '{name: dcc1, address: 10.0.0.2/24}' \
		"device: $dir/near, framing: octet" | channels b
	start b
	flows
}

@test "two programs do not share a device" {
	wire ttya ttyb
	on_line noc 17 '{name: dcc1}' "device: $dir/ttya, framing: octet" |
		channels a
	on_line noc 17 '{name: dcc1}' "device: $dir/ttya, framing: octet" |
		channels b
	start a
	wait_for 5 line_is_open a noc
	start b
	wait_for 5 told b line-failed 'another program has it'
}
