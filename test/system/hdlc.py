# SPDX-License-Identifier: ISC
"""hdlc.py - bit-synchronous HDLC as the standard tells it, bit by bit

Slow and simple, to be compared with what the programs do.
"""


def fcs16(data):
    reg = 0xffff
    for octet in data:
        reg ^= octet
        for _ in range(8):
            reg = reg >> 1 ^ (0x8408 if reg & 1 else 0)
    return (reg ^ 0xffff).to_bytes(2, "little")


FLAG = (0, 1, 1, 1, 1, 1, 1, 0)


def frame_bits(data):
    """A frame between two flags: the low bit of each octet first."""
    bits, ones = [], 0
    for octet in data + fcs16(data):
        for i in range(8):
            bit = octet >> i & 1
            bits.append(bit)
            ones = ones + 1 if bit else 0
            if ones == 5:
                bits.append(0)
                ones = 0
    return [*FLAG, *bits, *FLAG]


def to_octets(bits):
    """Octets as SDH carries them, the high bit first; ends with flags."""
    bits = list(bits)
    i = 0
    while len(bits) % 8 or i < 8:
        bits.append(FLAG[i % 8])
        i += 1
    return bytes(int("".join(map(str, bits[i:i + 8])), 2)
                 for i in range(0, len(bits), 8))


class Receiver:
    """Octets in, good frames out."""

    def __init__(self):
        self.bits = None	# since the last flag; None: hunting
        self.ones = 0
        self.bad = 0

    def octets(self, octets):
        for octet in octets:
            for i in range(7, -1, -1):
                frame = self.bit(octet >> i & 1)
                if frame is not None:
                    yield frame

    def bit(self, bit):
        ones, self.ones = self.ones, self.ones + 1 if bit else 0
        if bit:
            if self.ones >= 7:
                self.bits = None
            elif self.bits is not None:
                self.bits.append(1)
            return None
        if ones == 6:
            bits, self.bits = self.bits, []
            # the six ones and the zero before them are the flag's
            return self.finish(bits[:-7]) if bits else None
        if ones != 5 and self.bits is not None:
            self.bits.append(0)
        return None

    def finish(self, bits):
        if not bits:
            return None
        octets = bytes(sum(bit << i for i, bit in enumerate(bits[k:k + 8]))
                       for k in range(0, len(bits), 8))
        if len(bits) % 8 or len(octets) < 4 or \
                fcs16(octets[:-2]) != octets[-2:]:
            self.bad += 1
            return None
        return octets[:-2]
