#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# dump.bats - what crosses a channel can be seen, kept and read by others
#
# What others capture at the same places is what ours is compared with.

bats_require_minimum_version 1.5.0
load lib
load dump

setup()
{
	lab_begin
}

teardown()
{
	lab_end
}

@test "lan: the frames of two channels, octet for octet, in order" {
	local since n

	wires
	sniff one a dcc1
	sniff two a dcc2
	since=$(date +%s.%N)
	dump_begin noc a -w "$dir/noc.pcapng" noc
	dump_begin all a -w "$dir/all.pcapng"
	dump_begin out b -Q out -w "$dir/out.pcapng" noc
	dump_begin none b -Q in -w "$dir/none.pcapng"
	send_all
	n=$("$tools/frames.py" -l | wc -l)
	[ "$n" -gt 40 ]
	wait_for 5 has_frames "$dir/all.pcapng" $((2 * n))
	wait_for 5 has_frames "$dir/two.pcap" "$n"
	dump_end noc
	dump_end all
	dump_end out
	dump_end none
	dump_end one
	dump_end two

	octets "$dir/one.pcap" >one
	octets "$dir/two.pcap" >two
	octets "$dir/noc.pcapng" | diff one - | head -n 20
	octets "$dir/noc.pcapng" | cmp one -
	octets "$dir/out.pcapng" | cmp one -
	octets "$dir/all.pcapng" | cmp <(cat one two) -
	hex "$dir/one.pcap" | cmp - <(hex "$dir/noc.pcapng")
	not has_frames "$dir/none.pcapng" 1
	octets "$dir/none.pcapng"	# a file all the same

	# frame for frame: direction, interface, and a time within the run
	fields "$dir/all.pcapng" frame.packet_flags_direction \
		frame.interface_name frame.time_epoch |
		awk -v since="$since" -v now="$(date +%s.%N)" -v n="$n" '
		$1 + 0 != 1 || $2 != (NR > n ? "lan:lab" : "lan:noc") ||
		$3 < since || $3 > now || $3 < last { exit bad = 1 }
		{ last = $3 }
		END { exit bad || NR != 2 * n }'
	fields "$dir/out.pcapng" frame.packet_flags_direction |
		not grep -qv 0x00000002
	[ "$(told all captured)" -eq $((2 * n)) ]
	[ "$(told all "received by")" -eq $((2 * n)) ]
	[ "$(told all lost)" -eq 0 ]
}

# random_filters COUNT - the same ones in each run
random_filters()
{
	/usr/bin/python3 - "$1" <<-'END'
	import random, sys
	r = random.Random(4)
	words = ["ip", "ip6", "arp", "udp", "tcp", "icmp", "icmp6", "vlan",
	         "broadcast", "multicast", "ether broadcast", "ip multicast",
	         "host 192.0.2.1", "src host 192.0.2.2", "net 192.0.2.0/24",
	         "port 5000", "src port 4000", "portrange 1-3", "stp", "iso",
	         "ip proto 89", "ip6 proto 17", "ether proto 0x88b5",
	         "ether dst 02:00:00:00:00:99", "ether[20] & 1 = 1",
	         "ip[8] < 65", "udp[4:2] > 20", "tcp[tcpflags] & tcp-syn != 0",
	         "less 64", "greater 128", "len = 60", "len > 1000",
	         "vlan 5", "ether[12:2] < 1500", "llc", "isis", "rarp",
	         "dst net 10", "ip[6:2] & 0x1fff != 0", "mpls", "pppoes"]
	def some(depth):
	    if depth == 0 or r.random() < 0.3:
	        return ("not " if r.random() < 0.3 else "") + r.choice(words)
	    return f"({some(depth - 1)}) {r.choice(['and', 'or'])} " \
	           f"({some(depth - 1)})"
	for _ in range(int(sys.argv[1])):
	    print(some(r.randrange(4)))
	END
}

# live FILTER ... - dumps with these at once, beside one of all: each has what
# tcpdump selects of that one
live()
{
	local n=0 filter

	dump_begin all a -w "$dir/all.pcapng" noc
	for filter; do
		n=$((n + 1))
		dump_begin "f$n" a -w "$dir/f$n.pcapng" noc "$filter"
	done
	"$tools/frames.py" "${net_prefix}a:dcc1" "${net_prefix}b:dcc1"
	dump_end all
	for ((n = 1; n <= $#; n++)); do
		dump_end "f$n"
		echo "live: ${!n}"
		octets "$dir/all.pcapng" "${!n}" |
			cmp - <(octets "$dir/f$n.pcapng")
	done
}

@test "filters select what tcpdump's select" {
	local filter n=0 filters=()

	wires
	dump_begin file a -w "$dir/file.pcapng" noc
	"$tools/frames.py" "${net_prefix}a:dcc1" "${net_prefix}b:dcc1"
	dump_end file
	random_filters 100 >list
	while read -r filter; do
		# libpcap may prove that nothing can match, and say so
		octets file.pcapng "$filter" >theirs || continue
		filters+=("$filter")
		echo "file: $filter"
		ctl a dump -r file.pcapng -w - "$filter" 2>/dev/null |
			octets - | cmp theirs -
	done <list
	[ "${#filters[@]}" -gt 80 ]
	full || filters=("${filters[@]:0:15}")
	for ((n = 0; n < ${#filters[@]}; n += 15)); do
		live "${filters[@]:n:15}"
	done
}

@test "a wrong filter is told in libpcap's words" {
	wires
	run -1 ctl a dump -c 1 'host and'
	[[ $output == *"filter: "*"syntax error"* ]]
	run -1 ctl a dump -c 1 noc port
	[[ $output == *"filter: "* ]]
	run -1 ctl a dump -c 1 nowhere.invalid
	[[ $output == *"filter: "* ]]
}

@test "lines of text, live and out of a file" {
	sites
	dump_begin text a -l -n -c 4 noc icmp
	dump_begin file a -c 4 -w "$dir/icmp.pcapng" noc icmp
	dump_begin line a -l -n -v -x -i line -c 2 noc icmp
	net_in ha ping -n -c 2 -i 0.01 10.0.0.2
	wait_for 5 gone "$(cat text.pid)"
	wait_for 5 gone "$(cat file.pid)"
	wait_for 5 gone "$(cat line.pid)"
	[ "$(wc -l <text.out)" -eq 4 ]
	grep -Eq '^[0-9:.]{15} in  noc IP 10.0.0.1 > 10.0.0.2: ICMP echo' \
		text.out
	grep -Eq '^[0-9:.]{15} out noc IP 10.0.0.2 > 10.0.0.1: ICMP echo' \
		text.out
	ctl a dump -n -r icmp.pcapng | cmp text.out -
	[ "$(ctl a dump -n -Q in -r icmp.pcapng icmp | wc -l)" -eq 2 ]
	[ "$(ctl a dump -n -c 3 -r icmp.pcapng | wc -l)" -eq 3 ]
	grep -Eq 'out noc/wan normal seq [0-9]+ id 17 .*ttl 64' line.out
	grep -q '	0x0000:  8008 0011' line.out
}

@test "files of a size, in turn" {
	sites
	dump_begin row a -C 1 -W 3 -w "$dir/row" noc
	net_in ha ping -n -f -c 4000 -s 1400 10.0.0.2
	dump_end row
	[ "$(echo row?)" = "row.out row0 row1 row2" ] ||
		[ "$(echo row[0-9])" = "row0 row1 row2" ]
	for f in row0 row1 row2; do
		[ "$(stat -c %s $f)" -lt 1100000 ]
		octets $f >/dev/null
	done
}

@test "the end: a count, a closed pipe, a full disk" {
	sites
	net_exec ha ping -n -i 0.002 10.0.0.2 >ping.out 2>&1 3>&- &
	echo $! >ping.pid
	run -0 ctl a dump -n -c 3 noc icmp
	[[ $output == *"3 frames captured"* ]]
	ctl a dump -l -n noc icmp 2>pipe.err | head -n 2 >head.out
	[ "$(wc -l <head.out)" -eq 2 ]
	grep -q "frames captured" pipe.err
	not grep -q dccbridge:.*roken pipe.err
	ctl a dump -w - -c 20 noc icmp 2>/dev/null | octets - | grep -q echo

	# shellcheck disable=SC2016 # for the shell inside
	unshare -m sh -c 'mkdir disk && mount -t tmpfs -o size=64k none disk &&
		"$1" -s "$2" dump -w disk/f noc; echo $? >status
		cp disk/f full.pcapng' sh "$build/dccbridge" "$dir/a.sock" \
		2>full.err
	[ "$(cat status)" -eq 1 ]
	grep -q 'No space left on device' full.err
	grep -q 'frames captured' full.err
	has_frames full.pcapng 100
	tshark -r full.pcapng 2>&1 >/dev/null | not grep -q 'cut short'
	kill "$(cat ping.pid)"
}

# load_begin - a stream through the channel as fast as it goes
load_begin()
{
	net_exec hb iperf3 -s -1 >server.out 2>&1 3>&- &
	wait_for 5 net_listening hb 5201
	net_exec ha iperf3 -c 10.0.0.2 -t "$1" -J >load.json 2>&1 3>&- &
	echo $! >load.pid
}

# load_end - wait for it; tells Mbit/s
load_end()
{
	wait_for $((20)) gone "$(cat load.pid)"
	jq '.end.sum_received.bits_per_second / 1e6 | floor' load.json
}

# resident PID - KiB
resident()
{
	awk '/^VmRSS/ { print $2 }' "/proc/$1/status"
}

@test "a capture under load: what is lost is counted, memory is bounded" {
	local before free with

	sites
	load_begin 3
	free=$(load_end)
	before=$(resident "$(engine a)")
	dump_begin file a -s 128 -w "$dir/file.pcapng"
	dump_begin stopped a -w /dev/null
	kill -STOP "$(cat stopped.pid)"
	dump_begin dead a -w /dev/null
	load_begin 3
	kill -9 "$(cat dead.pid)"
	with=$(load_end)
	echo "Mbit/s: $free without, $with with dumps"
	# of it, 1 MiB is the ring of who reads nothing
	[ "$(resident "$(engine a)")" -lt $((before + 8192)) ]
	kill -CONT "$(cat stopped.pid)"
	dump_end stopped
	dump_end file
	[ "$(told stopped lost)" -gt 0 ]
	[ "$(told stopped captured)" -eq $(($(told stopped "received by") -
		$(told stopped lost))) ]
	[ "$(told file captured)" -eq $(($(told file "received by") -
		$(told file lost))) ]
	! long || [ $((with * 10)) -ge $((free * 7)) ]
	reaches ha 10.0.0.2
}

# hostile KIND - what no client of ours would do
hostile()
{
	/usr/bin/python3 - "$dir/a.sock" "$1" <<-'END'
	import array, json, os, random, socket, struct, sys

	path, kind = sys.argv[1:]
	r = random.Random(7)

	def connect():
	    s = socket.socket(socket.AF_UNIX)
	    s.settimeout(20)
	    s.connect(path)
	    return s

	def dump():
	    s = connect()
	    s.sendall(b'{"command": "dump"}\n')
	    data, anc, _, _ = s.recvmsg(4096, socket.CMSG_SPACE(4))
	    assert json.loads(data)["ok"], data
	    fd = array.array("i", anc[0][2])[0]
	    d = socket.socket(fileno=fd)
	    d.settimeout(20)
	    return d

	def start(program, n=None):
	    n = len(program) if n is None else n
	    return struct.pack("IHHHBBIII", 24 + 8 * len(program), 1, 0, 1, 0,
	                       3, 65535, n, 0) + \
	        b"".join(struct.pack("HBBI", *i) for i in program)

	if kind == "requests":
	    answers = 0
	    for _ in range(200):
	        s = connect()
	        for _ in range(50):
	            line = r.randbytes(r.randrange(60)).replace(b"\n", b"")
	            if r.random() < 0.5:
	                line = b'{"command": "dump", "channel": ' + line + b"}"
	            s.sendall(line + b"\n")
	            answers += b'"ok": false' in \
	                s.recv(4096).replace(b'":', b'": ').replace(b"  ", b" ")
	        s.close()
	    assert answers == 10000, answers
	elif kind == "programs":
	    for _ in range(300):
	        d = dump()
	        n = r.randrange(1, 200)
	        d.sendall(start([(r.choice([r.randrange(65536), 5, 0x28, 6]),
	                          r.randrange(256), r.randrange(256),
	                          r.randrange(1 << 32)) for _ in range(n)]))
	        assert d.recv(8)
	        d.close()
	    d = dump()
	    d.sendall(start([(5, 0, 0, 0xffffffff), (6, 0, 0, 0)]))
	    assert struct.unpack("IHH", d.recv(8))[1] == 3
	    d = dump()
	    d.sendall(start([], 1 << 30))
	    assert struct.unpack("IHH", d.recv(8))[1] == 3
	elif kind == "garbage":
	    for _ in range(300):
	        d = dump()
	        d.sendall(r.randbytes(r.randrange(24, 40000)))
	        d.close()
	elif kind == "silent":
	    keep = [dump() for _ in range(16)]
	    s = connect()
	    s.sendall(b'{"command": "dump"}\n')
	    assert b"run already" in s.recv(4096)
	    for d in keep:
	        d.sendall(start([]))
	    os.write(3, b"ready\n")
	    os.read(4, 1)
	END
}

@test "hostile clients get an error, and nothing else" {
	local pid x

	sites
	pid=$(engine a)
	ping_begin beside ha 10.0.0.2
	hostile requests
	hostile programs
	hostile garbage
	run -0 ctl a dump -c 1 -w /dev/null
	# 1 MiB, in as many words as a command line wants
	x=$(head -c 100000 /dev/zero | tr '\0' x)
	# shellcheck disable=SC2086 # a word is a word
	run -1 ctl a dump -c 1 host $x $x $x $x $x $x $x $x $x $x $x
	[[ $output == *"filter: "* ]]
	[ "$(engine a)" = "$pid" ]
	[ "$(ping_end beside)" -eq 0 ]
}

@test "clients that never read cost a ring each, and nothing else" {
	local pid before

	sites
	before=$(resident "$(engine a)")
	mkfifo hold
	hostile silent 3>ready 4<>hold &
	pid=$!
	wait_for 10 grep -q ready ready
	ping_begin beside ha 10.0.0.2
	transfer ha hb 10.0.0.2 64
	# all of their rings have run full by now
	[ "$(resident "$(engine a)")" -lt $((before + 16 * 1100 + 4096)) ]
	[ "$(ping_end beside)" -eq 0 ]
	ctl a status
	echo >hold
	wait $pid
	run -0 ctl a dump -c 1 -w /dev/null
}

@test "a filter that takes long to compile disturbs nobody" {
	local filter

	sites
	filter=$(seq 1500 | sed 's/.*/(host 10.1.1.1 and port &) or/')
	ping_begin beside ha 10.0.0.2
	# it fails in the end, if it does not take longer than we wait
	timeout 10 "$build/dccbridge" -s "$dir/a.sock" dump -c 1 "$filter arp" \
		2>long.err || [ $? -eq 124 ] || grep -q "filter: " long.err
	[ "$(ping_end beside)" -eq 0 ]
}

@test "corrupt files are told" {
	local n

	sites
	dump_begin file a -c 20 -w "$dir/good.pcapng" noc
	net_in ha ping -n -c 10 -i 0.01 10.0.0.2
	wait_for 5 gone "$(cat file.pid)"
	run -1 ctl a dump -r "$build/dccbridge"
	[[ $output == *"not a pcapng file"* ]]
	run -1 ctl a dump -r nowhere
	head -c 300 good.pcapng >cut.pcapng
	run -1 ctl a dump -r cut.pcapng
	[[ $output == *"ends in the middle of a block"* ]]
	: >empty.pcapng
	for n in $(seq 40); do
		/usr/bin/python3 - good.pcapng "$n" >odd.pcapng <<-'END'
		import random, sys
		r = random.Random(int(sys.argv[2]))
		data = bytearray(open(sys.argv[1], "rb").read())
		for _ in range(r.randrange(1, 9)):
		    data[r.randrange(len(data))] = r.randrange(256)
		sys.stdout.buffer.write(data)
		END
		run ctl a dump -n -v -xx -r odd.pcapng
		[ "$status" -le 1 ]
	done
}

@test "Wireshark finds our interfaces, looks at filters and captures" {
	sites
	mkdir -p .config/wireshark/extcap
	ln -s .config/wireshark/extcap extcap
	ln -s "$build/dccbridge-extcap" extcap/
	wireshark -D >interfaces
	for i in lan line drop; do
		grep -q "dccbridge-$i " interfaces
		grep -q "dccbridge-$i:noc " interfaces
	done
	DCCBRIDGE_SOCKET=nowhere extcap/dccbridge-extcap --extcap-interfaces \
		2>/dev/null | not grep -q interface

	run -0 extcap/dccbridge-extcap --extcap-interface dccbridge-lan \
		--extcap-capture-filter 'icmp and host 10.0.0.2'
	[ -z "$output" ]
	run -1 extcap/dccbridge-extcap --extcap-interface dccbridge-lan \
		--extcap-capture-filter 'icmp and'
	[[ $output == *"syntax error"* ]]
	run -0 extcap/dccbridge-extcap --extcap-interface dccbridge-line:noc \
		--extcap-dlts
	[[ $output == *"{number=147}"* ]]
	run -0 extcap/dccbridge-extcap --extcap-interface dccbridge-line:noc \
		--extcap-config
	[[ $output == *"--headers"* ]]

	net_exec ha ping -n -i 0.01 10.0.0.2 >ping.out 2>&1 3>&- &
	echo $! >ping.pid
	wireshark -i dccbridge-lan:noc -f icmp -c 6 -w lan.pcapng
	[ "$(fields lan.pcapng icmp.type | sort | uniq -c | wc -l)" -eq 2 ]
	wireshark -X "lua_script:$src/etc/wireshark/dccbridge.lua" \
		-i dccbridge-line:noc -c 4 -T fields -e dccbridge.channel \
		-e dccbridge.class -e icmp.type >line.out
	[ "$(wc -l <line.out)" -eq 4 ]
	grep -Eqx '17	2	[08]' line.out
	not wireshark -i dccbridge-lan:noc -f 'icmp and' -c 1 -w bad.pcapng
	kill "$(cat ping.pid)"
}
