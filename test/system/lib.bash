# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# lib.bash - what the system tests share: machines, sites, daemons, hosts
#
# Machines are network namespaces. Two of them, a and b, with an underlay:
#
#	  a                                    b
#	+-----------------+                 +-----------------+
#	| 172.16.1.11 wan |-----------------| wan 172.16.1.12 |
#	+-----------------+   fd00:1::/64   +-----------------+
#
# lab_sites puts a bridge into each and a host behind it, ha and hb:
#
#	  ha                      a
#	+-------------------+   +-------------------------+
#	| 10.0.0.1     eth0 |---| lan  br0  tap       wan |---- b, hb alike
#	+-------------------+   |       dccbridged        |
#	   fd00:2::1            +-------------------------+
#
# lab_routed puts a router r between a and b instead of the plain underlay:
#
#	  a                        r                          b
#	  172.16.1.11 wan ----- near far ----- wan 172.16.2.12
#
# A daemon runs for each machine that has a file: channels a <<END writes it,
# start a begins it, ctl a status asks it, stop a ends it. Everything is in
# namespaces named with a pid, and in a directory of the test's own, so that
# lab_end removes all of it, whatever the test did.

src=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export tools=$src/test/system
export PYTHONDONTWRITEBYTECODE=1
net_prefix=dcct$$-
# shellcheck source=scripts/lib/net.sh
. "$src/scripts/lib/net.sh"

# lab_build - the directory of the programs under test
lab_build()
{
	local d newest=''

	build=${DCCBRIDGE_BUILD-}
	if [ -z "$build" ]; then
		for d in "$src" "$src"/b "$src"/b-*; do
			[ -x "$d/dccbridged" ] || continue
			[ "$d/dccbridged" -nt "$newest" ] || continue
			newest=$d/dccbridged
			build=$d
		done
	fi
	[ -x "$build/dccbridged" ] || {
		echo "no dccbridged: build it, or set DCCBRIDGE_BUILD" >&2
		return 1
	}
	build=$(cd "$build" && pwd)
}

# sanitized - do the programs under test carry an address sanitizer? It keeps
# what was freed for a while, so that budgets of memory tell nothing of them
sanitized()
{
	ldd "$build/dccbridged" | grep -q libasan
}

# lab_begin - at the head of each setup()
lab_begin()
{
	[ "$(id -u)" -eq 0 ] || skip "network namespaces need root"
	[ -c /dev/net/tun ] || skip "there is no /dev/net/tun"
	lab_build
	dir=$(mktemp -d "${BATS_TEST_TMPDIR:-/tmp}/lab.XXXX")
	chmod 755 "$dir"
	cd "$dir" || return
}

# lab_end - in each teardown(); tells the daemons' last words if a test failed
lab_end()
{
	local log

	if [ -z "${BATS_TEST_COMPLETED-}" ] && [ -n "${dir-}" ]; then
		for log in "$dir"/*.log; do
			[ ! -s "$log" ] || tail -n 20 "$log" |
				sed "s|^|${log##*/}: |"
		done
	fi
	net_end
}

# full - whether the long forms of the tests are wanted
full()
{
	[ -n "${DCCBRIDGE_TEST_FULL-}" ]
}

# long - whether measurements of minutes are wanted, for a quiet machine
long()
{
	[ -n "${DCCBRIDGE_TEST_LONG-}" ]
}

# not COMMAND ... - fails where the command does not; a plain ! would not end
# a test
not()
{
	if "$@"; then
		return 1
	fi
}

# machine NAME - a namespace whose bridges are bridges and nothing more
machine()
{
	net_ns "$1" || return
	[ ! -e /proc/sys/net/bridge/bridge-nf-call-iptables ] ||
		net_in "$1" sysctl -qw net.bridge.bridge-nf-call-iptables=0 \
			net.bridge.bridge-nf-call-ip6tables=0 \
			net.bridge.bridge-nf-call-arptables=0
}

# address NAME DEVICE ADDRESS ... - IPv6 ones are there at once
address()
{
	local n=$1 d=$2 a

	shift 2
	for a; do
		case $a in
		*:*)	net_ip "$n" addr add "$a" dev "$d" nodad ;;
		*)	net_ip "$n" addr add "$a" dev "$d" ;;
		esac || return
	done
}

# lab_machines - a and b, joined by an underlay
lab_machines()
{
	machine a && machine b && net_link a wan b wan || return
	address a wan 172.16.1.11/24 fd00:1::11/64
	address b wan 172.16.1.12/24 fd00:1::12/64
}

# lab_routed MTU - a and b with a router between, whose far side is narrow
lab_routed()
{
	machine a && machine r && machine b || return
	net_link a wan r near && net_link r far b wan "$1" || return
	address a wan 172.16.1.11/24
	address r near 172.16.1.1/24
	address r far 172.16.2.1/24
	address b wan 172.16.2.12/24
	net_ip a route add default via 172.16.1.1
	net_ip b route add default via 172.16.2.1
	net_in r sysctl -qw net.ipv4.ip_forward=1
}

# bridge_for MACHINE [MTU] - br0 in it, with a host behind its port lan
bridge_for()
{
	local m=$1 h=h$1 mtu=${2:-1500}

	net_ns "$h" && net_link "$h" eth0 "$m" lan "$mtu" &&
		net_ip "$m" link add br0 type bridge mcast_snooping 0 &&
		net_ip "$m" link set lan master br0 &&
		net_ip "$m" link set br0 up
}

# lab_hosts MTU - a bridge and a host at both machines
lab_hosts()
{
	bridge_for a "$1" && bridge_for b "$1" || return
	address ha eth0 10.0.0.1/24 fd00:2::1/64
	address hb eth0 10.0.0.2/24 fd00:2::2/64
}

# lab_sites - the plain underlay, bridges and hosts
lab_sites()
{
	lab_machines && lab_hosts 1500
}

# channels MACHINE - its file, with what stdin tells about the channels; $pace
# is the liveness interval. Where the usual 10 ms is not what a test is about
# (pace=''), it is longer, since a machine that runs tests side by side may be
# silent for 30 ms.
channels()
{
	{
		echo "node: $1"
		echo "control: {socket: $dir/$1.sock${control:+, $control}}"
		[ -z "${pace-100ms}" ] || echo "defaults: {paths:" \
			"{liveness: {interval: ${pace-100ms}}}}"
		echo "channels:"
		cat
	} >"$dir/$1.yaml"
}

# channel NAME ID TAP LOCAL REMOTE [KEYS] - one channel of the usual kind; the
# ends are given as address:port, further keys of its line as in YAML
channel()
{
	cat <<-END
	  - name: $1
	    id: $2
	    tap: $3
	    paths: [{name: wan, udp: {local: "$4", remote: "$5"${6:+, $6}}}]
	END
}

# join_sites [TAP] - the usual file at both machines: one channel from br0
# to br0
join_sites()
{
	local tap=${1:-'{name: dcc1, bridge: br0}'}

	channel noc 17 "$tap" 172.16.1.11:6000 172.16.1.12:6000 | channels a
	channel noc 17 "$tap" 172.16.1.12:6000 172.16.1.11:6000 | channels b
}

# start MACHINE ... - begin its daemon, and wait until it answers
start()
{
	local m

	for m; do
		run_daemon "$m"
		wait_for 10 ready "$m" || {
			tail -n 5 "$dir/$m.log" >&2
			echo "dccbridged of $m does not answer" >&2
			return 1
		}
	done
}

run_daemon()
{
	net_exec "$1" "$build/dccbridged" -d -f "$dir/$1.yaml" \
		>>"$dir/$1.log" 2>&1 </dev/null 3>&- &
	echo $! >"$dir/$1.pid"
}

# ctl MACHINE ARGUMENT ... - the operator's command
ctl()
{
	local m=$1

	shift
	"$build/dccbridge" -s "$dir/$m.sock" "$@"
}

# ask MACHINE EXPRESSION [ARGUMENT ...] - a figure out of the JSON of a
# command, status by default
ask()
{
	local m=$1 expression=$2

	shift 2
	ctl "$m" -j "${@:-status}" | jq -r "$expression"
}

ready()
{
	ctl "$1" version && ctl "$1" status
}

# channel_is MACHINE CHANNEL STATE
channel_is()
{
	[ "$(ask "$1" ".channels[] | select(.name == \"$2\").state")" = "$3" ]
}

# wait_state MACHINE CHANNEL STATE
wait_state()
{
	wait_for 10 channel_is "$@" || {
		ctl "$1" status -v "$2" >&2
		echo "channel $2 of $1 is not $3" >&2
		return 1
	}
}

# device_is_open MACHINE CHANNEL
device_is_open()
{
	[ "$(ask "$1" ".channels[] | select(.name == \"$2\").mtu")" -gt 0 ]
}

# wait_device MACHINE CHANNEL - until its device is open; it need not be up
wait_device()
{
	wait_for 10 device_is_open "$@" || {
		ctl "$1" status -v "$2" >&2
		echo "channel $2 of $1 has no device" >&2
		return 1
	}
}

# line_is_open MACHINE CHANNEL - whether its first path's is
line_is_open()
{
	[ "$(ask "$1" ".channels[] | select(.name == \"$2\") |
		.paths[0].session != null")" = true ]
}

# counter MACHINE NAME - a counter or drop reason, summed over all that has it
counter()
{
	ask "$1" "[.objects[] | (.counters[], .drops[]) |
		select((.name // .reason) == \"$2\").value] | add // 0" stats
}

# counted MACHINE NAME LEAST - whether a counter came that far
counted()
{
	[ "$(counter "$1" "$2")" -ge "$3" ]
}

# monitor MACHINE, engine MACHINE - the pids of both halves
monitor()
{
	cat "$dir/$1.pid"
}

engine()
{
	pgrep -o -P "$(monitor "$1")"
}

gone()
{
	! kill -0 "$1" 2>/dev/null
}

# stop MACHINE ... - end its daemon in order
stop()
{
	local m pid

	for m; do
		pid=$(monitor "$m")
		kill "$pid"
		wait_for 10 gone "$pid" || return
	done
}

# reaches MACHINE ADDRESS - one ping
reaches()
{
	net_in "$1" ping -n -c 1 -W 1 "$2"
}

# joined - wait until the hosts reach each other
joined()
{
	wait_for 10 reaches ha 10.0.0.2 || {
		echo "the hosts do not reach each other" >&2
		return 1
	}
}

# has MACHINE DEVICE - whether it is there
has()
{
	net_ip "$1" link show dev "$2" >/dev/null 2>&1
}

# link_of MACHINE DEVICE EXPRESSION - something of its details
link_of()
{
	net_ip "$1" -j -d link show dev "$2" | jq -r ".[0] | $3"
}

# quiet_lan - hosts and devices that send nothing of their own accord
quiet_lan()
{
	local m

	for m in a b ha hb; do
		[ ! -e "/run/netns/$net_prefix$m" ] || net_in $m sysctl -qw \
			net.ipv6.conf.all.disable_ipv6=1
	done
}

# transfer FROM TO ADDRESS MEBIBYTES - a file over TCP; fails unless the same
transfer()
{
	local from=$1 to=$2 address=$3 size=$4 receiver

	[ -s "$dir/sent" ] || head -c "${size}M" /dev/urandom >"$dir/sent"
	net_in "$to" timeout 120 nc -N -l "$address" 5000 \
		>"$dir/received" </dev/null 3>&- &
	receiver=$!
	wait_for 5 net_listening "$to" 5000 || return
	net_in "$from" timeout 120 nc -N "$address" 5000 <"$dir/sent" || return
	wait $receiver || return
	cmp "$dir/sent" "$dir/received"
}

# ping_begin FILE MACHINE ADDRESS - 500 a second, until ping_end FILE, which
# tells how many were lost; the last one may still have been on its way
ping_begin()
{
	net_exec "$2" ping -n -i 0.002 "$3" >"$dir/$1" 2>&1 3>&- &
	echo $! >"$dir/$1.pid"
}

ping_end()
{
	local file=$dir/$1 pid

	pid=$(cat "$file.pid")
	kill -INT "$pid"
	wait_for 5 gone "$pid"
	awk -F '[= ]' '/bytes from/ { last = $6 }
		/packets transmitted/ { sent = $1; came = $4 }
		END { print sent - came - (last % 65536 != sent % 65536)
			exit !sent }' "$file"
}
