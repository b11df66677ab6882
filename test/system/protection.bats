#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# shellcheck disable=SC2030,SC2031 # each test is a process
# protection.bats - channels with several paths: a DCC and UDP, or UDP twice
#
# DCCBRIDGE_TEST_LONG=1 measures at the end what the paths are cut for: how
# long nothing crosses, and whether 1+1 loses anything.

load lib
load sdh

setup()
{
	lab_begin
	lab_machines
}

teardown()
{
	exec 7>&-
	section_end
	lab_end
}

# say TEXT ... - a figure for those who watch
say()
{
	echo "# $*" >&3
}

# two PROTECTION [DCC [TAP]] - a channel over hdlc0 and over the underlay; the
# latter is looked at each $spare, more seldom than usual, and both are given up
# after $patience of these: on a machine with other work they would fall silent
# at times
spare=100ms
patience=15

two()
{
	local m n=0 far

	for m in a b; do
		n=$((n + 1))
		far=172.16.1.1$((3 - n))
		channels $m <<-END
		  - name: noc
		    id: 17
		    tap: {name: dcc1, address: 10.0.0.$n/24${3:+, $3}}
		    protection: {$1}
		    storm: {broadcast: off, multicast: off, unknown: off}
		    paths:
		      - name: dcc
		        dcc: {interface: hdlc0, ${2:-rate: rs}}
		        liveness: {multiplier: $patience}
		      - name: wan
		        udp: {remote: $far:6000}
		        liveness: {interval: $spare, multiplier: $patience}
		END
	done
}

# twice PROTECTION [LIVENESS] - a channel with two UDP paths, by IPv4, with this
# liveness, and by IPv6
twice()
{
	local m n=0 far

	for m in a b; do
		n=$((n + 1))
		far=1$((3 - n))
		channels $m <<-END
		  - name: noc
		    id: 17
		    tap: {name: dcc1, address: 10.0.0.$n/24}
		    protection: {$1}
		    paths:
		      - name: four
		        udp: {remote: 172.16.1.$far:6000}
		        liveness: {${2:-interval: 100ms, multiplier: 10}}
		      - name: six
		        udp: {remote: "[fd00:1::$far]:6000"}
		        liveness: {interval: $spare}
		END
	done
}

flows()
{
	wait_for 10 reaches a 10.0.0.2
}

# path_is MACHINE PATH STATE
path_is()
{
	[ "$(ask "$1" ".channels[0].paths[] | select(.name == \"$2\").state")" \
		= "$3" ]
}

# both_up PATH - at both ends
both_up()
{
	wait_for 10 path_is a "$1" up && wait_for 10 path_is b "$1" up
}

# in_use MACHINE PATH ... - these, and no others
in_use()
{
	local m=$1

	shift
	[ "$(ask "$m" '[.channels[0].paths[] | select(.in_use).name] |
		join(" ")')" = "$*" ]
}

# protects MACHINE KEY VALUE - what the selector says
protects()
{
	[ "$(ask "$1" ".channels[0].protection.$2")" = "$3" ]
}

# told MACHINE KIND WORDS - whether an event has come
told()
{
	ctl "$1" events | grep -q -e "$2.*$3"
}

# alarmed MACHINE ALARM - whether it is raised
alarmed()
{
	ctl "$1" alarms | grep -q "$2"
}

# tap_carrier MACHINE on|off
tap_carrier()
{
	local want=0

	[ "$2" = off ] || want=1
	[ "$(net_in "$1" cat /sys/class/net/dcc1/carrier)" = $want ]
}

# cross_begin [OPTION ...] - a stream from a to b, until cross_end; see
# crossing.py
cross_begin()
{
	mkfifo "$dir/cross.in" && touch "$dir/cross.out"
	"$tools/crossing.py" "$@" "${net_prefix}a,10.0.0.1" \
		"${net_prefix}b,10.0.0.2" <"$dir/cross.in" >"$dir/cross.out" \
		2>"$dir/cross.log" 3>&- &
	exec 7>"$dir/cross.in"
	cross_ask >/dev/null
}

answered()
{
	[ "$(wc -l <"$dir/cross.out")" -gt "$1" ]
}

# cross_ask - prints the longest time since it was last asked in which nothing
# came and the same for what was sent, in microseconds
cross_ask()
{
	local before

	before=$(wc -l <"$dir/cross.out")
	echo >&7
	wait_for 5 answered "$before"
	tail -n 1 "$dir/cross.out"
}

# cross_end - prints how many were sent, lost, doubled, late
cross_end()
{
	local before

	before=$(wc -l <"$dir/cross.out")
	exec 7>&-
	wait_for 10 answered "$before"
	tail -n 1 "$dir/cross.out"
}

@test "lost carrier moves a channel to its spare path, and time moves it back" {
	section_begin
	two 'mode: "1:1", wait-to-restore: 2s'
	start a b
	flows
	wait_for 5 in_use a dcc
	protects a request no-request
	sdh cut
	wait_for 5 in_use a wan
	wait_for 5 in_use b wan
	protects a request signal-fail
	told a switch 'path wan now, no longer dcc (signal-fail)'
	tap_carrier a on
	channel_is a noc up
	flows
	sdh restore
	both_up dcc
	protects a request wait-to-restore
	ctl a status noc | grep -q 'protection *1:1, wait-to-restore, .* left'
	in_use a wan
	wait_for 5 in_use a dcc
	told a switch 'path dcc now, no longer wan (no-request)'
	flows
	# and no time passes while nothing works
	sdh cut
	wait_for 5 in_use a wan
	ctl a disable noc wan
	wait_for 5 tap_carrier a off
	sdh restore
	wait_for 5 in_use a dcc
	wait_for 5 tap_carrier a on
}

@test "a channel that does not revert stays where it is" {
	section_begin
	two 'mode: "1:1", revertive: false, wait-to-restore: 0'
	start a b
	wait_for 5 in_use a dcc
	sdh cut
	wait_for 5 in_use a wan
	sdh restore
	both_up dcc
	protects a request do-not-revert
	in_use a wan
	ctl a switch noc manual dcc
	in_use a dcc
	ctl a switch noc clear
	in_use a dcc
}

@test "hold-off lets a short fault pass, and no longer one" {
	section_begin
	two 'mode: "1:1", hold-off: 4s'
	start a b
	wait_for 5 in_use a dcc
	sdh cut
	wait_for 5 path_is a dcc down
	in_use a dcc
	protects a request signal-fail
	sdh restore
	wait_for 5 path_is a dcc up
	not told a switch 'path wan now'
	sdh cut
	wait_for 10 in_use a wan
	told a switch 'path wan now'
}

@test "commands choose the path, in their order, and stay through a reload" {
	section_begin
	two 'mode: "1:1"'
	start a b
	both_up dcc
	both_up wan
	ctl a switch noc manual wan
	in_use a wan
	in_use b dcc
	flows
	protects a request manual
	ctl a switch noc force wan
	run ctl a switch noc manual dcc
	[ "$status" -eq 1 ]
	[[ $output == *'a higher command is outstanding'* ]]
	ctl a status noc | grep -q 'protection *1:1, forced, command force wan'
	sed -i 's/id: 17/id: 17\n    description: x/' a.yaml
	ctl a reload
	in_use a wan
	protects a command force
	ctl a switch noc lockout dcc
	in_use a wan
	sed -i 's/name: dcc1/name: dcc2/' a.yaml
	ctl a reload
	wait_state a noc up
	in_use a wan
	protects a command lockout
	protects a commanded dcc
	ctl a switch noc clear
	wait_for 5 in_use a dcc
	protects a command null
	told a command clear
	# what fails ends a manual switch
	ctl a switch noc manual wan
	ctl a disable noc wan
	in_use a dcc
	protects a command null
	run ctl a switch noc manual wan
	[ "$status" -eq 1 ]
	[[ $output == *disabled* ]]
	run ctl a switch noc manual
	[ "$status" -eq 2 ]
	run ctl a switch noc hold wan
	[ "$status" -eq 2 ]
	run ctl a switch noc force east
	[ "$status" -eq 1 ]
	[[ $output == *'no path'* ]]
}

@test "without a live path the TAP has no carrier, after carrier-delay" {
	section_begin
	two 'mode: "1:1"' '' 'carrier-delay: 3s'
	start a b
	wait_for 5 tap_carrier a on
	ctl a disable noc wan
	sdh cut
	wait_for 5 channel_is a noc down
	tap_carrier a on
	sdh restore
	wait_for 5 channel_is a noc up
	not told a device 'carrier'
	sdh cut
	wait_for 5 channel_is a noc down
	tap_carrier a on
	wait_for 10 tap_carrier a off
	sdh restore
	wait_for 5 tap_carrier a on
	ctl a switch noc lockout dcc
	wait_for 10 tap_carrier a off
	ctl a switch noc clear
	wait_for 5 tap_carrier a on
	ctl a disable noc
	wait_for 1 tap_carrier a off
}

@test "what waits for a slow line goes by the path that is used next" {
	section_begin
	two 'mode: "1:1"' 'rate: rs'
	quiet_lan
	start a b
	both_up dcc
	flows
	# a third of a second of the line, of which a part has left when it ends
	net_in a ping -n -c 8 -l 8 -s 1000 -W 5 10.0.0.2 >ping.log 3>&- &
	wait_for 1 counted a frames-cut 2
	ctl a switch noc manual wan
	wait $!
	grep -q ' 8 received' ping.log
	[ "$(counter a removed)" -eq 0 ]
	# and from a fast path to a slow one and back, with traffic
	ping_begin cross a 10.0.0.2
	for _ in 1 2 3; do
		ctl a switch noc force dcc
		ctl a switch noc force wan
	done
	[ "$(ping_end cross)" -eq 0 ]
}

@test "1+1 loses, doubles and misorders nothing when either path is cut" {
	section_begin --delay 150ms
	two 'mode: 1+1' 'rate: rs'
	quiet_lan
	start a b
	both_up dcc
	both_up wan
	flows
	in_use a dcc wan
	cross_begin -i 10 -s 100 -p 7000,161,69
	for _ in 1 2 3; do
		sdh cut
		wait_for 5 path_is b dcc down
		sdh restore
		both_up dcc
		wait_for 5 copies_come 10
		drop
		wait_for 5 dcc_alone
		pass
		both_up wan
		wait_for 5 copies_come 10
	done
	cross_end >result
	cat result
	read -r sent lost doubled late <result
	[ "$sent" -gt 100 ]
	[ "$lost $doubled $late" = "0 0 0" ]
	counted b copies 100
	[ "$(counter b late)" -eq 0 ]
}

# copies_come MORE - more than that since it was first asked in a row
copies_come()
{
	local now

	now=$(counter b copies)
	[ -n "${copies_were-}" ] || copies_were=$now
	[ "$now" -ge $((copies_were + $1)) ] && unset copies_were
}

# dcc_alone - frames come by the DCC only, and have for a while
dcc_alone()
{
	local now

	now=$(ask b '.channels[0].paths[0].counters.line_rx_frames')
	[ -n "${alone_since-}" ] || alone_since=$now
	[ "$now" -ge $((alone_since + 30)) ] && unset alone_since
}

@test "1+1 sends by the path that is forced, and takes what comes" {
	twice 'mode: 1+1'
	start a b
	both_up four
	flows
	in_use a four six
	ctl a switch noc force six
	in_use a six
	flows
	ctl a switch noc lockout six
	in_use a four
	flows
	ctl a switch noc clear
	in_use a four six
}

@test "1+1 carries TCP in order, and a far end that begins anew is followed" {
	twice 'mode: 1+1'
	start a b
	flows
	transfer a b 10.0.0.2 8
	[ "$(counter b late)" -eq 0 ]
	counted b copies 1000
	kill -9 "$(monitor a)"
	wait_for 5 gone "$(monitor a)"
	start a
	flows
	reaches b 10.0.0.1
	# and by a reload to 1:1 and back
	sed -i 's/mode: 1+1/mode: "1:1"/' a.yaml b.yaml
	ctl a reload
	ctl b reload
	in_use a four
	flows
	sed -i 's/mode: "1:1"/mode: 1+1/' a.yaml b.yaml
	ctl a reload
	ctl b reload
	in_use a four six
	flows
}

@test "a path that loses too much is left, with an alarm" {
	twice 'mode: "1:1", wait-to-restore: 0'
	start a b
	both_up four
	both_up six
	wait_for 5 in_use a four
	net_in b nft -f - <<-END
		table inet cut {
			chain in {
				type filter hook input priority 0;
				meta nfproto ipv4 udp dport 6000 \
					numgen random mod 4 0 drop
			}
		}
	END
	ping_begin cross a 10.0.0.2
	wait_for 20 in_use a six
	ping_end cross
	protects a request signal-degrade
	ctl a status noc | grep -q 'path four: up, degraded'
	ctl a alarms | grep -q 'degraded'
	ctl a status | grep -q DEGRADED
	pass
}

# degraded MACHINE PATH
degraded()
{
	ctl "$1" status noc | grep -q "path $2: up, degraded"
}

@test "a path that is not in use is known to lose too much, and when no more" {
	twice 'mode: "1:1", wait-to-restore: 0' 'interval: 20ms, multiplier: 50'
	start a b
	both_up four
	both_up six
	ctl a switch noc force six
	ctl b switch noc force six
	net_in b nft -f - <<-END
		table inet cut {
			chain in {
				type filter hook input priority 0;
				meta nfproto ipv4 udp dport 6000 \
					numgen inc mod 3 0 drop
			}
		}
	END
	# three verdicts of thirty messages, each second; and then ten
	wait_for 25 degraded a four
	wait_for 5 degraded b four
	pass
	wait_for 40 not degraded a four
	wait_for 5 not degraded b four
}

@test "1+1 goes by one path while the far end would pass every copy on" {
	twice 'mode: 1+1'
	sed -i 's/mode: 1+1/mode: "1:1"/' b.yaml
	start a b
	both_up four
	both_up six
	in_use a four
	wait_for 5 reaches a 10.0.0.2
	net_in a ping -n -c 20 -i 0.01 10.0.0.2 >ping.log
	not grep -q DUP ping.log
	ctl a status noc | grep -q "far end's protection.mode"
	sed -i 's/mode: "1:1"/mode: 1+1/' b.yaml
	ctl b reload
	wait_for 5 in_use a four six
	wait_for 5 in_use b four six
}

@test "1+1 tells of a path that is up but brings nothing" {
	twice 'mode: 1+1'
	start a b
	both_up four
	both_up six
	ctl a switch noc lockout six
	ping_begin cross a 10.0.0.2
	wait_for 20 alarmed b silent-path
	ctl a switch noc clear
	wait_for 30 not alarmed b silent-path
	ping_end cross
}

# Measurements
# ------------

# empty - what comes now was not sent long ago
empty()
{
	local gap

	read -r gap _ < <(cross_ask)
	[ "$gap" -lt 20000 ]
}

# settled PATH - both ends use it, and all that waited has gone
settled()
{
	wait_for 20 in_use a "$1"
	wait_for 20 in_use b "$1"
	wait_for 5 empty
}

# crossed - a second has passed since it was first asked in a row
crossed()
{
	[ -n "${crossed_at-}" ] || crossed_at=$EPOCHREALTIME
	awk -v a="$crossed_at" -v b="$EPOCHREALTIME" \
		'BEGIN { exit !(b - a > 1) }' && unset crossed_at
}

# gaps COUNT CUT MEND PATH - how long nothing crosses when CUT takes the path
# in use away, so many times, and how long nothing was sent, in milliseconds;
# MEND brings it back
gaps()
{
	local i

	for ((i = 0; i < $1; i++)); do
		settled "$4"
		cross_ask >/dev/null
		$2
		wait_for 5 crossed
		cross_ask | awk '{ print int($1 / 1000), int($2 / 1000) }'
		$3
	done
}

# tell FILE WHAT - what gaps has found
tell()
{
	say "$2:" "$(sort -n "$1" | awk '{ g[NR] = $1; if ($2 > s) s = $2 }
		END {
			print "gap median", g[int((NR + 1) / 2)] ", 99th", \
				g[int(NR * 0.99 + 0.99)] ", worst", g[NR], \
				"ms of", NR, "(sender: at most", s, "ms)"
		}')"
}

# percentile FILE SHARE - of the first column
percentile()
{
	sort -n "$1" | awk -v p="$2" '{ g[NR] = $1 }
		END { print g[int(NR * p + 0.9999)] }'
}

# drop [ipv4|ipv6], pass - the underlay loses all for b, or all of a family, and
# no longer
drop()
{
	local rule="${1:+meta nfproto $1} udp dport 6000 drop"

	net_in b nft -f - <<-END
		table inet cut {
			chain in {
				type filter hook input priority 0;
				$rule
			}
			chain out {
				type filter hook output priority 0;
				$rule
			}
		}
	END
}

pass()
{
	net_in b nft delete table inet cut
}

@test "measure: the carrier of the working DCC is cut, the spare is UDP" {
	long || skip "takes minutes"
	section_begin --octets ms
	two 'mode: "1:1", wait-to-restore: 0' 'rate: ms'
	quiet_lan
	start a b
	both_up dcc
	both_up wan
	flows
	cross_begin
	gaps "${DCCBRIDGE_TEST_CUTS-50}" 'sdh cut' 'sdh restore' dcc >gaps
	cross_end
	tell gaps "carrier of D4-D12 cut (asked: 50 ms at most)"
	[ "$(percentile gaps 1)" -le 50 ]
}

@test "measure: the far end of the working UDP path is gone" {
	long || skip "takes minutes"
	twice 'mode: "1:1", wait-to-restore: 0' 'interval: 10ms'
	start a b
	both_up four
	both_up six
	flows
	cross_begin
	gaps "${DCCBRIDGE_TEST_CUTS-50}" 'drop ipv4' pass four >gaps
	cross_end
	tell gaps "UDP path blackholed, 10 ms x 3 (asked: 60 ms, 99th)"
	[ "$(percentile gaps 0.99)" -le 60 ]
}

@test "measure: a DCC of 192k swallows all, with its carrier on" {
	long || skip "takes minutes"
	section_begin
	patience=3
	two 'mode: "1:1", wait-to-restore: 0'
	quiet_lan
	start a b
	both_up dcc
	both_up wan
	flows
	cross_begin -i 5
	gaps "${DCCBRIDGE_TEST_CUTS-50}" swallow spit dcc >gaps
	cross_end
	tell gaps "DCC of 192k blackholed, 100 ms x 3 (asked: 350 ms at most)"
	[ "$(percentile gaps 1)" -le 350 ]
}

@test "measure: 1+1 over a DCC and UDP, either cut in turn" {
	local cuts=${DCCBRIDGE_TEST_CUTS-100}

	long || skip "takes minutes"
	# the queue of the DCC comes on top of its delay
	section_begin --delay 500ms
	two 'mode: 1+1, max-skew: 1s'
	quiet_lan
	start a b
	both_up dcc
	both_up wan
	flows
	# a third of the DCC: what waited while the machine was busy fits too
	cross_begin -i 20 -s 100 -p 7000,161,69
	for ((i = 0; i < cuts; i++)); do
		sdh cut
		wait_for 5 path_is a dcc down
		wait_for 5 path_is b dcc down
		sdh restore
		both_up dcc
		wait_for 5 copies_come 20
		drop
		wait_for 5 path_is a wan down
		wait_for 5 path_is b wan down
		wait_for 5 dcc_alone
		pass
		both_up wan
		wait_for 5 crossed
		wait_for 5 copies_come 20
	done
	cross_end >result
	read -r sent lost doubled late <result
	say "1+1, skew 500 ms, $cuts cuts of each: $sent sent, $lost lost," \
		"$doubled doubled, $late out of order (asked: none);" \
		"$(counter a queue-late) were told to slow down"
	[ "$lost $doubled $late" = "0 0 0" ]
}

@test "measure: a path that flaps" {
	long || skip "takes minutes"
	twice 'mode: "1:1", wait-to-restore: 5s' 'interval: 10ms'
	start a b
	both_up four
	both_up six
	for ((i = 0; i < 30; i++)); do
		net_in b nft -f - <<-END
			table inet cut {
				chain in {
					type filter hook input priority 0;
					meta nfproto ipv4 udp dport 6000 \
						numgen random mod 2 0 drop
				}
			}
		END
		sleep 1
		pass
		sleep 1
	done
	ctl a -j events | jq -r '.events[].kind' | sort | uniq -c >kinds
	back=$(ctl a events | grep -c 'path four now' || :)
	raised=$(ctl a events | grep -c 'alarm-raised' || :)
	say "a path flaps for 60 s, wait-to-restore 5 s: $back switches back" \
		"(asked: 12 at most), $raised alarms raised; events:" \
		"$(awk '{ printf "%s %s, ", $1, $2 }' kinds)"
	[ "$back" -le 12 ]
	[ "$raised" -le 4 ]
}
