#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# dump_line.bats - what is dumped at a line, or where it is dropped
#
# What others capture at the same places is what ours is compared with.

bats_require_minimum_version 1.5.0
load lib
load dump
load sdh

setup()
{
	lab_begin
}

teardown()
{
	section_end
	lab_end
}

# frames - those of the packets on standard input that bear one: no OAM
frames()
{
	grep -v '^83'
}

# payloads FILE - of its datagrams
payloads()
{
	fields "$1" udp.payload | frames
}

# raw FILE [-xx] - the octets of its packets, one a line; what has no link type
# of ours wants -xx
raw()
{
	tcpdump -n -t -r "$1" "${@:2}" 2>/dev/null | awk '
		!/^\t/ { if (s != "") print s; s = ""; next }
		{ sub(/^[^:]*: */, ""); sub(/  .*/, ""); gsub(/ /, "") }
		{ s = s $0 }
		END { print s }'
}

# in_order FILE DIRECTION SINCE - as tshark reads it, all went one way, and one
# after the other, since then
in_order()
{
	fields "$1" frame.packet_flags_direction frame.time_epoch |
		awk -v way="$2" -v since="$3" -v now="$(date +%s.%N)" '
		$1 + 0 != way || $2 < since || $2 > now || $2 < last {
			exit bad = 1
		}
		{ last = $2 }
		END { exit bad || !NR }'
}

# dissected FILE ARGUMENT ... - as tshark sees it with our dissector
dissected()
{
	wireshark -X "lua_script:$src/etc/wireshark/dccbridge.lua" \
		-r "$1" -T fields "${@:2}"
}

@test "line: the datagrams of two channels, with our header" {
	local n since

	wires
	# trains are cut before they could be seen there
	net_in a ethtool -K wan tx-udp-segmentation off
	sniff ref a wan -Q out udp port 6000
	sniff one a dcc1
	sniff two a dcc2
	since=$(date +%s.%N)
	dump_begin raw a -i line -Q out -w "$dir/raw.pcapng"
	dump_begin headers a -i line -Q out --headers -w "$dir/headers.pcapng"
	dump_begin in b -i line -Q in --headers -w "$dir/in.pcapng"
	dump_begin some a -i line -Q out -w "$dir/some.pcapng" 'ip or arp'
	send_all
	n=$((2 * $("$tools/frames.py" -l | wc -l)))
	wait_for 5 has_frames "$dir/ref.pcap" "$n"
	wait_for 5 has_frames "$dir/in.pcapng" "$n"
	dump_end raw
	dump_end headers
	dump_end in
	dump_end some
	dump_end ref
	dump_end one
	dump_end two
	payloads "$dir/ref.pcap" >ref
	payloads "$dir/headers.pcapng" | cmp ref -
	payloads "$dir/in.pcapng" | cmp ref -
	# frames of full size went in pieces
	awk 'substr($0, 3, 2) ~ /^[89a-f]/ { n++ } END { exit n < 2 }' ref

	# under USER0 the octets are the datagram itself
	raw raw.pcapng | frames | cmp ref -
	fields "$dir/raw.pcapng" frame.interface_name | sort -u |
		grep -qx "line:lab/wan"
	# a stock Wireshark sees who talks with whom, and no fault
	[ "$(fields "$dir/headers.pcapng" ip.src ip.dst udp.dstport |
		sort -u)" = "172.16.1.11	172.16.1.12	6000" ]
	tshark -o ip.check_checksum:TRUE -d udp.port==6000,data \
		-r "$dir/headers.pcapng" 2>/dev/null \
		-Y 'ip.checksum.status == "Bad" || _ws.malformed' |
		not grep -q .
	in_order raw.pcapng 2 "$since"
	in_order headers.pcapng 2 "$since"
	in_order in.pcapng 1 "$since"

	# our dissector tells channel, class and number of each record, and
	# shows the frames within, those in pieces put together
	dissected raw.pcapng -e dccbridge.channel -e dccbridge.class \
		-e dccbridge.sequence -Y 'dccbridge.type == 0' |
		awk -v least="$n" '
		!/^1[78]\t2\t[0-9]+$/ { exit bad = 1 }
		{ n[$1]++ }
		$1 in last && $3 != last[$1] && $3 != (last[$1] + 1) % 65536 {
			exit bad = 1
		}
		{ last[$1] = $3 }
		END { exit bad || 2 * n[17] < least || 2 * n[18] < least }'
	for n in 17:one 18:two; do
		fields "${n#*:}.pcap" eth.src eth.type eth.len >sent
		dissected raw.pcapng -Y "dccbridge.channel == ${n%:*} && eth" \
			-e eth.src -e eth.type -e eth.len | cmp sent -
	done
	dissected raw.pcapng -Y dccbridge.reassembled \
		-e dccbridge.reassembled | grep -q '^#[0-9]* #[0-9]*$'
	dissected raw.pcapng -e dccbridge.channel -e dccbridge.sequence \
		-Y 'eth.type == 0x0800 || eth.type == 0x0806' >selected
	dissected some.pcapng -e dccbridge.channel -e dccbridge.sequence |
		uniq | cmp selected -
}

@test "line: a filter selects all fragments of a frame, or none" {
	wires
	dump_begin some a -i line -w "$dir/some.pcapng" noc \
		'ether proto 0x88b5 and greater 100'
	"$tools/frames.py" "${net_prefix}a:dcc1" "${net_prefix}b:dcc1"
	wait_for 5 has_frames "$dir/some.pcapng" 10
	dump_end some
	ctl a dump -n -r "$dir/some.pcapng" >text
	grep -q 'frag 0 ethertype 0x88b5' text
	# each first has its last, and nobody else is there
	awk '{ seq = $7 } / frag 0/ { first[seq] = 1 }
		/ frag .* last/ { if (!first[seq]) exit bad = 1; n++ }
		! / frag [1-9]/ && !/0x88b5/ { exit bad = 1 }
		END { exit bad || !n }' <(sed 's/^/x /' text)
}

@test "drop: every kind of frame, of two channels, octet for octet" {
	local n since

	wires 1600
	n=$("$tools/frames.py" -l | wc -l)
	net_ip b link set dcc1 down
	net_ip b link set dcc2 down
	sniff one a dcc1
	sniff two a dcc2
	since=$(date +%s.%N)
	dump_begin drop b -i drop -w "$dir/drop.pcapng"
	dump_begin noc b -i drop -w "$dir/noc.pcapng" noc
	dump_begin some b -i drop -w "$dir/some.pcapng" 'ip or arp'
	send_all -n
	wait_for 5 has_frames drop.pcapng $((2 * n))
	wait_for 5 has_frames two.pcap "$n"
	dump_end drop
	dump_end noc
	dump_end some
	dump_end one
	dump_end two
	octets one.pcap | cmp - <(octets noc.pcapng)
	cat <(octets one.pcap) <(octets two.pcap) |
		cmp - <(octets drop.pcapng)
	octets drop.pcapng 'ip or arp' |
		cmp - <(octets some.pcapng)
	hex one.pcap | cmp - <(hex noc.pcapng)
	in_order drop.pcapng 2 "$since"
	fields drop.pcapng frame.interface_name frame.comment |
		sed 's/:[^:]*$//' | uniq -c | awk -v n="$n" '
		$1 != n || $2 != "drop:" (NR > 1 ? "lab" : "noc") ||
		$3 != "device-down" { exit bad = 1 }
		END { exit bad || NR != 2 }'
}

@test "drop: what was dropped, and why" {
	wires
	ctl b disable noc
	stop a
	dump_begin drop b -i drop -w "$dir/drop.pcapng"
	dump_begin text b -i drop -l -n
	# one of a channel that is out of use, by hand, and a stranger's
	printf '%s' 800800110007ffffffffffff02dccb000000 \
		0806000108000604000102dccb000000c0000201 \
		000000000000c0000202 |
		xxd -r -p |
		net_in a timeout 1 nc -u -p 6000 172.16.1.12 6000 >answers || :
	printf 'who am I' | net_in a nc -u -w 1 -p 6999 172.16.1.12 6000
	wait_for 5 has_frames "$dir/drop.pcapng" 2
	wait_for 5 grep -q stranger "$dir/text.out"
	dump_end drop
	dump_end text
	grep -q ' in  noc/wan \[disabled\] normal seq 7 ARP, Request' text.out
	grep -q ' in  - \[stranger\] malformed (version), length 8' text.out
	fields drop.pcapng frame.comment >comments
	grep -q '^disabled: channel or path is disabled' comments
	grep -q '^stranger: ' comments
	# the frame itself where there is one, else with UDP around it
	tcpdump -n -r drop.pcapng 2>/dev/null >shown
	grep -q 'ARP, Request who-has' shown
	grep -q '172.16.1.11.6999 > .*6000: UDP, length 8' shown
}

# over_dcc LINE LINE [END END] - two channels over one section
over_dcc()
{
	local i

	machine a
	machine b
	section_begin "${@:3}"
	for i in 1 2; do
		cat <<-END
		  - name: ring$i
		    id: $i
		    tap: {name: dcc$i, address: 10.0.$i.1/24}
		    storm: {broadcast: off, multicast: off, unknown: off}
		    paths: [{name: dcc, dcc: {$1}}]
		END
	done | channels a
	sed "s|{$1}|{$2}|; s|^node: a|node: b|; s|/a.sock|/b.sock|
		s|\.1/24|.2/24|" a.yaml >b.yaml
	quiet_lan
	start a b
	wait_for 10 reaches a 10.0.1.2
	wait_for 10 reaches a 10.0.2.2
}

@test "a DCC: what its device carries, under our own link type" {
	over_dcc 'interface: hdlc0' 'interface: hdlc0'
	sniff ref b hdlc0 -Q in
	dump_begin out a -i line -Q out -w "$dir/out.pcapng"
	dump_begin in b -i line -Q in -w "$dir/in.pcapng"
	dump_begin headers b -i line -Q in --headers -w "$dir/headers.pcapng"
	dump_begin lab b -i line -Q in -w "$dir/lab.pcapng" ring2
	net_in a ping -n -c 5 -i 0.2 -s 1000 10.0.1.2
	net_in a ping -n -c 3 -i 0.2 10.0.2.2
	dump_end out
	dump_end in
	dump_end headers
	dump_end lab
	dump_end ref
	raw ref.pcap -xx | frames >ref
	[ "$(wc -l <ref)" -ge 20 ]	# frames of 1000 octets go in pieces
	raw in.pcapng | frames | cmp ref -
	raw out.pcapng | frames | cmp ref -
	[ "$(capinfos -E in.pcapng | grep -c 'USER 0\|User 0')" -eq 1 ]
	fields in.pcapng frame.interface_name | grep -v '(line)' | sort -u |
		tr '\n' ' ' | grep -qx 'line:ring1/dcc line:ring2/dcc '
	# there are no addresses: a type for experiments stands for them
	fields headers.pcapng eth.type | sort -u | grep -qx 0x88b5
	fields lab.pcapng frame.interface_name | not grep -q ring1/dcc
	dissected in.pcapng -Y icmp -e dccbridge.channel -e icmp.type |
		sort | uniq -c | awk '{ print $1, $2, $3 }' >seen
	printf '5 1 8\n3 2 8\n' | cmp - seen
}

@test "a DCC: frames that the line damaged, and how" {
	over_dcc "device: $dir/ttya" "device: $dir/ttyb" \
		"pty:$dir/ttya" "pty:$dir/ttyb"
	dump_begin file b -i drop -w "$dir/drop.pcapng"
	dump_begin text b -i drop -n -l ring1
	sdh ber 5e-5
	net_exec a ping -n -i 0.02 -s 300 10.0.1.2 >ping.out 2>&1 3>&- &
	echo $! >ping.pid
	wait_for 30 counted b fcs 5
	sdh ber 0
	kill "$(cat ping.pid)"
	wait_for 10 reaches a 10.0.1.2
	wait_for 5 grep -q '\[fcs\]' text.out
	dump_end file
	dump_end text
	grep -Eq ' in  ring[12]/dcc \[fcs\] ' text.out
	[ "$(grep -c '\[fcs\]' text.out)" -eq "$(counter b fcs)" ]
	[ "$(grep -c '\[abort\]' text.out)" -eq "$(counter b abort)" ]
	fields drop.pcapng frame.interface_name frame.comment |
		grep -Eq '^drop:ring[12]/dcc \(line\)	fcs: '
	[ "$(fields drop.pcapng frame.comment | grep -c '^fcs: ')" -eq \
		"$(counter b fcs)" ]
}

# whole FILE MTU - no frame is larger, and no checksum wrong
whole()
{
	[ "$(fields "$1" frame.len | sort -n | tail -n 1)" -le "$2" ]
	tshark -n -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE \
		-o udp.check_checksum:TRUE -r "$1" -T fields -e frame.len \
		-Y 'tcp.checksum.status == "Bad" || udp.checksum.status ==
		    "Bad" || ip.checksum.status == "Bad"' 2>/dev/null |
		not grep -q .
}

@test "super-frames are seen as frames, and go on as super-frames" {
	local f

	sites
	# all five have to keep up, on two cores
	tc -n "${net_prefix}ha" qdisc add dev eth0 root tbf \
		rate 40mbit burst 128k latency 1s
	sniff wan a wan udp port 6000 and greater 3000
	dump_begin in a -Q in -w "$dir/in.pcapng" tcp
	dump_begin out b -Q out -w "$dir/out.pcapng" tcp
	dump_begin line b -i line -w "$dir/line.pcapng" tcp
	dump_begin raw a --raw -Q in -w "$dir/raw.pcapng"
	dump_begin partial b --raw -i line -Q in -w "$dir/partial.pcapng"
	transfer ha hb 10.0.0.2 1
	dump_end in
	dump_end out
	dump_end line
	dump_end raw
	dump_end partial
	dump_end wan
	whole in.pcapng 1514
	whole out.pcapng 1514
	# both ends see all of it, each in the segments that it has there
	for f in in out; do
		fields $f.pcapng tcp.seq_raw tcp.len | sort -u |
			awk '{ n += $2 } END { exit n != 1048576 }'
	done
	dissected line.pcapng -Y 'dccbridge.flags.partial == 1' \
		-e frame.number | not grep -q .
	dissected line.pcapng -o tcp.check_checksum:TRUE \
		-Y 'tcp.checksum.status == "Bad"' -e frame.number |
		not grep -q .
	# what really crosses has been left as it is
	has_frames wan.pcap 10
	fields raw.pcapng frame.len | awk '$1 > 1514 { n++ } END { exit !n }'
	dissected partial.pcapng -Y 'dccbridge.flags.partial == 1' \
		-e frame.number | grep -q .
}

@test "the own address that is left open is the one that packets have" {
	lab_machines
	channel noc 17 '{name: dcc1}' 0.0.0.0:6000 172.16.1.12:6000 |
		channels a
	channel noc 17 '{name: dcc1}' 172.16.1.12:6000 172.16.1.11:6000 |
		channels b
	channel six 18 '{name: dcc2}' '[::]:6001' '[fd00:1::12]:6001' >>a.yaml
	channel six 18 '{name: dcc2}' '[::]:6001' '[fd00:1::11]:6001' >>b.yaml
	start a b
	wait_state a noc up
	wait_state a six up
	net_exec a "$build/dccbridge" -s "$dir/a.sock" dump -i line -Q out \
		--headers -w "$dir/own.pcapng" 2>own.err 3>&- &
	echo $! >own.pid
	wait_for 5 grep -q dumping own.err
	net_ip a link set dcc1 up
	net_ip a link set dcc2 up
	"$tools/frames.py" -n -k "arp request, bare" "${net_prefix}a:dcc1" \
		"${net_prefix}a:dcc1"
	"$tools/frames.py" -n -k "arp request, bare" "${net_prefix}a:dcc2" \
		"${net_prefix}a:dcc2"
	wait_for 5 has_frames own.pcapng 2
	dump_end own
	fields own.pcapng ip.src ipv6.src | tr -d '\t' | sort -u >seen
	printf '172.16.1.11\nfd00:1::11\n' | cmp - seen
}
