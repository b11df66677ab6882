#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""reflect.py - a far end that sends back whatever it gets

usage: reflect.py ADDRESS:PORT
"""

import socket
import sys


def main():
    if len(sys.argv) != 2:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    address, port = sys.argv[1].rsplit(":", 1)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, int(port)))
    while True:
        octets, sender = sock.recvfrom(65536)
        sock.sendto(octets, sender)


if __name__ == "__main__":
    sys.exit(main())
