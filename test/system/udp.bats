#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# udp.bats - the path over UDP: who may send, which way it goes, what it meets

load lib

setup()
{
	lab_begin
	lab_machines
}

teardown()
{
	lab_end
}

# pair [LOCAL REMOTE] - the usual channel, TAP to TAP, with addresses of its own
pair()
{
	local here=${1:-172.16.1.11:6000} there=${2:-172.16.1.12:6000}

	channel noc 17 '{name: dcc1, address: 10.0.0.1/24}' "$here" "$there" |
		channels a
	channel noc 17 '{name: dcc1, address: 10.0.0.2/24}' "$there" "$here" |
		channels b
}

# keys TEXT - further keys of the path, at both ends
keys()
{
	sed -i "s/remote: \"[^\"]*\"/&, $1/" a.yaml b.yaml
}

# flows - wait until frames go through
flows()
{
	wait_for "${1:-10}" reaches a 10.0.0.2
}

# wan_counter MACHINE MATCH - count what leaves a machine; counters every and
# matching
wan_counter()
{
	net_in "$1" nft -f - <<-END
	table inet watch {
		counter every { }
		counter matching { }
		chain output {
			type filter hook output priority 0
			udp dport 6000 counter name every
			udp dport 6000 $2 counter name matching
		}
	}
	END
}

packets()
{
	net_in "$1" nft -j list counter inet watch "$2" |
		jq '.nftables[] | .counter? // empty | .packets'
}

# eight FROM TO - the eight channels of a machine, but for those left out
eight()
{
	local i without=${3-}

	for i in 1 2 3 4 5 6 7 8; do
		[ "$i" != "$without" ] || continue
		channel "ring$i" $((100 + i)) \
			"{name: dcc$i, address: 10.0.$i.${1##*.}/24}" \
			"$1:6000" "$2:6000"
	done
}

# own_sockets MACHINE - how many far ends have a socket of their own there
own_sockets()
{
	net_in "$1" ss -Hun state established 'sport = :6000' | wc -l
}

# has_own MACHINE COUNT
has_own()
{
	[ "$(own_sockets "$1")" -eq "$2" ]
}

@test "a far end alone on its port has its own socket; none loses a frame" {
	local i lost

	channel one 1 '{name: dcc1, address: 10.0.1.1/24}' \
		172.16.1.11:6000 172.16.1.12:6000 | channels a
	channel one 1 '{name: dcc1, address: 10.0.1.2/24}' \
		172.16.1.12:6000 172.16.1.11:6000 | channels b
	start a b
	wait_for 10 reaches a 10.0.1.2
	wait_for 5 has_own a 1
	ping_begin ping a 10.0.1.2
	# another comes, goes and stays; the first one keeps what it has
	for i in 1 2 3; do
		cp a.yaml alone.yaml
		channel two 2 '{name: dcc2}' 172.16.1.11:6000 \
			172.16.1.13:6000 >>a.yaml
		ctl a reload
		wait_device a two
		[ "$(own_sockets a)" -eq 1 ]
		mv alone.yaml a.yaml
		ctl a reload
		wait_for 5 not has a dcc2
		wait_for 5 has_own a 1
	done
	lost=$(ping_end ping)
	echo "lost $lost"
	[ "$lost" -eq 0 ]
	# that of a far end that is changed is made anew
	sed -i 's/172.16.1.12:6000/172.16.1.13:6000/' a.yaml
	ctl a reload
	address b wan 172.16.1.13/24
	sed -i 's/172.16.1.12:6000/172.16.1.13:6000/' b.yaml
	ctl b reload
	wait_for 10 reaches a 10.0.1.2
	wait_for 5 has_own a 1
	wait_for 5 has_own b 1
	net_in a ss -Hun state established 'sport = :6000' |
		grep -q 172.16.1.13:6000
}

@test "who has a port for itself keeps others of its name out of it" {
	pair
	start a b
	flows
	wait_for 5 has_own a 1
	sed 's/a.sock/c.sock/' a.yaml >c.yaml
	net_exec a "$build/dccbridged" -d -f "$dir/c.yaml" >c.log 2>&1 3>&- &
	wait_for 10 grep -q 'another program has this port' c.log
	kill $!
	flows
}

@test "eight channels over one port; one is reloaded away, none else loses" {
	local i lost

	eight 172.16.1.11 172.16.1.12 | channels a
	eight 172.16.1.12 172.16.1.11 | channels b
	start a b
	for i in 1 2 3 4 5 6 7 8; do
		wait_for 10 reaches a 10.0.$i.12
	done
	for i in 1 2 3 5 6 7 8; do
		ping_begin ping$i a 10.0.$i.12
	done
	wait_for 5 counted a lan-rx-frames 3000
	eight 172.16.1.11 172.16.1.12 4 | channels a
	ctl a reload
	wait_for 5 not has a dcc4
	wait_for 5 counted a lan-rx-frames 10000
	eight 172.16.1.11 172.16.1.12 | channels a
	ctl a reload
	wait_for 10 reaches a 10.0.4.12
	for i in 1 2 3 5 6 7 8; do
		lost=$(ping_end ping$i)
		echo "ring$i lost $lost"
		[ "$lost" -eq 0 ]
	done
}

@test "channels on one port are told apart by sender too" {
	machine c
	net_link a wan2 c wan
	address a wan2 172.16.3.11/24
	address c wan 172.16.3.13/24
	{
		channel east 1 '{name: dcc1, address: 10.0.1.1/24}' \
			0.0.0.0:6000 172.16.1.12:6000
		channel west 2 '{name: dcc2, address: 10.0.2.1/24}' \
			0.0.0.0:6000 172.16.3.13:6000
	} | channels a
	channel east 1 '{name: dcc1, address: 10.0.1.2/24}' \
		172.16.1.12:6000 172.16.1.11:6000 | channels b
	channel west 2 '{name: dcc1, address: 10.0.2.2/24}' \
		172.16.3.13:6000 172.16.3.11:6000 | channels c
	start a b c
	wait_for 10 reaches a 10.0.1.2
	wait_for 10 reaches a 10.0.2.2
	stop c
	# c sends for the channel that is b's
	"$tools/datagrams.py" -n 10 =800000010001ffffffffffff02dccb00000088b5 \
		"${net_prefix}c" 172.16.3.13:6000 172.16.3.11:6000
	wait_for 5 counted a channel 10
	wait_for 5 reaches a 10.0.1.2
}

@test "a stranger is counted, not carried and never answered" {
	local before

	pair
	quiet_lan
	start a b
	flows
	before=$(counter a lan-tx-frames)
	address b wan 172.16.1.13/24
	run "$tools/datagrams.py" -n 200 good "${net_prefix}b" \
		172.16.1.12:6001 172.16.1.11:6000
	[ "$output" = "sent 200 answers 0" ]
	run "$tools/datagrams.py" -n 200 good "${net_prefix}b" \
		172.16.1.13:6000 172.16.1.11:6000
	[ "$output" = "sent 200 answers 0" ]
	run "$tools/datagrams.py" -n 200 random "${net_prefix}b" \
		172.16.1.13:6000 172.16.1.11:6000
	[ "$output" = "sent 200 answers 0" ]
	wait_for 5 counted a stranger 600
	[ "$(counter a lan-tx-frames)" -lt $((before + 200)) ]
	flows
}

@test "bad datagrams of the far end are dropped, each for its reason" {
	local reason octets

	pair
	start a
	while read -r reason octets; do
		"$tools/datagrams.py" -u -n 10 "=$octets" "${net_prefix}b" \
			172.16.1.12:6000 172.16.1.11:6000
		wait_for 5 counted a "$reason" 10 || {
			ctl a stats
			echo "$octets is not counted as $reason"
			return 1
		}
	done <<-END
	short		8000
	version		400000110001ffffffffffff02dccb00000088b5
	type		8f0000110001ffffffffffff02dccb00000088b5
	reserved	800100110001ffffffffffff02dccb00000088b5
	flags		804000110001ffffffffffff02dccb00000088b5
	channel		800077770001ffffffffffff02dccb00000088b5
	kind		81000011000145000014000000000000000000000000000000000000
	unsupported	802000110001ffffffffffff02dccb00000088b5
	runt		800000110001ffffffffffff
	END
}

@test "random and odd datagrams by the hundred thousand leave it healthy" {
	local count=100000 memory kind

	! full || count=500000
	pair
	start a b
	flows
	stop b
	memory=$(awk '/VmRSS/ { print $2 }' "/proc/$(engine a)/status")
	for kind in random odd; do
		"$tools/datagrams.py" -u -n $count $kind "${net_prefix}b" \
			172.16.1.12:6000 172.16.1.11:6000
	done
	echo "memory before: $memory KiB"
	grep VmRSS "/proc/$(engine a)/status"
	sanitized || [ "$(awk '/VmRSS/ { print $2 }' \
		"/proc/$(engine a)/status")" -lt $((memory + 3072)) ]
	counted a line-rx-frames 10000
	ctl a status
	start b
	flows
	net_in a ping -n -c 100 -i 0.002 -q 10.0.0.2 | grep ' 0% packet loss'
}

@test "the far end goes and comes back" {
	pair
	start a b
	flows
	stop b
	net_in a ping -n -c 20 -i 0.01 -W 0.1 -q 10.0.0.2 || true
	start b
	flows
}

@test "a local address that vanishes and comes back" {
	pair
	start a b
	flows
	net_ip a addr del 172.16.1.11/24 dev wan
	net_in a ping -n -c 20 -i 0.01 -W 0.1 -q 10.0.0.2 || true
	net_ip a addr add 172.16.1.11/24 dev wan
	flows
}

@test "a local address that is not there yet" {
	net_ip a addr del 172.16.1.11/24 dev wan
	pair
	start a b
	run reaches a 10.0.0.2
	[ "$status" -ne 0 ]
	# it says what is the matter
	ctl a status noc | grep -i -e unreachable -e 'cannot assign'
	net_ip a addr add 172.16.1.11/24 dev wan
	flows
}

@test "an underlay that is down and up again" {
	pair
	start a b
	flows
	net_ip b link set wan down
	net_in a ping -n -c 20 -i 0.01 -W 0.1 -q 10.0.0.2 || true
	net_ip b link set wan up
	flows
}

# hosts MACHINE TEXT - what names mean there
hosts()
{
	mkdir -p "/etc/netns/$net_prefix$1"
	echo "$2" >"/etc/netns/$net_prefix$1/hosts"
}

@test "the far end by name" {
	hosts a "172.16.1.12 far.example"
	pair 172.16.1.11:6000 172.16.1.12:6000
	sed -i 's/remote: "172.16.1.12:/remote: "far.example:/' a.yaml
	start a b
	flows
	ctl a status -v noc | grep -q far.example
}

@test "a name that is not known yet" {
	hosts a ""
	pair
	sed -i 's/remote: "172.16.1.12:/remote: "far.example:/' a.yaml
	start a b
	wait_state a noc down
	ctl a status -v noc | grep -q far.example
	hosts a "172.16.1.12 far.example"
	flows 40
}

# alike - does status ask for one name of the far end?
alike()
{
	ctl a status -v more | grep -q 'write it alike'
}

@test "one far end under two names is told of" {
	hosts a "172.16.1.12 far.example"
	pair
	channel more 18 '{name: dcc2}' 172.16.1.11:6000 far.example:6000 \
		>>a.yaml
	start a b
	flows
	wait_for 10 alike
	channel_is a noc up
}

@test "a name is looked up again when the far end has moved" {
	full || skip "takes longer than 30 s; DCCBRIDGE_TEST_FULL=1 runs it"
	hosts a "172.16.1.12 far.example"
	pair
	sed -i 's/remote: "172.16.1.12:/remote: "far.example:/' a.yaml
	start a b
	flows
	stop b
	address b wan 172.16.1.13/24
	sed -i 's/172.16.1.12:/172.16.1.13:/' b.yaml
	hosts a "172.16.1.13 far.example"
	start b
	flows 60
}

@test "an underlay of IPv6" {
	pair '[fd00:1::11]:6000' '[fd00:1::12]:6000'
	start a b
	flows
	net_in a ping -n -c 5 -i 0.01 -M 'do' -s 1472 10.0.0.2
}

@test "without a local address any will do, at port 6000" {
	pair
	sed -i 's/local: "[^"]*", //' a.yaml b.yaml
	start a b
	flows
}

@test "the interface that the file tells, and no other" {
	net_link a wan2 b wan2
	pair
	keys 'interface: wan2'
	wan_counter a 'oifname != "wan2"'
	start a b
	flows
	[ "$(packets a every)" -gt 0 ]
	[ "$(packets a matching)" -eq 0 ]
}

@test "datagrams bear the code point that the file tells" {
	pair
	keys 'dscp: 46'
	wan_counter a 'ip dscp != 46'
	start a b
	flows
	[ "$(packets a every)" -gt 0 ]
	[ "$(packets a matching)" -eq 0 ]
}

@test "the code point over IPv6" {
	pair '[fd00:1::11]:6000' '[fd00:1::12]:6000'
	keys 'dscp: 46'
	wan_counter a 'ip6 dscp != 46'
	start a b
	flows
	[ "$(packets a every)" -gt 0 ]
	[ "$(packets a matching)" -eq 0 ]
}

# full_size - whether the probe has found what the underlay carries
full_size()
{
	ask a '.channels[0].paths[0].payload' | grep -qx 1472
}

# settled - whether it has, and nothing of the far end's was strange
settled()
{
	full_size && [ "$(counter a stranger)" -eq 0 ]
}

@test "a line's own settings take force by a reload, and its probe goes on" {
	pair
	start a b
	wait_for 10 full_size
	keys 'dscp: 46'
	ctl a reload
	wait_for 10 settled
	keys 'rate: 64k'
	ctl a reload
	flows
	net_in a ping -n -c 3 -i 0.2 -s 1000 10.0.0.2
	counted a frames-cut 3
}
