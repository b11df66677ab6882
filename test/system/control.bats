#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# control.bats - the operator's command, and the socket behind it

load lib

setup()
{
	lab_begin
	lab_sites
	join_sites
}

teardown()
{
	lab_end
}

# sites - both daemons, and hosts that reach each other
sites()
{
	start a b
	joined
}

# usage_error ARGUMENT ... - status 2, and a word on how to do it right
usage_error()
{
	run ctl a "$@"
	echo "dccbridge $*: status $status: $output"
	[ "$status" -eq 2 ] && [ -n "$output" ]
}

@test "wrong usage is status 2" {
	usage_error
	usage_error nonsense
	usage_error -x status
	usage_error status one two
	usage_error status -x
	usage_error enable
	usage_error disable
	usage_error reload now
	usage_error version 2
}

@test "without a daemon each command says where it looked" {
	local command

	for command in status stats events reload 'enable noc' 'disable noc'
	do
		# shellcheck disable=SC2086 # command and argument
		run ctl a $command
		echo "$command: $output"
		[ "$status" -eq 1 ]
		[[ $output == "dccbridge: "*"$dir/a.sock"* ]]
	done
}

@test "every command answers" {
	sites
	ctl a status | grep -q noc
	ctl a status -v | grep -q noc
	ctl a status noc | grep -q 172.16.1.12
	ctl a stats | grep -q lan-rx-frames
	ctl a stats noc | grep -q lan-rx-frames
	ctl a events | grep -q noc
	ctl a version
	ctl a check "$dir/a.yaml"
	ctl a doctor || [ $? -eq 1 ]
	ctl a reload
}

@test "-j prints JSON with a schema number" {
	local command

	start a
	for command in status stats events version reload; do
		ctl a -j $command >$command.json
		jq -es 'length > 0 and all(.[]; .schema | type == "number")' \
			$command.json || {
			cat $command.json
			false
		}
	done
	jq -e '.channels[0] | .name == "noc" and .id == 17' status.json
}

@test "an unknown channel is status 1" {
	start a
	run ctl a status nowhere
	[ "$status" -eq 1 ]
	[[ $output == "dccbridge: "*nowhere* ]]
	run ctl a disable nowhere
	[ "$status" -eq 1 ]
}

@test "events -f and watch follow" {
	start a
	ctl a events -f >followed 3>&- &
	echo $! >follow.pid
	wait_for 5 grep -q . followed
	ctl a disable noc
	wait_for 5 grep -q disable followed
	kill "$(cat follow.pid)"
	run timeout 2 "$build/dccbridge" -s "$dir/a.sock" watch
	[ "$status" -eq 124 ]
	[[ $output == *noc* ]]
}

@test "disable and enable, and they stay through a reload" {
	sites
	ctl a disable noc
	not channel_is a noc up
	run reaches ha 10.0.0.2
	[ "$status" -ne 0 ]
	ctl a reload
	not channel_is a noc up
	ctl a status | grep -qi disabled
	ctl a enable noc
	wait_state a noc up
	joined
}

# mtu_is MACHINE DEVICE MTU
mtu_is()
{
	[ "$(link_of "$1" "$2" .mtu)" -eq "$3" ]
}

@test "reload prints what it changed, channel by channel" {
	sites
	run ctl a reload
	[ "$status" -eq 0 ]
	[[ $output != *noc* ]]
	channel more 18 '{name: dcc2}' 172.16.1.11:6000 172.16.1.12:6000 \
		>>a.yaml
	run ctl a reload
	echo "$output"
	[[ $output == *more* && $output != *noc* ]]
	wait_device a more
	sed -i 's/name: dcc2/name: dcc2, mtu: 1300/' a.yaml
	run ctl a reload
	echo "$output"
	[[ $output == *more*mtu* && $output != *noc* ]]
	wait_for 5 mtu_is a dcc2 1300
	join_sites
	run ctl a reload
	echo "$output"
	[[ $output == *more* && $output != *noc* ]]
	wait_for 5 not has a dcc2
}

@test "a reload leaves an unchanged channel alone" {
	local lost

	sites
	ping_begin ping ha 10.0.0.2
	wait_for 5 counted a lan-rx-frames 200
	channel more 18 '{name: dcc2}' 172.16.1.11:6000 172.16.1.12:6000 \
		>>a.yaml
	ctl a reload
	wait_device a more
	join_sites
	ctl a reload
	wait_for 5 counted a lan-rx-frames 1000
	lost=$(ping_end ping)
	[ "$lost" -eq 0 ]
}

@test "a reload that changes a path keeps the device" {
	local index

	sites
	index=$(link_of a dcc1 .ifindex)
	sed -i 's/172.16.1.11:6000/172.16.1.11:6001/' a.yaml b.yaml
	run ctl a reload
	echo "$output"
	[[ $output == *noc*udp.local* ]]
	ctl b reload
	joined
	[ "$(link_of a dcc1 .ifindex)" = "$index" ]
	[ "$(net_in a ss -Hlun 'sport = :6000' | wc -l)" -eq 0 ]
}

@test "a bad file changes nothing and says why" {
	sites
	sed -i 's/remote/remot/' a.yaml
	run ctl a reload
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *a.yaml:*remote* ]]
	channel_is a noc up
	reaches ha 10.0.0.2
	rm a.yaml
	run ctl a reload
	[ "$status" -eq 1 ]
	channel_is a noc up
	reaches ha 10.0.0.2
}

# socket LINE ... - send lines to the socket of a as they are; the answers
socket()
{
	printf '%s\n' "$@" | timeout 5 socat -t 1 - "UNIX-CONNECT:$dir/a.sock"
}

@test "the socket speaks a JSON object a line" {
	start a
	socket '{"command": "status"}' '{"command": "version"}' >answers
	[ "$(wc -l <answers)" -eq 2 ]
	jq -es 'all(.[]; .ok == true)' answers
	socket '{"command": "status", "channel": "nowhere"}' >answers
	jq -e '.ok == false and (.error | length > 0)' answers
}

@test "rubbish on the socket gets an error, or the door" {
	start a
	socket 'rubbish' '[]' '{}' '{"command": 1}' '{"command": "nonsense"}' \
		'{"command": "status", "channel": 7}' >answers || true
	jq -es 'length > 0 and all(.[]; .ok == false)' answers
	head -c 100000 /dev/urandom |
		timeout 5 socat -t 0.2 - "UNIX-CONNECT:$dir/a.sock" \
		>/dev/null || true
	head -c 2000000 /dev/zero | tr '\0' '[' |
		timeout 5 socat -t 0.2 - "UNIX-CONNECT:$dir/a.sock" \
		>/dev/null || true
	ctl a status
}

@test "a thousand connections, and the frames do not notice" {
	local lost

	sites
	ping_begin ping ha 10.0.0.2
	"$tools/crowd.py" connect 1000 "$dir/a.sock"
	lost=$(ping_end ping)
	echo "lost $lost"
	[ "$lost" -eq 0 ]
	wait_for 5 ctl a status
}

@test "readers that never read, and the frames do not notice" {
	local lost

	sites
	ping_begin ping ha 10.0.0.2
	"$tools/crowd.py" deaf 20 "$dir/a.sock"
	lost=$(ping_end ping)
	echo "lost $lost"
	[ "$lost" -eq 0 ]
	wait_for 5 ctl a status
	awk '/^VmRSS/ { print; exit $2 >= 16384 }' "/proc/$(engine a)/status"
}

# as GROUP ARGUMENT ... - the command, run by nobody with one group more
as()
{
	local g=$1

	shift
	setpriv --reuid=nobody --regid=nogroup --groups="$g" \
		"$build/dccbridge" -s "$dir/a.sock" "$@"
}

@test "read-group may look but not change; the others may nothing" {
	local d=$build

	# nobody has to get at the command itself
	while [ "$d" != / ]; do
		[ $((0$(stat -c %a "$d") & 1)) -eq 1 ] ||
			skip "$d is not for everyone"
		d=$(dirname "$d")
	done
	chmod 755 "$dir" "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR" \
		"$(dirname "$BATS_TEST_TMPDIR")"
	control='group: adm, read-group: games' join_sites
	start a
	as games status
	as games stats
	run as games disable noc
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == "dccbridge: "* ]]
	run as games reload
	[ "$status" -eq 1 ]
	not channel_is a noc disabled
	as adm disable noc
	as adm enable noc
	run as nogroup status
	[ "$status" -eq 1 ]
	[[ $output == *"group adm"* ]]
	control='group: adm, read-group: users' join_sites
	ctl a reload
	wait_for 5 as users status
	run as games status
	[ "$status" -eq 1 ]
}
