/* SPDX-License-Identifier: ISC */
/* The dump socket: binary records of frames, as the daemon copies them. */
#ifndef DCCBRIDGE_CONTROL_H
#define DCCBRIDGE_CONTROL_H

/*
 * {"command": "dump", "channel": "noc"} at the control socket, the channel
 * being optional, is answered with one end of a stream socket beside
 * {"ok": true, ...} (SCM_RIGHTS). On it both sides send records. Both are on
 * one machine: all numbers are in its own byte order.
 *
 *	client	START, once: what is wanted, with the filter's instructions
 *	daemon	BEGIN, or ERROR and the end; then PLACE and FRAME
 *	client	ends its sending side (shutdown(2)) when it has enough
 *	daemon	the records that wait, END, and the end
 *
 * Each record begins with struct dump_head and is a multiple of DUMP_ALIGN
 * octets long. Records of unknown types are to be skipped.
 */

#include <stdint.h>

/** enum dump_limit - Bounds */
enum dump_limit {
	DUMP_VERSION = 1,
	DUMP_ALIGN = 8,			/* octets */
	DUMP_INSTRUCTIONS_MAX = 4096,	/* of a filter */
	DUMP_NAME_MAX = 32,		/* octets of a name, without NUL */
	DUMP_RECORD_MAX = 131072,	/* octets of a record of the daemon's */
	DUMP_SNAPLEN_MAX = 262144,
	DUMP_CLASS_NONE = 0xff,
};

/** enum dump_type - What a record is */
enum dump_type {
	DUMP_START = 1,			/* struct dump_start */
	DUMP_BEGIN = 2,			/* the head alone */
	DUMP_ERROR = 3,			/* the head, and a text with its NUL */
	DUMP_PLACE = 4,			/* struct dump_place */
	DUMP_FRAME = 5,			/* struct dump_frame */
	DUMP_END = 6,			/* struct dump_end */
};

/** enum dump_point - Where frames are copied */
enum dump_point {
	DUMP_LAN = 0,			/* as on the channel's device */
	DUMP_LINE = 1,			/* as on the line, with our header */
	DUMP_DROP = 2,			/* what was dropped */
	DUMP_POINT_NUM,
};

/** enum dump_direction - Which way a frame went; bits of a set */
enum dump_direction {
	DUMP_IN = 1,			/* came from the LAN, or the line */
	DUMP_OUT = 2,
	DUMP_INOUT = DUMP_IN | DUMP_OUT,
};

/** enum dump_flag - What the octets of a frame are; bits of a set */
enum dump_flag {
	DUMP_F_LINE = 1,		/* our header comes first */
	DUMP_F_IP = 2,			/* an IP packet, not Ethernet */
};

/** enum dump_wish - How frames are wanted; bits of a set */
enum dump_wish {
	DUMP_RAW = 1,			/* as the kernel hands them over */
};

/**
 * struct dump_head - How each record begins
 * @len:	Octets of the record, this head and padding included
 * @type:	enum dump_type
 */
struct dump_head {
	uint32_t len;
	uint16_t type;
	uint16_t zero;
};

/** struct dump_instruction - One instruction of a classic BPF program */
struct dump_instruction {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

/**
 * struct dump_start - What is wanted
 * @version:		DUMP_VERSION
 * @point:		enum dump_point
 * @directions:		Set of enum dump_direction
 * @snaplen:		Octets of a frame that are wanted at most
 * @ninstructions:	How many struct dump_instruction follow; 0: no filter
 * @wishes:		Set of enum dump_wish
 *
 * The filter is one for Ethernet (DLT_EN10MB). Without DUMP_RAW a super-frame
 * comes as the frames that it is made of, and all checksums are complete.
 */
struct dump_start {
	struct dump_head head;
	uint16_t version;
	uint8_t point;
	uint8_t directions;
	uint32_t snaplen;
	uint32_t ninstructions;
	uint32_t wishes;
};

/** struct dump_address - An address of UDP; @family 0: there is none */
struct dump_address {
	uint8_t family;			/* 4 or 6 */
	uint8_t zero;
	uint16_t port;
	uint8_t addr[16];
};

/**
 * struct dump_place - What a number in later frames stands for
 * @place:	The number; may be given another meaning later
 * @id:		Channel id; 0 is a line itself, or nobody
 * @channel:	Name of the channel (of a line: of one that uses it), or ""
 * @path:	Name of the path, or ""
 */
struct dump_place {
	struct dump_head head;
	uint32_t place;
	uint16_t id;
	uint16_t zero;
	char channel[DUMP_NAME_MAX + 8];
	char path[DUMP_NAME_MAX + 8];
	struct dump_address local, remote;
};

/**
 * struct dump_frame - A frame
 * @time_ns:	UTC, nanoseconds since 1970
 * @place:	As said by an earlier struct dump_place
 * @lost:	Frames that were lost just before this one
 * @len:	Octets of the frame
 * @caplen:	How many of them are here
 * @point:	enum dump_point
 * @direction:	DUMP_IN or DUMP_OUT
 * @flags:	Set of enum dump_flag
 * @class:	enum wire_class, or DUMP_CLASS_NONE
 * @reason_len:	Octets of the drop reason, without NUL; they come first
 */
struct dump_frame {
	struct dump_head head;
	int64_t time_ns;
	uint32_t place;
	uint32_t lost;
	uint32_t len;
	uint32_t caplen;
	uint8_t point;
	uint8_t direction;
	uint8_t flags;
	uint8_t class_;
	uint8_t reason_len;
	uint8_t zero[3];
};

/**
 * struct dump_end - The last record
 * @matched:	Frames that the filter selected
 * @lost:	Of them, those for which there was no room
 */
struct dump_end {
	struct dump_head head;
	uint64_t matched;
	uint64_t lost;
};

#endif
