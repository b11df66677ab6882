#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# shellcheck disable=SC2030,SC2031 # each test is a process
# thin.bats - a slow line that stays usable, on an SDH section in software
#
# Each test prints its figures, and beside them what is asked for. What is
# asserted is wider than that, since others may use the processors, too. The
# tests run for some ten seconds each; DCCBRIDGE_TEST_LONG=1, on a quiet
# machine, makes them minutes and asserts all that is asked for;
# DCCBRIDGE_TEST_SECONDS makes them any other time. scripts/acceptance runs them
# so, for all kinds of lines.
#
# DCCBRIDGE_TEST_LINE says what the line's ends are: hdlc (the usual one), the
# section's network devices; bit, its terminals with the raw octets; octet, two
# terminals joined to each other, with octet framing.

load lib
load sdh

setup()
{
	lab_begin
	machine a
	machine b
	kind=${DCCBRIDGE_TEST_LINE-hdlc}
	missed=''
}

teardown()
{
	section_end
	wires_end
	lab_end
}

# seconds SHORT FULL - how long a test measures
seconds()
{
	if [ -n "${DCCBRIDGE_TEST_SECONDS-}" ]; then
		echo "$DCCBRIDGE_TEST_SECONDS"
	elif long; then
		echo "$2"
	else
		echo "$1"
	fi
}

# say TEXT ... - a figure for those who watch
say()
{
	echo "# $*" >&3
}

# at_most VALUE BOUND, at_least VALUE BOUND - numbers with decimals
at_most()
{
	awk -v v="$1" -v b="$2" 'BEGIN { exit !(v <= b) }' || {
		echo "$1 is more than $2" >&2
		return 1
	}
}

at_least()
{
	awk -v v="$1" -v b="$2" 'BEGIN { exit !(v >= b) }' || {
		echo "$1 is less than $2" >&2
		return 1
	}
}

# asked WHAT VALUE most|least BAR LOOSE - say a figure beside the bar; judged
# fails if one missed that, or LOOSE in a short run
asked()
{
	local bound=$5

	say "$1: $2 (asked: at $3 $4)"
	if long; then
		bound=$4
	fi
	"at_$3" "$2" "$bound" || missed+=" $1: $2;"
}

judged()
{
	[ -z "$missed" ] || {
		echo "missed:$missed" >&2
		return 1
	}
}

# quick P99 MOST - the pings' figures are those of a short queue: a full one
# takes seconds, for half of all, while a busy machine is late with some, and
# may lose those of a bit stream
quick()
{
	local spared=0

	[ "$kind" != bit ] || spared=3
	say "pings: $sent, median $median ms"
	asked "pings lost" "$lost" most 0 $spared
	asked "median, ms" "$median" most "$1" 100
	asked "99th percentile, ms" "$p99" most "$1" 1500
	[ -z "${2-}" ] || asked "slowest, ms" "$most" most "$2" 5000
}

# line KIND OCTETS - the line between a and b; sets ends, what a path of each
# says of it
line()
{
	case $1 in
	hdlc)	section_begin --octets "$2"
		ends=('interface: hdlc0' 'interface: hdlc0') ;;
	bit)	section_begin --octets "$2" "pty:$dir/ttya" "pty:$dir/ttyb"
		ends=("device: $dir/ttya" "device: $dir/ttyb") ;;
	octet)	wire ttya ttyb
		ends=("device: $dir/ttya, framing: octet"
			"device: $dir/ttyb, framing: octet") ;;
	esac
}

# only KIND ... - for other kinds of lines the test means nothing
only()
{
	case " $* " in
	*" $kind "*)	;;
	*)	skip "not on this kind of line" ;;
	esac
}

# thin NAME ID TAP PATH - one channel with one path
thin()
{
	cat <<-END
	  - name: $1
	    id: $2
	    tap: $3
	    paths: [{name: line, $4}]
	END
}

# between PATH [PATH] - a channel from a (10.0.0.1) to b (10.0.0.2), started
between()
{
	thin noc 17 '{name: dcc1, address: 10.0.0.1/24}' "$1" | channels a
	thin noc 17 '{name: dcc1, address: 10.0.0.2/24}' "${2-$1}" |
		channels b
	quiet_lan
	start a b
	wait_for 10 reaches a 10.0.0.2
}

# over_line RATE - the same over the line
over_line()
{
	between "dcc: {${ends[0]}, rate: $1}" "dcc: {${ends[1]}, rate: $1}"
}

# lans RATE - a bridge and a host at each end instead, 10.0.0.1 and 10.0.0.2
lans()
{
	lab_hosts 1500
	thin noc 17 '{name: dcc1, bridge: br0}' \
		"dcc: {${ends[0]}, rate: $1}" | channels a
	thin noc 17 '{name: dcc1, bridge: br0}' \
		"dcc: {${ends[1]}, rate: $1}" | channels b
	quiet_lan
	start a b
	joined
}

# pings FILE MACHINE ADDRESS SECONDS - five a second
pings()
{
	net_in "$2" ping -n -i 0.2 -c $(($4 * 5)) -W 5 "$3" >"$1" 3>&-
}

# of_pings FILE - sent, lost, median, 99th percentile and most, in ms
of_pings()
{
	awk -F '[= ]' '/time=/ { print $(NF - 1) }
		/packets transmitted/ { print "sent", $1, $4 }' "$1" | sort -g |
	awk '$1 == "sent" { sent = $2; came = $3; next }
		{ v[++n] = $1 }
		function of(share) {
			i = int(n * share) + 1
			return v[i > n ? n : i]
		}
		END { print sent, sent - came, of(0.5), of(0.99), v[n] }'
}

# server MACHINE ADDRESS PORT - for a bulk flow
server()
{
	net_exec "$1" iperf3 -s -B "$2" -p "$3" >>"$dir/iperf.log" 2>&1 \
		</dev/null 3>&- &
	wait_for 5 net_listening "$1" "$3"
}

# bulk FILE MACHINE ADDRESS PORT SECONDS [OPTION ...] - TCP flows
bulk()
{
	local file=$1 machine=$2 address=$3 port=$4 seconds=$5

	shift 5
	net_in "$machine" iperf3 -c "$address" -p "$port" -t "$seconds" -J \
		"$@" >"$file" 2>&1 </dev/null 3>&-
}

# goodput FILE - kbit/s that the receiver of bulk has seen
goodput()
{
	jq -r '.end.sum_received.bits_per_second / 100 | round / 10' "$1"
}

# loaded MACHINE ADDRESS SECONDS - one flow, and pings beside it; sets kbits
# and the figures of_pings tells
loaded()
{
	local flow

	server b "$2" 5201
	bulk flow "$1" "$2" 5201 $(($3 + 2)) &
	flow=$!
	pings pings "$1" "$2" "$3"
	wait $flow
	kbits=$(goodput flow)
	read -r sent lost median p99 most < <(of_pings pings)
}

# told MACHINE KIND - whether such an event has come
told()
{
	ask "$1" ".events[] | select(.kind == \"$2\").kind" events |
		grep -q .
}

# run_time MACHINE - nanoseconds of processor that its daemon has had, both
# halves
run_time()
{
	cat "/proc/$(monitor "$1")/schedstat" \
		"/proc/$(engine "$1")/schedstat" |
		awk '{ n += $1 } END { printf "%.0f\n", n }'
}

# resident MACHINE - KiB of its engine
resident()
{
	awk '/^VmRSS/ { print $2 }' "/proc/$(engine "$1")/status"
}

# files MACHINE - how many its engine has open
files()
{
	find "/proc/$(engine "$1")/fd" -mindepth 1 | wc -l
}

@test "thin: a flow and pings on D1-D3" {
	line "$kind" rs
	over_line rs
	loaded a 10.0.0.2 "$(seconds 12 60)"
	asked "D1-D3, kbit/s" "$kbits" least 157 100
	quick 40 80
	judged
}

@test "thin: a flow and pings on D4-D12" {
	line "$kind" ms
	over_line ms
	loaded a 10.0.0.2 "$(seconds 12 60)"
	asked "D4-D12, kbit/s" "$kbits" least 495 300
	quick 25 50
	judged
}

@test "thin: a flow and pings over UDP through a narrow, deep buffer" {
	local m

	only hdlc
	net_link a wan b wan
	address a wan 172.16.1.11/24
	address b wan 172.16.1.12/24
	for m in a b; do
		tc -n "$net_prefix$m" qdisc add dev wan root tbf \
			rate 192kbit burst 1600 limit 64000
	done
	between 'udp: {local: "172.16.1.11:6000", remote: "172.16.1.12:6000",
		rate: 192k}' 'udp: {local: "172.16.1.12:6000",
		remote: "172.16.1.11:6000", rate: 192k}'
	loaded a 10.0.0.2 "$(seconds 12 60)"
	asked "UDP, 192k, kbit/s" "$kbits" least 145 100
	quick 80
	judged
}

@test "thin: a telnet session beside four flows" {
	local flow keys time

	time=$(seconds 12 60)
	line "$kind" rs
	over_line rs
	server b 10.0.0.2 5201
	bulk flow a 10.0.0.2 5201 $((time + 2)) -P 4 &
	flow=$!
	read -r keys median p99 most < <("$tools/thin.py" keys -s "$time" \
		"${net_prefix}a,10.0.0.1" "${net_prefix}b,10.0.0.2")
	wait $flow
	say "telnet beside four flows ($(goodput flow) kbit/s): $keys keys," \
		"echo median $median, slowest $most ms"
	asked "echo, 99th percentile, ms" "$p99" most 60 1500
	asked "echo, median, ms" "$median" most 60 100
	[ "$keys" -ge $((time * 5 - 1)) ]
	judged
}

@test "thin: 10 000 broadcasts a second on the LAN" {
	local time storm

	time=$(seconds 10 30)
	line "$kind" rs
	lans rs
	"$tools/thin.py" storm -s $((time + 2)) "${net_prefix}ha:eth0" \
		>"$dir/sent" 3>&- &
	storm=$!
	wait_for 5 told a storm
	pings pings ha 10.0.0.2 "$time"
	wait $storm
	read -r sent lost median p99 most < <(of_pings pings)
	say "$(cat "$dir/sent") broadcasts in $((time + 2)) s;" \
		"storm-broadcast drops: $(counter a storm-broadcast)"
	quick 80 80
	judged
	wait_for 15 told a storm-over
	ctl a events | grep storm | sed 's/^/# /' >&3
}

# packets MACHINE tx|rx - that it has sent or received on its line
packets()
{
	counter "$1" "line-$2-frames"
}

# unheard FROM TO - packets that were sent and did not come; counted when none
# was sent while we looked, for the machines never stop to tell that they live
unheard()
{
	local i sent came after

	for i in {1..50}; do
		sent=$(packets "$1" tx)
		packets "$2" rx >/dev/null	# what was on its way comes
		came=$(packets "$2" rx)
		after=$(packets "$1" tx)
		[ "$sent" -ne "$after" ] || break
	done
	echo $((sent - came))
}

# same WHAT NAME FIGURE - a counter of b is what sdhsim tells of the line to b
same()
{
	local ours theirs

	ours=$(counter b "$2")
	theirs=$(sdh_figure "a-b $3")
	say "$1: b counts $ours, sdhsim $theirs"
	[ "$ours" -eq "$theirs" ] || [ "$(lost_octets a-b)" -gt 0 ]
}

# lost_octets FROM-TO - octets that nobody took out of a pseudo-terminal in
# time, for most of a second; they are lost behind the section
lost_octets()
{
	sdh_figure "$1 overrun-octets"
}

# hit_frames - as many packets are missing as before, when the far end was not
# there yet, and as were hit by errors, or cut since the machine was too busy to
# fill a terminal in time
hit_frames()
{
	local from to hit gone lost

	for from in a b; do
		to=$([ $from = a ] && echo b || echo a)
		hit=$(sdh_figure "$from-$to hdlc-hit")
		gone=$(($(unheard $from "$to") - before[$from]))
		lost=$(lost_octets "$from-$to")
		say "$from to $to: sdhsim says $hit frames were hit," \
			"$gone packets did not come" \
			"($(sdh_figure "$from-$to underrun-octets")" \
			"octets were given too late, $lost not taken)"
		[ "$hit" -gt 0 ]
		[ "$gone" -eq "$hit" ] || [ "$lost" -gt 0 ]
	done
}

# errors PATH PATH - numbered frames at an error rate of 1e-5
errors()
{
	local s c w
	declare -A before

	between "$1, liveness: {interval: 10s}" "$2, liveness: {interval: 10s}"
	before=([a]=$(($(unheard a b) - $(sdh_figure "a-b hdlc-hit")))
		[b]=$(($(unheard b a) - $(sdh_figure "b-a hdlc-hit"))))
	sdh ber 1e-5
	"$tools/thin.py" numbers -s "$(seconds 15 600)" \
		"${net_prefix}a:dcc1" "${net_prefix}b:dcc1" >figures
	sdh ber 0
	while read -r s c w; do
		say "$s frames sent, $c came, $w wrong"
		[ "$c" -gt 0 ]
		[ "$w" -eq 0 ]
	done <figures
	hit_frames
}

@test "thin: bit errors change no octet, and cost the frames that they hit" {
	only hdlc bit
	line "$kind" rs
	errors "dcc: {${ends[0]}, rate: rs}" "dcc: {${ends[1]}, rate: rs}"
}

@test "thin: bit errors are counted by a daemon with a bit stream" {
	only hdlc
	section_begin "netdev:hdlc0@${net_prefix}a" "pty:$dir/ttyb"
	net_ip a link set hdlc0 up
	errors 'dcc: {interface: hdlc0, rate: rs}' \
		"dcc: {device: $dir/ttyb, rate: rs}"
	same FCS fcs fcs-errors
	same abort abort aborts
	same runt line-runt runts
	same "no octets" align unaligned
}

# neighbours - a and b know each other's addresses for good
neighbours()
{
	net_ip a neigh replace 10.0.0.2 dev dcc1 nud permanent \
		lladdr "$(link_of b dcc1 .address)"
	net_ip b neigh replace 10.0.0.1 dev dcc1 nud permanent \
		lladdr "$(link_of a dcc1 .address)"
}

# cuts COUNT - cut and restore at random; a line of milliseconds each until
# an answer came back after the restoration
cuts()
{
	local i begin

	for ((i = 0; i < $1; i++)); do
		wait_for 1 false || :	# some traffic between
		sdh cut
		[ "$kind" != hdlc ] || wait_for 2 carrier a off
		wait_for $((RANDOM % 2)) false || :
		begin=${EPOCHREALTIME/[.,]/}
		sdh restore
		until net_in a ping -n -q -c 1 -W 0.05 10.0.0.2 >/dev/null; do
			((${EPOCHREALTIME/[.,]/} < begin + 10000000)) || return
		done
		echo $(((${EPOCHREALTIME/[.,]/} - begin) / 1000))
	done
}

@test "thin: cut and restored, traffic is back at once" {
	local count flow memory open most

	only hdlc bit
	count=5
	! long || count=50
	line "$kind" rs
	over_line rs
	# the kernel asks for a lost neighbour but once a second
	neighbours
	server b 10.0.0.2 5201
	bulk flow a 10.0.0.2 5201 $((count * 4)) &
	flow=$!
	memory=$(resident a) open=$(files a)
	cuts "$count" >"$dir/back"
	most=$(sort -n back | tail -n 1)
	say "$(wc -l <back) cuts: an answer after" \
		"$(sort -n back | sed -n "$((count / 2 + 1))p") ms" \
		"(median)"
	asked "the last answer, ms" "$most" most 1000 3000
	say "engine: $memory KiB before, $(resident a) KiB after;" \
		"$open files before, $(files a) after"
	[ "$(wc -l <back)" -eq "$count" ]
	[ "$(files a)" -eq "$open" ]
	at_most "$(resident a)" $((memory + 1024))
	judged
	kill $flow || :
	wait $flow || :
	pings pings a 10.0.0.2 2
	read -r sent lost median p99 most < <(of_pings pings)
	say "and then idle: $lost of $sent lost, median $median ms"
	[ "$lost" -eq 0 ]
}

@test "thin: long frames arrive whole at 192k and at 64k" {
	local rate

	line "$kind" rs
	for rate in 192k 64k; do
		over_line "$rate"
		# so that tagged frames of the full size can be sent here
		net_ip a link set dcc1 mtu 1508
		"$tools/thin.py" sizes "${net_prefix}a:dcc1" \
			"${net_prefix}b:dcc1" 1514 1518/1 1522/2 >took
		say "$rate, octets and ms: $(tr '\n' ' ' <took)"
		stop a b
		thin noc 17 '{name: dcc1, mtu: 9216}' \
			"dcc: {${ends[0]}, rate: $rate}" | channels a
		thin noc 17 '{name: dcc1, mtu: 9216}' \
			"dcc: {${ends[1]}, rate: $rate}" | channels b
		start a b
		wait_state a noc up
		wait_state b noc up
		net_ip a link set dcc1 mtu 9224
		"$tools/thin.py" sizes "${net_prefix}a:dcc1" \
			"${net_prefix}b:dcc1" 9230 9234/1 9238/2 >took
		say "$rate, octets and ms: $(tr '\n' ' ' <took)"
		stop a b
	done
}

# many COUNT - so many channels on one DCC, 10.0.N.1 to 10.0.N.2
many()
{
	local m n

	for m in a:1 b:2; do
		for ((n = 1; n <= $1; n++)); do
			thin "c$n" $n \
				"{name: dcc$n, address: 10.0.$n.${m#*:}/24}" \
				"dcc: {${ends[${m#*:} - 1]}, rate: rs}"
		done | channels ${m%:*}
	done
	quiet_lan
	start a b
	for ((n = 1; n <= $1; n++)); do
		wait_for 10 reaches a 10.0.$n.2
	done
}

@test "thin: eight idle channels on a DCC cost next to nothing" {
	local m time before
	declare -A used

	time=$(seconds 10 60)
	line "$kind" rs
	many 8
	for m in a b; do
		used[$m]=$(run_time $m)
	done
	wait_for "$time" false || :
	for m in a b; do
		before=${used[$m]}
		used[$m]=$(awk -v b="$before" -v e="$(run_time $m)" \
			-v s="$time" 'BEGIN { print (e - b) / s / 1e7 }')
	done
	for m in a b; do
		asked "8 idle channels, % of a core" "${used[$m]}" most 0.5 2
	done
	judged
}

@test "thin: four channels with a flow each have equal shares" {
	local n time flows=() shares=()

	time=$(seconds 15 60)
	line "$kind" rs
	many 4
	for n in 1 2 3 4; do
		server b 10.0.$n.2 $((5200 + n))
		bulk flow$n a 10.0.$n.2 $((5200 + n)) $((time + 6)) -O 4 &
		flows+=($!)
	done
	for n in 1 2 3 4; do
		pings pings$n a 10.0.$n.2 "$time" &
		flows+=($!)
	done
	wait "${flows[@]}"
	for n in 1 2 3 4; do
		read -r sent lost median p99 most < <(of_pings pings$n)
		shares+=("$(goodput flow$n)")
		say "channel $n: ${shares[-1]} kbit/s"
		quick 60
	done
	asked "smallest share, % of the largest" \
		"$(printf '%s\n' "${shares[@]}" | sort -g |
			awk '{ v[NR] = $1 } END { print 100 * v[1] / v[4] }')" \
		least 90 50
	judged
}

# blocked MACHINE - whether its channel says that a loop blocks it
blocked()
{
	ctl "$1" status -v noc | grep -q 'our own frames come back'
}

# either COMMAND [ARGUMENT ...] - whether it succeeds for a or for b
either()
{
	local what=$1

	shift
	"$what" a "$@" || "$what" b "$@"
}

# times MACHINE KIND COUNT - whether so many of these events have come
times()
{
	[ "$(ask "$1" "[.events[] | select(.kind == \"$2\")] | length" \
		events)" -ge "$3" ]
}

# circles_again - whether the loop was found once more; if not, it is because
# nothing circles yet
circles_again()
{
	either times loop 2 || {
		net_in ha arping -c 1 -w 1 -I eth0 10.0.0.77
		false
	}
}

@test "thin: LANs that are joined elsewhere, too, are noticed" {
	local begin end

	line "$kind" rs
	lans rs
	net_link a loop b loop
	net_ip a link set loop master br0
	begin=${EPOCHREALTIME/[.,]/}
	net_ip b link set loop master br0
	# a broadcast begins to circle
	net_in ha arping -c 1 -w 1 -I eth0 10.0.0.77 >/dev/null 3>&- &
	wait_for 5 either told loop
	end=${EPOCHREALTIME/[.,]/}
	say "a loop is found $(((end - begin) / 1000)) ms after it was made"
	wait_for 2 either blocked
	wait_for 10 either told loop-retry
	# it is still there, so the next block is longer
	wait_for 10 circles_again
	ctl a events | grep loop | sed 's/^/# a: /' >&3
	ctl b events | grep loop | sed 's/^/# b: /' >&3
}

# as_well KIND - the first test for another kind of line, in short runs
as_well()
{
	! long || skip "DCCBRIDGE_TEST_LINE=$1 does that"
	only hdlc
	kind=$1
	line "$kind" rs
	over_line rs
	loaded a 10.0.0.2 10
	asked "$1 framing, kbit/s" "$kbits" least 157 100
	quick 40 80
	judged
}

@test "thin: a bit stream on terminals does as well" {
	as_well bit
	[ "$(counter b fcs)" -le "$(sdh_figure "a-b hdlc-hit")" ]
}

@test "thin: octet framing between two terminals does as well" {
	as_well octet
}

@test "thin: a line at another rate than it is said to be" {
	only hdlc
	line hdlc ms
	over_line 576k
	stop a b
	section_end
	section_begin --octets rs
	start a b
	wait_state a noc up
	net_in a ping -n -q -i 0.02 -c 200 -s 1400 10.0.0.2 || :
	say "line-full drops: $(counter a line-full)"
	[ "$(counter a line-full)" -gt 0 ]
	told a line-full
	reaches a 10.0.0.2
}

@test "thin: a bit stream at another rate than it is said to be" {
	only hdlc
	line bit rs
	over_line 576k
	wait_for 20 told a line-rate
	ctl a events | grep "line-rate" | grep -q "runs at 19[0-9]... bit/s"
	reaches a 10.0.0.2
}
