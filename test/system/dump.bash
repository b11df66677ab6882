# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # lib.bash sets dir and build
# dump.bash - dumps in system tests, and what others make of them
#
# To be loaded after lib.bash.

export pace=1s	# a busy host must not take a path down, nor lose frames

# wires [MTU] - two machines with two channels, noc and lab, whose TAPs are in
# no bridge; MTU is the underlay's
wires()
{
	local keys=${1:+mtu: $1}

	lab_machines
	net_ip a link set wan mtu "${1:-1500}"
	net_ip b link set wan mtu "${1:-1500}"
	{
		channel noc 17 '{name: dcc1, mtu: 1500}' \
			172.16.1.11:6000 172.16.1.12:6000 "$keys"
		channel lab 18 '{name: dcc2, mtu: 1500}' \
			172.16.1.11:6000 172.16.1.12:6000 "$keys"
	} | channels a
	{
		channel noc 17 '{name: dcc1, mtu: 1500}' \
			172.16.1.12:6000 172.16.1.11:6000 "$keys"
		channel lab 18 '{name: dcc2, mtu: 1500}' \
			172.16.1.12:6000 172.16.1.11:6000 "$keys"
	} | channels b
	quiet_lan
	start a b
	wait_state a noc up
	wait_state b noc up
	wait_state a lab up
	wait_state b lab up
}

# sites - two sites whose hosts reach each other
sites()
{
	lab_sites
	join_sites
	start a b
	joined
}

# send_all [OPTION ...] - the odd frames from a to b, on one channel, then on
# the other
send_all()
{
	local d

	for d in dcc1 dcc2; do
		"$tools/frames.py" "$@" "${net_prefix}a:$d" "${net_prefix}b:$d"
	done
}

# dump_begin NAME MACHINE [ARGUMENT ...] - a dump in the background
dump_begin()
{
	local name=$1 m=$2

	shift 2
	"$build/dccbridge" -s "$dir/$m.sock" dump "$@" >"$dir/$name.out" \
		2>"$dir/$name.err" </dev/null 3>&- &
	echo $! >"$dir/$name.pid"
	wait_for 5 grep -q dumping "$dir/$name.err"
}

# dump_end NAME - as by ^C
dump_end()
{
	local pid

	pid=$(cat "$dir/$1.pid")
	kill -INT "$pid"
	wait_for 5 gone "$pid"
}

# sniff NAME MACHINE DEVICE ARGUMENT ... - the same, by tcpdump
sniff()
{
	local name=$1 m=$2 d=$3

	shift 3
	# a short snapshot length makes room for many frames
	net_exec "$m" tcpdump -Z root -U -n -s 2048 \
		--immediate-mode -i "$d" -w "$dir/$name.pcap" "$@" \
		2>"$dir/$name.err" </dev/null 3>&- &
	echo $! >"$dir/$name.pid"
	wait_for 5 grep -q listening "$dir/$name.err"
}

# told NAME WHAT - the number that stands before WHAT at the end of a dump
told()
{
	awk -v what="$2" '$2 ~ /^frame/ && $3 " " $4 ~ what { print $1 }' \
		"$dir/$1.err"
}

# octets FILE [FILTER] - its frames as tcpdump reads them, without the times
octets()
{
	tcpdump -t -n -xx -r "$1" "${@:2}" 2>/dev/null
}

# hex FILE [ARGUMENT ...] - and as tshark reads them
hex()
{
	tshark -n -r "$1" -x "${@:2}" 2>/dev/null
}

# fields FILE FIELD ... - as tshark sees them
fields()
{
	local file=$1 f args=()

	shift
	for f; do
		args+=(-e "$f")
	done
	tshark -n -r "$file" -T fields "${args[@]}" 2>/dev/null
}

# has_frames FILE LEAST
has_frames()
{
	[ "$(fields "$1" frame.number | wc -l)" -ge "$2" ]
}

# wireshark ARGUMENT ... - tshark that knows our interfaces
wireshark()
{
	DCCBRIDGE_SOCKET=$dir/a.sock HOME=$dir XDG_CONFIG_HOME=$dir/.config \
		timeout 30 tshark -n "$@"
}
