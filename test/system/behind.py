#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""behind.py - a fragment that looks like a frame, in a train behind others

usage: behind.py FAR NEAR MAC ADDRESS

In namespace FAR stands the far end of channel 17, 172.16.1.12:6000, whose
peer is 172.16.1.11:6000; in NEAR the peer's device has MAC, whose first octet
is 02, and ADDRESS. The third packet of a train is a fragment like the second;
but for the index, its octets are the datagram that would come next. None but
the first and the last datagram may arrive.
"""

import socket
import struct
import sys

import farend
import netns

UDP_SEGMENT = 103
CHANNEL, PORT = 17, 7006
FIRST, LAST = 0x80, 0xc0	# flags of fragments, and of the last one
SOURCE = "10.0.0.2"


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def frame(mac, address, number, payload):
    """An Ethernet frame with a datagram in it, all checksums right."""
    ends = socket.inet_aton(SOURCE) + socket.inet_aton(address)
    length = 8 + len(payload)
    udp = struct.pack("!HHHH", PORT, PORT, length, 0)
    total = checksum(ends + struct.pack("!HH", 17, length) + udp + payload)
    udp = udp[:6] + struct.pack("!H", total or 0xffff)
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, number, 0x4000, 64,
                     17, 0) + ends
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return mac + bytes.fromhex("02dccb0000990800") + ip + udp + payload


def packet(flags, sequence, rest):
    return struct.pack("!BBHH", 0x80, flags, CHANNEL, sequence) + rest


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__.strip())
    far, near, mac, address = sys.argv[1:]
    mac = bytes.fromhex(mac.replace(":", ""))
    receiver = netns.udp_socket(near, address, PORT)
    receiver.settimeout(5)
    sock = netns.udp_socket(far, "172.16.1.12", 6000)
    sock.connect(("172.16.1.11", 6000))
    if not farend.FarEnd(sock, CHANNEL).come_up(10):
        sys.exit("the path does not come up")
    texts = [bytes([c]) * n for c, n in zip(b"abc", (158, 59, 100))]
    whole, hidden, end = (frame(mac, address, 100 + i, text)
                          for i, text in enumerate(texts))
    train = [packet(FIRST, 1, b"\0" + whole[:100]),
             packet(LAST, 1, b"\1" + whole[100:]),
             packet(LAST, 2, hidden)]
    size = len(train[0])
    if mac[0] != 2 or any(len(p) != size for p in train):
        sys.exit("that is no such train")
    sock.sendmsg([b"".join(train)], [(socket.IPPROTO_UDP, UDP_SEGMENT,
                                      struct.pack("=H", size))])
    sock.send(packet(0, 3, end))
    for text in texts[0], texts[2]:
        if receiver.recv(65536) != text:
            sys.exit("another datagram came")


main()
