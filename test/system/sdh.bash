# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # lib.bash sets dir and build
# sdh.bash - an SDH section in software for the system tests; after lib.bash
#
#	  a                                     b
#	+---------------+     sdhsim      +---------------+
#	|         hdlc0 |=================| hdlc0         |
#	+---------------+                 +---------------+
#
# section_begin starts it, with any options and ends; sdh asks it. In teardown
# section_end comes before lab_end. So does wires_end, if there were wires:
# terminals joined without a section.

# section_ends - the usual two machines' ends
section_ends()
{
	echo "netdev:hdlc0@${net_prefix}a netdev:hdlc0@${net_prefix}b"
}

# section_begin [ARGUMENT ...] - run sdhsim; without ends between hdlc0 of a
# and of b, which are set up
section_begin()
{
	local arguments=("$@") ends=() usual=''

	case $* in
	*netdev:* | *pty:*)	;;
	*)	usual=yes
		read -ra ends < <(section_ends)
		arguments+=("${ends[@]}") ;;
	esac
	"$build/sdhsim" -c "$dir/sdh.sock" "${arguments[@]}" \
		>>"$dir/sdhsim.log" 2>&1 </dev/null 3>&- &
	echo $! >"$dir/sdhsim.pid"
	wait_for 5 sdh stats || {
		cat "$dir/sdhsim.log" >&2
		return 1
	}
	[ -z "$usual" ] || section_up
}

# section_up - set the usual ends up, and wait for their carrier
section_up()
{
	net_ip a link set hdlc0 up && net_ip b link set hdlc0 up &&
		wait_for 5 carrier a on && wait_for 5 carrier b on
}

# section_end - in teardown
section_end()
{
	local pid

	[ -e "${dir-}/sdhsim.pid" ] || return 0
	pid=$(cat "$dir/sdhsim.pid")
	kill "$pid" 2>/dev/null || return 0
	wait_for 5 gone "$pid"
}

# sdh COMMAND [ARGUMENT] - control it
sdh()
{
	"$build/sdhsim" -c "$dir/sdh.sock" "$@"
}

# sdh_figure NAME - a figure of its own, or "a-b NAME": one of a direction
sdh_figure()
{
	sdh stats | awk -v name="$1" '
		index($0, name " ") == 1 {
			print substr($0, length(name) + 2)
			found = 1
		}
		END { exit !found }'
}

# sdh_is NAME VALUE, sdh_at_least NAME VALUE
sdh_is()
{
	[ "$(sdh_figure "$1")" = "$2" ]
}

sdh_at_least()
{
	[ "$(sdh_figure "$1")" -ge "$2" ]
}

# swallow, spit - the DCC loses all both ways, with its carrier on, and no
# longer
swallow()
{
	local m

	for m in a b; do
		net_in $m nft -f - <<-END
			table netdev cut {
				chain out {
					type filter hook egress \
						device hdlc0 priority 0
					policy drop
				}
			}
		END
	done
}

spit()
{
	local m

	for m in a b; do
		net_in $m nft delete table netdev cut
	done
}

# carrier MACHINE on|off - whether its hdlc0 has it so, as a program asks
carrier()
{
	local want=0

	[ "$2" = off ] || want=1
	[ "$(net_in "$1" cat /sys/class/net/hdlc0/carrier)" = $want ]
}

# wire NAME NAME - two terminals joined to each other
wire()
{
	socat "pty,raw,echo=0,link=$dir/$1" "pty,raw,echo=0,link=$dir/$2" \
		3>&- &
	echo $! >>"$dir/wires.pid"
	wait_for 5 test -e "$dir/$2"
}

wires_end()
{
	local pid

	[ -e "${dir-}/wires.pid" ] || return 0
	while read -r pid; do
		kill "$pid" 2>/dev/null || :
	done <"$dir/wires.pid"
}
