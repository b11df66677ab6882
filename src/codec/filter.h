/* SPDX-License-Identifier: ISC */
/* Which frames a classic BPF program selects, fragments included. */
#ifndef CODEC_FILTER_H
#define CODEC_FILTER_H

#include <dccbridge/control.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FILTER_VERDICTS = 256 };

/**
 * struct filter_frame - What is asked about
 * @head:	First octets if they stand apart, or NULL
 * @head_len:	How many
 * @data:	What follows
 * @len:	How many octets of it there are
 * @wirelen:	How many octets @data had before it was cut
 * @flags:	Set of enum dump_flag
 * @stream:	Tells apart what numbers its frames by itself
 */
struct filter_frame {
	const uint8_t *head;
	size_t head_len;
	const uint8_t *data;
	size_t len, wirelen;
	uint8_t flags;
	uint32_t stream;
};

struct filter;

bool filter_available(void);
int filter_new(struct filter **f, const struct dump_instruction *program,
	       size_t n);
bool filter_match(struct filter *f, const struct filter_frame *frame);
void filter_free(struct filter *f);

#endif
