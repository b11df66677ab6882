# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2154 # dir, mtu, thin and build are set by bench
# peers.sh - other layer-2 tunnels, set up for bench as fast as they go
#
# peer_NAME joins the namespaces a (172.16.1.11) and b (172.16.1.12) by a
# tunnel whose device is t0 at both ends. No cipher, no compression, large
# buffers: what is compared is how frames are moved. $mtu is the LAN's; files
# go to $dir, which is new for each turn. $thin is the rate of a bottleneck.

# run NAME COMMAND ... - start a process that net_end ends
#
# Each in a session of its own, as a service manager does it: the kernel shares
# processors between sessions first, and all peers shall be alike in that.
run()
{
	local n=$1

	shift
	setsid ip netns exec "$net_prefix$n" "$@" \
		>>"$dir/$n.log" 2>&1 </dev/null &
}

peer_vxlan()
{
	net_ip a link add t0 type vxlan id 7 dev wan dstport 4789 \
		local 172.16.1.11 remote 172.16.1.12 &&
		net_ip b link add t0 type vxlan id 7 dev wan dstport 4789 \
			local 172.16.1.12 remote 172.16.1.11
}

openvpn_end()
{
	run "$1" openvpn --dev t0 --dev-type tap --proto udp --port 6000 \
		--local "$2" --remote "$3" --auth none --cipher none \
		--fast-io --txqueuelen 1000 --tun-mtu "$mtu" --mssfix 0 \
		--sndbuf 4194304 --rcvbuf 4194304
}

peer_openvpn()
{
	openvpn_end a 172.16.1.11 172.16.1.12
	openvpn_end b 172.16.1.12 172.16.1.11
}

# vtund gives up when it reads a device that is still down, so that it gets one
# that is there already
peer_vtun()
{
	local n

	for n in a b; do
		net_ip $n tuntap add t0 mode tap && net_ip $n link set t0 up
	done
	cat >"$dir/vtund.conf" <<-END
	options { port 5000; }
	bench {
		passwd bench;
		type ether;
		proto udp;
		device t0;
		keepalive yes;
		compress no;
		encrypt no;
		stat no;
	}
	END
	mkdir -p /var/lock/vtund
	run b vtund -n -s -f "$dir/vtund.conf" -L 172.16.1.12
	wait_for 5 net_listening b 5000
	run a vtund -n -f "$dir/vtund.conf" bench 172.16.1.12
}

# tinc keeps an end's keys in its own directory, and wants the other's there
tinc_end()
{
	local d=$dir/tinc-$1

	mkdir -p "$d/hosts"
	cat >"$d/tinc.conf" <<-END
	Name = $1
	Mode = switch
	DeviceType = tap
	Interface = t0
	BindToAddress = $2
	UDPRcvBuf = 4194304
	UDPSndBuf = 4194304
	$3
	END
	printf '%s\n' "Address = $2" 'Cipher = none' 'Digest = none' \
		'Compression = 0' >"$d/hosts/$1"
	tincd -c "$d" -n '' -K2048 </dev/null >>"$dir/keys.log" 2>&1
}

peer_tinc()
{
	tinc_end a 172.16.1.11 'ConnectTo = b'
	tinc_end b 172.16.1.12 ''
	cp "$dir/tinc-a/hosts/a" "$dir/tinc-b/hosts/"
	cp "$dir/tinc-b/hosts/b" "$dir/tinc-a/hosts/"
	run b tincd -D -c "$dir/tinc-b" --pidfile="$dir/tinc-b/pid"
	run a tincd -D -c "$dir/tinc-a" --pidfile="$dir/tinc-a/pid"
}

fastd_end()
{
	cat >"$dir/fastd-$1.conf" <<-END
	interface "t0";
	mode tap;
	mtu $mtu;
	method "null";
	bind $2:6000;
	secret "$(cat "$dir/$1.secret")";
	peer "$3" {
		key "$(cat "$dir/$3.public")";
		remote $4:6000;
	}
	END
	run "$1" fastd -c "$dir/fastd-$1.conf"
}

peer_fastd()
{
	local s

	for s in a b; do
		fastd --generate-key --machine-readable >"$dir/$s.secret"
		fastd --show-key --machine-readable --config - \
			>"$dir/$s.public" <<-END
			secret "$(cat "$dir/$s.secret")";
			method "null";
			bind any:6000;
		END
	done
	fastd_end a 172.16.1.11 b 172.16.1.12
	fastd_end b 172.16.1.12 a 172.16.1.11
}

# socat_end NAME LOCAL REMOTE
socat_end()
{
	local buffers=sndbuf=4194304,rcvbuf=4194304

	run "$1" socat -b 65536 TUN,tun-type=tap,tun-name=t0,iff-no-pi,iff-up \
		"UDP4-DATAGRAM:$3:6000,bind=$2:6000,$buffers"
}

peer_socat()
{
	socat_end a 172.16.1.11 172.16.1.12
	socat_end b 172.16.1.12 172.16.1.11
}

# dccbridge_end NAME LOCAL REMOTE [KEYS] - further keys of the path
dccbridge_end()
{
	cat >"$dir/$1.yaml" <<-END
	node: $1
	control: {socket: $dir/$1.sock}
	channels:
	  - name: bench
	    id: 17
	    tap: {name: t0, mtu: $mtu}
	    paths:
	      - name: wan
	        udp: {local: "$2:6000", remote: "$3:6000"${4:+, $4}}
	END
	run "$1" "$build/dccbridged" -d -f "$dir/$1.yaml"
	echo $! >"$dir/$1.pid"
}

peer_half()
{
	dccbridge_end a 172.16.1.11 172.16.1.12
	dccbridge_end b 172.16.1.12 172.16.1.11 'offload: off'
}

# another build, to see what a change is worth
peer_before()
{
	local build=${DCCBRIDGE_BEFORE:?is not set}

	peer_dccbridge
}

peer_dccbridge()
{
	dccbridge_end a 172.16.1.11 172.16.1.12 "${thin:+rate: $thin}"
	dccbridge_end b 172.16.1.12 172.16.1.11 "${thin:+rate: $thin}"
}
