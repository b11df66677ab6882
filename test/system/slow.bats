#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# slow.bats - slow lines whose settings change, while they are full

load lib
load sdh
load dump

setup()
{
	lab_begin
	machine a
	machine b
	section_begin
}

teardown()
{
	flood_end
	section_end
	lab_end
}

# on_line MACHINE RATE N ... - its file: channels c1, c2, ... with 10.0.N.1
# or 10.0.N.2, all on hdlc0; more is what else a channel has
on_line()
{
	local m=$1 rate=$2 host=1 n

	[ "$m" = a ] || host=2
	shift 2
	for n; do
		cat <<-END
		  - name: c$n
		    id: $n
		    tap: {name: dcc$n, address: 10.0.$n.$host/24}
		    ${more-}
		    paths: [{name: line, dcc: {interface: hdlc0, rate: $rate}}]
		END
	done | channels "$m"
}

# flood CHANNEL - more than the line carries, from a, until flood_end
flood()
{
	net_exec a ping -n -q -i 0.005 -s 1400 "10.0.$1.2" >/dev/null 3>&- &
	echo $! >"$dir/flood.pid"
	wait_for 10 counted a queue-full 10
}

flood_end()
{
	[ ! -e "${dir-}/flood.pid" ] || kill "$(cat "$dir/flood.pid")" || :
	rm -f "${dir-}/flood.pid"
}

# status_of CHANNEL - whether a has it
status_of()
{
	ask a ".channels[] | select(.name == \"$1\").name" | grep -q .
}

# is_removed CHANNEL - whether b was told
is_removed()
{
	ask b ".channels[] | select(.name == \"$1\").paths[0].reason" |
		grep -q 'removed it'
}

@test "a user of a full line goes, and the others hardly notice" {
	on_line a rs 1 2
	on_line b rs 1 2
	quiet_lan
	start a b
	wait_for 10 reaches a 10.0.1.2
	wait_for 10 reaches a 10.0.2.2
	flood 1
	reaches a 10.0.2.2
	on_line a rs 2
	ctl a reload | grep -q 'removed.*c1\|c1.*removed'
	wait_for 5 not has a dcc1
	not status_of c1
	wait_for 5 reaches a 10.0.2.2
	wait_for 5 is_removed c1
	flood_end
	# and comes back
	on_line a rs 1 2
	ctl a reload
	wait_for 10 reaches a 10.0.1.2
	reaches a 10.0.2.2
	[ "$(counter a line-failures)" -eq 0 ]
}

@test "a full line's users are changed, and frames go on" {
	on_line a rs 1 2
	on_line b rs 1 2
	quiet_lan
	start a b
	wait_for 10 reaches a 10.0.1.2
	flood 1
	more='storm: {broadcast: off, multicast: off, unknown: off}'
	on_line a rs 1 2
	ctl a reload
	wait_for 5 reaches a 10.0.2.2
	wait_for 10 reaches a 10.0.1.2
	# the rate is the line's own: its users move to another line
	on_line a 64k 1 2
	on_line b 64k 1 2
	ctl a reload
	ctl b reload
	flood_end
	wait_for 10 reaches a 10.0.1.2
	wait_for 10 reaches a 10.0.2.2
	# so long does a frame take at this rate
	"$tools/thin.py" sizes "${net_prefix}a:dcc2" "${net_prefix}b:dcc2" \
		1514 >took
	awk '{ exit !($2 > 150) }' took
}

# of_class CLASS TEXT - whether what is sent to UDP port 9999 now is of it
of_class()
{
	dump_begin "$1" a -l -n -i line c1 udp
	net_in a bash -c 'echo x >/dev/udp/10.0.1.2/9999'
	wait_for 5 grep -q "9999" "$1.out" || return
	dump_end "$1"
	grep 9999 "$1.out" | grep -q " $1 seq"
}

@test "a channel's own classes go before the built-in ones" {
	more='classes: [{match: {udp-port: 9999}, class: bulk}]'
	on_line a rs 1
	on_line b rs 1
	quiet_lan
	start a b
	wait_for 10 reaches a 10.0.1.2
	of_class bulk
	more='classes: [{match: {udp-port: 9999}, class: control}]'
	on_line a rs 1
	ctl a reload
	wait_for 10 reaches a 10.0.1.2
	of_class control
	more=''
	on_line a rs 1
	ctl a reload
	wait_for 10 reaches a 10.0.1.2
	of_class interactive || of_class normal
}
