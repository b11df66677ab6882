#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # lib.bash sets dir, build and others
# alarms.bats - what is wrong, who hears of it, and when it is over

load lib
load sdh

# sessions that a busy machine does not break
setup()
{
	export pace=300ms
	lab_begin
	lab_sites
}

teardown()
{
	section_end
	lab_end
}

# raised MACHINE ALARM [CHANNEL] - whether it is
raised()
{
	[ "$(ask "$1" "[.alarms[] | select(.alarm == \"$2\" and
		(\"${3-}\" == \"\" or .channel == \"${3-}\"))] | length" \
		alarms)" -ge 1 ]
}

# happened MACHINE KIND ALARM COUNT - as many events of the kind and alarm
happened()
{
	[ "$(ask "$1" "[.events[] | select(.kind == \"$2\" and
		.alarm == \"$3\")] | length" events)" -eq "$4" ]
}

@test "nothing wrong, no alarms" {
	join_sites
	start a b
	wait_state a noc up
	[ "$(ctl a alarms)" = "no alarms" ]
	ctl a -j alarms | jq -e '.schema == 1 and .alarms == []'
	ctl a alarms noc
	not ctl a alarms nonsense
}

@test "a channel that cannot work has alarms until it does" {
	join_sites '{name: dcc1, bridge: br7}'
	start a b
	wait_for 10 raised a channel-down noc
	ctl a -j alarms | jq -e '.alarms[] | select(.alarm == "channel-down") |
		.severity == "critical" and .channel == "noc" and
		.path == null and .times == 1 and .present and
		(.text | test("br7")) and (.since | test("Z$"))'
	ctl a alarms | grep -q 'critical  *noc  *channel-down .*br7'
	ctl a status | head -n 1 | grep -q '; 1 alarm, critical'
	ctl a status noc | grep -q 'critical alarm channel-down since'
	happened a alarm-raised channel-down 1
	ctl a events | grep -q 'critical  *noc  *alarm-raised  *channel-down: '
	grep -q 'noc: critical alarm channel-down: .*br7' a.log
	# over, but told so only when it has been for ten seconds
	net_ip a link add br7 type bridge
	wait_state a noc up
	ctl a -j alarms | jq -e '.alarms[0].present == false'
	wait_for 20 happened a alarm-cleared channel-down 1
	[ "$(ctl a alarms)" = "no alarms" ]
	ctl a events | grep -q 'cleared  *noc  *alarm-cleared  *channel-down: '
}

@test "what is no longer configured or is disabled has no alarms" {
	join_sites '{name: dcc1, bridge: br7}'
	start a
	wait_for 10 raised a channel-down noc
	ctl a disable noc
	wait_for 20 happened a alarm-cleared channel-down 1
	ctl a enable noc
	wait_for 10 raised a channel-down noc
	channel lab 18 '{name: dcc2, bridge: br0}' 172.16.1.11:6000 \
		172.16.1.12:6000 | channels a
	ctl a reload
	happened a alarm-cleared channel-down 2
	not raised a channel-down
}

@test "a bad file is an event and an alarm, whoever had it loaded" {
	join_sites
	start a b
	wait_state a noc up
	echo "nonsense: 1" >>a.yaml
	not ctl a reload
	raised a reload-failed
	kill -HUP "$(monitor a)"
	wait_for 5 eval '[ "$(ask a "[.events[] |
		select(.kind == \"reload-failed\")] | length" events)" -eq 2 ]'
	happened a alarm-raised reload-failed 1
	ctl a status | head -n 1 | grep -q '; 1 alarm, major'
	ctl a events | grep -q 'reload-failed .*nonsense'
	sed -i '/^nonsense/d' a.yaml
	kill -HUP "$(monitor a)"
	wait_for 5 happened a alarm-cleared reload-failed 1
	not raised a reload-failed
}

@test "a bridge that is deleted and made again is told" {
	join_sites
	start a b
	wait_state a noc up
	net_ip a link del br0
	wait_for 10 raised a bridge-gone noc
	ctl a events | grep -q 'error  *noc  *bridge-gone  *bridge br0 is gone'
	net_ip a link add br0 type bridge
	wait_for 10 eval '[ "$(link_of a dcc1 .master)" = br0 ]'
	ctl a events | grep -q 'noc  *bridge-joined  *dcc1 joined bridge br0'
	wait_for 20 happened a alarm-cleared bridge-gone 1
}

@test "a path that flaps is one alarm" {
	local i

	join_sites
	start a b
	wait_state a noc up
	net_ip b link set wan down
	wait_for 10 raised a path-down noc
	for i in 1 2 3 4 5; do
		net_ip b link set wan up
		wait_state a noc up
		net_ip b link set wan down
		wait_state a noc down
	done
	happened a alarm-raised path-down 1
	happened a alarm-cleared path-down 0
	[ "$(ask a '.alarms[] | select(.alarm == "path-down").times' \
		alarms)" -ge 6 ]
	ctl a alarms | grep -q 'major  *noc/wan  *path-down .* the far end'
	net_ip b link set wan up
	wait_for 30 happened a alarm-cleared path-down 1
	ctl a events | grep -q 'over after .* in which it came [0-9]* times'
}

# journal - a daemon of a that finds a journal behind its standard error; what
# that gets comes to the file journal
journal()
{
	: >a.log
	net_exec a unshare -m sh -ec '
		mount -t tmpfs tmpfs /run
		mkdir -p /run/systemd/journal
		socat -u UNIX-RECV:/run/systemd/journal/socket \
			OPEN:journal,creat,append &
		while ! [ -S /run/systemd/journal/socket ]; do :; done
		JOURNAL_STREAM=$(stat -c %d:%i a.log)
		export JOURNAL_STREAM
		exec "$0" -d -f a.yaml' "$build/dccbridged" \
		>>a.log 2>&1 </dev/null 3>&- &
	echo $! >a.pid
	wait_for 10 ready a
}

@test "the journal gets events with fields" {
	command -v socat || skip "no socat"
	join_sites '{name: dcc1, bridge: br7}'
	journal
	wait_for 10 happened a alarm-raised channel-down 1
	wait_for 5 grep -qx DCCBRIDGE_ALARM=channel-down journal
	grep -B 8 -x DCCBRIDGE_ALARM=channel-down journal >fields
	grep -qx PRIORITY=2 fields
	grep -qx SYSLOG_IDENTIFIER=dccbridged fields
	grep -qx DCCBRIDGE_CHANNEL=noc fields
	grep -qx DCCBRIDGE_EVENT=alarm-raised fields
	grep -q '^MESSAGE=noc: critical alarm channel-down: ' fields
	grep -qx DCCBRIDGE_SEVERITY=critical journal
	[ ! -s a.log ]
	stop a
}

# thin_sites LIMIT - both sites, joined by a line of 64 kbit/s, whose channel
# limits broadcasts
thin_sites()
{
	local m

	join_sites
	for m in a b; do
		sed -i 's/udp: {/&rate: 64k, /' $m.yaml
		sed -i "s,^    id: 17,&\n    storm: {broadcast: $1}," $m.yaml
	done
	start a b
	joined
}

# flood COMMAND ... - at the host of a, until flood_end
flood()
{
	net_exec ha "$@" >flood.log 2>&1 3>&- &
	echo $! >flood.pid
}

flood_end()
{
	kill "$(cat flood.pid)"
	wait_for 5 gone "$(cat flood.pid)"
}

@test "storms and queues that overflow are alarms for as long as they last" {
	thin_sites 5/s
	flood ping -f -b 10.0.0.255
	wait_for 10 raised a storm noc
	ctl a -j alarms | jq -e '.alarms[] | select(.alarm == "storm") |
		.severity == "minor" and (.text | test("^broadcast"))'
	flood_end
	flood ping -f -s 1400 10.0.0.2
	wait_for 30 raised a queue-overflow noc
	ctl a -j alarms | jq -e '.alarms[] |
		select(.alarm == "queue-overflow") |
		.severity == "warning" and .path == "wan"'
	flood_end
	wait_for 30 happened a alarm-cleared storm 1
}

@test "a loop is an alarm" {
	join_sites
	start a b
	joined
	net_link a loop b loop
	net_ip a link set loop master br0
	net_ip b link set loop master br0
	net_in ha ping -n -c 2 -i 0.2 -b 10.0.0.255 >/dev/null 2>&1 || :
	wait_for 10 eval 'raised a loop noc || raised b loop noc'
}

# bins MACHINE EXPRESSION - a figure out of the quarters of its path, summed
bins()
{
	ask "$1" "[.bins[] | select(.period == \"15m\") | $2] | add // 0" \
		history noc
}

# at_least MACHINE EXPRESSION LEAST
at_least()
{
	[ "$(bins "$1" "$2")" -ge "$3" ]
}

@test "a path that is down has unavailable seconds, also after a reload" {
	local uas

	channels a <<-END
	  - name: noc
	    id: 17
	    tap: {name: dcc1}
	    paths: [{name: east, dcc: {interface: hdlc9}}]
	END
	start a
	[ "$(ctl a history noc)" = "nothing yet" ]
	not ctl a history nonsense
	not ctl a history noc nonsense
	wait_for 10 raised a path-down noc
	wait_for 30 at_least a .uas 3
	ctl a history noc east | grep -q ' not over, '
	[ "$(bins a .es)" -eq 0 ]
	# another key of the channel, then another device
	sed -i 's/^    id: 17/&\n    description: changed/' a.yaml
	uas=$(bins a .uas)
	ctl a reload | grep changed
	at_least a .uas "$uas"
	sed -i 's/name: dcc1/name: dcc2/' a.yaml
	ctl a reload | grep remade
	at_least a .uas "$uas"
	wait_for 30 at_least a .uas $((uas + 3))
	# nobody watches what is disabled
	ctl a disable noc
	wait_for 20 happened a alarm-cleared path-down 1
	# another path has no history
	sed -i 's/hdlc9/hdlc8/' a.yaml
	ctl a reload
	[ "$(ctl a history noc)" = "nothing yet" ]
}

@test "errors of a line are errored seconds" {
	local m

	section_begin "pty:$dir/ttya" "pty:$dir/ttyb"
	for m in a b; do
		channels $m <<-END
		  - name: noc
		    id: 17
		    tap: {name: dcc1, bridge: br0}
		    paths: [{name: east, dcc: {device: $dir/tty$m}}]
		END
	done
	start a b
	joined
	flood ping -n -i 0.05 10.0.0.2
	sdh ber 1e-5
	wait_for 60 counted b fcs 3
	sdh ber 0
	wait_for 30 at_least b .bbe 1
	flood_end
}

# over_interface [KEY] - the usual channel over the device of a driver
over_interface()
{
	local m

	section_begin
	for m in a b; do
		channels $m <<-END
		  - name: noc
		    id: 17
		    tap: {name: dcc1, bridge: br0}
		    ${1-}
		    paths: [{name: east, dcc: {interface: hdlc0}}]
		END
	done
	start a b
	joined
}

@test "what an interface's driver drops is errored seconds of the line" {
	local n

	over_interface
	flood ping -n -i 0.05 10.0.0.2
	sdh ber 1e-5
	wait_for 60 counted b align 6
	sdh ber 0
	# the second in which the path came up is no background
	wait_for 30 at_least b .bbe 3
	ask b '.events[].text' events | grep 'align.*driver dropped them'
	# what came of another time of its life is counted on
	net_ip b link set hdlc0 down
	wait_for 5 channel_is b noc down
	net_ip b link set hdlc0 up
	wait_for 10 channel_is b noc up
	n=$(counter b align)
	sdh ber 1e-5
	wait_for 60 counted b align $((n + 1))
	flood_end
	# each hit was counted once: no more than the line has damaged
	[ "$(counter b align)" -le "$(sdh stats | awk '
		$1 == "a-b" && $2 ~ /^(fcs-errors|aborts|giants|unaligned)$/ {
			n += $3
		}
		END { print n }')" ]
}

@test "what an interface's driver drops degrades the path" {
	local pace=100ms

	over_interface 'protection: {degrade: 1%}'
	# nothing but liveness crosses, whose losses the far end does not count
	quiet_lan
	sdh ber 2e-4
	wait_for 60 raised b degraded noc
}

@test "what is lost on the way is errored seconds too" {
	join_sites
	start a b
	joined
	flood ping -n -i 0.02 10.0.0.2
	net_in b nft -f - <<-'END'
		table inet loss {
			chain in {
				type filter hook input priority 0
				udp dport 6000 numgen random mod 10 0 drop
			}
		}
	END
	wait_for 40 at_least b .bbe 1
	[ "$(bins a .bbe)" -eq 0 ]
	flood_end
}

# hook TEXT - the program hook of the channel of a: a line of sh
hook()
{
	printf '#!/bin/sh\n%s\n' "$1" >hook
	chmod 755 hook
}

# hooked - a has a hook, and its bridge is not there yet
hooked()
{
	join_sites '{name: dcc1, bridge: br7}'
	sed -i "s,^    id: 17,&\n    on-change: $dir/hook," a.yaml
}

@test "the hook program is told what happens" {
	hook "echo \$DCCBRIDGE_EVENT \$DCCBRIDGE_CHANNEL/\$DCCBRIDGE_PATH \
		\$DCCBRIDGE_ALARM \$DCCBRIDGE_SEVERITY \$DCCBRIDGE_DEVICE \
		\$(id -u) >>$dir/told; echo said it"
	hooked
	start a
	wait_for 10 grep -x "alarm-raised noc/ channel-down critical dcc1 0" \
		told
	wait_for 10 grep -q 'noc: hook: said it' a.log
	ctl a disable noc wan
	wait_for 5 grep -x "path-disabled noc/wan dcc1 0" told
	ctl a enable noc wan
	net_ip a link add br7 type bridge
	start b
	wait_for 10 grep -x "path-up noc/wan dcc1 0" told
	wait_for 10 grep -x "channel-up noc/ dcc1 0" told
	wait_for 30 grep -x "alarm-cleared noc/ channel-down cleared dcc1 0" \
		told
	# without it again
	sed -i /on-change/d a.yaml
	ctl a reload
	ctl a disable noc
	wait_state a noc disabled
	not grep channel-disabled told
}

@test "a hook program that hangs harms nobody, and ends with the daemon" {
	hook "echo \$\$ >>$dir/pids; exec sleep 1000"
	hooked
	start a
	wait_for 10 test -s pids
	net_ip a link add br7 type bridge
	start b
	wait_state a noc up
	ctl a events
	stop a
	gone "$(head -n 1 pids)"
	wait_for 1 gone "$(tail -n 1 pids)"
}

@test "a hook program that is missing is logged" {
	hooked
	start a
	wait_for 10 grep -q 'noc: hook: cannot run .*No such file' a.log
	wait_for 5 grep -q 'noc: hook .*/hook: exit status 127' a.log
}
