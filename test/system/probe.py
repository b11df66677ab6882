#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""probe.py - how long datagrams take one way, one each millisecond

usage: probe.py [-s SECONDS] [-u FILE] FROM,ADDRESS TO,ADDRESS
                [FROM,ADDRESS TO,ADDRESS]

  -s  how long (3)
  -u  go on until there is something in FILE, a minute at most

FROM and TO are network namespaces. The sender's clock is read just before a
probe is sent; the kernel stamps its arrival, so that a late reader does not
count. The second pair is a control: beside it, and by way of a process that
does nothing but pass them on, probes go from FROM to TO too. What delays
these is the machine's, not the tunnel's.

A line is printed for each pair: probes sent, lost, and the worst, the second
worst and the median delay in microseconds.
"""

import argparse
import os
import select
import signal
import socket
import struct
import sys
import time

import netns

SO_TIMESTAMPNS = 35
PORT = 7000
INTERVAL = 0.001


class Stream:
    """Probes from one namespace to another."""

    def __init__(self, source, sink, target=None):
        self.out = netns.udp_socket(*source.split(","))
        name, address = sink.split(",")
        self.into = netns.udp_socket(name, address, PORT)
        self.into.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.into.setblocking(False)
        self.target = target or (address, PORT)
        self.sent = 0
        self.delays = []

    def send(self):
        self.sent += 1
        self.out.sendto(struct.pack("!Q", time.time_ns()).ljust(64, b"\0"),
                        self.target)

    def receive(self):
        while True:
            try:
                data, ancillary, _, _ = self.into.recvmsg(2048, 128)
            except BlockingIOError:
                return
            for level, kind, stamp in ancillary:
                if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                    seconds, nano = struct.unpack("qq", stamp[:16])
                    begin, = struct.unpack("!Q", data[:8])
                    self.delays.append(seconds * 10**9 + nano - begin)

    def report(self, name):
        worst = sorted(self.delays) or [0]
        print(f"{name} sent {self.sent} lost {self.sent - len(self.delays)} "
              f"worst {worst[-1] // 1000} second {worst[-2:][0] // 1000} "
              f"median {worst[len(worst) // 2] // 1000}")


def relay(source, sink):
    """A process that passes datagrams on, as a tunnel would."""
    name, address = source.split(",")
    into = netns.udp_socket(name, address)
    out = netns.udp_socket(name, address)
    target = sink.split(",")[1], PORT
    pid = os.fork()
    if pid:
        return into.getsockname(), pid
    while True:
        select.select([into], [], [])
        out.sendto(into.recv(2048), target)


def complete(path, seconds):
    return not path or seconds > 60 or \
        os.path.exists(path) and os.path.getsize(path) > 0


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1])
    parser.add_argument("-s", type=float, default=3, dest="seconds")
    parser.add_argument("-u", dest="until")
    parser.add_argument("ends", nargs="+")
    args = parser.parse_args()
    streams = {"tunnel": Stream(*args.ends[:2])}
    child = None
    if len(args.ends) > 2:
        address, child = relay(*args.ends[2:4])
        streams["control"] = Stream(*args.ends[2:4], target=address)
    begin = time.monotonic()
    following = begin
    while following < begin + args.seconds or \
            not complete(args.until, following - begin):
        for stream in streams.values():
            stream.send()
            stream.receive()
        following += INTERVAL
        time.sleep(max(0, following - time.monotonic()))
    late = time.monotonic() + 2
    while time.monotonic() < late and \
            any(s.sent > len(s.delays) for s in streams.values()):
        select.select([s.into for s in streams.values()], [], [], 0.1)
        for stream in streams.values():
            stream.receive()
    if child:
        os.kill(child, signal.SIGKILL)
    for name, stream in streams.items():
        stream.report(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
