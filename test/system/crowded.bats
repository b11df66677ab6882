#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# crowded.bats - a thousand far ends on one port, and what they cost
#
# DCCBRIDGE_TEST_LONG=1 runs these. Both sides are on one machine; b has an
# address for each of its channels. DCCBRIDGE_TEST_MINUTES says how long the
# first one watches, 10 unless told.

load lib

setup()
{
	lab_begin
	long || skip "takes minutes; DCCBRIDGE_TEST_LONG=1 runs it"
	lab_machines
}

teardown()
{
	[ ! -e "${dir-}/spin.pid" ] || kill "$(cat "$dir/spin.pid")" || true
	lab_end
}

# far N - the address of far end N
far()
{
	echo "10.77.$(($1 / 200)).$(($1 % 200 + 1))"
}

# ends LOCAL REMOTE FIRST LAST - the channels of one side; each end is the
# name of a function that tells the address of the nth
ends()
{
	local n

	for ((n = $3; n <= $4; n++)); do
		cat <<-END
		  - name: c$n
		    id: $((n + 1))
		    paths:
		    - udp: {local: "$($1 "$n"):6000", remote: "$($2 "$n"):6000"}
		      liveness: {interval: 100ms}
		END
	done
}

hub()
{
	echo 172.16.1.11
}

any()
{
	echo 0.0.0.0
}

# crowd FIRST LAST - channels of a to far ends, in a.yaml; those of b, in
# b.yaml
crowd()
{
	ends any far "$@" | channels a
	ends far hub "$@" | channels b
}

# meet FIRST LAST - addresses of b, and both daemons, until all is up
meet()
{
	local n

	for ((n = $1; n <= $2; n++)); do
		echo "addr add $(far "$n")/32 dev lo"
	done | net_in b ip -b -
	net_ip b link set lo up
	net_ip a route add 10.77.0.0/16 via 172.16.1.12
	crowd "$1" "$2"
	run_daemon a
	run_daemon b
	wait_for 120 ready a
	wait_for 120 ready b
	wait_for 240 all_up a $(($2 - $1 + 1))
	wait_for 60 all_up b $(($2 - $1 + 1))
}

# all_up MACHINE COUNT
all_up()
{
	[ "$(ask "$1" '[.channels[].paths[] | select(.state == "up")] |
		length')" -eq "$2" ]
}

# downs MACHINE - how many paths went down so far
downs()
{
	grep -c 'path is down' "$dir/$1.log" || true
}

# used PID - nanoseconds of run time so far
used()
{
	cut -d ' ' -f 1 "/proc/$1/schedstat"
}

# minutes_later FILE MINUTES - whether /proc/uptime is so far beyond FILE
minutes_later()
{
	awk -v span="$2" 'NR == FNR { begin = $1; next }
		{ exit $1 - begin < span * 60 }' "$1" /proc/uptime
}

@test "a thousand far ends: no path goes down beside a busy core" {
	local minutes=${DCCBRIDGE_TEST_MINUTES:-10} before after begin pid

	meet 0 999
	before=$(downs a)/$(downs b)
	while :; do :; done &
	echo $! >spin.pid
	pid=$(engine a)
	cat /proc/uptime >begin
	begin=$(used "$pid")
	wait_for $((minutes * 60 + 60)) minutes_later begin "$minutes"
	after=$(downs a)/$(downs b)
	awk -v ns="$(($(used "$pid") - begin))" -v down="$before to $after" '
		NR == FNR { begin = $1; next }
		{ printf "engine: %.1f %% of a core (asked: under 15) in " \
			"%.0f s; paths that went down: %s\n",
			ns / 1e7 / ($1 - begin), $1 - begin, down }' \
			begin /proc/uptime >figure
	tee -a "${DCCBRIDGE_TEST_FIGURES:-/dev/stderr}" <figure
	[ "$before" = "$after" ]
	awk '{ exit $2 >= 15 }' figure
	all_up a 1000
	all_up b 1000
}

@test "a reload of 500 channels takes none of 500 others down" {
	local before after

	meet 500 999
	before=$(downs a)
	# the far ends of the new ones are not there; the old ones must stay up
	crowd 0 999
	ctl a reload >/dev/null
	wait_for 60 has a dcc500
	crowd 500 999
	ctl a reload >/dev/null
	wait_for 60 not has a dcc1
	after=$(downs a)
	echo "paths that went down: $before to $after" |
		tee -a "${DCCBRIDGE_TEST_FIGURES:-/dev/stderr}"
	[ "$before" = "$after" ]
	all_up a 500
}
