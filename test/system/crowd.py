#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""crowd.py - many clients of a control socket, and rude ones

usage: crowd.py connect|deaf COUNT SOCKET

connect  opens that many connections, each asking for the status; who is
         turned away is counted
deaf     each asks for the statistics again and again, and never reads
"""

import resource
import socket
import sys
import time


def connect(path):
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(2)
    sock.connect(path)
    return sock


def crowd(count, path):
    """All connections are held until all have asked."""
    held, away, answered = [], 0, 0
    for _ in range(count):
        try:
            sock = connect(path)
            sock.send(b'{"command": "status"}\n')
            held.append(sock)
        except OSError:
            away += 1
    for sock in held:
        sock.settimeout(0.5)
        try:
            answered += bool(sock.recv(65536))
        except OSError:
            pass
        if answered == 0 and sock is held[10]:
            break
    print(f"connected {len(held)}, turned away {away}, answered {answered}")
    return 0 if answered else 1


def deaf(count, path):
    """Requests for a second, as many as the socket takes."""
    held = [connect(path) for _ in range(count)]
    asked = 0
    end = time.monotonic() + 1
    for sock in held:
        sock.setblocking(False)
    while time.monotonic() < end:
        for sock in held:
            try:
                asked += sock.send(b'{"command": "stats"}\n' * 100) > 0
            except OSError:
                time.sleep(0.0005)
    print(f"{count} clients asked {asked} times 100 and read nothing")
    return 0


def main():
    kinds = {"connect": crowd, "deaf": deaf}
    if len(sys.argv) != 4 or sys.argv[1] not in kinds:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    return kinds[sys.argv[1]](int(sys.argv[2]), sys.argv[3])


if __name__ == "__main__":
    sys.exit(main())
