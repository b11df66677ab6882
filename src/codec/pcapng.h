/* SPDX-License-Identifier: ISC */
/* pcapng, the capture file format: blocks written and read. */
#ifndef CODEC_PCAPNG_H
#define CODEC_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pcapng_limit {
	PCAPNG_HEAD = 12,		/* octets that tell a block's length */
	PCAPNG_BLOCK_MAX = 1024 * 1024,	/* octets of a block that is read */
	PCAPNG_TEXT_MAX = 256,		/* octets of a text that is kept */
	PCAPNG_INTERFACES_MAX = 65536,	/* in a section that is read */
	PCAPNG_SMALL = 1024,		/* octets of any block but a packet */
	PCAPNG_PACKET_EXTRA = 64 + PCAPNG_TEXT_MAX,
};

/** enum pcapng_link - Link types that we know (LINKTYPE_...) */
enum pcapng_link {
	PCAPNG_ETHERNET = 1,
	PCAPNG_RAW_IP = 101,
	PCAPNG_USER0 = 147,
	PCAPNG_IPV4 = 228,
	PCAPNG_IPV6 = 229,
};

/** enum pcapng_direction - The lowest bits of a packet's flags */
enum pcapng_direction {
	PCAPNG_UNKNOWN = 0,
	PCAPNG_INBOUND = 1,
	PCAPNG_OUTBOUND = 2,
};

/**
 * struct pcapng_interface - What packets were captured at
 * @link:	LINKTYPE
 * @snaplen:	Octets of a packet that are kept at most; 0: all
 * @name:	Text, not necessarily printable where it was read
 * @resolution:	if_tsresol; 9: nanoseconds
 */
struct pcapng_interface {
	uint16_t link;
	uint32_t snaplen;
	uint8_t resolution;
	char name[PCAPNG_TEXT_MAX];
};

/**
 * struct pcapng_packet - A packet
 * @interface:	Number of its interface, counted from 0 in its section
 * @time_ns:	UTC, nanoseconds since 1970
 * @direction:	enum pcapng_direction
 * @comment:	Text, or ""
 * @data:	Octets; borrowed
 * @caplen:	How many
 * @len:	How many it had
 */
struct pcapng_packet {
	uint32_t interface;
	int64_t time_ns;
	uint8_t direction;
	char comment[PCAPNG_TEXT_MAX];
	const uint8_t *data;
	uint32_t caplen, len;
};

/**
 * struct pcapng_reader - What must be known to read the next block
 * @swapped:	The section is of the other endianness
 */
struct pcapng_reader {
	bool in_section, swapped;
	struct pcapng_interface *interfaces;
	size_t n, room;
};

size_t pcapng_section(uint8_t out[PCAPNG_SMALL], const char *application);
size_t pcapng_interface(uint8_t out[PCAPNG_SMALL],
			const struct pcapng_interface *i);
size_t pcapng_packet(uint8_t *out, const struct pcapng_packet *p);
size_t pcapng_statistics(uint8_t out[PCAPNG_SMALL], uint32_t interface,
			 int64_t time_ns, uint64_t received, uint64_t lost);

int pcapng_length(const struct pcapng_reader *r,
		  const uint8_t head[PCAPNG_HEAD]);
int pcapng_read(struct pcapng_reader *r, const uint8_t *block, size_t len,
		struct pcapng_packet *p);
void pcapng_reader_free(struct pcapng_reader *r);

#endif
