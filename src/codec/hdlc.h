/* SPDX-License-Identifier: ISC */
/* HDLC in software: frames to a line's octets, and back. */
#ifndef CODEC_HDLC_H
#define CODEC_HDLC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/bits.h"
#include "codec/fcs.h"

enum hdlc_limit {
	HDLC_FRAME_MIN = 4,	/* octets of a frame, FCS counted */
	HDLC_PARTS_MAX = 4,	/* pieces of memory that one frame may be in */
};

/**
 * enum hdlc_order - Which bit of the line's octets comes first
 * @HDLC_LSB_FIRST:	bit 0, as serial ports and most chips have it
 * @HDLC_MSB_FIRST:	bit 7, as SDH carries the octets of a DCC
 */
enum hdlc_order {
	HDLC_LSB_FIRST,
	HDLC_MSB_FIRST,
};

/**
 * enum hdlc_idle - What fills a line without frames
 * @HDLC_IDLE_FLAGS:	flags
 * @HDLC_IDLE_SHARED:	flags, the last zero of one being the next one's first
 * @HDLC_IDLE_ONES:	ones
 * @HDLC_IDLE_ALIGNED:	flags that soon are whole octets of the line, where a
 *			few of them share a zero to get there: whoever repeats
 *			flags when we are late then breaks none
 *
 * A receiver takes all of them. An octet-stuffed line only
 * has the first one.
 */
enum hdlc_idle {
	HDLC_IDLE_FLAGS,
	HDLC_IDLE_SHARED,
	HDLC_IDLE_ONES,
	HDLC_IDLE_ALIGNED,
	HDLC_IDLE_NUM,
};

/**
 * enum hdlc_error - Why a received frame was lost
 * @HDLC_EFCS:		its frame check sequence is wrong
 * @HDLC_EABORT:	the sender gave it up
 * @HDLC_ERUNT:		under HDLC_FRAME_MIN octets, or nothing but an FCS
 * @HDLC_EGIANT:	longer than the receiver's buffer
 * @HDLC_EALIGN:	its bits do not make whole octets
 *
 * -error - 1 is an index into struct hdlc_decoder's @errors.
 */
enum hdlc_error {
	HDLC_EFCS = -1,
	HDLC_EABORT = -2,
	HDLC_ERUNT = -3,
	HDLC_EGIANT = -4,
	HDLC_EALIGN = -5,
	HDLC_ERROR_NUM = 5,
};

struct hdlc_framing;

/* the two ways to tell frames apart on a line */
extern const struct hdlc_framing hdlc_bit;	/* a zero goes in after 11111 */
extern const struct hdlc_framing hdlc_octet;	/* RFC 1662 section 4 */

/**
 * struct hdlc_config - What both ends of a line agree about
 * @framing:	&hdlc_bit or &hdlc_octet; NULL means &hdlc_bit
 * @fcs:	&fcs16 or &fcs32; NULL means &fcs16
 * @order:	Of the bits in the octets of the line
 * @idle:	What we fill the line with
 * @accm:	Only &hdlc_octet: which characters under 0x20 are escaped, and
 *		ignored if received bare; bit 0 is for 0x00
 * @two_flags:	Send a flag before each frame as well as after it, for
 *		receivers that cannot do with one between two frames, and for
 *		lines that are silent between frames
 * @keep_fcs:	Hand out received frames with their FCS
 *
 * All zero is HDLC as ISO 13239 has it.
 */
struct hdlc_config {
	const struct hdlc_framing *framing;
	const struct fcs *fcs;
	enum hdlc_order order;
	enum hdlc_idle idle;
	uint32_t accm;
	bool two_flags;
	bool keep_fcs;
};

/**
 * struct hdlc_part - A piece of a frame
 * @data:	Borrowed, until the frame is on the line
 * @len:	Octets; may be 0
 */
struct hdlc_part {
	const uint8_t *data;
	size_t len;
};

/**
 * struct hdlc_encoder - The sending end of a line
 *
 * Private to hdlc.c and the framings. Must not be moved while it has a frame.
 */
struct hdlc_encoder {
	struct hdlc_config config;
	struct hdlc_part parts[HDLC_PARTS_MAX + 1];	/* what is not sent */
	unsigned int next;		/* the first of them */
	unsigned int count;		/* how many there were */
	uint8_t fcs[FCS_SIZE_MAX];	/* the last part */
	struct bits bits;		/* encoded, but no octet's worth yet */
	unsigned int ones;		/* in a row, sent last */
	bool flagged;			/* a frame may follow at once */
};

/**
 * struct hdlc_decoder - The receiving end of a line
 * @frames:	How many good frames came
 * @octets:	Theirs, without FCS
 * @flags:	How many flags came
 * @errors:	How many were lost, by enum hdlc_error
 * @lost:	Octets of the buffer that the last of those has left there,
 *		without its FCS
 *
 * Private to hdlc.c and the framings but for these counters, which the owner
 * reads (and may clear).
 */
struct hdlc_decoder {
	struct hdlc_config config;
	uint8_t *buf;
	size_t size;
	size_t len;			/* octets in @buf */
	struct bits bits;		/* what follows them */
	unsigned int ones;		/* in a row, up to here; 7: or more */
	bool escaped;			/* the last octet was an escape */
	bool hunting;			/* for a flag; the rest is no frame */
	uint64_t frames;
	uint64_t octets;
	uint64_t flags;
	uint64_t errors[HDLC_ERROR_NUM];
	size_t lost;
};

void hdlc_encoder_init(struct hdlc_encoder *e, const struct hdlc_config *c);
bool hdlc_ready(const struct hdlc_encoder *e);
int hdlc_send(struct hdlc_encoder *e, const struct hdlc_part *parts,
	      unsigned int count);
size_t hdlc_encode(struct hdlc_encoder *e, uint8_t *out, size_t size);
void hdlc_fill(struct hdlc_encoder *e, uint8_t *out, size_t size);
void hdlc_abort(struct hdlc_encoder *e);
uint64_t hdlc_line_bits(const struct hdlc_config *c,
			const struct hdlc_part *parts, unsigned int count);

void hdlc_decoder_init(struct hdlc_decoder *d, const struct hdlc_config *c,
		       uint8_t *buf, size_t size);
int hdlc_decode(struct hdlc_decoder *d, const uint8_t **data, size_t *len);
void hdlc_resync(struct hdlc_decoder *d);
const char *hdlc_error_name(int error);

/* What follows is between hdlc.c and the framings. */

/**
 * struct hdlc_pattern - What is sent that is no data
 * @bits:	The first in bit 0
 * @count:	How many
 * @flag:	Ends with a flag, so that a frame may follow
 */
struct hdlc_pattern {
	uint16_t bits;
	uint8_t count;
	bool flag;
};

/**
 * struct hdlc_framing - A way to tell frames apart on a line
 * @name:	As in the configuration
 * @flag:	Before and after a frame
 * @abort:	Instead of the rest of a frame
 * @idle:	By enum hdlc_idle; those that are not made of others
 * @encode:	Encode from @part until it or the room is used up, but with
 *		up to 9 bits left behind in @e->bits; returns how many
 *		octets were written
 * @cost:	How many bits on the line @part makes after @ones ones, which
 *		are brought up to date
 * @decode:	As hdlc_decode(), but the arguments are checked
 */
struct hdlc_framing {
	const char *name;
	struct hdlc_pattern flag;
	struct hdlc_pattern abort;
	struct hdlc_pattern idle[HDLC_IDLE_NUM];
	size_t (*encode)(struct hdlc_encoder *e, struct hdlc_part *part,
			 uint8_t *out, size_t size);
	uint64_t (*cost)(const struct hdlc_config *c, unsigned int *ones,
			 const struct hdlc_part *part);
	int (*decode)(struct hdlc_decoder *d, const uint8_t **data,
		      size_t *len);
};

int hdlc_frame_end(struct hdlc_decoder *d, size_t bits);
int hdlc_frame_lost(struct hdlc_decoder *d, enum hdlc_error why);
void hdlc_frame_none(struct hdlc_decoder *d);

#endif
