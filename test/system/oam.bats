#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# oam.bats - what both ends tell each other of a path, beside the LAN's frames

load lib
load sdh

setup()
{
	lab_begin
	lab_machines
}

teardown()
{
	section_end
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
	wait_device a noc
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
	wait_device a noc
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
	wait_device a noc
	# 2.4 kB/s of 24 kB/s, with a second's worth at first
	run echoes 500 00 "$padding"
	echo "$output"
	[ "${output##* }" -ge 5 ]
	[ "${output##* }" -le 30 ]
	counted a echo 400
}

# measured MACHINE EXPRESSION - something of what it has measured
measured()
{
	ask "$1" ".channels[0].paths[0].measured | $2"
}

# holds MACHINE CONDITION - whether that is so of what it has measured
holds()
{
	[ "$(measured "$1" "$2")" = true ]
}

@test "both ends measure loss in both directions, and the round trip" {
	pair
	start a b
	wait_for 10 reaches a 10.0.0.2
	wait_for 10 holds a '.rtt_us > 0'
	wait_for 10 holds b '.rtt_us > 0'
	net_in b nft -f - <<-END
	table inet lossy {
		chain input {
			type filter hook input priority 0
			udp length 1000-1200 numgen inc mod 10 0 drop
		}
	}
	END
	net_in a ping -n -q -c 500 -i 0.002 -s 1000 10.0.0.2 || :
	wait_for 10 holds b '.received.lost >= 50'
	wait_for 10 holds a '.sent.lost >= 50'
	measured a .
	measured b .
	# nothing else was lost, and both ends agree
	holds a '.sent.lost == 50 and .received.lost == 0'
	holds b '.received.lost == 50 and .sent.lost == 0'
	holds a '.sent.recent_ppm > 10000 and .rtt_least_us < 100000'
	ctl a status | grep -E 'RTT +LOSS'
}

# section [ARGUMENT ...] - the usual channel over a simulated D1-D3
section()
{
	local m

	section_begin --octets rs "$@"
	for m in a b; do
		channels $m <<-END
		  - name: noc
		    id: 17
		    tap: {name: dcc1, address: 10.0.0.2/24}
		    paths: [{name: east, dcc: {interface: hdlc0, rate: rs}}]
		END
	done
	sed -i 's,10.0.0.2/24,10.0.0.1/24,' a.yaml
}

@test "the round trip of a DCC is measured, at a small part of its rate" {
	section --delay 20ms
	start a b
	wait_for 10 reaches a 10.0.0.2
	wait_for 20 holds a '.rtt_us >= 40000'
	wait_for 20 holds b '.rtt_us >= 40000'
	ctl a status noc | grep -E 'round trip +[4-9][0-9]'
	ctl a status noc | grep -E 'loss +0.000 %'
}

# misled KIND COUNTER LEAST - so many messages at least are dropped at a, and
# what it has measured stays as it is
misled()
{
	"$tools/forge.py" "$1" 5000 "${net_prefix}b" 172.16.1.12:6000 \
		172.16.1.11:6000
	wait_for 5 counted a "$2" "$3"
	net_in a ping -n -q -c 10 -i 0.002 10.0.0.2
	wait_for 5 holds a '.sent.packets >= 10'
	measured a .
	holds a '.received.lost == 0 and .sent.lost == 0'
	not grep -q degraded <<<"$(ctl a events)"
	channel_is a noc up
}

@test "counters that somebody else sends, or sends again, invent no loss" {
	pair
	start a b
	wait_for 10 reaches a 10.0.0.2
	wait_for 10 holds a '.rtt_us > 0'
	misled counters session 5000
	misled replayed oam 100
}

@test "a far end that starts again is measured anew; forgeries are not" {
	local lost message=8300001100010500000011223344

	pair
	start a b
	wait_for 10 reaches a 10.0.0.2
	wait_for 10 holds a '.rtt_us > 0'
	kill -9 "$(monitor b)"
	wait_for 5 gone "$(monitor b)"
	# of no session, for there is none; and one that is short
	message+=0000ffff000000000000ffff000000000000000000000000
	message+=000000000000000000000000
	"$tools/datagrams.py" -n 20 "=$message" "${net_prefix}b" \
		172.16.1.12:6000 172.16.1.11:6000
	"$tools/datagrams.py" -n 20 "=${message:0:-2}" "${net_prefix}b" \
		172.16.1.12:6000 172.16.1.11:6000
	wait_for 5 counted a oam 20
	lost=$(measured a '.received.lost')
	start b
	wait_for 10 reaches a 10.0.0.2
	wait_for 10 holds b '.rtt_us > 0'
	net_in a ping -n -q -c 200 -i 0.002 10.0.0.2
	wait_for 10 holds a '.received.packets >= 200'
	measured a .
	[ "$(measured a '.received.lost')" -eq "$lost" ]
}

@test "ping: round trips through a channel, its LAN down or not" {
	pair
	start a b
	wait_state a noc up
	wait_state b noc up
	run ctl a ping noc -c 5 -i 0.02
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -cE '^64 octets from noc: seq=[1-5] path=wan time=[0-9.]+ ' \
		<<<"$output")" -eq 5 ]
	grep -x -e '--- noc ping statistics ---' <<<"$output"
	grep -x '5 packets transmitted, 5 received, 0% packet loss' <<<"$output"
	grep -Ex 'rtt min/avg/max/p99 = ([0-9.]+/){3}[0-9.]+ ms' <<<"$output"
	net_ip b link set dcc1 down
	net_ip a link set dcc1 down
	run ctl a ping noc -c 3 -i 10ms -s 1000 -p wan
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^1000 octets' <<<"$output")" -eq 3 ]
	ctl a -j ping noc -c 3 -i 10ms >lines
	[ "$(jq -s 'map(select(.sequence)) | length' lines)" -eq 3 ]
	jq -se '.[-1] | .done and .sent == 3 and .received == 3 and
		.lost == 0 and .rtt_p99_us >= .rtt_least_us' lines
	[ "$(counter a oam)" -eq 0 ]
	[ "$(counter b oam)" -eq 0 ]
}

@test "ping: loss is told, ^C prints the totals, no reply is a failure" {
	pair
	start a b
	wait_state a noc up
	wait_state b noc up
	net_in b nft -f - <<-END
	table inet lossy {
		chain input {
			type filter hook input priority 0
			udp length 314 numgen inc mod 2 0 drop
		}
	}
	END
	run ctl a ping noc -c 10 -i 10ms -s 300
	echo "$output"
	[ "$status" -eq 0 ]
	grep -x '10 packets transmitted, 5 received, 50% packet loss' \
		<<<"$output"
	"$build/dccbridge" -s a.sock ping noc -i 20ms >endless 2>&1 3>&- &
	wait_for 5 grep -q seq=10 endless
	kill -INT $!
	wait $!
	grep -E '^[0-9]+ packets transmitted, ([0-9]+) received, 0% ' endless
	not grep dccbridge: endless
	net_in b nft flush ruleset
	net_in b nft -f - <<-END
	table inet black {
		chain input {
			type filter hook input priority 0
			udp length 314 drop
		}
	}
	END
	run ctl a ping noc -c 2 -i 10ms -s 300
	echo "$output"
	[ "$status" -eq 1 ]
	grep '2 packets transmitted, 0 received, 100% packet loss' \
		<<<"$output"
}

@test "ping: a path that is not in use, and then is" {
	local m

	for m in 1 2; do
		channels "$([ $m = 1 ] && echo a || echo b)" <<-END
		  - name: noc
		    id: 17
		    tap: {name: dcc1}
		    paths:
		      - {name: east, udp: {local: "172.16.1.1$m:6000",
		         remote: "172.16.1.1$((3 - m)):6000"}}
		      - {name: west, udp: {local: "172.16.1.1$m:6001",
		         remote: "172.16.1.1$((3 - m)):6001"}}
		END
	done
	start a b
	wait_state a noc up
	wait_for 10 ctl a ping noc -p west -c 1
	ctl a ping noc -c 2 -i 0.01 | grep path=east
	ctl a ping noc -c 2 -i 0.01 -p west | grep path=west
	ctl a disable noc east
	ctl a ping noc -c 2 -i 0.01 | grep path=west
	run ctl a ping noc -c 2 -i 0.01 -p east
	[[ $output == *"disabled by command"* ]]
}

@test "ping: what cannot be is refused with a reason" {
	local i text arguments running=()

	pair 'rate: 192k'
	start a b
	wait_state a noc up
	while IFS='|' read -r arguments text; do
		# shellcheck disable=SC2086 # several arguments
		run ctl a ping $arguments
		echo "$arguments: $output"
		[ "$status" -ne 0 ]
		[[ $output == *"$text"* ]]
	done <<-END
	nob|no channel "nob"; did you mean "noc"?
	noc -p wam|no path "wam"; did you mean "wan"?
	noc -s 15|16 octets at least
	noc -s 1473|no more than 419 octets
	noc -s 400 -i 0.1|send at most one each
	noc -i 9ms|must be 10ms to 1h
	noc -c 0|not a number of requests
	noc -i x|is not a number
	END
	for i in 1 2 3 4 5 6 7 8; do
		"$build/dccbridge" -s a.sock ping noc >ping$i 3>&- &
		running+=($!)
		wait_for 5 grep -q seq=1 ping$i
	done
	run ctl a ping noc -c 1
	[[ $output == *"8 run already"* ]]
	kill "${running[@]}"
	wait_for 10 ctl a ping noc -c 1
	ctl a disable noc
	run ctl a ping noc -c 1
	[[ $output == *"disabled by command"* ]]
}

# off MACHINE DEVICE, on MACHINE DEVICE - whether it has a carrier
off()
{
	[ "$(net_in "$1" cat "/sys/class/net/$2/carrier")" = 0 ]
}

on()
{
	[ "$(net_in "$1" cat "/sys/class/net/$2/carrier")" = 1 ]
}

@test "propagate: a port without carrier takes the far end's TAP with it" {
	lab_hosts 1500
	join_sites '{name: dcc1, bridge: br0, propagate: lan}'
	start a b
	joined
	net_ip ha link set eth0 down
	wait_for 10 off b dcc1
	wait_state b noc up
	on a dcc1
	ctl a events | grep -E 'port-down +lan has no carrier'
	ctl b events | grep far-lan-down
	ctl a status noc | grep 'no carrier; the far end'
	ctl b status noc | grep "the far end's LAN has lost its carrier"
	[ "$(ask b '.channels[0] | .far_lan_down and (.port_down | not)')" = \
		true ]
	# a far end that starts again hears of it, and so does a reload
	stop b
	start b
	wait_state b noc up
	wait_for 10 off b dcc1
	ctl a reload
	off b dcc1
	net_ip ha link set eth0 up
	wait_for 10 on b dcc1
	joined
	ctl b events | grep far-lan-up
	ctl a events | grep port-up
	# a port that goes altogether, and comes back
	net_ip a link set lan name other
	wait_for 10 off b dcc1
	net_ip a link set other name lan
	wait_for 10 on b dcc1
}

@test "status tells the chain of MTUs" {
	lab_hosts 1500
	join_sites
	start a b
	joined
	wait_for 20 ctl a status noc
	wait_for 20 chain a 'bridge 1500, device 1500, frame 1514 \+ header 6'
	wait_for 20 chain a 'line 1472: 2 fragments'
}

chain()
{
	net_in "$1" "$build/dccbridge" -s "$dir/$1.sock" status noc |
		grep -E "full frame +.*$2"
}
