#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# offload.bats - super-frames: on, off and mixed, on an underlay that is bad

load lib

setup()
{
	lab_begin
}

teardown()
{
	lab_end
}

# ends A B - machines joined by a TAP each, with offload A and B
ends()
{
	lab_machines
	channel noc 17 '{name: dcc1, address: 10.0.0.1/24}' \
		172.16.1.11:6000 172.16.1.12:6000 | offload "$1" | channels a
	channel noc 17 '{name: dcc1, address: 10.0.0.2/24}' \
		172.16.1.12:6000 172.16.1.11:6000 | offload "$2" | channels b
	quiet_lan
	start a b
	wait_for 10 reaches a 10.0.0.2
}

# offload WHAT - put the key into the channels that come
offload()
{
	sed "s/remote: \"[^\"]*\"/&, offload: $1/"
}

# in_use MACHINE - what the channel's device leaves to us, and the path's trains
in_use()
{
	ctl "$1" -j status | jq -r '.channels[0] |
		(.offload.use + .paths[0].offload.use) | join(" ")'
}

# bad_underlay LOSS - lose so many of 1000 datagrams, both ways
bad_underlay()
{
	local m

	for m in a b; do
		net_in $m nft -f - <<-END
		table netdev bad {
			chain in {
				type filter hook ingress device wan priority 0
				udp dport 6000 numgen random mod 1000 < $1 drop
			}
		}
		END
	done
}

# routed_ends A B - the same with a router r between them
routed_ends()
{
	lab_routed 1500
	channel noc 17 '{name: dcc1, address: 10.0.0.1/24}' \
		172.16.1.11:6000 172.16.2.12:6000 | offload "$1" | channels a
	channel noc 17 '{name: dcc1, address: 10.0.0.2/24}' \
		172.16.2.12:6000 172.16.1.11:6000 | offload "$2" | channels b
	quiet_lan
	start a b
	wait_for 10 reaches a 10.0.0.2
}

# bad_router - of twenty packets, or trains of them, one comes late and one
# comes twice. They pass the router's IP by; the late ones, by a slow way round
bad_router()
{
	local to_a to_b n

	to_a=$(link_of a wan .address)
	to_b=$(link_of b wan .address)
	net_ip r link add s0 type veth peer name s1
	for n in s0 s1; do
		net_ip r link set $n up
		tc -n "${net_prefix}r" qdisc add dev $n root tbf \
			rate 20mbit burst 1600 limit 1m
	done
	net_in r nft -f - <<-END
	table netdev bad {
		chain near {
			type filter hook ingress device near priority 0
			udp dport != 6000 accept
			numgen inc mod 20 vmap { 3: jump late_b,
				15: jump twice_b }
		}
		chain late_b { ether daddr set $to_b fwd to s0; }
		chain twice_b { ether daddr set $to_b dup to far fwd to far; }
		chain s1 {
			type filter hook ingress device s1 priority 0
			fwd to far
		}
		chain far {
			type filter hook ingress device far priority 0
			udp dport != 6000 accept
			numgen inc mod 20 vmap { 3: jump late_a,
				15: jump twice_a }
		}
		chain late_a { ether daddr set $to_a fwd to s1; }
		chain twice_a { ether daddr set $to_a dup to near fwd to near; }
		chain s0 {
			type filter hook ingress device s0 priority 0
			fwd to near
		}
	}
	END
}

# tcp_count MACHINE NAME - one of the kernel's counters of TCP
tcp_count()
{
	net_in "$1" nstat -asz "TcpExt$2" | awk -v n="TcpExt$2" \
		'$1 == n { print $2 }'
}

# octets_cross MEBIBYTE FROM TO ADDRESS [OPTIONS] - over TCP, and compare them;
# the sender's socket gets socat's OPTIONS
octets_cross()
{
	local port=7001 any=TCP4

	[[ $4 != *:* ]] || any=TCP6
	net_exec "$3" socat -u "$any-LISTEN:$port,reuseaddr" - 3>&- |
		sha256sum >there &
	wait_for 5 net_listening "$3" $port
	openssl enc -aes-128-ctr -K 0 -iv 0 -in /dev/zero 2>/dev/null |
		head -c "$1M" | tee >(sha256sum >here) |
		net_in "$2" socat -u - "$any:$4:$port${5:+,$5}"
	wait $!
	wait_for 5 test -s here
	cmp here there
}

# all_frames - the odd frames from TAP to TAP, both ways
all_frames()
{
	net_ip a link set dcc1 mtu 1508
	"$tools/frames.py" -s -m 1500 "${net_prefix}a:dcc1" \
		"${net_prefix}b:dcc1"
	net_ip a link set dcc1 mtu 1500
	"$tools/frames.py" -m 1500 "${net_prefix}b:dcc1" "${net_prefix}a:dcc1"
}

@test "both ends with offloads: they say so, and carry super-frames" {
	local before

	ends auto auto
	in_use a
	[[ "$(in_use a)" == "checksum tcp "*"join send receive" ]]
	before=$(counter a line-tx-frames)
	octets_cross 50 a b 10.0.0.2
	octets_cross 50 b a 10.0.0.1
	[ "$(counter a line-tx-frames)" -gt $((before + 30000)) ]
	all_frames
}

@test "without offloads at one end" {
	ends auto off
	[ -z "$(in_use b)" ]
	octets_cross 20 a b 10.0.0.2
	octets_cross 20 b a 10.0.0.1
	all_frames
}

@test "without offloads at both ends" {
	ends off off
	octets_cross 20 a b 10.0.0.2
	octets_cross 20 b a 10.0.0.1
	all_frames
}

# lossy MEBIBYTE - from a to b, and some the other way, where one in a hundred
# is lost
lossy()
{
	local mebibyte=$1

	! long || mebibyte=10000
	bad_underlay 10
	octets_cross "${DCCBRIDGE_TEST_MEBIBYTE:-$mebibyte}" a b 10.0.0.2
	octets_cross 20 b a 10.0.0.1
}

@test "an underlay that loses one packet in a hundred" {
	ends auto auto
	lossy 1000
}

@test "an underlay that loses, one end without offloads" {
	ends auto off
	lossy 20
}

@test "an underlay that loses, both ends without offloads" {
	ends off off
	lossy 20
}

@test "an underlay where packets overtake each other and come twice" {
	local how

	for how in 'auto auto' 'auto off'; do
		# shellcheck disable=SC2086 # two words
		routed_ends $how
		bad_router
		octets_cross 50 a b 10.0.0.2
		octets_cross 50 b a 10.0.0.1
		[ "$(tcp_count b TCPOFOQueue)" -gt 50 ]
		[ "$(tcp_count a TCPOFOQueue)" -gt 50 ]
		stop a b
		net_end
	done
}

@test "TCP over IPv6, with IP options and with extension headers" {
	local m before

	ends auto auto
	for m in a:1 b:2; do
		net_in ${m%:*} sysctl -qw net.ipv6.conf.dcc1.disable_ipv6=0
		address ${m%:*} dcc1 fd00:5::${m#*:}/64
	done
	wait_for 10 reaches a fd00:5::2
	before=$(counter b lan-tx-frames)
	octets_cross 20 a b '[fd00:5::2]'
	octets_cross 20 b a '[fd00:5::1]'
	# three octets that do nothing, and the end
	octets_cross 20 a b 10.0.0.2 ip-options=x01010100
	# an extension header with nothing but padding
	octets_cross 20 a b '[fd00:5::2]' \
		setsockopt-bin=41:59:x0000010400000000
	[ "$(counter b lan-tx-frames)" -gt $((before + 50000)) ]
}

@test "datagrams that a kernel has in one piece arrive one by one" {
	local m how

	for how in 'auto auto' 'auto off' 'off auto'; do
		# shellcheck disable=SC2086 # two words
		ends $how
		for m in a:1 b:2; do
			net_in ${m%:*} sysctl -qw \
				net.ipv6.conf.dcc1.disable_ipv6=0
			address ${m%:*} dcc1 fd00:5::${m#*:}/64
		done
		wait_for 10 reaches a fd00:5::2
		"$tools/segments.py" "${net_prefix}a" "${net_prefix}b" 10.0.0.2
		"$tools/segments.py" "${net_prefix}a" "${net_prefix}b" fd00:5::2
		stop a b
		net_end
	done
}

@test "trains of several flows, with other frames among them" {
	local how before n

	for how in 'auto auto' 'auto off' 'off auto'; do
		# shellcheck disable=SC2086 # two words
		ends $how
		before=$(counter b line-rx-frames)
		n=$("$tools/mixture.py" "${net_prefix}a" "${net_prefix}b" \
			10.0.0.2)
		[ "$(counter b line-rx-frames)" -ge $((before + n)) ]
		[ "$(counter b line-rx-frames)" -lt $((before + n + 500)) ]
		stop a b
		net_end
	done
}

@test "a fragment is no frame, whatever it looks like in a train" {
	lab_machines
	channel noc 17 \
		'{name: dcc1, address: 10.0.0.1/24, mac: "02:00:5e:00:00:11"}' \
		172.16.1.11:6000 172.16.1.12:6000 | channels a
	quiet_lan
	start a
	"$tools/behind.py" "${net_prefix}b" "${net_prefix}a" \
		02:00:5e:00:00:11 10.0.0.1
}

@test "the underlay narrows under way, and widens again" {
	local m

	ends auto auto
	(octets_cross 300 a b 10.0.0.2) &
	for m in 1300 1500 1400; do
		net_ip a link set wan mtu $m
		net_ip b link set wan mtu $m
		wait_for 10 reaches a 10.0.0.2
	done
	wait $!
	octets_cross 20 b a 10.0.0.1
}

@test "a path with a rate takes the offloads from the device" {
	ends auto auto
	[[ "$(in_use a)" == checksum* ]]
	sed -i 's/offload: auto/rate: 100M/' a.yaml
	ctl a reload
	wait_for 10 reaches a 10.0.0.2
	[ "$(in_use a)" = '' ]
	octets_cross 5 a b 10.0.0.2
}

@test "VXLAN over the channel has right checksums" {
	local m

	ends auto auto
	for m in a:10.0.0.2:21 b:10.0.0.1:22; do
		net_ip ${m%%:*} link add vx type vxlan id 5 dstport 4789 \
			dev dcc1 remote "$(cut -d: -f2 <<<$m)"
		address ${m%%:*} vx "10.9.0.${m##*:}/24"
		net_ip ${m%%:*} link set vx up
	done
	wait_for 10 reaches a 10.9.0.22
	octets_cross 20 a b 10.9.0.22
	octets_cross 20 b a 10.9.0.21
}
