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
		date
	done >rounds 2>churn.log
}

# measure SECONDS - probes through the tunnel, and control probes beside it
measure()
{
	"$tools/probe.py" -s "$1" \
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
	for round in 1 2 3; do
		echo "measurement $round"
		measure 10 | tee probes
		cat rounds
		[ -s rounds ]
		grep 'tunnel sent [0-9]* lost 0 ' probes
		[ "$(worst probes tunnel)" -gt 20000 ] || return 0
		# no more than the machine itself delays a process that only
		# passes datagrams on
		[ "$(worst probes control)" -gt 10000 ] || return 1
	done
	skip "this machine delays any process by more than 10 ms"
}
