/* SPDX-License-Identifier: ISC */
/* Which HDLC frames the errors of a line have hit. */
#ifndef SDHSIM_HITS_H
#define SDHSIM_HITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	/* between two flags, zeros inserted: what is shorter is no frame */
	HITS_SHORTEST = 32,
};

/**
 * struct hits - An observer who knows the line before and after
 * @window:	The last eight bits that were sent
 * @errors:	Which of them arrived wrong
 * @ones:	Ones in a row
 * @bits:	Since the end of the last flag
 * @open:	There was a flag, and no abort since
 * @hit:	There was an error since that flag began
 * @cut:	Something was filled in since the last flag
 * @since:	Bits that came after that, SINCE_MOST or more
 * @frames:	Counts frames that were sent
 * @frames_hit:	Counts those of them that arrived with an error, or were cut
 */
struct hits {
	uint8_t window;
	uint8_t errors;
	uint8_t ones;
	uint32_t bits;
	bool open;
	bool hit;
	bool cut;
	uint8_t since;
	uint64_t frames;
	uint64_t frames_hit;
};

void hits_step(struct hits *h, const uint8_t *sent, const uint8_t *errors,
	       size_t len);
void hits_fill(struct hits *h, const uint8_t *errors, size_t len);

#endif
