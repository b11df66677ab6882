# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# net.sh - networks made of namespaces, for demo, bench and the system tests
#
# The names of all namespaces begin with $net_prefix, so that net_end finds
# and removes all that net_ns made, also what a killed run left behind:
#
#	net_prefix=lab$$
#	trap net_end EXIT
#	net_ns a; net_ns b
#	net_link a wan b wan
#	net_in a ping -c 1 192.0.2.2

net_prefix=${net_prefix:-lab$$}

# net_ns NAME ... - make namespaces with the loopback up
net_ns()
{
	local n

	for n; do
		ip netns add "$net_prefix$n" &&
			ip -n "$net_prefix$n" link set lo up || return
	done
}

# net_in NAME COMMAND ... - run a command in a namespace
net_in()
{
	local n=$1

	shift
	ip netns exec "$net_prefix$n" "$@"
}

# net_exec NAME COMMAND ... - the same, to be put into the background: the
# process that $! tells is the command's own, not that of a shell around it
net_exec()
{
	local n=$1

	shift
	exec ip netns exec "$net_prefix$n" "$@"
}

# net_ip NAME ARGUMENT ... - ip(8) in a namespace
net_ip()
{
	local n=$1

	shift
	ip -n "$net_prefix$n" "$@"
}

# net_link NAME DEVICE NAME DEVICE [MTU] - join two namespaces by a veth pair
net_link()
{
	local mtu=${5:-1500}

	ip link add "$2" mtu "$mtu" netns "$net_prefix$1" type veth \
		peer name "$4" mtu "$mtu" netns "$net_prefix$3" &&
		net_ip "$1" link set dev "$2" up &&
		net_ip "$3" link set dev "$4" up
}

# net_listening NAME PORT - whether somebody listens on a TCP port there
net_listening()
{
	net_in "$1" ss -Hltn "sport = :$2" | grep -q .
}

# net_names - the namespaces that are there
net_names()
{
	ip netns list | awk -v p="$net_prefix" 'index($1, p) == 1 { print $1 }'
}

# net_pids - the processes in them
net_pids()
{
	local n

	for n in $(net_names); do
		ip netns pids "$n" 2>/dev/null
	done
}

net_quiet()
{
	[ -z "$(net_pids)" ]
}

# net_end - end the processes and remove the namespaces
net_end()
{
	local n pids

	pids=$(net_pids)
	# shellcheck disable=SC2086 # one word a process
	[ -z "$pids" ] || kill $pids 2>/dev/null
	wait_for 2 net_quiet || {
		pids=$(net_pids)
		# shellcheck disable=SC2086
		kill -9 $pids 2>/dev/null
		wait_for 2 net_quiet
	}
	for n in $(net_names); do
		ip netns del "$n"
		rm -rf "/etc/netns/$n"
	done
}

# wait_for SECONDS COMMAND ... - until the command succeeds, or time is up
wait_for()
{
	local end=$((${EPOCHREALTIME/[.,]/} + ${1%.*} * 1000000))

	shift
	until "$@" >/dev/null 2>&1; do
		((${EPOCHREALTIME/[.,]/} < end)) || return 1
		sleep 0.02
	done
}
