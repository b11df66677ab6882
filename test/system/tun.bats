#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# tun.bats - the devices: TUN and TAP, and all that they can be told to be

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

# tun MACHINE DEVICE LOCAL REMOTE - one channel whose LAN side is a TUN
tun()
{
	channels "$1" <<-END
	  - name: link
	    id: 17
	    tun: $2
	    paths: [{name: wan, udp: {local: "$3", remote: "$4"}}]
	END
}

# classic [KEYS] - two machines, and between them a network of their own
classic()
{
	tun a "{name: tun0, address: 192.168.1.11/24${1+, $1}}" \
		172.16.1.11:6000 172.16.1.12:6000
	tun b "{name: tun0, address: 192.168.1.12/24${1+, $1}}" \
		172.16.1.12:6000 172.16.1.11:6000
}

# tap DEVICE - machine a alone, with one TAP; its far end never answers
tap()
{
	channel noc 17 "$1" 172.16.1.11:6000 172.16.1.12:6000 | channels a
}

# reason - why channel noc of a is down
reason()
{
	ctl a status noc
	ctl a events
	cat a.log
}

# refused WORD ... - the channel stays down, with a message that has the words
refused()
{
	local word

	wait_state a noc down
	for word; do
		reason | grep -qi -e "$word" || {
			reason
			echo "nothing is said of: $word"
			return 1
		}
	done
}

bridge_of()
{
	link_of a "$1" '.master // "none"'
}

@test "the classic example: an application on the far TUN's address" {
	classic
	start a b
	wait_for 10 reaches a 192.168.1.12
	net_exec b nc -N -l 192.168.1.12 5000 <<<"served" >request 3>&- &
	wait_for 5 net_listening b 5000
	[ "$(net_in a nc -N -s 192.168.1.11 192.168.1.12 5000 <<<"asked")" = \
		served ]
	wait_for 5 grep -qx asked request
}

@test "after the end device, address and routes are gone" {
	classic
	start a b
	wait_for 10 reaches a 192.168.1.12
	net_ip a route add 192.168.7.0/24 dev tun0
	stop a b
	not has a tun0
	not has b tun0
	not grep 192.168 <(net_ip a route; net_ip a addr)
}

@test "a TUN carries IPv6, and a peer address makes a link of two" {
	tun a '{name: tun0, address: [192.168.1.11/32, "fd00:9::1/64"],
		peer-address: 192.168.1.12}' 172.16.1.11:6000 172.16.1.12:6000
	tun b '{name: tun0, address: [192.168.1.12/32, "fd00:9::2/64"],
		peer-address: 192.168.1.11}' 172.16.1.12:6000 172.16.1.11:6000
	start a b
	wait_for 10 reaches a 192.168.1.12
	wait_for 10 reaches a fd00:9::2
	net_ip a addr show tun0 | grep -q '192.168.1.11 peer 192.168.1.12'
}

@test "a TUN with packet information" {
	classic 'packet-information: true'
	start a b
	wait_for 10 reaches a 192.168.1.12
	link_of a tun0 .linkinfo.info_data.pi | grep -qx true
	net_in a ping -n -c 20 -i 0.01 -s 1000 192.168.1.12
}

@test "one end with packet information, the other without" {
	tun a '{name: tun0, address: 192.168.1.11/24,
		packet-information: true}' 172.16.1.11:6000 172.16.1.12:6000
	tun b '{name: tun0, address: 192.168.1.12/24}' \
		172.16.1.12:6000 172.16.1.11:6000
	start a b
	wait_for 10 reaches a 192.168.1.12
	wait_for 10 reaches b 192.168.1.11
}

@test "a TUN of another link type" {
	tun a '{name: tun0, link-type: 512}' 172.16.1.11:6000 172.16.1.12:6000
	start a
	wait_device a link
	[ "$(net_in a cat /sys/class/net/tun0/type)" -eq 512 ]
}

@test "several addresses, an MTU and a MAC as the file tells" {
	tap '{name: dcc1, mtu: 1300, mac: "fe:00:5e:00:00:11",
		address: [10.1.0.1/24, 10.2.0.1/16, "fd00:3::1/64"]}'
	start a
	wait_device a noc
	[ "$(link_of a dcc1 .mtu)" -eq 1300 ]
	[ "$(link_of a dcc1 .address)" = fe:00:5e:00:00:11 ]
	net_ip a addr show dcc1 | grep -q 'inet 10.1.0.1/24'
	net_ip a addr show dcc1 | grep -q 'inet 10.2.0.1/16'
	net_ip a addr show dcc1 | grep -q 'inet6 fd00:3::1/64'
}

@test "a device without a name is called after the channel's id" {
	tap '{}'
	start a
	wait_device a noc
	has a dcc17
}

@test "the MAC stays across a restart, and is never the bridge's" {
	local mac

	bridge_for a
	tap '{name: dcc1, bridge: br0}'
	start a
	wait_device a noc
	mac=$(link_of a dcc1 .address)
	[[ $mac == fe:* ]]
	[ "$(link_of a br0 .address)" != "$mac" ]
	stop a
	start a
	wait_device a noc
	[ "$(link_of a dcc1 .address)" = "$mac" ]
}

@test "the bridge's MAC, MTU and addresses stay as they were" {
	local before after

	bridge_for a 1400
	address a br0 10.0.0.9/24
	wait_for 5 net_in a grep -q 1 /sys/class/net/br0/carrier
	before=$(net_ip a -o addr show br0; net_ip a -o link show br0)
	tap '{name: dcc1, bridge: br0}'
	start a
	wait_device a noc
	[ "$(link_of a dcc1 .mtu)" -eq 1400 ]
	after=$(net_ip a -o addr show br0; net_ip a -o link show br0)
	diff <(echo "$before") <(echo "$after")
	not grep inet <(net_ip a addr show dev dcc1)
	stop a
	after=$(net_ip a -o addr show br0; net_ip a -o link show br0)
	diff <(echo "$before") <(echo "$after")
}

@test "an MTU that would lower the bridge's is refused, but on request" {
	bridge_for a
	tap '{name: dcc1, bridge: br0, mtu: 1400}'
	start a
	refused br0 lower-bridge-mtu
	[ "$(link_of a br0 .mtu)" -eq 1500 ]
	stop a
	tap '{name: dcc1, bridge: br0, mtu: 1400, lower-bridge-mtu: true}'
	start a
	wait_device a noc
	[ "$(link_of a dcc1 .mtu)" -eq 1400 ]
}

@test "a bridge is made when told to, and removed with its last port" {
	tap '{name: dcc1, bridge: {name: br7, create: true, stp: true}}'
	start a
	wait_device a noc
	[ "$(bridge_of dcc1)" = br7 ]
	[ "$(link_of a br7 .linkinfo.info_data.stp_state)" -eq 1 ]
	stop a
	not has a br7
}

@test "a bridge that was made stays while it has another port" {
	tap '{name: dcc1, bridge: {name: br7, create: true}}'
	start a
	wait_device a noc
	net_ns ha
	net_link ha eth0 a lan
	net_ip a link set lan master br7
	stop a
	not has a dcc1
	has a br7
}

@test "a bridge that is not there is named in the message" {
	tap '{name: dcc1, bridge: br9}'
	start a
	refused br9 create
}

@test "an isolated port" {
	bridge_for a
	tap '{name: dcc1, bridge: {name: br0, isolated: true}}'
	start a
	wait_device a noc
	link_of a dcc1 .linkinfo.info_slave_data.isolated | grep -qx true
}

@test "a TAP in a bridge has no IPv6 of its own" {
	bridge_for a
	tap '{name: dcc1, bridge: br0}'
	start a
	wait_device a noc
	[ -z "$(net_ip a -6 addr show dev dcc1)" ]
}

@test "a persistent device outlives the daemon, and is taken up again" {
	local index

	tap '{name: dcc1, persist: true, address: 10.1.0.1/24}'
	start a
	wait_device a noc
	index=$(link_of a dcc1 .ifindex)
	stop a
	has a dcc1
	start a
	wait_device a noc
	[ "$(link_of a dcc1 .ifindex)" = "$index" ]
}

@test "owner and group may open the device" {
	tap '{name: dcc1, owner: nobody, group: 1234}'
	start a
	wait_device a noc
	[ "$(net_in a cat /sys/class/net/dcc1/owner)" -eq "$(id -u nobody)" ]
	[ "$(net_in a cat /sys/class/net/dcc1/group)" -eq 1234 ]
}

@test "a device that exists as a TUN is told from a TAP" {
	net_ip a tuntap add dcc1 mode tun
	tap '{name: dcc1}'
	start a
	refused dcc1 tun
	net_ip a tuntap del dcc1 mode tun
}

@test "a device that exists with several queues names the flag" {
	net_ip a tuntap add dcc1 mode tap multi_queue
	tap '{name: dcc1}'
	start a
	refused dcc1 IFF_MULTI_QUEUE
}

@test "a name that another kind of device has" {
	net_ip a link add dcc1 type bridge
	tap '{name: dcc1}'
	start a
	refused dcc1
	has a dcc1
}

@test "a device that another process holds is busy" {
	net_exec a socat TUN,tun-type=tap,tun-name=dcc1,iff-no-pi,iff-up \
		PIPE >socat.log 2>&1 3>&- &
	wait_for 5 has a dcc1
	tap '{name: dcc1}'
	start a
	refused dcc1 busy
}

@test "the carrier follows the channel" {
	channel noc 17 '{name: dcc1}' 172.16.1.12:6000 172.16.1.11:6000 |
		channels b
	tap '{name: dcc1}'
	start a b
	wait_for 5 net_in a grep -q 1 /sys/class/net/dcc1/carrier
	ctl a disable noc
	wait_for 5 net_in a grep -q 0 /sys/class/net/dcc1/carrier
	ctl a enable noc
	wait_for 5 net_in a grep -q 1 /sys/class/net/dcc1/carrier
}

@test "a device that somebody removes comes back" {
	local index

	tap '{name: dcc1}'
	start a
	wait_device a noc
	index=$(link_of a dcc1 .ifindex)
	net_ip a link del dcc1
	wait_for 10 has a dcc1
	wait_device a noc
	[ "$(link_of a dcc1 .ifindex)" != "$index" ]
}
