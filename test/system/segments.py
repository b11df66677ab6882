#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""segments.py - datagrams that their sender's kernel gets as one

usage: segments.py FROM TO ADDRESS

FROM and TO are network namespaces, ADDRESS one of TO's. The sender hands
over up to 64 KiB at once, to be cut into datagrams of one size but the last
(UDP_SEGMENT); each of them must arrive once, in order, as it was.
"""

import random
import socket
import struct
import sys

import netns

UDP_SEGMENT = 103
PORT = 7002
# octets of a datagram, and of all that are handed over together
SIZES = ((64, 64 * 40), (64, 64 * 39 + 1), (500, 500 * 60 + 499),
         (1400, 1400 * 40), (1452, 1452 * 44 + 1), (1000, 700))
ROUNDS = 20


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__.strip())
    source, target, address = sys.argv[1:]
    receiver = netns.udp_socket(target, address, PORT)
    receiver.settimeout(5)
    sender = netns.udp_socket(source, "::" if ":" in address else "0.0.0.0")
    sender.connect((address, PORT))
    rng = random.Random(1)
    for size, octets in SIZES * ROUNDS:
        data = rng.randbytes(octets)
        sender.sendmsg([data], [(socket.IPPROTO_UDP, UDP_SEGMENT,
                                 struct.pack("=H", size))])
        for at in range(0, octets, size):
            if receiver.recv(65536) != data[at:at + size]:
                sys.exit(f"size {size}: another datagram came at {at}")
    receiver.setblocking(False)
    try:
        receiver.recv(65536)
    except BlockingIOError:
        return
    sys.exit("something more came")


main()
