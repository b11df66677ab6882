/* SPDX-License-Identifier: ISC */
/* Super-frames: what is in them, cut into frames, joined of frames. */
#ifndef CODEC_GSO_H
#define CODEC_GSO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/frame.h"

enum gso_limit {
	GSO_VNET_LEN = 10,	/* struct virtio_net_hdr, the short one */
	GSO_HEADER_MAX = 248,	/* headers of a frame that may be cut */
	GSO_SEGMENT_MIN = 64,	/* cut no smaller than this to avoid pieces */
	GSO_JOIN_MAX = 64,	/* frames that become one */
	GSO_IP_MAX = 65535,	/* octets of an IP packet */
};

/**
 * struct gso_layout - Where the headers of a TCP or UDP frame are
 * @network:	Offset of the IP header
 * @transport:	Of the TCP or UDP header
 * @payload:	Of what follows
 * @end:	Where the IP packet ends; there may be padding behind it
 * @ip:		4 or 6
 * @protocol:	IPPROTO_TCP or IPPROTO_UDP
 * @checksum:	Offset of the transport's checksum
 */
struct gso_layout {
	size_t network;
	size_t transport;
	size_t payload;
	size_t end;
	uint8_t ip;
	uint8_t protocol;
	size_t checksum;
};

/**
 * struct gso_cut - A super-frame that is being cut
 * @size:	Payload of each segment but the last
 * @count:	Segments
 *
 * Private to gso.c but for @count.
 */
struct gso_cut {
	const uint8_t *frame;
	struct gso_layout at;
	size_t size;
	unsigned int count;
	uint16_t ip_sum;	/* of the IPv4 header without what differs */
	uint16_t pseudo;	/* of the pseudo-header without the length */
};

/**
 * struct gso_segment - One frame of a super-frame
 * @head:	Octets of its headers
 * @offset:	Where its payload begins in the super-frame
 * @length:	Octets of that
 */
struct gso_segment {
	size_t head;
	size_t offset;
	size_t length;
};

/**
 * struct gso_join - Frames of one flow that may leave as one
 * @iov:	The frames: all of the first, payload of the others; the
 *		first entry is left free for what goes before
 * @count:	How many frames; 0: none
 * @udp:	Datagrams may be joined, too
 * @offload:	After gso_join_end(): what the whole is
 * @len:	Its octets; of the headers and all payload
 * @closed:	Nothing may follow
 *
 * Private to gso_join.c but for these.
 */
struct gso_join {
	struct iovec iov[GSO_JOIN_MAX + 1];
	unsigned int count;
	bool udp;
	struct offload offload;
	size_t len;
	struct gso_layout at;
	uint8_t *first;
	size_t first_len;
	size_t size;
	uint8_t mask[GSO_HEADER_MAX];	/* of what is the same in all headers */
	uint16_t ip_sum;	/* of the IPv4 header without what differs */
	uint32_t sequence;	/* TCP: what the next one must have */
	uint8_t flags;		/* TCP: of the last one */
	bool partial;
	bool checked;		/* the first one's checksum is right */
	bool closed;
};

int gso_parse(struct gso_layout *l, const uint8_t *frame, size_t len);

int gso_from_vnet(struct offload *o, const uint8_t header[GSO_VNET_LEN],
		  size_t len);
void gso_to_vnet(uint8_t header[GSO_VNET_LEN], const struct offload *o,
		 size_t head);

bool gso_may_stay_partial(const struct frame *f);
int gso_take_partial(struct frame *f, bool ether);
void gso_complete(struct frame *f);

int gso_cut_begin(struct gso_cut *c, const struct frame *f, size_t room);
void gso_cut_next(const struct gso_cut *c, unsigned int i,
		  uint8_t out[GSO_HEADER_MAX], struct gso_segment *s);
void gso_cut_complete(const struct gso_cut *c, uint8_t *head,
		      const uint8_t *payload, size_t len);

bool gso_join_add(struct gso_join *j, const struct frame *f);
unsigned int gso_join_row(struct gso_join *j, const struct frame *f,
			  size_t stride, unsigned int n);
void gso_join_end(struct gso_join *j);

#endif
