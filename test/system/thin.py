#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""thin.py - what a slow line is used for, and what it must bear

usage: thin.py keys [-s SECONDS] FROM,ADDRESS TO,ADDRESS
       thin.py storm [-s SECONDS] [-r RATE] FROM:DEVICE
       thin.py numbers [-s SECONDS] [-b BITS] [-l OCTETS] END:DEVICE END:DEVICE
       thin.py sizes [-w SECONDS] FROM:DEVICE TO:DEVICE SIZE ...

All ends are in network namespaces.

keys     somebody types into a telnet session: one octet each 200 ms, which
         the far end sends back. Prints how many, and the median, the 99th
         percentile and the most of the milliseconds until it came back
storm    broadcasts, RATE a second (10000); prints how many were sent
numbers  numbered frames both ways, BITS a second each (150000), of up to
         OCTETS (1514), each looked at octet for octet. Prints a line for
         each way: sent, came, wrong
sizes    single frames; each must come out as it was within SECONDS (5). A
         SIZE is the octets, with /1 or /2 behind for so many VLAN tags.
         Prints the milliseconds that each took; fails if one did not come
"""

import argparse
import random
import select
import socket
import struct
import sys
import time

import netns

TELNET = 23
PERIOD = 0.2
KIND = struct.pack("!H", 0x88b5)
STATIONS = bytes.fromhex("02dccb00000a"), bytes.fromhex("02dccb00000b")


def percentile(values, share):
    """The smallest value that so great a share is not above."""
    values = sorted(values) or [0]
    return values[min(len(values) - 1, int(len(values) * share))]


def connection(client, server):
    """Both ends of a TCP connection to the telnet port."""
    name, address = server.split(",")
    netns.enter(name)
    listener = socket.create_server((address, TELNET))
    name, address = client.split(",")
    netns.enter(name)
    near = socket.create_connection(listener.getsockname(), 10,
                                    (address, 0))
    far, _ = listener.accept()
    for sock in near, far:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
    return near, far


def keys(args):
    near, far = connection(*args.ends)
    begin = following = time.monotonic()
    sent, times = [], []
    while len(times) < len(sent) or following < begin + args.seconds:
        now = time.monotonic()
        if now > begin + args.seconds + 10:
            break
        if now >= following and following < begin + args.seconds:
            sent.append(now)
            near.send(b"x")
            following += PERIOD
        ready, _, _ = select.select([near, far], [], [],
                                    max(0.0, min(following - now, 0.1)))
        if far in ready:
            far.send(far.recv(64))
        if near in ready:
            now = time.monotonic()
            for _ in near.recv(64):
                times.append((now - sent[len(times)]) * 1000)
    print(f"{len(sent)} {percentile(times, .5):.1f} "
          f"{percentile(times, .99):.1f} {percentile(times, 1):.1f}")
    return len(times) < len(sent)


def storm(args):
    sock = netns.packet_socket(*args.ends[0].split(":"))
    frame = b"\xff" * 6 + STATIONS[0] + KIND
    begin = time.monotonic()
    sent = 0
    while time.monotonic() < begin + args.seconds:
        while sent < (time.monotonic() - begin) * args.rate:
            try:
                sock.send(frame + struct.pack("!I", sent) + bytes(42))
            except BlockingIOError:
                pass
            except OSError:	# the device's queue is full
                pass
            sent += 1
        time.sleep(0.001)
    print(sent)
    return 0


class Way:
    """Numbered frames from one end to the other."""

    def __init__(self, out, into, side, args):
        self.out, self.into = out, into
        self.head = STATIONS[not side] + STATIONS[side] + KIND
        self.args = args
        self.sent = self.came = self.wrong = 0
        self.seen = -1
        self.following = time.monotonic()

    def frame(self, number):
        rng = random.Random(number * 2 + self.head[11])
        size = rng.randint(60, self.args.octets)
        return self.head + struct.pack("!I", number) + \
            rng.randbytes(size - len(self.head) - 4)

    def send(self):
        frame = self.frame(self.sent)
        self.out.send(frame)
        self.sent += 1
        self.following += len(frame) * 8 / self.args.bits

    def receive(self):
        data = netns.packet_receive(self.into)
        if data[12:14] != KIND:
            return
        number, = struct.unpack("!I", data[14:18].ljust(4, b"\0"))
        if number <= self.seen or number >= self.sent or \
                data != self.frame(number):
            self.wrong += 1
            return
        self.seen = number
        self.came += 1


def numbers(args):
    ends = [netns.packet_socket(*end.split(":")) for end in args.ends[:2]]
    ways = [Way(*ends, 0, args), Way(*reversed(ends), 1, args)]
    begin = time.monotonic()
    while True:
        now = time.monotonic()
        running = now < begin + args.seconds
        if now > begin + args.seconds + 2:
            break
        for way in ways:
            if running and now >= way.following:
                way.send()
        following = min(way.following for way in ways) - now
        ready, _, _ = select.select(
            ends, [], [], max(0.0, following) if running else 0.1)
        for way in ways:
            if way.into in ready:
                way.receive()
    for way in ways:
        print(way.sent, way.came, way.wrong)
    return 0


def sized(size, side, octets):
    """A frame from a side, with the tags of a size."""
    tags = int(size.partition("/")[2] or 0)
    head = STATIONS[not side] + STATIONS[side] + \
        [b"", b"\x81\0\0\5", b"\x88\xa8\0\7\x81\0\0\5"][tags] + KIND
    return head + random.Random(size).randbytes(octets - len(head))


def awaited(sock, frame, seconds):
    """Milliseconds until a frame comes; None if it does not."""
    begin = time.monotonic()
    left = seconds
    while left > 0 and select.select([sock], [], [], left)[0]:
        if netns.packet_receive(sock) == frame:
            return (time.monotonic() - begin) * 1000
        left = begin + seconds - time.monotonic()
    return None


def sizes(args):
    out, into = (netns.packet_socket(*end.split(":"))
                 for end in args.ends[:2])
    missing = 0
    for size in args.ends[2:]:
        # a station that was heard is not unknown, for which there are limits
        hello = sized(size, 1, 60)
        into.send(hello)
        awaited(out, hello, args.wait)
        frame = sized(size, 0, int(size.partition("/")[0]))
        out.send(frame)
        took = awaited(into, frame, args.wait)
        print(size, "lost" if took is None else f"{took:.0f}")
        missing += took is None
    return missing > 0


def main():
    usage = __doc__.split("\n\n")[1].removeprefix("usage: ")
    parser = argparse.ArgumentParser(usage=usage)
    parser.add_argument("what", choices=("keys", "storm", "numbers",
                                         "sizes"))
    parser.add_argument("-s", type=float, default=10, dest="seconds")
    parser.add_argument("-r", type=float, default=10000, dest="rate")
    parser.add_argument("-b", type=float, default=150000, dest="bits")
    parser.add_argument("-l", type=int, default=1514, dest="octets")
    parser.add_argument("-w", type=float, default=5, dest="wait")
    parser.add_argument("ends", nargs="+")
    args = parser.parse_args()
    return globals()[args.what](args)


if __name__ == "__main__":
    sys.exit(main())
