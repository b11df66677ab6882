# SPDX-License-Identifier: ISC
"""farend.py - the far end of a path, as far as it takes to be up

FarEnd speaks liveness (RFC 5880) and information on a connected UDP socket,
as dccbridge-wire(7) tells. come_up() waits until both ends know each other,
serve() answers what has come and lets the session live.
"""

import random
import select
import struct
import time

DOWN, INIT, UP = 1, 2, 3
LIVENESS, INFORMATION = 1, 2
ASKS = 1


def elements(payload):
    """The elements of an information message, by type."""
    found, at = {}, 1
    while at + 2 <= len(payload):
        end = at + 2 + payload[at + 1]
        found[payload[at]] = payload[at + 2:end]
        at = end
    return found


class FarEnd:
    def __init__(self, sock, channel, node="far", name="noc", us=300000):
        self.sock, self.channel = sock, channel
        self.node, self.name, self.us = node.encode(), name.encode(), us
        self.mine = random.randrange(1, 1 << 32)
        self.start = random.randrange(1, 1 << 32)
        self.state, self.theirs, self.sequence = DOWN, 0, 0
        self.heard_number, self.acknowledged = 0, False
        self.sent = 0.0
        self.other = []		# what came that is none of the two

    def oam(self, channel, payload):
        self.sequence = (self.sequence + 1) & 0xffff
        return struct.pack("!BBHH", 0x83, 0, channel, self.sequence) + payload

    def liveness(self, final=False):
        self.sent = time.monotonic()
        tx = self.us if self.state == UP else max(self.us, 1000000)
        self.sock.send(self.oam(0, struct.pack(
            "!BBBBBIIIII", LIVENESS, 0x20, self.state << 6 | final << 4, 3,
            24, self.mine, self.theirs, tx, self.us, 0)))

    def information(self):
        number = struct.pack("!I", 1)
        payload = bytes([INFORMATION])
        for kind, value in (
                (1, self.node), (2, self.name),
                (3, struct.pack("!I", self.start)),
                (4, struct.pack("!I", self.theirs)), (5, number),
                (6, struct.pack("!I", self.heard_number)),
                (7, bytes([0 if self.acknowledged else ASKS]))):
            payload += bytes([kind, len(value)]) + value
        self.sock.send(self.oam(self.channel, payload))

    def hear_liveness(self, payload):
        flags, mine, yours = struct.unpack("!BxxII", payload[2:13])
        if yours not in (0, self.mine) or self.state == UP and not yours:
            return
        self.theirs, was = mine, self.state
        heard = flags >> 6
        if self.state == DOWN and heard == DOWN:
            self.state = INIT
        elif heard >= INIT and self.state < UP and yours:
            self.state = UP
        elif self.state == UP and heard <= DOWN:
            self.state, self.acknowledged = DOWN, False
        if was != self.state or flags & 0x20:
            self.liveness(bool(flags & 0x20))
        if was != self.state == UP:
            self.information()

    def hear_information(self, payload):
        found = elements(payload)
        self.heard_number, = struct.unpack("!I", found[5])
        self.acknowledged = found[6] == struct.pack("!I", 1)
        if found[7][0] & ASKS:
            self.information()

    def hear(self, octets):
        kind = octets[6] if len(octets) > 6 and octets[0] == 0x83 else 0
        if kind == LIVENESS:
            self.hear_liveness(octets[6:])
        elif kind == INFORMATION:
            self.hear_information(octets[6:])
        else:
            self.other.append(octets)

    def serve(self, seconds=0.0):
        """Answer what has come, and what comes within that time."""
        end = time.monotonic() + seconds
        while True:
            left = max(end - time.monotonic(), 0)
            ready, _, _ = select.select([self.sock], [], [], min(left, 0.05))
            try:
                if ready:
                    self.hear(self.sock.recv(65536))
                each = self.us / 1e6 if self.state == UP else 1
                if time.monotonic() - self.sent >= each * 0.8:
                    self.liveness()
            except OSError:
                pass	# nobody is there, or not any more
            if not ready and not left:
                return

    def come_up(self, seconds):
        """Whether both ends know each other within that time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.serve(0.02)
            if self.state == UP and self.heard_number and self.acknowledged:
                self.serve(0.02)
                return True
        return False
