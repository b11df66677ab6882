#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# oam.bats - what both ends tell each other of a path, beside the LAN's frames

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

# pair [PATH KEYS] - the usual channel, TAP to TAP, with addresses of its own
pair()
{
	channel noc 17 '{name: dcc1, address: 10.0.0.1/24}' \
		172.16.1.11:6000 172.16.1.12:6000 | channels a
	channel noc 17 '{name: dcc1, address: 10.0.0.2/24}' \
		172.16.1.12:6000 172.16.1.11:6000 | channels b
	sed -i "s/remote: \"[^\"]*\"/&${1:+, $1}/" a.yaml b.yaml
}

# echoes COUNT FLAGS [PADDING] - send echo requests on channel 17 as b would,
# and print how many answers came that are right; PADDING is in hex
request=1234000000010102030405060708
echoes()
{
	"$tools/datagrams.py" -n "$1" -a "83000011....04$2$request${4-${3-}}" \
		"=83000011000103$2$request${3-}" "${net_prefix}b" \
		172.16.1.12:6000 172.16.1.11:6000
}

@test "echo requests on a channel are answered, once each and no longer" {
	pair
	start a
	wait_state a noc up
	[ "$(echoes 20 00)" = "sent 20 answers 20" ]
	[ "$(echoes 20 00 55aa55aa)" = "sent 20 answers 20" ]
	[ "$(echoes 20 01 55aa55aa '')" = "sent 20 answers 20" ]
	[ "$(counter a oam)" -eq 0 ]
	counted a oam-rx 60
	# a reserved bit, and one that ends too early
	[ "$(echoes 20 02)" = "sent 20 answers 0" ]
	"$tools/datagrams.py" -n 10 =8300001100010300 "${net_prefix}b" \
		172.16.1.12:6000 172.16.1.11:6000
	wait_for 5 counted a oam 30
}

@test "echo requests are answered without the LAN, but not when disabled" {
	pair
	start a
	wait_state a noc up
	net_ip a link set dcc1 down
	[ "$(echoes 10 00)" = "sent 10 answers 10" ]
	ctl a disable noc wan
	[ "$(echoes 10 00)" = "sent 10 answers 0" ]
	counted a disabled 10
	ctl a enable noc wan
	[ "$(echoes 10 00)" = "sent 10 answers 10" ]
	ctl a disable noc
	[ "$(echoes 10 00)" = "sent 10 answers 0" ]
}

@test "a flood of echo requests leaves a slow line to the frames" {
	local padding

	padding=$(printf '%0400d' 0)
	pair 'rate: 192k'
	start a
	wait_state a noc up
	# 2.4 kB/s of 24 kB/s, with a second's worth at first
	run echoes 500 00 "$padding"
	echo "$output"
	[ "${output##* }" -ge 5 ]
	[ "${output##* }" -le 30 ]
	counted a echo 400
}
