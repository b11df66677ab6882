#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# process.bats - two processes: what they may do, and what happens when one dies

load lib

setup()
{
	lab_begin
}

teardown()
{
	lab_end
}

# sites - two sites whose hosts reach each other
sites()
{
	lab_sites
	join_sites
	start a b
	joined
}

# state_of PID KEY - a line of /proc/PID/status, without its key
state_of()
{
	awk -v k="$2:" '$1 == k { $1 = ""; print substr($0, 2) }' \
		"/proc/$1/status"
}

@test "the engine has no privileges" {
	local pid uid

	getent passwd _dccbridge || skip "there is no user _dccbridge"
	sites
	pid=$(engine a)
	uid=$(id -u _dccbridge)
	[ "$(state_of "$pid" Uid)" = "$uid $uid $uid $uid" ]
	[ "$(state_of "$pid" Gid | cut -d ' ' -f 1)" -ne 0 ]
	[ -z "$(state_of "$pid" Groups)" ]
	[ "$(state_of "$pid" CapEff)" = 0000000000000000 ]
	[ "$(state_of "$pid" CapPrm)" = 0000000000000000 ]
	[ "$(state_of "$pid" CapBnd)" = 0000000000000000 ]
	[ "$(state_of "$pid" NoNewPrivs)" -eq 1 ]
	[ "$(state_of "$pid" Seccomp)" -eq 2 ]
	[ -z "$(ls -A "/proc/$pid/root/")" ]
}

@test "the processes hold no descriptor that they do not need" {
	sites
	# nothing of ours but TAP, UDP, pairs, timers, the control socket
	ls -l "/proc/$(engine a)/fd"
	[ -z "$(find "/proc/$(engine a)/fd" -lname "$dir/*.yaml")" ]
	[ "$(find "/proc/$(engine a)/fd" -type l | wc -l)" -lt 20 ]
}

# dies PID ... - wait until they are gone
dies()
{
	local pid

	for pid; do
		wait_for 5 gone "$pid" || {
			echo "process $pid lives on" >&2
			return 1
		}
	done
}

# back - start a again; the far side is not touched
back()
{
	start a
	joined
	stop a
	not has a dcc1
	[ ! -e a.sock ]
}

@test "kill -9 of the monitor ends the engine; a restart heals" {
	local pids

	sites
	pids="$(monitor a) $(engine a)"
	kill -9 "$(monitor a)"
	# shellcheck disable=SC2086 # two words
	dies $pids
	back
}

@test "kill -9 of the engine ends the monitor; a restart heals" {
	local pids

	sites
	pids="$(monitor a) $(engine a)"
	kill -9 "$(engine a)"
	# shellcheck disable=SC2086
	dies $pids
	back
}

@test "kill -9 of both; a restart heals" {
	local pids

	sites
	pids="$(monitor a) $(engine a)"
	# shellcheck disable=SC2086
	kill -9 $pids
	# shellcheck disable=SC2086
	dies $pids
	back
}

@test "kill -9 of the far end" {
	local pids

	sites
	pids="$(monitor b) $(engine b)"
	# shellcheck disable=SC2086
	kill -9 $pids
	# shellcheck disable=SC2086
	dies $pids
	ctl a status
	start b
	joined
}

@test "what kill -9 of both left behind is taken over, then removed" {
	lab_machines
	channel noc 17 '{name: dcc1, persist: false,
		bridge: {name: br7, create: true}}' \
		172.16.1.11:6000 172.16.1.12:6000 | channels a
	start a
	wait_device a noc
	kill -9 "$(monitor a)" "$(engine a)"
	dies "$(monitor a)"
	has a br7
	[ -e a.sock ]
	start a
	wait_device a noc
	stop a
	not has a dcc1
	not has a br7
	[ ! -e a.sock ]
}

@test "one channel's failure leaves the others" {
	lab_sites
	{
		channel bad 18 '{name: dcc2, bridge: nowhere}' \
			172.16.1.11:6000 172.16.1.12:6000
		channel noc 17 '{name: dcc1, bridge: br0}' \
			172.16.1.11:6000 172.16.1.12:6000
		channel worse 19 '{name: dcc3}' \
			172.16.1.11:6001 172.16.1.12:6000 |
			sed 's/remote: "[^"]*"/&, interface: gone0/'
	} | channels a
	channel noc 17 '{name: dcc1, bridge: br0}' \
		172.16.1.12:6000 172.16.1.11:6000 | channels b
	start a b
	joined
	channel_is a bad down
	channel_is a worse down
	channel_is a noc up
	ctl a status bad | grep -q nowhere
	ctl a status worse | grep -q gone0
}

@test "SIGTERM ends it with status 0 and removes the socket" {
	local pid status=0

	lab_sites
	join_sites
	start a
	pid=$(monitor a)
	kill "$pid"
	wait "$pid" || status=$?
	[ $status -eq 0 ]
	[ ! -e a.sock ]
	not has a dcc1
}

@test "SIGUSR1 and SIGUSR2 change nothing" {
	local pid

	lab_sites
	join_sites
	start a
	pid=$(monitor a)
	kill -USR1 "$pid"
	kill -USR2 "$pid"
	channel more 18 '{name: dcc2}' 172.16.1.11:6000 172.16.1.12:6000 \
		>>a.yaml
	kill -HUP "$pid"
	wait_for 5 has a dcc2
}

@test "SIGHUP loads the file again" {
	lab_sites
	join_sites
	start a
	channel more 18 '{name: dcc2}' 172.16.1.11:6000 172.16.1.12:6000 \
		>>a.yaml
	kill -HUP "$(monitor a)"
	wait_for 5 has a dcc2
	wait_device a more
}

@test "SIGHUP with a bad file changes nothing" {
	lab_sites
	join_sites
	start a
	echo "  rubbish: [" >>a.yaml
	kill -HUP "$(monitor a)"
	wait_for 5 grep -q 'a.yaml:' a.log
	device_is_open a noc
	has a dcc1
}

# how_often TEXT - how often systemd was told that; datagrams do not end in a
# new line
how_often()
{
	grep -o "$1" notified | wc -l
}

# told TEXT [TIMES] - whether it was told that, so often at least
told()
{
	[ "$(how_often "$1")" -ge "${2-1}" ]
}

# carrier_is WHAT - 1 or 0, of the TAP of a
carrier_is()
{
	[ "$(net_in a cat /sys/class/net/dcc1/carrier)" = "$1" ]
}

# toggled COUNT - channel lab is disabled and enabled so often, which its hook
# program is to hear of
toggled()
{
	local n

	for ((n = 0; n < $1; n++)); do
		printf '{"command": "%s", "channel": "lab"}\n' disable enable
	done | socat -t 5 - "UNIX-CONNECT:$dir/a.sock" >/dev/null
}

# deaf - stop the monitor, and ask of it until it takes no more
deaf()
{
	kill -STOP "$(monitor a)"
	wait_for 60 unheard $(($(counter a hooks-lost) + 1))
}

unheard()
{
	toggled 100
	counted a hooks-lost "$1"
}

@test "a TAP gets its carrier though the monitor was behind" {
	lab_sites
	join_sites
	channel lab 18 '{name: dcc2}' 172.16.1.11:6001 172.16.1.12:6001 |
		sed "s,^    id: 18,&\n    on-change: /bin/true," >>a.yaml
	start a b
	joined
	deaf
	ctl a disable noc
	kill -CONT "$(monitor a)"
	wait_for 10 carrier_is 0
	# and the other way round
	deaf
	ctl a enable noc
	wait_state a noc up
	kill -CONT "$(monitor a)"
	wait_for 10 carrier_is 1
	wait_for 10 grep -q 'hooks: .*: the monitor was behind' a.log
}

@test "a TAP gets its carrier though a reload came between" {
	lab_sites
	join_sites
	start a b
	joined
	# the far end's word comes before the new settings: what the engine asks
	# for then is of the old ones
	kill -STOP "$(engine a)"
	ctl b disable noc
	sed -i 's/    id: 17/&\n    description: another/' a.yaml
	kill -HUP "$(monitor a)"
	wait_for 5 grep -q 'loaded again' a.log
	kill -CONT "$(engine a)"
	wait_state a noc down
	wait_for 5 carrier_is 0
}

@test "systemd is told of readiness, reload and end, and that it lives" {
	local watchdog

	lab_sites
	join_sites
	socat -u UNIX-RECV:notify.sock OPEN:notified,creat,append 3>&- &
	echo $! >socat.pid
	wait_for 5 test -S notify.sock
	NOTIFY_SOCKET=$dir/notify.sock WATCHDOG_USEC=1000000 start a
	wait_for 5 told READY=1
	has a dcc1
	told STATUS=
	wait_for 5 told WATCHDOG=1 3
	kill -HUP "$(monitor a)"
	wait_for 5 told RELOADING=1
	wait_for 5 told READY=1 2
	# an engine that hangs is no longer vouched for
	kill -STOP "$(engine a)"
	watchdog=$(how_often WATCHDOG=1)
	not wait_for 3 told WATCHDOG=1 $((watchdog + 4))
	kill -CONT "$(engine a)"
	wait_for 5 told WATCHDOG=1 $((watchdog + 4))
	stop a
	wait_for 5 told STOPPING=1
	kill "$(cat socat.pid)"
}

@test "a second daemon on the same socket ends; the first runs on" {
	sites
	run net_in a "$build/dccbridged" -d -f "$dir/a.yaml"
	[ "$status" -ne 0 ]
	[[ $output == *"$dir/a.sock"* ]]
	reaches ha 10.0.0.2
	ctl a status
}

@test "without -d it returns when it is ready" {
	lab_sites
	join_sites
	net_in a timeout 10 "$build/dccbridged" -f "$dir/a.yaml" \
		>a.log 2>&1 3>&-
	ctl a status
	device_is_open a noc
}

@test "a bad file: status 1, and every error is told" {
	lab_machines
	join_sites
	sed -i 's/remote/remot/; s/id: 17/id: seventeen/' a.yaml
	run net_in a "$build/dccbridged" -d -f "$dir/a.yaml"
	[ "$status" -eq 1 ]
	[[ $output == *"a.yaml:"*remote* ]]
	[[ $output == *seventeen* || $output == *id* ]]
	run "$build/dccbridged" -n -f "$dir/a.yaml"
	[ "$status" -eq 1 ]
}

@test "started in a user namespace, with one user and no root" {
	unshare -Urn true || skip "there are no user namespaces"
	cat >inside <<-END
	set -e
	ip link set lo up
	sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	"$build/dccbridged" -d -f "$dir/a.yaml" >"$dir/a.log" 2>&1 </dev/null &
	"$build/dccbridged" -d -f "$dir/b.yaml" >"$dir/b.log" 2>&1 </dev/null &
	for i in \$(seq 500); do
		ip -br link show dcc1 2>/dev/null | grep -q LOWER_UP &&
			ip -br link show dcc2 2>/dev/null | grep -q LOWER_UP &&
			break
		read -t 0.02 <> <(:) || :
	done
	arping -q -c 1 -w 1 -I dcc1 10.0.0.2 || :
	"$build/dccbridge" -s "$dir/b.sock" -j stats >"$dir/stats.json"
	kill %1 %2
	wait
	END
	channel noc 17 '{name: dcc1, address: 10.0.0.1/24}' \
		127.0.0.1:6000 127.0.0.1:6001 | channels a
	channel noc 17 '{name: dcc2}' \
		127.0.0.1:6001 127.0.0.1:6000 | channels b
	timeout 20 unshare -Urn bash inside 3>&-
	jq -e '[.objects[].counters[] | select(.name == "lan-tx-frames").value]
		| add == 1' stats.json
	grep 'to change users' a.log
}
