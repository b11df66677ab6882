#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# sdhsim.bats - the SDH section in software

load lib
load sdh

setup()
{
	lab_begin
	[ -x "$build/sdhsim" ] || skip "no sdhsim here"
	machine a
	machine b
	A=${net_prefix}a,hdlc0
	B=${net_prefix}b,hdlc0
}

teardown()
{
	section_end
	lab_end
}

# raw WHAT ARGUMENT ... - the tool
raw()
{
	"$tools/rawhdlc.py" "$@"
}

# near VALUE WANTED PERCENT - whether it is as near as that
near()
{
	awk -v v="$1" -v w="$2" -v p="$3" 'BEGIN {
		d = v - w
		exit !(d <= w * p / 100 && d >= -w * p / 100)
	}' || {
		echo "$1 is not within $3 % of $2" >&2
		return 1
	}
}

# say TEXT ... - a figure for those who watch
say()
{
	echo "# $*" >&3
}

@test "sdhsim: its devices look like an HDLC driver's" {
	section_begin
	[ "$(link_of a hdlc0 .link_type)" = rawhdlc ]
	[ "$(link_of a hdlc0 .mtu)" = 1500 ]
	[ "$(link_of a hdlc0 '.flags | sort | join(" ")')" = \
		"LOWER_UP NOARP POINTOPOINT UP" ]
	[ "$(link_of a hdlc0 .qdisc)" = noqueue ]
	# nothing is sent that nobody sent
	[ "$(sdh_figure 'a-b taken')" = 0 ]
	[ "$(sdh_figure 'b-a taken')" = 0 ]
}

@test "sdhsim: frames cross between two devices" {
	section_begin --octets all
	raw cross "$A" "$B"
	sdh_is 'a-b hdlc-hit' 0
	sdh_is 'a-b fcs-errors' 0
	sdh_is 'b-a fcs-errors' 0
	sdh_is 'a-b b1' 0
	sdh_is 'a-b b2' 0
}

@test "sdhsim: FCS-32 too" {
	section_begin --octets all --fcs 32
	raw cross "$A" "$B"
	sdh_is fcs 32
}

@test "sdhsim: a full ring refuses frames, and says so" {
	section_begin
	# the ring, the device, and what was sent meanwhile
	read -r count error < <(raw full "$A")
	[ "$error" = ENOBUFS ]
	[ "$count" -ge 100 ]
	[ "$count" -le 120 ]
	sdh_is 'a-b ring-most' 16
}

@test "sdhsim: the channel is as fast as its octets" {
	local octets rate count row sent seen wrong span

	for row in rs:192000 ms:576000 all:768000; do
		octets=${row%:*} rate=${row#*:}
		section_begin --octets "$octets"
		sdh_is rate "$rate"
		# zeros take no stuffing but in number, text and FCS
		raw load -s 3 -n 1500 "$A" "$B" >figures
		while read -r sent seen wrong span; do
			[ "$sent" -eq "$seen" ]
			[ "$wrong" -eq 0 ]
			# a frame is 1502 octets with 1/62 stuffing and a flag
			rate=$(((seen - 1) * (1502 * 8 * 63 / 62 + 8)))
			rate=$(awk -v b="$rate" -v s="$span" \
				'BEGIN { print b / s * 1000000 }')
			near "$rate" "${row#*:}" 0.7
			say "$octets: $rate bit/s under load"
		done <figures
		# octets by the machine's clock
		sdh stats >stats
		count=$(awk '$1 == "a-b" && $2 == "octets" { print $3 }' stats)
		span=$(awk '$1 == "elapsed-ms" { print $2 }' stats)
		near "$count" $((span * ${row#*:} / 8000)) 0.1
		say "$octets: $count octets in $span ms"
		section_end
	done
}

@test "sdhsim: delay" {
	local ms

	section_begin --octets all --delay 20ms
	ms=$(raw delay "$A" "$B")
	say "20 ms of delay take $ms ms"
	# a tick that a busy machine has late takes what came until then, so
	# that a frame may be less on its way, as well as more
	awk -v ms="$ms" 'BEGIN { exit !(ms > 16 && ms < 30) }'
	sdh delay 5ms
	ms=$(raw delay "$B" "$A")
	say "5 ms take $ms ms"
	awk -v ms="$ms" 'BEGIN { exit !(ms > 2 && ms < 15) }'
	sdh_is delay-us 5000
	# another fibre is no loss of frame
	sdh_is 'a-b lof' 0
}

@test "sdhsim: a cut takes the carrier, framing gives it back" {
	local i

	section_begin
	for i in 1 2 3 4 5; do
		sdh cut
		wait_for 2 carrier a off
		wait_for 2 carrier b off
		wait_for 2 sdh_is 'a-b alarms' 'los oof lof'
		sdh_is cut yes
		sdh restore
		wait_for 2 carrier a on
		wait_for 2 carrier b on
		sdh_is 'a-b alarms' none
		sdh_is 'a-b los' "$i"
		sdh_is 'b-a lof' "$i"
		raw delay "$A" "$B"
	done
	# frames through all of it
	raw load -s 2 "$A" "$B" >figures &
	for i in 1 2 3 4 5 6 7 8; do
		sdh cut
		wait_for 2 carrier a off
		sdh restore
		wait_for 2 carrier a on
		wait_for 2 carrier b on
	done
	wait $!
	awk '$3 != 0 || $2 == 0 { exit 1 }' figures
}

@test "sdhsim: bit errors, and the frames that they hit" {
	local way sent seen wrong span hit errors frames

	section_begin --octets all --seed 5
	sdh ber 2e-5
	raw load -s 8 "$A" "$B" >figures
	for way in a-b b-a; do
		read -r sent seen wrong span
		hit=$(sdh_figure "$way hdlc-hit")
		say "$way: $sent frames, $((sent - seen)) lost, $hit hit"
		[ "$wrong" -eq 0 ]
		[ "$hit" -gt 20 ]
		[ $((sent - seen)) -eq "$hit" ]
		[ "$(sdh_figure "$way hdlc-sent")" -eq "$sent" ]
		sdh_at_least "$way fcs-errors" 10
	done <figures
	# as many errors as asked for, and in B1 nearly all of them
	errors=$(sdh_figure 'a-b bit-errors')
	frames=$(sdh_figure 'a-b frames')
	say "bit error rate 2e-5: $errors in $frames frames"
	sdh ber 0
	near "$(sdh_figure 'a-b b1')" "$(sdh_figure 'a-b bit-errors')" 5
	near "$(sdh_figure 'a-b b2')" "$(sdh_figure 'a-b bit-errors')" 5
	near "$errors" "$(awk -v f="$frames" \
		'BEGIN { print f * 19440 * 2e-5 }')" 20
}

@test "sdhsim: a line too bad to frame has no carrier" {
	section_begin
	sdh ber 0.1
	wait_for 5 carrier a off
	wait_for 5 carrier b off
	wait_for 2 sdh_is 'a-b alarms' 'oof lof'
	sdh ber 0
	wait_for 2 carrier a on
	sdh_is 'a-b los' 0
}

@test "sdhsim: under a tenth of a processor, both ways full" {
	local before after begin end percent

	section_begin --octets all --ber 1e-6 --delay 5ms
	before=$(sdh_figure cpu-ms) begin=$(sdh_figure elapsed-ms)
	raw load -s 6 "$A" "$B" >figures
	after=$(sdh_figure cpu-ms) end=$(sdh_figure elapsed-ms)
	percent=$(awk -v c=$((after - before)) -v e=$((end - begin)) \
		'BEGIN { printf "%.2f", 100 * c / e }')
	say "$percent % of a processor for 768 kbit/s both ways"
	awk -v p="$percent" 'BEGIN { exit !(p < 10) }'
	sdh_is slipped 0
}

@test "sdhsim: a terminal at either end has the same octets" {
	section_begin "netdev:hdlc0@${net_prefix}a" "pty:$dir/dcc"
	net_ip a link set hdlc0 up
	wait_for 2 carrier a on
	raw cross "$A" "$dir/dcc"
	section_end
	section_begin "pty:$dir/east" "pty:$dir/west"
	wait_for 2 sdh_is 'a-b alarms' none
	raw cross "$dir/east" "$dir/west"
	sdh_is 'a-b fcs-errors' 0
	sdh_is 'a-b aborts' 0
	sdh_is 'a-b overrun-octets' 0
	[ "$(sdh_figure 'a-b hdlc-received')" -eq \
		"$(sdh_figure 'a-b hdlc-sent')" ]
}

@test "sdhsim: a terminal hears flags from a silent end, ones from a dead one" {
	section_begin "pty:$dir/east" "pty:$dir/west"
	wait_for 2 sdh_is 'a-b alarms' none
	[ "$(raw octets 6 "$dir/west")" = 7e7e7e7e7e7e ]
	sdh cut
	wait_for 2 sdh_is 'a-b alarms' 'los oof lof'
	[ "$(raw octets 6 "$dir/west")" = ffffffffffff ]
}

@test "sdhsim: it ends without a trace" {
	local pid

	section_begin "netdev:hdlc0@${net_prefix}a" "pty:$dir/dcc"
	has a hdlc0
	[ -L "$dir/dcc" ]
	[ -S "$dir/sdh.sock" ]
	pid=$(cat "$dir/sdhsim.pid")
	kill "$pid"
	wait "$pid"
	not has a hdlc0
	[ ! -e "$dir/dcc" ] && [ ! -L "$dir/dcc" ]
	[ ! -e "$dir/sdh.sock" ]
	# and after a crash it begins again
	section_begin "netdev:hdlc0@${net_prefix}a" "pty:$dir/dcc"
	kill -9 "$(cat "$dir/sdhsim.pid")"
	wait_for 2 gone "$(cat "$dir/sdhsim.pid")"
	section_begin "netdev:hdlc0@${net_prefix}a" "pty:$dir/dcc"
	# a device that is taken away ends it
	net_ip a link del hdlc0
	wait_for 2 gone "$(cat "$dir/sdhsim.pid")"
	grep -q "hdlc0.*it was removed" "$dir/sdhsim.log"
}

@test "sdhsim: the rights of a network namespace are enough" {
	unshare -Urn true 2>/dev/null || skip "no user namespaces here"
	unshare -Urn "$build/sdhsim" -c "$dir/sdh.sock" netdev:hdlc0 \
		"pty:$dir/dcc" >"$dir/sdhsim.log" 2>&1 3>&- &
	echo $! >"$dir/sdhsim.pid"
	wait_for 5 sdh_is 'a-b alarms' none
	sdh_is 'b-a carrier' yes
}

@test "sdhsim: what is wrong is told" {
	local row want

	while IFS='|' read -r row want; do
		# shellcheck disable=SC2086 # words are wanted
		run "$build/sdhsim" $row
		[ "$status" -ne 0 ]
		[[ $output == *"$want"* ]] || {
			echo "$row: $output"
			return 1
		}
	done <<-END
		pty:$dir/x|usage:
		pty:$dir/x tap:y|not an end
		pty:$dir/x netdev:|not an end
		--ber 2 pty:$dir/x pty:$dir/y|a number from 0 to 0.5
		--delay 2s pty:$dir/x pty:$dir/y|at most 1s
		--octets d1 pty:$dir/x pty:$dir/y|rs, ms or all
		--fcs 24 pty:$dir/x pty:$dir/y|16 or 32
		pty:$dir/x netdev:hdlc0@nowhere|ip netns
		pty:$dir/x netdev:averyverylongname|at most 15
		pty:$dir/x netdev:lo@${net_prefix}a|a device of that name
		pty:$dir/x netdev:a/b@${net_prefix}a|no name for a device
		pty:$dir/x pty:$dir/none/y|No such file
		stats|name the simulator's socket
		-c $dir/none stats|is the simulator running
		-c $dir/none ber|usage: sdhsim -c SOCKET ber
	END
	section_begin "pty:$dir/x" "pty:$dir/y"
	run "$build/sdhsim" -c "$dir/sdh.sock" "pty:$dir/p" "pty:$dir/q"
	[[ $output == *"another simulator listens"* ]]
	run sdh ber 7
	[ "$status" -eq 1 ]
	[[ $output == *"ber: write a number from 0 to 0.5"* ]]
	# JSON, and what is no request
	sdh --json stats | jq -e '.ok and .schema == 1 and
		(.directions | length) == 2'
	[ "$(echo '{"command": ["x"]}' | nc -N -U "$dir/sdh.sock" |
		jq -r .ok)" = false ]
	[ "$(echo garbage | nc -N -U "$dir/sdh.sock" | jq -r .ok)" = false ]
	sdh stats
}
