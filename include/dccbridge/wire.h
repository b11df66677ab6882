/* SPDX-License-Identifier: ISC */
/* The wire format in numbers: all that a second program needs of it. */
#ifndef DCCBRIDGE_WIRE_H
#define DCCBRIDGE_WIRE_H

/*
 * A datagram, or the information field of an HDLC frame, in network order:
 *
 *	 0                   1                   2                   3
 *	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *	+---+-----------+-+-+-+-+---+-+-+-------------------------------+
 *	|1 0|   type    |F|L|C|P|cls|Z|0|   channel id; 0 is the line   |
 *	+---+-----------+-+-+-+-+---+-+-+-------------------------------+
 *	|        frame sequence         | index, only if F |  payload ...
 *	+-------------------------------+------------------+
 *
 * dccbridge-wire(7) says what each field means.
 */

/** enum wire_offset - Where the fields of the header begin, in octets */
enum wire_offset {
	WIRE_OFF_TYPE = 0,		/* version and type */
	WIRE_OFF_FLAGS = 1,		/* flags and class */
	WIRE_OFF_CHANNEL = 2,
	WIRE_OFF_SEQUENCE = 4,
	WIRE_OFF_INDEX = 6,		/* only in fragments */
};

/** enum wire_limit - Lengths in octets, and other bounds */
enum wire_limit {
	WIRE_HEADER_LEN = 6,		/* of a whole frame */
	WIRE_HEADER_MAX = 7,		/* of a fragment */
	WIRE_FRAGMENTS_MAX = 128,	/* of one frame */
	WIRE_INDEX_MAX = WIRE_FRAGMENTS_MAX - 1,
	WIRE_WINDOW = 64,		/* numbers until a frame is given up */
	WIRE_CLASSES = 4,
	WIRE_CHANNEL_LINE = 0,		/* channel id of the line itself */
	WIRE_CHANNEL_MAX = 65535,
};

/** enum wire_first - What the first octet is made of */
enum wire_first {
	WIRE_VERSION_MASK = 0xc0,
	WIRE_VERSION = 0x80,
	WIRE_TYPE_MASK = 0x3f,
};

/** enum wire_flag - What the second octet is made of */
enum wire_flag {
	WIRE_F = 0x80,			/* fragment: an index follows */
	WIRE_L = 0x40,			/* the last fragment */
	WIRE_C = 0x20,			/* payload is compressed */
	WIRE_P = 0x10,			/* transport checksum is partial */
	WIRE_CLASS_MASK = 0x0c,
	WIRE_CLASS_SHIFT = 2,
	WIRE_Z = 0x02,			/* zeros cut off a 60-octet frame */
	WIRE_RESERVED = 0x01,		/* must be zero */
};

/** enum wire_type - What the payload is */
enum wire_type {
	WIRE_ETHERNET = 0,		/* Ethernet frame, without its FCS */
	WIRE_IP = 1,			/* IP packet */
	WIRE_HDLC = 2,			/* HDLC frame, carried as it is */
	WIRE_OAM = 3,			/* begins with an enum wire_oam */
	WIRE_KEY = 4,			/* key exchange */
	WIRE_TYPE_NUM,
	WIRE_TYPE_NEVER = 15,		/* with it, 0x8f: Cisco multicast */
};

/** enum wire_class - Priority; the smaller number goes first */
enum wire_class {
	WIRE_CONTROL = 0,
	WIRE_INTERACTIVE = 1,
	WIRE_NORMAL = 2,
	WIRE_BULK = 3,
};

/** enum wire_oam - The first octet of an OAM payload */
enum wire_oam {
	WIRE_OAM_LIVENESS = 1,
	WIRE_OAM_INFORMATION = 2,
	WIRE_OAM_ECHO_REQUEST = 3,
	WIRE_OAM_ECHO_REPLY = 4,
	WIRE_OAM_COUNTERS = 5,
};

/** enum wire_echo - Echo request and reply: where fields begin, in octets */
enum wire_echo {
	WIRE_ECHO_KIND = 0,
	WIRE_ECHO_FLAGS = 1,
	WIRE_ECHO_IDENTIFIER = 2,	/* 2 octets, the requester's own */
	WIRE_ECHO_SEQUENCE = 4,		/* 4 octets */
	WIRE_ECHO_TIMESTAMP = 8,	/* 8 octets, the requester's own */
	WIRE_ECHO_LEN = 16,		/* padding follows */
};

/** enum wire_echo_flag - The flags of an echo request or reply */
enum wire_echo_flag {
	WIRE_ECHO_SHORT = 0x01,		/* answer without the padding */
	WIRE_ECHO_RESERVED = 0xfe,	/* must be zero */
};

/** enum wire_counters - Counters: where fields begin, in octets */
enum wire_counters {
	WIRE_COUNTERS_KIND = 0,
	WIRE_COUNTERS_FLAGS = 1,
	WIRE_COUNTERS_RUN = 2,		/* 2 octets: of the sender's counting */
	WIRE_COUNTERS_SESSION = 4,	/* 4 octets: sender's discriminator */
	WIRE_COUNTERS_SENT = 8,		/* 4 octets: packets, this included */
	WIRE_COUNTERS_BEATS = 12,	/* 4 octets: liveness messages sent */
	WIRE_COUNTERS_TIMESTAMP = 16,	/* 8 octets: sender's nanoseconds */
	WIRE_COUNTERS_YOURS = 24,	/* 8 octets: last timestamp received */
	WIRE_COUNTERS_RECEIVED = 32,	/* 4 octets: packets, when it came */
	WIRE_COUNTERS_BEATS_RECEIVED = 36, /* 4 octets: liveness messages */
	WIRE_COUNTERS_HOLD = 40,	/* 4 octets: microseconds since then */
	WIRE_COUNTERS_LEN = 44,
};

/** enum wire_counters_flag - The flags of a counters message */
enum wire_counters_flag {
	WIRE_COUNTERS_HEARD = 0x01,	/* the last four fields are valid */
	WIRE_COUNTERS_UNUSED = 0xfe,	/* must be zero */
};

/** enum wire_liveness - Liveness: the control packet of RFC 5880, 4.1 */
enum wire_liveness {
	WIRE_LIVENESS_KIND = 0,
	WIRE_LIVENESS_DIAGNOSTIC = 1,	/* version and diagnostic */
	WIRE_LIVENESS_STATE = 2,	/* state and flags */
	WIRE_LIVENESS_MULTIPLIER = 3,
	WIRE_LIVENESS_LENGTH = 4,	/* octets from the version on: 24 */
	WIRE_LIVENESS_MINE = 5,		/* 4 octets: discriminators */
	WIRE_LIVENESS_YOURS = 9,	/* 4 octets */
	WIRE_LIVENESS_TX = 13,		/* 4 octets each: microseconds */
	WIRE_LIVENESS_RX = 17,
	WIRE_LIVENESS_ECHO = 21,
	WIRE_LIVENESS_LEN = 25,
	WIRE_LIVENESS_VERSION = 1 << 5,
};

/** enum wire_session - State of a liveness session */
enum wire_session {
	WIRE_ADMIN_DOWN = 0,
	WIRE_DOWN = 1,
	WIRE_INIT = 2,
	WIRE_UP = 3,
	WIRE_SESSION_NUM,
};

/** enum wire_diagnostic - Why a session went down last; those in use */
enum wire_diagnostic {
	WIRE_DIAGNOSTIC_NONE = 0,
	WIRE_DIAGNOSTIC_EXPIRED = 1,	/* the far end fell silent */
	WIRE_DIAGNOSTIC_NEIGHBOR = 3,	/* the far end said so */
	WIRE_DIAGNOSTIC_PATH = 5,	/* the line has no carrier */
	WIRE_DIAGNOSTIC_ADMIN = 7,	/* by command, or a clean stop */
};

/** enum wire_liveness_flag - The lower bits of WIRE_LIVENESS_STATE */
enum wire_liveness_flag {
	WIRE_LIVENESS_POLL = 0x20,
	WIRE_LIVENESS_FINAL = 0x10,
	WIRE_LIVENESS_INDEPENDENT = 0x08,	/* not looked at */
	WIRE_LIVENESS_UNUSED = 0x07,	/* authentication, demand, multipoint:
					 * must be zero */
};

/**
 * enum wire_information - Information: types of its elements
 *
 * After the kind come elements: type, length of the value, value.
 */
enum wire_information {
	WIRE_INFO_NODE = 1,		/* 1 to 64 of [A-Za-z0-9._-] */
	WIRE_INFO_CHANNEL = 2,		/* 1 to 32 of the same */
	WIRE_INFO_SESSION = 3,		/* 4 octets: of the sender's start */
	WIRE_INFO_YOURS = 4,		/* 4 octets: receiver's discriminator */
	WIRE_INFO_NUMBER = 5,		/* 4 octets: of this information */
	WIRE_INFO_HEARD = 6,		/* 4 octets: number acknowledged */
	WIRE_INFO_FLAGS = 7,		/* 1 octet */
	WIRE_INFO_VERSION = 8,		/* 1 to 32 printable octets */
	WIRE_INFO_LARGEST = 9,		/* 4 octets: frame that the LAN takes */
	WIRE_INFO_ABILITIES = 10,	/* 4 octets */
	WIRE_INFO_NUMBERING = 11,	/* 4 octets: of its first number */
	WIRE_INFO_NUM,
};

/** enum wire_info_flag - WIRE_INFO_FLAGS; unknown bits are ignored */
enum wire_info_flag {
	WIRE_INFO_ASKS = 0x01,		/* acknowledge this */
	WIRE_INFO_DISABLED = 0x02,	/* channel or path; or removed */
	WIRE_INFO_LAN_DOWN = 0x04,	/* take your LAN's carrier */
	WIRE_INFO_REFUSES = 0x08,	/* you are not who I expect */
};

/** enum wire_ability - WIRE_INFO_ABILITIES; unknown bits are ignored */
enum wire_ability {
	WIRE_ABLE_PARTIAL = 0x01,	/* completes checksums: flag P */
	WIRE_ABLE_COPIES = 0x02,	/* drops second copies: 1+1 */
};

/** enum wire_info_limit - Lengths of texts in an information message */
enum wire_info_limit {
	WIRE_INFO_NODE_MAX = 64,
	WIRE_INFO_CHANNEL_MAX = 32,
	WIRE_INFO_VERSION_MAX = 32,
	WIRE_INFO_LEN_MAX = 192,	/* of a message of this version */
};

/* Octets of a header, of a datagram with n octets of payload */
#define WIRE_HEADER_SIZE(fragment)	\
	((fragment) ? WIRE_HEADER_MAX : WIRE_HEADER_LEN)
#define WIRE_SIZE(n, fragment)	((n) + WIRE_HEADER_SIZE(fragment))

#endif
