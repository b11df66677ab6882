#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mixture.py - datagrams of several flows, in bursts, most of one length

usage: mixture.py FROM TO ADDRESS

FROM and TO are network namespaces, ADDRESS one of TO's. Each datagram must
arrive once, as it was, its TTL included, and in order within its flow,
whatever trains they came in. Prints how many were sent.
"""

import random
import socket
import struct
import sys

import netns

IP_RECVTTL = 12
PORTS = (7003, 7004, 7005)
ROUNDS = 40
BURST = 150
LENGTHS = (64, 64, 64, 64, 64, 63, 200)
TTLS = (64,) * 15 + (63,)


def burst(rng, flows):
    """Send runs of each flow in turn; returns what is to come, by flow."""
    sent = [[] for _ in flows]
    left = BURST
    while left:
        flow = rng.randrange(len(flows))
        length = rng.choice(LENGTHS)
        for _ in range(min(left, rng.randint(1, 30))):
            data = rng.randbytes(length)
            ttl = rng.choice(TTLS)
            flows[flow].sendmsg([data], [(socket.IPPROTO_IP, socket.IP_TTL,
                                          struct.pack("=i", ttl))])
            sent[flow].append((data, ttl))
            left -= 1
    return sent


def receive(sock):
    """One datagram and its TTL."""
    data, ancillary, _, _ = sock.recvmsg(65536, 64)
    for level, kind, value in ancillary:
        if level == socket.IPPROTO_IP and kind == socket.IP_TTL:
            return data, struct.unpack("=i", value[:4])[0]
    sys.exit("a datagram came without its TTL")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__.strip())
    source, target, address = sys.argv[1:]
    receivers = [netns.udp_socket(target, address, port) for port in PORTS]
    for sock in receivers:
        sock.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
        sock.settimeout(5)
    flows = [netns.udp_socket(source, "0.0.0.0") for _ in PORTS]
    for sock, port in zip(flows, PORTS):
        sock.connect((address, port))
    rng = random.Random(1)
    for _ in range(ROUNDS):
        for flow, sent in enumerate(burst(rng, flows)):
            for number, expected in enumerate(sent):
                if receive(receivers[flow]) != expected:
                    sys.exit(f"flow {flow}: another datagram came as {number}")
    print(ROUNDS * BURST)


main()
