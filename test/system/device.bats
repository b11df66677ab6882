#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# device.bats - what the monitor makes, keeps, hands over and takes away

load lib

setup()
{
	lab_begin
}

teardown()
{
	lab_end
	rm -rf "${public-}"
}

# taps TAP ... - machine a alone, with a channel c1, c2, ... for each
taps()
{
	local i=0 t

	for t; do
		i=$((i + 1))
		channel "c$i" "$i" "$t" 127.0.0.1:6000 127.0.0.2:6000
	done | channels a
}

index_of()
{
	link_of a "$1" .ifindex
}

alias_of()
{
	link_of a "$1" '.ifalias // "none"'
}

# port_of DEVICE BRIDGE - whether it is a port of it
port_of()
{
	[ "$(link_of a "$1" '.master // "none"')" = "$2" ]
}

# kill_both - as no orderly end would
kill_both()
{
	local e m

	e=$(engine a)
	m=$(monitor a)
	kill -9 "$m" "$e"
	wait_for 5 gone "$m"
	wait_for 5 gone "$e"
}

# ports BRIDGE COUNT - whether it has so many
ports()
{
	[ "$(net_ip a -o link show master "$1" | wc -l)" -eq "$2" ]
}

@test "two channels swap the names of their devices" {
	machine a
	taps '{name: dcc1}' '{name: dcc2}' '{name: dcc3}'
	start a
	wait_device a c2
	kept=$(index_of dcc3)
	taps '{name: dcc2}' '{name: dcc1}' '{name: dcc3}'
	ctl a reload
	wait_device a c1
	wait_device a c2
	[[ $(alias_of dcc2) == *" c1, "* ]]
	[[ $(alias_of dcc1) == *" c2, "* ]]
	[ "$(index_of dcc3)" = "$kept" ]
}

@test "a device changes into one of another kind" {
	machine a
	taps '{name: dcc1}'
	start a
	wait_device a c1
	sed 's/tap:/tun:/' a.yaml >new
	mv new a.yaml
	ctl a reload
	wait_device a c1
	[ "$(link_of a dcc1 .linkinfo.info_data.type)" = tun ]
}

@test "a bridge that comes later is joined at once" {
	machine a
	taps '{name: dcc1, bridge: br5}'
	start a
	wait_state a c1 down
	net_ip a link add br5 type bridge
	wait_for 2 port_of dcc1 br5
	wait_device a c1
}

@test "a bridge that goes and comes back is joined again" {
	machine a
	net_ip a link add br5 type bridge
	taps '{name: dcc1, bridge: {name: br5, isolated: true}}'
	start a
	wait_device a c1
	port_of dcc1 br5
	net_ip a link del br5
	wait_for 5 port_of dcc1 none
	net_ip a link add br5 mtu 1400 type bridge
	wait_for 5 port_of dcc1 br5
	[ "$(link_of a dcc1 .linkinfo.info_slave_data.isolated)" = true ]
	[ "$(link_of a br5 .mtu)" -eq 1400 ]
	[ "$(link_of a dcc1 .mtu)" -eq 1400 ]
}

@test "what was left is taken over if the file wants it, else removed" {
	machine a
	taps '{name: dcc1, persist: true}' '{name: dcc2, persist: true}' \
		'{name: dcc3, bridge: {name: br5, create: true}}'
	start a
	wait_device a c3
	net_ip a tuntap add mine mode tap
	one=$(index_of dcc1)
	kill_both
	has a dcc1
	has a dcc2
	taps '{name: dcc1, persist: true}'
	start a
	wait_device a c1
	[ "$(index_of dcc1)" = "$one" ]
	not has a dcc2
	not has a br5
	has a mine
}

@test "a leftover is left alone once its alias is changed" {
	machine a
	taps '{name: dcc1, persist: true}'
	start a
	wait_device a c1
	stop a
	net_ip a link set dcc1 alias mine
	taps '{name: dcc2}'
	start a
	has a dcc1
	[ "$(alias_of dcc1)" = mine ]
}

@test "a second daemon beside the first touches nothing of it" {
	machine a
	taps '{name: dcc1, persist: true, bridge: {name: br5, create: true}}'
	start a
	wait_device a c1
	one=$(index_of dcc1)
	ip netns exec "${net_prefix}a" "$build/dccbridged" -d -f /dev/stdin \
		>second.log 2>&1 3>&- <<-END &
	control: {socket: $dir/second.sock}
	channels:
	  - name: c1
	    id: 1
	    tap: {name: dcc9}
	    paths: [{name: wan, udp: {local: "127.0.0.1:6009",
	             remote: "127.0.0.2:6000"}}]
	END
	second=$!
	wait_for 5 has a dcc9
	kill "$second"
	wait_for 5 gone "$second"
	not has a dcc9
	[ "$(index_of dcc1)" = "$one" ]
	port_of dcc1 br5
}

@test "200 devices go within two seconds, and none is left" {
	local i list=()

	machine a
	for ((i = 1; i <= 200; i++)); do
		list+=("{name: t$i, bridge: {name: br5, create: true}}")
	done
	taps "${list[@]}"
	start a
	wait_for 20 ports br5 200
	taps "${list[@]:0:100}"
	ctl a reload
	wait_for 2 ports br5 100
	kill "$(monitor a)"
	wait_for 2 gone "$(monitor a)"
	not has a br5
	not has a t1
}

@test "what is in the socket's way is told, and not removed" {
	machine a
	taps '{name: dcc1}'
	echo precious >a.sock
	run ip netns exec "${net_prefix}a" "$build/dccbridged" -d -f a.yaml
	[ "$status" -eq 1 ]
	[[ $output == *"a.sock"*"no socket"* ]]
	[ "$(cat a.sock)" = precious ]
	not has a dcc1
}

@test "the control socket's directory is made" {
	machine a
	taps '{name: dcc1}'
	sed -i "s|$dir/a.sock|$dir/run/a.sock|" a.yaml
	run_daemon a
	wait_for 5 "$build/dccbridge" -s "$dir/run/a.sock" status
	[ "$(stat -c %a run)" = 755 ]
	[ "$(stat -c %a run/a.sock)" = 666 ]
}

@test "as another user with two capabilities and no more" {
	machine a
	# where another user may look, with a device file for all users
	public=$(mktemp -d)
	chmod 755 "$public"
	mkdir "$public/run"
	chown nobody "$public/run"
	cp "$build/dccbridged" "$public"
	mknod -m 666 "$public/tun" c 10 200
	taps '{name: dcc1, bridge: {name: br5, create: true}}'
	sed "s|$dir/a.sock|$public/run/a.sock|" a.yaml >"$public/a.yaml"
	# shellcheck disable=SC2016 # the inner shell expands it
	net_exec a unshare -m bash -c 'cd "$1" &&
		mount --bind tun /dev/net/tun &&
		exec setpriv --reuid=nobody --regid=nogroup --clear-groups \
		--inh-caps=-all,+net_admin,+net_raw \
		--ambient-caps=-all,+net_admin,+net_raw \
		--bounding-set=-all,+net_admin,+net_raw \
		./dccbridged -d -f a.yaml' - "$public" >a.log 2>&1 3>&- &
	echo $! >a.pid
	wait_for 5 port_of dcc1 br5
	wait_for 5 "$build/dccbridge" -s "$public/run/a.sock" status
	grep -q 'without the privilege' a.log
	grep -q '^CapEff:.0*$' "/proc/$(engine a)/status"
	grep -q '^CapAmb:.0*$' "/proc/$(engine a)/status"
	stop a
	not has a br5
}

@test "root without the engine's user is told how to make it" {
	machine a
	taps '{name: dcc1}'
	grep -v dccbridge /etc/passwd >passwd
	run net_in a unshare -m bash -c 'mount --bind passwd /etc/passwd &&
		exec "$@"' - "$build/dccbridged" -d -f "$dir/a.yaml"
	[ "$status" -eq 1 ]
	[[ $output == *_dccbridge*useradd* ]]
	not has a dcc1
}

@test "wrong usage is status 2" {
	for args in -x "-d more" -f; do
		# shellcheck disable=SC2086 # words are wanted
		run "$build/dccbridged" $args
		[ "$status" -eq 2 ]
		[[ $output == *"usage: dccbridged [-dnv] [-f FILE]"* ]]
	done
	# nobody but the monitor starts an engine
	run "$build/dccbridged" engine 0
	[ "$status" -eq 2 ]
}
