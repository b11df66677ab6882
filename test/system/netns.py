# SPDX-License-Identifier: ISC
"""netns.py - sockets in network namespaces, for the tools of the tests

One process that holds sockets of both sides compares what it sent with what
came, without any second clock or connection.
"""

import ctypes
import os
import socket
import struct

CLONE_NEWNET = 0x40000000
PACKET_AUXDATA = 8
PACKET_IGNORE_OUTGOING = 23
SOL_PACKET = 263
ETH_P_ALL = 3
TP_STATUS_VLAN_VALID = 1 << 4
TP_STATUS_VLAN_TPID_VALID = 1 << 6

_libc = ctypes.CDLL(None, use_errno=True)


def enter(name):
    """Make a namespace the one in which this process opens sockets."""
    with open(f"/run/netns/{name}", "rb") as ns:
        if _libc.setns(ns.fileno(), CLONE_NEWNET):
            errno = ctypes.get_errno()
            raise OSError(errno, os.strerror(errno), name)


def packet_socket(name, device):
    """A packet socket on a device of a namespace, for whole frames."""
    enter(name)
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                         socket.htons(ETH_P_ALL))
    sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    sock.bind((device, 0))
    return sock


def packet_receive(sock):
    """One frame as it was on the wire.

    The kernel moves the outer tag into the auxiliary data; it goes back.
    """
    data, ancillary, _, _ = sock.recvmsg(65536, 128)
    for level, kind, aux in ancillary:
        if level != SOL_PACKET or kind != PACKET_AUXDATA:
            continue
        status, _, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", aux[:20])
        if status & TP_STATUS_VLAN_VALID:
            if not status & TP_STATUS_VLAN_TPID_VALID:
                tpid = 0x8100
            data = data[:12] + struct.pack("!HH", tpid, tci) + data[12:]
    return data


def udp_socket(name, address, port=0):
    """A bound UDP socket in a namespace; the family is the address's."""
    enter(name)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    sock.bind((address, port))
    return sock
