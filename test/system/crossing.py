#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""crossing.py - what a steady stream of datagrams suffers on its way

usage: crossing.py [-i MILLISECONDS] [-s SIZE] [-p PORT,...]
                   FROM,ADDRESS TO,ADDRESS

  -i  one datagram each so many milliseconds (1)
  -s  octets of each; below 4 they bear no number, and only time tells (1)
  -p  ports to which they go in turn; each is a stream of its own (7000)

FROM and TO are network namespaces. For each line on standard input a line is
printed: the longest time since the line before, in microseconds, in which
nothing came, and in which nothing was sent. At the end of the input sending
ends; two seconds later a line says what has become of all datagrams: how many
were sent, lost, doubled, and came after one that was sent later in their
stream. The kernel stamps their arrival, so that a late reader does not count.
"""

import argparse
import os
import select
import socket
import struct
import sys
import time

import netns

SO_TIMESTAMPNS = 35
STRAGGLERS = 2.0


class Stream:
    """Datagrams to one port."""

    def __init__(self, sink, port):
        name, address = sink.split(",")
        self.port = port
        self.into = netns.udp_socket(name, address, port)
        self.into.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.into.setblocking(False)
        self.sent = self.doubled = self.late = self.received = 0
        self.newest = -1
        self.missing = set()

    def take(self, data):
        """One came; which?"""
        self.received += 1
        if len(data) < 4:
            return
        number, = struct.unpack("!I", data[:4])
        if number > self.newest:
            self.missing.update(range(self.newest + 1, number))
            self.newest = number
        elif number in self.missing:
            self.missing.remove(number)
            self.late += 1
        else:
            self.doubled += 1

    def lost(self):
        """How many have not come, at the end."""
        return self.sent - self.received + self.doubled


class Gap:
    """The longest time between two events."""

    def __init__(self):
        self.last = time.time_ns()
        self.longest = 0

    def event(self, now):
        """It has happened, now."""
        self.longest = max(self.longest, now - self.last)
        self.last = max(self.last, now)

    def ask(self):
        """The longest since it was asked last, in microseconds."""
        longest = max(self.longest, time.time_ns() - self.last)
        self.longest = 0
        return longest // 1000


class Crossing:
    """All streams, and the time between their datagrams."""

    def __init__(self, args):
        self.target = args.to.split(",")[1]
        self.streams = [Stream(args.to, port) for port in args.ports]
        self.out = netns.udp_socket(*args.source.split(","))
        self.size = args.size
        self.interval = args.interval / 1000
        self.turn = 0
        self.came, self.went = Gap(), Gap()

    def send(self):
        """The next one, of the stream whose turn it is."""
        stream = self.streams[self.turn % len(self.streams)]
        self.turn += 1
        data = b"x" * self.size
        if self.size >= 4:
            data = struct.pack("!I", stream.sent).ljust(self.size, b"\0")
        try:
            self.out.sendto(data, (self.target, stream.port))
            stream.sent += 1
            self.went.event(time.time_ns())
        except OSError:
            pass

    def receive(self, stream):
        """All that has come of a stream."""
        while True:
            try:
                data, ancillary, _, _ = stream.into.recvmsg(2048, 128)
            except BlockingIOError:
                return
            seconds, nanoseconds = struct.unpack("qq", ancillary[0][2][:16])
            self.came.event(seconds * 1000000000 + nanoseconds)
            stream.take(data)

    def wait(self, until, others):
        """Receive until then; what of the others can be read?"""
        left = max(0, until - time.monotonic())
        sockets = {s.into: s for s in self.streams}
        ready, _, _ = select.select([*sockets, *others], [], [], left)
        for sock in ready:
            if sock in sockets:
                self.receive(sockets[sock])
        return [f for f in ready if f not in sockets]

    def run(self):
        """Send and receive until the input ends."""
        due = time.monotonic()
        while True:
            if self.wait(due, [sys.stdin]):
                line = os.read(sys.stdin.fileno(), 4096)
                if not line:
                    return
                for _ in range(line.count(b"\n")):
                    print(self.came.ask(), self.went.ask(), flush=True)
            now = time.monotonic()
            if now >= due:
                self.send()
                due = max(due + self.interval, now - self.interval)

    def end(self):
        """Wait for those on their way, and say what has become of all."""
        end = time.monotonic() + STRAGGLERS
        while time.monotonic() < end:
            self.wait(end, [])
        print(*(sum(f(s) for s in self.streams) for f in (
            lambda s: s.sent, Stream.lost, lambda s: s.doubled,
            lambda s: s.late)), flush=True)


def main():
    """Do as the arguments say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-i", dest="interval", type=float, default=1)
    parser.add_argument("-s", dest="size", type=int, default=1)
    parser.add_argument("-p", dest="ports", default=[7000],
                        type=lambda s: [int(p) for p in s.split(",")])
    parser.add_argument("source")
    parser.add_argument("to")
    crossing = Crossing(parser.parse_args())
    # others on this machine must not make us pause
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    crossing.run()
    crossing.end()


if __name__ == "__main__":
    main()
