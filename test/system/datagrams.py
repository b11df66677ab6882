#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""datagrams.py - datagrams that no far end of ours would send

usage: datagrams.py [-n COUNT] [-r SEED] [-a PATTERN] [-u]
                    KIND FROM ADDRESS:PORT TARGET:PORT

KIND is one of
  random   random octets of random lengths, none included
  odd      near to our wire format: a header with each bit and field wrong,
           too short and too long, fragments that do not fit together
  good     well-formed Ethernet frames for channel 17
  =HEX     exactly these octets

FROM is a network namespace, ADDRESS and PORT what is sent from (port 0: any).
Prints how many were sent and how many answers came back, errors by ICMP
counted as answers. With -a only those count whose octets in hex match the
regular expression as a whole. With -u they come from a far end whose path is
up: a session is brought up first, and channel 17 named "noc".
"""

import argparse
import random
import re
import socket
import struct
import sys
import time

import farend
import netns

CHANNEL = 17


def random_datagram(rng):
    length = rng.choice((0, 1, 5, 6, 7, 20, 60, 1472, rng.randrange(1473)))
    return rng.randbytes(length)


def header(rng, kind=0, flags=0, channel=CHANNEL):
    return struct.pack("!BBHH", 0x80 | kind, flags, channel,
                       rng.randrange(65536))


def odd_datagram(rng):
    """One field wrong at a time, and some that are nearly right."""
    frame = rng.randbytes(rng.choice((0, 13, 14, 60, 1400)))
    choice = rng.randrange(8)
    if choice == 0:	# the version
        return bytes([rng.choice((0, 0x40, 0xc0)) | rng.randrange(64)]) + \
            header(rng)[1:] + frame
    if choice == 1:	# the type
        return header(rng, kind=rng.randrange(1, 64)) + frame
    if choice == 2:	# the flags, reserved bit too
        return header(rng, flags=rng.randrange(256)) + frame
    if choice == 3:	# the channel, the line itself too
        return header(rng, channel=rng.choice((0, rng.randrange(65536)))) + \
            frame
    if choice == 4:	# cut short
        return (header(rng) + frame)[:rng.randrange(20)]
    if choice == 5:	# a fragment without its brothers
        return header(rng, flags=0x80 | rng.choice((0, 0x40))) + \
            bytes([rng.randrange(256)]) + frame
    if choice == 6:	# longer than any LAN's frame
        return header(rng) + rng.randbytes(rng.choice((1522, 9238, 65000)))
    return header(rng, kind=3, channel=rng.choice((0, CHANNEL))) + frame


def good_datagram(rng):
    return header(rng) + bytes.fromhex("ffffffffffff02dccb00000088b5") + \
        rng.randbytes(64)


MAKERS = {"random": random_datagram, "odd": odd_datagram,
          "good": good_datagram}


def maker(text):
    if text.startswith("="):
        octets = bytes.fromhex(text[1:])
        return lambda rng: octets
    if text in MAKERS:
        return MAKERS[text]
    raise argparse.ArgumentTypeError(f"{text}: unknown kind")


def endpoint(text):
    address, port = text.rsplit(":", 1)
    return address.strip("[]"), int(port)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1])
    parser.add_argument("-n", type=int, default=1000, dest="count")
    parser.add_argument("-r", type=int, default=1, dest="seed")
    parser.add_argument("-a", type=re.compile, default=".*", dest="answer")
    parser.add_argument("-u", action="store_true", dest="up")
    parser.add_argument("kind", type=maker)
    parser.add_argument("name")
    parser.add_argument("source", type=endpoint)
    parser.add_argument("target", type=endpoint)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    sock = netns.udp_socket(args.name, *args.source)
    sock.connect(args.target)
    answers = 0
    far = farend.FarEnd(sock, CHANNEL) if args.up else None
    if far and not far.come_up(10):
        print("the path does not come up", file=sys.stderr)
        return 1
    sock.setblocking(False)
    for number in range(args.count):
        try:
            if far:
                far.serve()
            sock.send(args.kind(rng))
            if number % 64 == 63:
                time.sleep(0.001)
        except OSError:
            answers += 1
    sock.settimeout(0.5)
    try:
        while True:
            octets = sock.recv(65536)
            if re.fullmatch(args.answer, octets.hex()):
                answers += 1
    except socket.timeout:
        pass
    except OSError:
        answers += 1
    print(f"sent {args.count} answers {answers}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
