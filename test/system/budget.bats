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

# With a message each 100 ms; each 10 ms, as on a fast line unless the file
# says otherwise, cost about 0.2 % here.
# idle LIMIT - fails if the engine runs longer than LIMIT ns in 5 s
idle()
{
	local pid begin end

	[ -r /proc/self/schedstat ] || skip "the kernel keeps no schedstat"
	quiet_lan
	pid=$(engine a)
	cat /proc/uptime >uptime
	begin=$(used "$pid")
	wait_for 10 seconds_later uptime
	end=$(used "$pid")
	echo "$((end - begin)) ns of run time in 5 s"
	[ $((end - begin)) -lt "$1" ]
}

@test "an idle engine takes less than 0.1 % of a processor" {
	idle 5000000
}

# each MACHINE US - whether it sends its signs of life so often
each()
{
	[ "$(ask "$1" '.channels[0].paths[0].session.interval_us')" -eq "$2" ]
}

@test "a sign of life each 10 ms costs less than 0.5 % of a processor" {
	sed -i 's/interval: 100ms/interval: 10ms/' a.yaml b.yaml
	ctl a reload
	ctl b reload
	wait_for 10 each a 10000
	wait_for 10 each b 10000
	idle 25000000
}
