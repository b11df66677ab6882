#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""forge.py - OAM messages that somebody else puts into a path

usage: forge.py KIND COUNT NAMESPACE FROM:PORT TO:PORT

The messages bear the far end's address FROM, whoever has it. KIND is one of
  forged     liveness of each state, information and counters, with made-up
             discriminators or none
  counters   counters of one made-up session, each with more packets sent
  malformed  liveness and information with something wrong
  refused    forged information and counters, and frames that no TAP takes
  replayed   what FROM sent to TO in a second and a half, again and again
  reflected  what TO sent to FROM in that time, back to TO

NAMESPACE is where FROM lives; its device is wan. Prints how many were sent.
"""

import itertools
import random
import socket
import struct
import sys
import time

import netns

CHANNEL = 17


def oam(rng, channel, payload):
    return struct.pack("!BBHH", 0x83, 0, channel, rng.randrange(65536)) + \
        payload


def liveness(rng, state, yours):
    return oam(rng, 0, struct.pack(
        "!BBBBBIIIII", 1, 0x20 | rng.randrange(9), state << 6, 3, 24,
        rng.randrange(1, 1 << 32), yours, 10000, 10000, 0))


def information(rng):
    payload = bytes([2])
    for kind, value in ((1, b"evil"), (2, b"noc"), (3, rng.randbytes(4)),
                        (4, rng.randbytes(4)), (5, rng.randbytes(4)),
                        (6, rng.randbytes(4)), (7, b"\1")):
        payload += bytes([kind, len(value)]) + value
    return oam(rng, CHANNEL, payload)


def counters(rng, made=itertools.count(1)):
    number = next(made)
    return oam(rng, CHANNEL, struct.pack(
        "!BBHIIIQQIII", 5, 0, 1, 0x5eed, number * 100, number,
        number * 1000000, 0, 0, 0, 0))


def forged(rng):
    choice = rng.randrange(7)
    if choice == 6:
        return counters(rng)
    if choice == 5:
        return information(rng)
    if choice == 4:
        return liveness(rng, rng.randrange(2), 0)
    return liveness(rng, choice, rng.randrange(1, 1 << 32))


def malformed(rng):
    octets = bytearray(rng.choice((liveness(rng, 3, 1), information(rng))))
    choice = rng.randrange(3)
    if choice == 0:
        return bytes(octets[:rng.randrange(7, len(octets))])
    if choice == 1 and octets[6] == 1:
        octets[rng.choice((7, 8))] |= rng.choice((0x60, 0x87, 0x47))
        octets[10] = rng.choice((0, 23, 26, 255))
        return bytes(octets)
    if octets[6] == 1:
        octets[9] = 0	# the multiplier
    else:
        octets[8] = 200	# longer than the message
    return bytes(octets)


def refused(rng):
    """Well-formed, but not what channel 17 with a TAP takes."""
    flags = rng.choice(((0x81, 0), (0x82, 0), (0x80, 0x20)))
    return rng.choice((information(rng), counters(rng), struct.pack(
        "!BBHH", *flags, CHANNEL, rng.randrange(65536)) + bytes(60)))


def record(source, target):
    """UDP payloads with our header from one to the other, for a while."""
    kept = []
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                         socket.htons(netns.ETH_P_ALL))
    sock.bind(("wan", netns.ETH_P_ALL))
    sock.settimeout(0.1)
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        try:
            packet = sock.recv(65536)
        except socket.timeout:
            continue
        udp = packet[(packet[0] & 15) * 4:] if packet else b""
        if len(udp) > 8 and packet[9] == 17 and udp[8] == 0x83 and \
                packet[12:16] == socket.inet_aton(source[0]) and \
                packet[16:20] == socket.inet_aton(target[0]):
            kept.append(udp[8:])
    return kept


def wrap(source, target, payload):
    """An IPv4 packet without an UDP checksum."""
    length = 8 + len(payload)
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + length, 0, 0, 64, 17, 0,
                       socket.inet_aton(source[0]),
                       socket.inet_aton(target[0])) + \
        struct.pack("!HHHH", source[1], target[1], length, 0) + payload


def endpoint(text):
    address, port = text.rsplit(":", 1)
    return address, int(port)


def main():
    if len(sys.argv) != 6:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    kind, count, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    source, target = endpoint(sys.argv[4]), endpoint(sys.argv[5])
    rng = random.Random(5880)
    netns.enter(name)
    make = {"forged": forged, "counters": counters, "malformed": malformed,
            "refused": refused}.get(kind)
    if not make:
        ways = (source, target) if kind == "replayed" else (target, source)
        kept = record(*ways)
        if not kept:
            print("nothing was recorded", file=sys.stderr)
            return 1
        make = lambda rng: rng.choice(kept)
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW,
                         socket.IPPROTO_RAW)
    for number in range(count):
        sock.sendto(wrap(source, target, make(rng)), (target[0], 0))
        if number % 16 == 15:
            time.sleep(0.001)
    print(f"sent {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
