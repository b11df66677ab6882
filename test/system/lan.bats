#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# lan.bats - two LANs are one: every frame arrives, as it was sent

load lib

setup()
{
	lab_begin
}

teardown()
{
	lab_end
}

# sites - two sites whose hosts reach each other
sites()
{
	lab_sites
	join_sites
	start a b
	joined
}

# wires MTU [UNDERLAY] - two machines whose TAPs are in no bridge
wires()
{
	lab_machines
	[ -z "${2-}" ] || {
		net_ip a link set wan mtu "$2"
		net_ip b link set wan mtu "$2"
	}
	join_sites "{name: dcc1, mtu: $1}"
	quiet_lan
	start a b
	wait_state a noc up
	wait_state b noc up
}

# frames [OPTION ...] FROM:DEVICE TO:DEVICE - send them, and compare
frames()
{
	"$tools/frames.py" "${@:1:$#-2}" "$net_prefix${*: -2:1}" \
		"$net_prefix${*: -1}"
}

# all_frames MTU - the odd frames from TAP to TAP, both ways; so that what
# bears two tags can be sent in full, the sending device is widened
all_frames()
{
	net_ip a link set dcc1 mtu $(($1 + 8))
	frames -s -m "$1" a:dcc1 b:dcc1
	net_ip a link set dcc1 mtu "$1"
	frames -m "$1" b:dcc1 a:dcc1
}

@test "hosts behind two bridges reach each other by IPv4" {
	sites
	net_in ha ping -n -c 20 -i 0.01 10.0.0.2
	net_in hb ping -n -c 20 -i 0.01 10.0.0.1
}

@test "neighbours are discovered by IPv6" {
	sites
	net_in ha ping -n -c 5 -i 0.01 fd00:2::2
	net_ip ha -6 neigh show fd00:2::2 | grep -q lladdr
}

@test "a ping of full size and one of many fragments" {
	sites
	net_in ha ping -n -c 5 -i 0.01 -M 'do' -s 1472 10.0.0.2
	net_in ha ping -n -c 5 -i 0.01 -s 20000 10.0.0.2
}

@test "a file over TCP comes out the same, both ways" {
	local size=8

	! full || size=100
	sites
	transfer ha hb 10.0.0.2 $size
	transfer hb ha 10.0.0.1 $size
}

@test "iperf3 runs both ways" {
	sites
	net_exec hb iperf3 -s -1 >iperf.log 2>&1 3>&- &
	wait_for 5 net_listening hb 5201
	net_in ha iperf3 -c 10.0.0.2 -t 1 --bidir -J >both.json
	jq -e '.end.sum_received.bytes > 100000 and
	       .end.sum_received_bidir_reverse.bytes > 100000' both.json
}

@test "odd frames cross the bridges octet for octet" {
	sites
	quiet_lan
	frames -b ha:eth0 hb:eth0
	frames -b hb:eth0 ha:eth0
}

@test "odd frames, those that no bridge forwards too, from TAP to TAP" {
	wires 1500
	all_frames 1500
}

@test "odd frames of a LAN of 9216 octets over a narrow underlay" {
	wires 9216
	all_frames 9216
}

@test "odd frames over an underlay of 1280 octets" {
	wires 1500 1280
	all_frames 1500
}

@test "odd frames over an underlay wide enough for all of them" {
	wires 1500 2000
	all_frames 1500
}

# path_octets MACHINE - what its paths sent so far, their lines' own left out
path_octets()
{
	ask "$1" '[.objects[] | select(.kind == "path").counters[] |
		select(.name == "line-tx-octets").value] | add' stats
}

@test "the padding of short frames does not travel" {
	local before after

	wires 1500
	before=$(path_octets a)
	frames -k '60 octets, 46 zeros' -c 100 a:dcc1 b:dcc1
	after=$(path_octets a)
	echo "octets sent: $((after - before))"
	[ $((after - before)) -lt 4000 ]
}

@test "a jumbo LAN of 9000 octets, its frames sent in fragments" {
	lab_machines
	lab_hosts 9000
	join_sites
	start a b
	joined
	[ "$(link_of a dcc1 .mtu)" -eq 9000 ]
	net_in ha ping -n -c 5 -i 0.01 -M 'do' -s 8972 10.0.0.2
	transfer ha hb 10.0.0.2 4
	counted a frames-cut 5
	counted b frames-joined 5
}

# narrow_path - a router whose far side takes 1200 octets; it drops what it
# would have to cut, and counts the fragments that should not be
narrow_path()
{
	lab_routed 1200
	lab_hosts 1500
	net_in r nft -f - <<-END
	table ip watch {
		counter fragments { }
		chain forward {
			type filter hook forward priority 0
			ip frag-off & 0x3fff != 0 counter name fragments
		}
	}
	END
	channel noc 17 '{name: dcc1, bridge: br0}' \
		172.16.1.11:6000 172.16.2.12:6000 | channels a
	channel noc 17 '{name: dcc1, bridge: br0}' \
		172.16.2.12:6000 172.16.1.11:6000 | channels b
}

# filter_icmp - the router is silent on what it drops
filter_icmp()
{
	net_in r nft -f - <<-END
	table ip filter {
		chain output {
			type filter hook output priority 0
			ip protocol icmp drop
		}
	}
	END
}

no_ip_fragments()
{
	net_in r nft -j list counter ip watch fragments |
		jq -e '.nftables[] | .counter? // empty | .packets == 0'
}

big_ping()
{
	net_in ha ping -n -c 1 -W 1 -M 'do' -s 1472 10.0.0.2
}

@test "mtu auto learns of a narrow path from ICMP" {
	narrow_path
	start a b
	joined
	wait_for 10 big_ping
	transfer ha hb 10.0.0.2 4
	no_ip_fragments
}

@test "mtu auto learns of a narrow path where ICMP is filtered" {
	narrow_path
	filter_icmp
	start a b
	joined
	wait_for 30 big_ping
	transfer ha hb 10.0.0.2 4
	no_ip_fragments
}

@test "a path that becomes narrow while it carries traffic" {
	narrow_path
	net_ip r link set far mtu 1500
	net_ip b link set wan mtu 1500
	start a b
	joined
	wait_for 10 big_ping
	net_ip r link set far mtu 1200
	net_ip b link set wan mtu 1200
	wait_for 10 big_ping
	transfer ha hb 10.0.0.2 1
	no_ip_fragments
}

@test "mtu as a number fixes what the underlay takes" {
	narrow_path
	sed -i 's/remote: \("[^"]*"\)/&, mtu: 1200/' a.yaml b.yaml
	filter_icmp
	start a b
	joined
	big_ping
	transfer ha hb 10.0.0.2 4
	no_ip_fragments
}
