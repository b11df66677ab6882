#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# budget.bats - what the engine of one channel costs

load lib

setup()
{
	lab_begin
	lab_sites
	join_sites
	start a b
	joined
}

teardown()
{
	lab_end
}

@test "the engine stays under 6 MiB, after traffic too" {
	transfer ha hb 10.0.0.2 8
	net_in ha ping -n -q -c 200 -i 0.002 -s 8000 10.0.0.2
	awk '/^VmRSS/ { print; exit $2 >= 6144 }' "/proc/$(engine a)/status"
}

# used PID - nanoseconds of run time so far
used()
{
	cut -d ' ' -f 1 "/proc/$1/schedstat"
}

# seconds_later FILE - whether /proc/uptime is 5 s beyond what FILE holds
seconds_later()
{
	awk 'NR == FNR { begin = $1; next } { exit $1 - begin < 5 }' \
		"$1" /proc/uptime
}

# each MACHINE US - whether it sends its signs of life so often
each()
{
	[ "$(ask "$1" '.channels[0].paths[0].session.interval_us')" -eq "$2" ]
}

# pace TIME US - both ends send them so often from now on; auto: the default
pace()
{
	sed -i "s/interval: [0-9a-z]*/interval: $1/" a.yaml b.yaml
	ctl a reload
	ctl b reload
	quiet_lan
	wait_for 10 each a "$2"
	wait_for 10 each b "$2"
}

# rests MACHINE - whether its line does
rests()
{
	[ "$(ask "$1" '.channels[0].paths[0].session.resting')" = true ]
}

# wakes PID - how often it has gone to sleep so far
wakes()
{
	awk '/^voluntary/ { print $2 }' "/proc/$1/status"
}

# What signs of life cost is the processor's affair, and on a virtual one most
# of it is waking up: some 10 to 50 us each. Where nothing crosses they are
# seldom, and the next test counts how often frequent ones wake us.
@test "an idle engine takes less than 0.1 % of a processor" {
	local pid begin end

	[ -r /proc/self/schedstat ] || skip "the kernel keeps no schedstat"
	pace auto 300000
	wait_for 5 rests a
	pid=$(engine a)
	cat /proc/uptime >uptime
	begin=$(used "$pid")
	wait_for 10 seconds_later uptime
	end=$(used "$pid")
	echo "$((end - begin)) ns of run time in 5 s"
	rests a
	[ $((end - begin)) -lt 5000000 ]
}

@test "a sign of life each 10 ms wakes the engine twice, to send and to hear" {
	local pid begin end

	pace 10ms 10000
	pid=$(engine a)
	cat /proc/uptime >uptime
	begin=$(wakes "$pid")
	wait_for 10 seconds_later uptime
	end=$(wakes "$pid")
	echo "$((end - begin)) times in 5 s"
	[ $((end - begin)) -lt 1500 ]
}

# processors - the first and the last that we may use
processors()
{
	awk '/^Cpus_allowed_list/ { n = split($2, cpu, /[-,]/)
		print cpu[1], cpu[n] }' /proc/self/status
}

# hog CPU - somebody who would have the whole of it
hog()
{
	net_exec ha taskset -c "$1" sh -c 'while :; do :; done' 3>&- &
	echo $! >hog.pid
}

# flood CPU - datagrams of 64 octets, from there, as fast as they go
flood()
{
	net_exec hb iperf3 -s -1 >server.out 2>&1 3>&- &
	wait_for 5 net_listening hb 5201
	net_exec ha taskset -c "$1" iperf3 -c 10.0.0.2 -u -b 0 -l 64 -t 120 \
		>flood.log 2>&1 3>&- &
	echo $! >flood.pid
}

# calm MACHINE - the LAN is heard, and the flood makes no pauses any more
calm()
{
	local before

	before=$(counter "$1" lan-pauses)
	net_in ha ping -n -q -c 5 -i 0.2 -W 1 10.0.0.2 &&
		[ "$(counter "$1" lan-pauses)" -eq "$before" ]
}

# opened MACHINE COUNT - whether its device was opened so often
opened()
{
	[ "$(grep -c 'dcc1 is open' "$1.log")" -eq "$2" ]
}

@test "a flood leaves a processor that others want to them, now and then" {
	local first last

	# each turn takes too long to need a pause
	sanitized && skip "a sanitized engine makes no pauses"
	read -r first last <<<"$(processors)"
	taskset -p -c "$first" "$(engine a)"
	hog "$first"
	flood "$last"
	wait_for 60 counted a lan-pauses 100
	# a device that is made anew under way
	net_ip a link del dcc1
	wait_for 10 opened a 2
	wait_for 60 counted a lan-pauses 200
	kill "$(cat flood.pid)" "$(cat hog.pid)"
	wait_for 5 gone "$(cat flood.pid)"
	wait_for 5 calm a
	transfer ha hb 10.0.0.2 1
}
