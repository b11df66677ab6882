#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# scripts.bats - the demonstration and the benchmark work

load lib

setup()
{
	lab_begin
	export DCCBRIDGE_BUILD=$build DEMO_NAME=demo$$
}

teardown()
{
	"$src/scripts/demo" --end
	lab_end
}

# remains - what there is of the demonstration
remains()
{
	ip netns list | grep "^$DEMO_NAME-"
	ls -d "/run/$DEMO_NAME-demo" 2>/dev/null
	pgrep -f "/run/$DEMO_NAME-demo"
}

# joins [OPTION] - the demonstration does what it says
joins()
{
	"$src/scripts/demo" "$@" >output
	cat output
	grep -q '100% packet loss' output
	grep -q '3 received, 0% packet loss' output
	[ "$(sed -n 's/^ *\(sent\|received\) *//p' output | sort -u |
		wc -l)" -eq 1 ]
	grep -q 'ring.*dcc-ring.*br-mgmt' output
	[ -z "$(remains)" ]
}

@test "the demonstration joins two sites, and leaves nothing behind" {
	joins
	grep -q 'while the file is sent: .* letters; echo: median' output
	grep -q 'kbit/s of 192 on the way' output
}

@test "the demonstration over UDP does so, too" {
	joins --udp
	grep -q 'Mbit/s on the way' output
}

@test "the demonstration stays with --keep, and --end ends it" {
	"$src/scripts/demo" --keep >output
	ip netns exec "$DEMO_NAME-host-a" ping -n -c 1 10.0.0.2
	# what it tells to type works
	eval "$(sed -n 's/^ *\(.*site-b.sock stats\)$/\1/p' output)"
	"$src/scripts/demo" --end
	[ -z "$(remains)" ]
}

@test "a demonstration that was killed is cleared up by the next" {
	"$src/scripts/demo" >output 3>&- &
	wait_for 20 grep -q dccbridged: "/run/$DEMO_NAME-demo/site-a.log"
	kill -9 $!
	[ -n "$(remains)" ]
	"$src/scripts/demo" >output
	[ -z "$(remains)" ]
}

@test "the benchmark of a thin line prints its table" {
	"$src/scripts/bench" --thin -t 2 -p dccbridge,vxlan >table
	cat table
	grep -q 'bottleneck of 192kbit/s' table
	grep -Eq '^loaded, median +ms +[0-9.]+ +[0-9.]+$' table
	grep -Eq '^TCP goodput +kbit/s +[0-9.]+ +[0-9.]+$' table
}

@test "the benchmark prints its table" {
	"$src/scripts/bench" -n 1 -t 1 -r tcp1,rtt,memory -p dccbridge,vxlan \
		>table
	cat table
	grep -Eq '^TCP, 1 flow, a to b +Mbit/s +[0-9]+ +[0-9]+ ' table
	grep -Eq '^round trip, idle +us +[0-9.]+ +[0-9.]+ ' table
	grep -Eq '^memory of the engine +KiB +[0-9]+ ' table
	run "$src/scripts/bench" -p nonsense
	[ "$status" -eq 2 ]
}
