#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# rtnl.bats - no frame waits for the kernel's lock on network devices

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
	[ ! -e churn.pid ] || kill "$(cat churn.pid)" || true
	lab_end
}

# devices - commands to make 1000 of them: veth pairs and bridges. Half are
# removed one by one, which takes the lock hundreds of times, half as a
# group, which holds it once and long
devices()
{
	local i

	for ((i = 0; i < 400; i++)); do
		echo "link add v$i group $((i % 2 + 1)) type veth" \
			"peer name w$i group $((i % 2 + 1))"
	done
	for ((i = 0; i < 200; i++)); do
		echo "link add b$i group $((i % 2 + 1)) type bridge"
	done
}

# churn - make and remove them, again and again; a line in rounds for each
churn()
{
	while :; do
		net_ip x -b make.batch || return
		net_ip x -b remove.batch || return
		net_ip x link del group 2 || return
		date >>rounds
	done 2>churn.log
}

# measure - probes through the tunnel, and control probes beside it, while
# devices are made and removed once at least
measure()
{
	: >rounds
	"$tools/probe.py" -s 8 -u rounds \
		"${net_prefix}ha,10.0.0.1" "${net_prefix}hb,10.0.0.2" \
		"${net_prefix}a,172.16.1.11" "${net_prefix}b,172.16.1.12"
}

# worst FILE STREAM - microseconds
worst()
{
	awk -v s="$2" '$1 == s { print $7 }' "$1"
}

@test "1000 devices made and removed delay no frame by more than 20 ms" {
	local round

	devices >make.batch
	sed -n 's/add \([a-z0-9]*\) group 1 .*/del \1/p' make.batch \
		>remove.batch
	net_ns x
	churn 3>&- &
	echo $! >churn.pid
	# who waits for the lock does so each time; who is late because the
	# machine is busy is not
	for round in 1 2 3; do
		echo "measurement $round"
		measure | tee probes
		[ -s rounds ]
		grep 'tunnel sent [0-9]* lost 0 ' probes
		[ "$(worst probes tunnel)" -gt 20000 ] || return 0
	done
	[ "$(worst probes control)" -le 10000 ] ||
		skip "this machine delays any process by more than 10 ms"
	false
}
