#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""frames.py - send odd Ethernet frames on one side, compare on the other

usage: frames.py [-bnsv] [-m MTU] [-k KIND] [-c COUNT] FROM:DEVICE TO:DEVICE
       frames.py -l

FROM and TO are network namespaces. Each frame is sent alone; within a second
exactly one frame must come out, equal octet for octet, before the next one is
sent. At the end nothing more may have come.

  -m  MTU of the LAN (1500)
  -b  through bridges: leave out the addresses that no bridge forwards, and
      the sizes that it does not
  -s  the devices take frames of MTU + 22: send the stacked tags at full size
  -n  send only: nothing comes out
  -k  only the frames whose name contains this
  -c  send all of them so many times
  -v  a line for each frame
  -l  list the kinds and stop
"""

import argparse
import os
import random
import select
import struct
import sys

import netns

# Our own source addresses; the last two octets number the frame. No two runs
# send the same frames: what comes back as it was sent is taken for a loop
SOURCE = bytes.fromhex("02dccb") + bytes([os.getpid() & 0xff])
UNICAST = "020000000099"
BROADCAST = "ffffffffffff"

STP = "0180c2000000"
PAUSE = "0180c2000001"
SLOW = "0180c2000002"
EAPOL = "0180c2000003"
LLDP = "0180c200000e"
ALL_L1_IS = "0180c2000014"
GVRP = "0180c2000021"
ALL_ES = "09002b000004"
ALL_IS = "09002b000005"
CISCO = "01000ccccccc"
CISCO_PVST = "01000ccccccd"
IPV4_OSPF = "01005e000005"
IPV6_SOLICITED = "3333ff000002"


def octets(length, seed=1):
    """The same random octets in each run; the last is never zero."""
    data = bytearray(random.Random(seed * 65536 + length).randbytes(length))
    if data:
        data[-1] |= 1
    return bytes(data)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ipv4(protocol, payload, flags=0, options=b"", broken=False):
    head = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0,
                       20 + len(options) + len(payload), 0x1234, flags, 64,
                       protocol, 0, bytes([192, 0, 2, 1]),
                       bytes([192, 0, 2, 2])) + options
    correct = checksum(head)
    if broken:
        correct ^= 0x5555
    return head[:10] + struct.pack("!H", correct) + head[12:] + payload


def ipv6(following, payload):
    return struct.pack("!IHBB", 6 << 28, len(payload), following, 255) + \
        bytes.fromhex("20010db8") + bytes(11) + b"\1" + \
        bytes.fromhex("20010db8") + bytes(11) + b"\2" + payload


def udp(payload, total=0):
    return struct.pack("!HHHH", 4000, 5000, 8 + len(payload), total) + payload


def arp(operation):
    return bytes.fromhex("000108000604") + struct.pack("!H", operation) + \
        bytes.fromhex("02dccb000000c0000201000000000000c0000202")


def tag(vid, pcp=0, dei=0, tpid=0x8100):
    """What follows the tag's own type is packed behind it."""
    return tpid, struct.pack("!H", pcp << 13 | dei << 12 | vid)


class Frame:
    """A frame to be: all but its source address.

    what follows the addresses is tags, then a type (or None for a length),
    then the payload, filled up with tail to a total length if one is given.
    """

    def __init__(self, name, dst, kind, payload, *, tags=(), length=0,
                 tail=b"\0", direct=False, stacked=False):
        self.name = name
        self.direct = direct
        self.stacked = stacked
        body = b"".join(struct.pack("!H", tpid) + tci for tpid, tci in tags)
        if kind is None:
            kind = len(payload)
        body += struct.pack("!H", kind) + payload
        missing = length - 12 - len(body)
        if missing > 0:
            body += (tail * missing)[:missing]
        self.head = bytes.fromhex(dst)
        self.body = body

    def bytes(self, number):
        return self.head + SOURCE + struct.pack("!H", number) + self.body

    def __len__(self):
        return 12 + len(self.body)


def llc(dsap, ssap, control, payload=b""):
    return bytes([dsap, ssap, control]) + payload


def snap(oui, kind, payload):
    return llc(0xaa, 0xaa, 3, bytes.fromhex(oui) + struct.pack("!H", kind) +
               payload)


def internet():
    """ARP, IPv4 and IPv6, well-formed and not."""
    echo = struct.pack("!BBHHH", 8, 0, 0xf7fd, 1, 1)
    yield Frame("arp request, bare", BROADCAST, 0x806, arp(1))
    yield Frame("arp request, padded", BROADCAST, 0x806, arp(1), length=60)
    yield Frame("arp reply, padded with rubbish", UNICAST, 0x806, arp(2),
                length=60, tail=b"\xa5")
    yield Frame("arp, 64 octets", UNICAST, 0x806, arp(2), length=64)
    yield Frame("rarp", BROADCAST, 0x8035, arp(3), length=60)
    yield Frame("ipv4 icmp", UNICAST, 0x800, ipv4(1, echo))
    yield Frame("ipv4 udp, no checksum", UNICAST, 0x800,
                ipv4(17, udp(octets(100))))
    yield Frame("ipv4 udp, wrong checksum", UNICAST, 0x800,
                ipv4(17, udp(octets(100), 0xbad)))
    yield Frame("ipv4 udp, one octet, padded", UNICAST, 0x800,
                ipv4(17, udp(b"x")), length=60)
    yield Frame("ipv4 udp, payload ends in zeros", UNICAST, 0x800,
                ipv4(17, udp(bytes(18))))
    yield Frame("ipv4 tcp syn", UNICAST, 0x800, ipv4(6, struct.pack(
        "!HHIIHHHH", 1, 2, 3, 0, 0x5002, 512, 0, 0)), length=60)
    yield Frame("ipv4 with options", UNICAST, 0x800,
                ipv4(17, udp(octets(32)), options=b"\x94\4\0\0"))
    yield Frame("ipv4, first fragment", UNICAST, 0x800,
                ipv4(17, udp(octets(64)), flags=0x2000))
    yield Frame("ipv4, later fragment", UNICAST, 0x800,
                ipv4(17, octets(64), flags=0x0010))
    yield Frame("ipv4, wrong header checksum", UNICAST, 0x800,
                ipv4(17, udp(octets(10)), broken=True))
    yield Frame("ipv4, octets behind its end", UNICAST, 0x800,
                ipv4(17, udp(octets(10))) + octets(90))
    yield Frame("ipv4 that is none", UNICAST, 0x800, octets(77))
    yield Frame("ipv4 multicast, ospf", IPV4_OSPF, 0x800,
                ipv4(89, octets(44)))
    yield Frame("ipv6 udp", UNICAST, 0x86dd, ipv6(17, udp(octets(200), 1)))
    yield Frame("ipv6 neighbour solicitation", IPV6_SOLICITED, 0x86dd,
                ipv6(58, bytes.fromhex("87000000") + bytes(20)))
    yield Frame("ipv6 fragment", UNICAST, 0x86dd,
                ipv6(44, bytes.fromhex("1100000100000001") + octets(64)))
    yield Frame("ipv6 hop-by-hop", UNICAST, 0x86dd,
                ipv6(0, bytes.fromhex("3b00010400000000") + octets(8)))
    yield Frame("ipv6 cut short", UNICAST, 0x86dd,
                ipv6(17, octets(300))[:100])


def old(mtu):
    """802.3 with a length: OSI, SNAP, Novell, and lengths that lie."""
    clnp = bytes.fromhex("81") + octets(80)
    yield Frame("llc clnp", UNICAST, None, llc(0xfe, 0xfe, 3, clnp))
    yield Frame("llc es-is hello, padded", ALL_IS, None,
                llc(0xfe, 0xfe, 3, bytes.fromhex("8220010002012c0000")),
                length=60)
    yield Frame("llc es-is to end systems", ALL_ES, None,
                llc(0xfe, 0xfe, 3, bytes.fromhex("82") + octets(30)))
    yield Frame("llc is-is hello, full size", ALL_L1_IS, None,
                llc(0xfe, 0xfe, 3, bytes.fromhex("831b01000f010000") +
                    bytes(1489)))
    yield Frame("llc test command", UNICAST, None, llc(0, 0, 0xf3),
                length=60)
    yield Frame("llc xid", UNICAST, None,
                llc(0, 1, 0xbf, b"\x81\1\0"), length=60)
    yield Frame("llc without payload", UNICAST, None, llc(0x42, 0x42, 3))
    yield Frame("snap ipv4", UNICAST, None,
                snap("000000", 0x800, ipv4(17, udp(octets(40)))))
    yield Frame("snap cdp", CISCO, None, snap("00000c", 0x2000, octets(120)))
    yield Frame("snap pvst", CISCO_PVST, None,
                snap("00000c", 0x10b, octets(42)))
    yield Frame("novell raw 802.3", BROADCAST, None, b"\xff\xff" +
                octets(40))
    yield Frame("length of zero", UNICAST, 0, octets(46))
    yield Frame("length beyond the frame", UNICAST, 1500, octets(46))
    yield Frame("length short of the frame", UNICAST, 20, octets(200))
    yield Frame("type between length and type", UNICAST, 1535, octets(60))


def reserved():
    """Addresses of the bridges' own protocols; most never cross a bridge."""
    bpdu = bytes.fromhex("0000000000") + octets(30)
    yield Frame("stp bpdu", STP, None, llc(0x42, 0x42, 3, bpdu), length=60,
                direct=True)
    yield Frame("rstp bpdu", STP, None, llc(
        0x42, 0x42, 3, bytes.fromhex("000002023c") + octets(31)), length=60,
                direct=True)
    yield Frame("pause", PAUSE, 0x8808, b"\0\1\xff\xff", length=60,
                direct=True)
    yield Frame("lacp", SLOW, 0x8809, b"\1\1" + octets(108), direct=True)
    yield Frame("eapol", EAPOL, 0x888e, b"\1\1\0\0", length=60, direct=True)
    yield Frame("lldp", LLDP, 0x88cc, octets(70) + b"\0\0", direct=True)
    yield Frame("gvrp", GVRP, None, llc(0x42, 0x42, 3, octets(20)))


def other():
    """Types that are neither IP nor tagged."""
    for name, kind in (
            ("mpls", 0x8847), ("pppoe discovery", 0x8863),
            ("pppoe session", 0x8864), ("appletalk", 0x809b),
            ("ipx", 0x8137), ("loopback", 0x9000), ("ptp", 0x88f7),
            ("cfm", 0x8902), ("wake on lan", 0x842), ("macsec", 0x88e5),
            ("our wire format", 0x8000), ("type ffff", 0xffff),
            ("type 0600", 0x600), ("transparent bridging", 0x6558)):
        yield Frame(name, UNICAST, kind, octets(50 + kind % 97))


def tagged(mtu):
    """802.1Q and QinQ, up to what a tagged frame may have."""
    inner = ipv4(17, udp(octets(60)))
    yield Frame("802.1q", UNICAST, 0x800, inner, tags=[tag(5)])
    yield Frame("802.1q, priority and dei", UNICAST, 0x800, inner,
                tags=[tag(4094, 7, 1)])
    yield Frame("802.1q, priority only", UNICAST, 0x800, inner,
                tags=[tag(0, 5)])
    yield Frame("802.1q arp, 60 octets", BROADCAST, 0x806, arp(1),
                tags=[tag(7)], length=60)
    yield Frame("802.1q arp, 64 octets", BROADCAST, 0x806, arp(1),
                tags=[tag(7)], length=64)
    yield Frame("802.1q llc", ALL_IS, None, llc(0xfe, 0xfe, 3, octets(50)),
                tags=[tag(9)])
    yield Frame("802.1q, two octets behind", UNICAST, 0x88b5, octets(2),
                tags=[tag(5)])
    yield Frame("802.1q, full size", UNICAST, 0x88b5, octets(mtu),
                tags=[tag(5)])
    yield Frame("qinq 88a8", UNICAST, 0x800, inner,
                tags=[tag(100, tpid=0x88a8), tag(5)])
    yield Frame("qinq 9100", UNICAST, 0x800, inner,
                tags=[tag(100, tpid=0x9100), tag(5)])
    yield Frame("802.1q twice", UNICAST, 0x800, inner,
                tags=[tag(100), tag(5, 3)])
    yield Frame("three tags", UNICAST, 0x86dd, ipv6(59, b""),
                tags=[tag(100, tpid=0x88a8), tag(5), tag(6)])
    yield Frame("802.1q twice, mtu + 18", UNICAST, 0x88b5, octets(mtu - 4),
                tags=[tag(100), tag(5)])
    yield Frame("qinq, full size", UNICAST, 0x88b5, octets(mtu),
                tags=[tag(100, tpid=0x88a8), tag(5)], stacked=True)


def sizes(mtu):
    """Every size near an edge, and tails of zeros where padding is cut."""
    edges = [*range(14, 20), 33, 41, 42, 43, 46, *range(56, 70), 127, 128,
             129, 255, 256, 511, 512, 513, 1023, 1024, 1279, 1280, 1399,
             1400, 1401, 1450, 1458, 1459, 1472, 1473, 1494, 1499, 1500,
             *range(mtu + 10, mtu + 15)]
    for size in edges:
        if size <= mtu + 14:
            yield Frame(f"{size} octets", UNICAST, 0x88b5, octets(size - 14))
    for size in (15, 16, 42, *range(58, 63), 64, 65, 128, 1000, mtu + 14):
        for used in (0, 1, 28):
            if used <= size - 14:
                yield Frame(f"{size} octets, {size - 14 - used} zeros at "
                            "the end", UNICAST, 0x88b5, octets(used),
                            length=size)
    yield Frame("60 octets, the last one not zero", UNICAST, 0x88b5,
                bytes(45) + b"\1")
    yield Frame("60 octets of ff", BROADCAST, 0xffff, b"\xff" * 46)


def catalogue(mtu):
    yield from internet()
    yield from old(mtu)
    yield from reserved()
    yield from other()
    yield from tagged(mtu)
    yield from sizes(mtu)


def next_of_ours(sock, seconds):
    """The next frame with a source address of ours; None when time is up."""
    while select.select([sock], [], [], seconds)[0]:
        data = netns.packet_receive(sock)
        if data[6:10] == SOURCE:
            return data
    return None


def difference(sent, got):
    if got is None:
        return "lost"
    if len(got) != len(sent):
        text = f"{len(sent)} octets became {len(got)}"
    else:
        at = next(i for i, (a, b) in enumerate(zip(sent, got)) if a != b)
        text = f"differs at octet {at}"
    return f"{text}\n  sent {sent[:80].hex()}\n  got  {got[:80].hex()}"


def carry(frame, number, out, into):
    """Send one frame; what is wrong with what came, or None."""
    sent = frame.bytes(number)
    try:
        out.send(sent)
    except OSError as error:
        return f"cannot be sent: {error}"
    got = next_of_ours(into, 1)
    return None if got == sent else difference(sent, got)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1])
    parser.add_argument("-m", type=int, default=1500, dest="mtu")
    parser.add_argument("-b", action="store_true", dest="bridged")
    parser.add_argument("-n", action="store_true", dest="send_only")
    parser.add_argument("-s", action="store_true", dest="stacked")
    parser.add_argument("-k", default="", dest="kind")
    parser.add_argument("-c", type=int, default=1, dest="count")
    parser.add_argument("-v", action="store_true", dest="verbose")
    parser.add_argument("-l", action="store_true", dest="list")
    parser.add_argument("ends", nargs="*")
    args = parser.parse_args()

    frames = [f for f in catalogue(args.mtu)
              if not (args.bridged and f.direct) and
              (args.stacked or not f.stacked) and args.kind in f.name]
    if args.list:
        for frame in frames:
            print(f"{len(frame):5} {frame.name}")
        return 0
    if len(args.ends) != 2:
        parser.error("FROM:DEVICE and TO:DEVICE are needed")
    out, into = (netns.packet_socket(*end.split(":")) for end in args.ends)
    wrong = 0
    frames *= args.count
    if args.send_only:
        for number, frame in enumerate(frames):
            out.send(frame.bytes(number))
        return 0
    for number, frame in enumerate(frames):
        trouble = carry(frame, number, out, into)
        if trouble or args.verbose:
            print(f"{len(frame):5} {frame.name}: {trouble or 'as sent'}")
        wrong += trouble is not None
    extra = next_of_ours(into, 0.2)
    if extra:
        print(f"one too many: {extra[:80].hex()}")
    print(f"{len(frames)} frames, {len(frames) - wrong} as sent")
    return 1 if wrong or extra else 0


if __name__ == "__main__":
    sys.exit(main())
