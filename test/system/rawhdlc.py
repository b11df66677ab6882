#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""rawhdlc.py - frames between the two ends of a section

usage: rawhdlc.py cross END END
       rawhdlc.py load [-s SECONDS] [-n OCTETS] END END
       rawhdlc.py delay END END
       rawhdlc.py full END
       rawhdlc.py octets COUNT END

END is NETNS,DEVICE or the path of a terminal.

cross   frames of many lengths and contents, one at a time, both ways; fails
        unless each arrives as it was sent, and nothing else does
load    keeps both directions full for a while, with frames of random lengths,
        or all of OCTETS octets; for each direction a line is printed: frames
        sent, received, wrong, and the microseconds from the first to the last
        that was received
delay   the milliseconds that a short frame takes, the median of many
full    how many frames the device takes at once, and the error after them
octets  the next octets of a terminal, in hex
"""

import argparse
import errno
import os
import random
import select
import socket
import statistics
import sys
import time

import hdlc
import netns

ETH_P_IP = 0x0800
ARPHRD_RAWHDLC = 518


class Device:
    """A network device: frames in, frames out."""

    def __init__(self, name):
        self.sock = netns.packet_socket(*name.split(","))
        self.sock.setblocking(False)

    def fileno(self):
        return self.sock.fileno()

    def send(self, frame):
        """Returns whether there was room for it."""
        try:
            self.sock.send(frame)
        except OSError as e:
            if e.errno not in (errno.ENOBUFS, errno.EAGAIN):
                raise
            return False
        return True

    def receive(self):
        while True:
            try:
                data, address = self.sock.recvfrom(4096)
            except BlockingIOError:
                return
            if address[1] != ETH_P_IP or address[3] != ARPHRD_RAWHDLC:
                raise ValueError(f"not a raw HDLC frame: {address}")
            yield data


class Terminal:
    """A terminal with the octets of the channel; keeps it 20 ms full."""

    AHEAD = 480

    def __init__(self, path):
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self.receiver = hdlc.Receiver()
        self.waiting = b""
        self.owed = self.AHEAD
        # the clock runs for us when the first octets come
        select.select([self.fd], [], [], 5)

    def fileno(self):
        return self.fd

    def send(self, frame):
        if len(self.waiting) > self.AHEAD:
            return False
        self.waiting += hdlc.to_octets(hdlc.frame_bits(frame))
        self.pump()
        return True

    def pump(self):
        n = min(self.owed, len(self.waiting))
        if n:
            n = os.write(self.fd, self.waiting[:n])
            self.waiting = self.waiting[n:]
            self.owed -= n

    def receive(self):
        while True:
            try:
                data = os.read(self.fd, 4096)
            except BlockingIOError:
                break
            # the clock: for what was read as much may be written
            self.owed = min(self.owed + len(data), 2 * self.AHEAD)
            yield from self.receiver.octets(data)
        self.pump()


def end(name):
    return Terminal(name) if name.startswith("/") else Device(name)


def contents(rng):
    for length in (2, 3, 4, 5, 8, 15, 16, 64, 100, 500, 1499, 1500):
        yield bytes(length)
        yield b"\xff" * length
        yield b"\x7e" * length
        yield rng.randbytes(length)


def cross(args):
    rng = random.Random(1)
    ends = [end(e) for e in args.ends]
    for source, sink in (ends, ends[::-1]):
        for frame in contents(rng):
            while not source.send(frame):
                select.select([source], [], [], 0.01)
                list(source.receive())
            got, deadline = [], time.monotonic() + 5
            while not got and time.monotonic() < deadline:
                select.select([sink, source], [], [], 0.1)
                if list(source.receive()):
                    sys.exit("a frame came back")
                got += sink.receive()
            if got != [frame]:
                sys.exit(f"sent {frame.hex()}, got "
                         f"{[g.hex() for g in got]}")
    return 0


class Load:
    """One direction under load; each frame says which it is."""

    def __init__(self, source, sink, rng, size):
        self.source, self.sink = source, sink
        self.rng, self.size = rng, size
        self.sent, self.seen = [], set()
        self.wrong = 0
        self.first = self.last = None

    def offer(self):
        while True:
            length = self.size or self.rng.randrange(8, 400)
            frame = len(self.sent).to_bytes(4, "big")
            frame += self.rng.randbytes(length - 4)
            if not self.source.send(frame):
                return
            self.sent.append(frame)

    def receive(self):
        for frame in self.sink.receive():
            self.last = time.monotonic_ns()
            self.first = self.first or self.last
            n = int.from_bytes(frame[:4], "big")
            if n >= len(self.sent) or n in self.seen or \
                    self.sent[n] != frame:
                self.wrong += 1
            else:
                self.seen.add(n)

    def report(self):
        span = (self.last - self.first) // 1000 if self.seen else 0
        print(len(self.sent), len(self.seen), self.wrong, span)


def load(args):
    rng = random.Random(2)
    ends = [end(e) for e in args.ends]
    ways = [Load(*ends, rng, args.octets), Load(*ends[::-1], rng, args.octets)]
    stop = time.monotonic() + args.seconds
    # all that will come has come when nothing came for half a second
    while time.monotonic() < \
            max(stop, *((way.last or 0) / 1e9 for way in ways)) + 0.5:
        if time.monotonic() < stop:
            for way in ways:
                way.offer()
        select.select(ends, [], [], 0.01)
        for way in ways:
            way.receive()
    for way in ways:
        way.report()
    return 0


def delay(args):
    source, sink = (end(e) for e in args.ends)
    taken = []
    for n in range(21):
        begin = time.monotonic()
        source.send(bytes([n]) * 4)
        while not list(sink.receive()):
            select.select([sink], [], [], 1)
        taken.append(time.monotonic() - begin)
    print(f"{statistics.median(taken) * 1000:.2f}")
    return 0


def full(args):
    sock = netns.packet_socket(*args.ends[0].split(","))
    for n in range(5000):
        try:
            sock.send(bytes(1500))
        except OSError as e:
            print(n, errno.errorcode[e.errno])
            return 0
    return 1


def octets(args):
    fd = os.open(args.ends[1], os.O_RDWR | os.O_NOCTTY)
    data = b""
    while len(data) < int(args.ends[0]):
        data += os.read(fd, int(args.ends[0]) - len(data))
    print(data.hex())
    return 0


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1])
    parser.add_argument("-s", type=float, default=3, dest="seconds")
    parser.add_argument("-n", type=int, default=0, dest="octets")
    parser.add_argument("what", choices=("cross", "load", "delay", "full",
                                         "octets"))
    parser.add_argument("ends", nargs="+")
    args = parser.parse_args()
    return globals()[args.what](args)


if __name__ == "__main__":
    sys.exit(main())
