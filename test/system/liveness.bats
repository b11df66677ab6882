#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# liveness.bats - far ends that fall silent, come back, lie, or are others
#
# With DCCBRIDGE_TEST_LONG=1, on a quiet machine, one that was killed must be
# back within a second.

load lib
load sdh

setup()
{
	lab_begin
	lab_machines
}

teardown()
{
	[ ! -e "${dir-}/echo.pid" ] || kill "$(cat "$dir/echo.pid")" || true
	section_end
	lab_end
}

# pair [PATH-KEYS] - the usual channel, TAP to TAP, with addresses of its own
pair()
{
	channel noc 17 '{name: dcc1, address: 10.0.0.1/24}' \
		172.16.1.11:6000 172.16.1.12:6000 | channels a
	channel noc 17 '{name: dcc1, address: 10.0.0.2/24}' \
		172.16.1.12:6000 172.16.1.11:6000 | channels b
	sed -i "s/remote: \"[^\"]*\"}/&${1:+, $1}/" a.yaml b.yaml
}

up()
{
	wait_state a noc up
	wait_state b noc up
}

# awake - both ends up, with signs of life each 10 ms, at rest too
awake()
{
	pace=10ms
	pair
	start a b
	up
	wait_for 5 detects a 30000
}

# blackhole MACHINE CHAIN - drop there what comes in (input) or goes (output)
blackhole()
{
	net_in "$1" nft -f - <<-END
	table inet hole {
		chain $2 {
			type filter hook $2 priority 0
			udp dport 6000 drop
		}
	}
	END
}

fill_hole()
{
	net_in "$1" nft delete table inet hole
}

# why MACHINE WORDS - whether its first path is down for this reason
why()
{
	ask "$1" '.channels[0].paths[0] | select(.state == "down").reason' |
		grep -q -e "$2"
}

# alarmed MACHINE KIND - whether that alarm is raised
alarmed()
{
	ctl "$1" alarms | grep -q -w -e "$2"
}

since()
{
	ask "$1" '.channels[0].paths[0].since'
}

# session MACHINE EXPRESSION - of its first path
session()
{
	ask "$1" ".channels[0].paths[0].session.$2"
}

# detects MACHINE US - whether so long a silence is an end
detects()
{
	[ "$(session "$1" detection_us)" -eq "$2" ]
}

@test "a path that is cut without a word is noticed by both, and back again" {
	awake
	blackhole a input
	blackhole b input
	wait_state a noc down
	wait_state b noc down
	why a 'fell silent\|does not hear\|no answer'
	wait_for 5 net_in a grep -q 0 /sys/class/net/dcc1/carrier
	fill_hole a
	fill_hole b
	up
	wait_for 5 reaches a 10.0.0.2
}

# down_after MACHINE - milliseconds from when ./cut was touched until its path
# went down
down_after()
{
	local at

	at=$(date -d "$(since "$1")" +%s%N)
	echo $(((at - $(date -r cut +%s%N)) / 1000000))
}

# A silence is an end after 900 ms at rest, of which 300 may have passed.
@test "a line that hardly anything crosses rests, and is roused by what does" {
	local m ping

	pace=''
	pair
	start a b
	quiet_lan
	up
	wait_for 5 reaches a 10.0.0.2
	for m in a b; do
		wait_for 15 detects $m 900000
		[ "$(session $m resting)" = true ]
	done
	# by six packets at once, and not when the second is over
	net_in a ping -n -q -c 3 -i 0.002 10.0.0.2
	[ "$(session a resting)$(session b resting)" = falsefalse ]
	net_exec a ping -n -i 0.01 10.0.0.2 >ping.out 2>&1 3>&- &
	ping=$!
	for m in a b; do
		wait_for 5 detects $m 30000
	done
	touch cut
	blackhole a input
	wait_state a noc down
	wait_state b noc down
	for m in a b; do
		echo "$m: down after $(down_after $m) ms"
		[ "$(down_after $m)" -lt 350 ]
	done
	kill $ping
	fill_hole a
	up
	wait_for 15 detects a 900000
	wait_for 15 detects b 900000
}

@test "one direction alone: both ends leave the path" {
	pair
	start a b
	up
	blackhole a input
	wait_state a noc down
	wait_state b noc down
	wait_for 5 why b 'does not hear us'
	fill_hole a
	up
}

# up_since MACHINE NANOSECONDS - whether its path got up then, or later
up_since()
{
	channel_is "$1" noc up &&
		[ "$(date -d "$(since "$1")" +%s%N)" -ge "$2" ]
}

# killed MACHINE - with both its processes, which are gone then
killed()
{
	local m e

	m=$(monitor "$1")
	e=$(engine "$1")
	kill -9 "$m" "$e"
	wait_for 5 gone "$m"
	wait_for 5 gone "$e"
}

# back WHAT - starts b, and tells how long it takes until both ends are up: a
# second at most, or five where other work may be going on
back()
{
	local begin a b

	begin=$(date +%s%N)
	start b
	wait_for 10 up_since a "$begin"
	wait_for 10 up_since b "$begin"
	a=$((($(date -d "$(since a)" +%s%N) - begin) / 1000000))
	b=$((($(date -d "$(since b)" +%s%N) - begin) / 1000000))
	echo "# $1: up $a and $b ms after its start (asked: 1000 at most)" >&3
	[ $((a > b ? a : b)) -le "$(long && echo 1000 || echo 5000)" ]
}

@test "a far end that was killed is back within a moment of its start" {
	pair
	start a b
	up
	killed b
	wait_state a noc down
	back "killed a while ago"
	# and so it is when the old session has not expired yet
	killed b
	back "killed just now"
	wait_for 5 reaches a 10.0.0.2
}

@test "a stop and a disabled line are told from a failure" {
	pair
	start a b
	up
	ctl b disable noc
	wait_for 5 why a 'was stopped, or has disabled'
	ctl b enable noc
	up
	stop b
	wait_for 5 why a 'was stopped, or has disabled'
	start b
	up
}

# two KEYS - two channels on one line
two()
{
	{
		channel noc 17 '{name: dcc1, address: 10.0.0.1/24}' \
			172.16.1.11:6000 172.16.1.12:6000
		channel lab 18 '{name: dcc2}' \
			172.16.1.11:6000 172.16.1.12:6000
	} | channels a
	{
		channel noc 17 '{name: dcc1, address: 10.0.0.2/24}' \
			172.16.1.12:6000 172.16.1.11:6000
		channel lab 18 '{name: dcc2}' \
			172.16.1.12:6000 172.16.1.11:6000
	} | channels b
}

@test "a channel that is disabled leaves the others of its line alone" {
	local was

	two
	start a b
	up
	wait_state a lab up
	was=$(ask a '.channels[1].paths[0].since')
	ctl b disable noc
	wait_for 5 why a 'node b has disabled its side'
	channel_is a lab up
	ctl b enable noc
	up
	[ "$(ask a '.channels[1].paths[0].since')" = "$was" ]
}

# caught COUNTER - how many packets a counter of b's netfilter has seen
caught()
{
	net_in b nft -j list counter inet catch "$1" |
		jq '.nftables[] | select(.counter).counter.packets'
}

# caught_more COUNTER THAN
caught_more()
{
	[ "$(caught "$1")" -gt "$2" ]
}

# of_lab NUMBER - the reason why b's path of lab is down
of_lab()
{
	ask b '.channels[1].paths[0] | select(.state == "down").reason' |
		grep -q -e "$1"
}

@test "that a path is removed is told until it is acknowledged, and no more" {
	local was said

	two
	start a b
	up
	wait_state b lab up
	was=$(ask b '.channels[0].paths[0].since')
	# what a says of lab is lost; then it is not, and a says no more
	net_in b nft -f - <<-END
	table inet catch {
		counter said {}
		counter lived {}
		chain lost {
			type filter hook input priority 0
			udp dport 6000 @th,64,32 0x83000012 @th,112,8 2 \
				counter name said drop
		}
		chain life {
			type filter hook input priority 1
			udp dport 6000 @th,64,32 0x83000000 \
				counter name lived
		}
	}
	END
	sed -i '/name: lab/,$d' a.yaml
	ctl a reload
	wait_for 10 caught_more said 2
	channel_is b lab up
	net_in b nft flush chain inet catch lost
	wait_for 5 of_lab 'has disabled its side, or removed it'
	net_in b nft add rule inet catch lost udp dport 6000 \
		@th,64,32 0x83000012 counter name said
	said=$(caught said)
	wait_for 20 caught_more lived $(($(caught lived) + 30))
	[ "$(caught said)" -eq "$said" ]
	[ "$(ask b '.channels[0].paths[0].since')" = "$was" ]
	# and when it is there again, it speaks for itself
	two
	ctl a reload
	wait_state b lab up
}

@test "a far end of another name than asked for keeps the path down" {
	pair
	sed -i 's/    id: 17/&\n    peer: ne-9/' a.yaml
	start a b
	wait_for 10 why a 'far end is node b, but "peer" says ne-9'
	wait_for 10 alarmed a peer-mismatch
	run reaches b 10.0.0.1
	[ "$status" -ne 0 ]
	channel_is b noc down
	sed -i 's/peer: ne-9/peer: b/' a.yaml
	ctl a reload
	up
	wait_for 40 not alarmed a peer-mismatch
	[ "$(ask a '.channels[0].paths[0].far_end.node')" = b ]
}

@test "crossed channels keep the path down, and both names are told" {
	pair
	sed -i 's/name: noc/name: lab/' b.yaml
	start a b
	wait_for 10 why a 'node b, calls this channel lab, we call it noc'
	wait_for 10 why b 'node a, calls this channel noc, we call it lab'
	wait_for 10 alarmed a peer-mismatch
	# who names the nodes may name the channel as he likes
	sed -i 's/    id: 17/&\n    peer: b/' a.yaml
	sed -i 's/    id: 17/&\n    peer: a/' b.yaml
	ctl a reload
	ctl b reload
	wait_state a noc up
	wait_state b lab up
	sed -i '/peer:/d' a.yaml b.yaml
	ctl a reload
	ctl b reload
	wait_for 10 why a 'node b, calls this channel lab, we call it noc'
	# another id: nobody speaks of ours, but of that
	sed -i 's/name: lab/name: noc/; s/id: 17/id: 18/' b.yaml
	ctl b reload
	stop b
	start b
	wait_for 15 why a 'node b, .* channel noc (id 17), but of noc (id 18)'
	wait_for 15 why b 'node a, .* channel noc (id 18), but of noc (id 17)'
	wait_for 5 alarmed a peer-mismatch
	ctl a alarms | grep -q '(id 17), but of noc (id 18)'
	# the other one goes: that is not the reason any more
	channel lab 19 '{name: dcc1}' 172.16.1.12:6000 172.16.1.11:6000 |
		channels b
	ctl b reload
	wait_for 20 why a 'noc (id 17), but of lab (id 19)'
	sed -i 's/id: 19/id: 17/; s/name: lab/name: noc/' b.yaml
	ctl b reload
	wait_state a noc up
	wait_for 15 not alarmed a peer-mismatch
}

# room MACHINE - the longest frame of its LAN, and of the far end's
room()
{
	ask "$1" '.channels[0] | "\(.largest_frame) \(.far_largest_frame)"'
}

# has_room MACHINE FRAMES
has_room()
{
	[ "$(room "$1")" = "$2" ]
}

# event MACHINE KIND WORDS - whether there was one, its text so
event()
{
	ctl "$1" events | grep -q -e "$2 .*$3"
}

# room_again MACHINE TIMES - whether it was told so often that it is over
room_again()
{
	[ "$(ctl "$1" events | grep -c far-mtu-ok)" -eq "$2" ]
}

@test "a far end whose LAN takes shorter frames is told of, and its end" {
	pair
	sed -i 's/name: dcc1, /&mtu: 1400, /' b.yaml
	start a b
	up
	wait_for 5 event a far-mtu 'takes frames of 1422 octets, ours of 1522'
	has_room a '1522 1422'
	has_room b '1422 1522'
	ctl a status noc | grep -q 'trouble  *the far end.s LAN takes frames'
	ctl a status | grep -q 'noc.*takes frames of 1422 octets'
	not event b far-mtu 'takes frames'
	net_ip b link set dcc1 mtu 1450
	wait_for 5 event a far-mtu 'takes frames of 1472 octets, ours of 1522'
	net_ip b link set dcc1 mtu 1500
	wait_for 5 event a far-mtu-ok \
		'takes frames of 1522 octets now, ours of 1522'
	has_room a '1522 1522'
	[ "$(ask a '.channels[0].reason')" = null ]
	# ours is the one that may be too long, too
	net_ip a link set dcc1 mtu 1504
	wait_for 5 event a far-mtu 'octets, ours of 1526'
	net_ip a link set dcc1 mtu 1500
	wait_for 5 room_again a 2
	[ "$(ctl a events | grep -c 'far-mtu ')" -eq 3 ]
	not event b far-mtu-ok 'takes frames'
}

@test "two lines of our own that are joined are a loopback" {
	{
		channel east 1 '{name: dcc1}' 172.16.1.11:6001 \
			172.16.1.11:6002
		channel west 2 '{name: dcc2}' 172.16.1.11:6002 \
			172.16.1.11:6001
	} | channels a
	start a
	wait_for 10 why a 'back to ourselves: node a, channel east here, west'
	wait_for 10 alarmed a loopback
	# with one id both would be the same channel: the far end is ourselves
	channel east 1 '{name: dcc1}' 172.16.1.11:6001 172.16.1.12:6001 |
		channels a
	net_in b "$tools/reflect.py" 172.16.1.12:6001 3>&- &
	echo $! >echo.pid
	ctl a reload
	wait_for 10 why a 'what we send comes back'
	wait_for 10 alarmed a loopback
	counted a reflected 1
	channel_is a east down
}

# unmoved KIND COUNTER - a forger at work changes nothing at a but a counter
unmoved()
{
	local was tx

	pair 'liveness: {interval: 100ms}'
	start a b
	up
	wait_for 5 reaches a 10.0.0.2
	was=$(since a)$(since b)
	tx=$(counter a oam-tx)
	"$tools/forge.py" "$1" 5000 "${net_prefix}b" 172.16.1.12:6000 \
		172.16.1.11:6000
	wait_for 5 counted a "$2" "$3"
	tx=$(($(counter a oam-tx) - tx))
	echo "$tx messages sent meanwhile"
	[ "$tx" -lt 2500 ]
	channel_is a noc up
	channel_is b noc up
	[ "$(since a)$(since b)" = "$was" ]
	reaches a 10.0.0.2
}

@test "forged messages are counted, and move nothing" {
	unmoved forged session 4000
}

@test "malformed messages are counted, and move nothing" {
	unmoved malformed oam 4000
}

@test "replayed messages are counted, and move nothing" {
	unmoved replayed session 1000
}

@test "reflected messages are counted, and move nothing" {
	unmoved reflected reflected 2000
}

@test "forgers do not keep the true far end out" {
	pair
	start a
	wait_device a noc
	"$tools/forge.py" forged 100000 "${net_prefix}b" 172.16.1.12:6000 \
		172.16.1.11:6000 3>&- &
	echo $! >echo.pid
	wait_for 5 counted a session 100
	start b
	up
}

@test "intervals change by a reload without the path going down" {
	local was

	pair
	start a b
	up
	was=$(since a)$(since b)
	sed -i 's/remote: ".*"}/&, liveness: {interval: 50ms, multiplier: 4}/' \
		a.yaml b.yaml
	ctl a reload
	wait_for 5 test "$(session b detection_us)" -ge 200000
	ctl b reload
	wait_for 5 test "$(session a interval_us)" -eq 50000
	[ "$(since a)$(since b)" = "$was" ]
}

# many - 250 channels of eight paths each to far ends that are not there
many()
{
	local n path

	for n in {1..250}; do
		printf '  - name: c%d\n    id: %d\n    paths:\n' "$n" \
			$((n + 1000))
		for path in {1..8}; do
			printf '    - udp: {local: "%s", remote: "%s"}\n' \
				172.16.1.11:6000 "10.77.$n.$path:6000"
		done
	done
}

@test "a reload of two thousand paths takes none of the others down" {
	local was

	awake
	was=$(since a)$(since b)
	cp a.yaml few.yaml
	many >>a.yaml
	ctl a reload >/dev/null
	wait_for 60 has a dcc1250
	cp few.yaml a.yaml
	ctl a reload >/dev/null
	wait_for 60 not has a dcc1250
	channel_is a noc up
	channel_is b noc up
	[ "$(since a)$(since b)" = "$was" ]
}

# mute - no liveness message of b's comes to a any more, but all else
mute()
{
	net_in a nft -f - <<-END
	table inet hole {
		chain input {
			type filter hook input priority 0
			udp dport 6000 @th,64,32 0x83000000 drop
		}
	}
	END
}

@test "what the far end answers is a sign of life" {
	local was pid

	pair
	start a b
	up
	was=$(since a)
	ctl a ping noc -i 20ms -c 200 >pings 2>&1 3>&- &
	pid=$!
	wait_for 5 grep -q 'seq=1 ' pings
	mute
	wait_for 20 grep -q 'seq=120 ' pings
	channel_is a noc up
	[ "$(since a)" = "$was" ]
	wait "$pid"
	wait_for 10 why a 'fell silent'
}

# messages_in_2s MACHINE - how many messages of ours it sends meanwhile
messages_in_2s()
{
	local was

	was=$(counter "$1" oam-tx)
	cat /proc/uptime >uptime
	wait_for 10 seconds_later 2
	echo $(($(counter "$1" oam-tx) - was))
}

# seconds_later N - whether /proc/uptime is N s beyond what ./uptime holds
seconds_later()
{
	awk -v n="$1" 'NR == FNR { begin = $1; next } { exit $1 - begin < n }' \
		uptime /proc/uptime
}

# crosses - wait until many frames have crossed
crosses()
{
	wait_for 5 counted a line-tx-frames \
		$(($(counter a line-tx-frames) + 300))
}

# flow OPTION ... - a ping each 2 ms from a, in place of the one before
flow()
{
	[ ! -s flow.pid ] || kill "$(cat flow.pid)"
	net_exec a ping -n -q -i 0.002 "$@" 10.0.0.2 >ping.out 2>&1 3>&- &
	echo $! >flow.pid
	crosses
}

# Each 10 ms; a third of what that gives in 2 s is far from either.
@test "small frames that are answered speak for messages of ours" {
	local was

	awake
	was=$(since a)$(since b)
	flow
	[ "$(messages_in_2s a)" -lt 60 ]
	[ "$(messages_in_2s b)" -lt 60 ]
	flow -s 1000
	[ "$(messages_in_2s a)" -gt 60 ]
	kill "$(cat flow.pid)"
	# one way, each millisecond
	mkfifo input
	"$tools/crossing.py" "${net_prefix}a,10.0.0.1" \
		"${net_prefix}b,10.0.0.2" <input >crossing.out 3>&- &
	exec 7>input
	crosses
	[ "$(messages_in_2s a)" -gt 60 ]
	exec 7>&-
	wait $!
	[ "$(messages_in_2s a)" -gt 60 ]
	[ "$(since a)$(since b)" = "$was" ]
}

@test "what is refused is no sign of life" {
	pair
	start a b
	up
	"$tools/forge.py" refused 1000000 "${net_prefix}b" 172.16.1.12:6000 \
		172.16.1.11:6000 3>&- &
	echo $! >echo.pid
	wait_for 5 counted a kind 100
	channel_is a noc up
	mute
	wait_for 10 why a 'fell silent'
	[ -d "/proc/$(cat echo.pid)" ]
}

# over_dcc - the usual channel over a section of D1 to D3
over_dcc()
{
	section_begin --octets rs
	pair
	sed -i 's/udp: {.*}}/dcc: {interface: hdlc0, rate: rs}}/' \
		a.yaml b.yaml
}

@test "a DCC that is cut without loss of carrier is noticed" {
	over_dcc
	start a b
	up
	swallow
	wait_state a noc down
	wait_state b noc down
	carrier a on
	spit
	up
}

# line_sent MACHINE - octets of its lines so far, with what HDLC adds
line_sent()
{
	ask "$1" '[.objects[] | select(.kind != "port") | .counters |
		map({(.name): .value}) | add |
		.["line-tx-octets"] + 3 * .["line-tx-frames"]] | add' stats
}

@test "an idle line of 192 kbit/s spends 1.5 % on messages at most" {
	local begin

	over_dcc
	quiet_lan
	start a b
	up
	# what is told once has been told
	wait_for 5 counted a oam-tx 40
	cat /proc/uptime >uptime
	begin=$(line_sent a)
	wait_for 5 counted a oam-tx 80
	awk -v octets=$(($(line_sent a) - begin)) 'NR == FNR { t = $1; next }
		{ share = octets * 8 * 1.016 / ($1 - t) / 1920
		printf "%.2f %% of the line\n", share; exit share > 1.5 }' \
		uptime /proc/uptime
}
