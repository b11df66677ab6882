// SPDX-License-Identifier: ISC
// A receiver of fragments under test, and frames whose octets it knows.

#include "reassembly_site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct site *site_new(struct site *s, unsigned int cap, bool in_order)
{
	memset(s, 0, sizeof(*s));
	reassembly_pool_init(&s->pool, FRAME_MAX, cap, mono_ms(TIMEOUT));
	reassembly_init(&s->r, &s->pool, in_order);
	return s;
}

void site_end(struct site *s)
{
	reassembly_reset(&s->r);
	assert_int_equal(s->r.pending, 0);
	reassembly_pool_free(&s->pool);
}

static uint8_t octet(unsigned int sequence, size_t at)
{
	return (uint8_t)(sequence * 37 + at * 11 + (at >> 8) * 5 + 1);
}

static void fill(uint8_t *frame, size_t len, unsigned int sequence)
{
	for (size_t i = 0; i < len; i++)
		frame[i] = octet(sequence, i);
}

/* Give piece @index of frame @sequence, cut as @plan says. */
int give(struct site *s, unsigned int sequence,
	 const struct fragment_plan *plan, unsigned int index)
{
	uint8_t frame[FRAME_MAX];
	size_t offset, length;
	struct wire_header h = {
		.fragment = true,
		.last = index == plan->count - 1,
		.sequence = (uint16_t)sequence,
		.index = (uint8_t)index,
	};

	fill(frame, plan->len, sequence);
	fragment_slice(plan, index, &offset, &length);
	return reassembly_add(&s->r, mono_ms(s->ms), &h, frame + offset,
			      length, &s->out);
}

int give_whole(struct site *s, unsigned int sequence)
{
	static const uint8_t frame[60];
	struct wire_header h = { .sequence = (uint16_t)sequence };

	return reassembly_add(&s->r, mono_ms(s->ms), &h, frame, sizeof(frame),
			      &s->out);
}

void check_out(const struct site *s, unsigned int sequence, size_t len)
{
	uint8_t frame[FRAME_MAX];

	fill(frame, len, sequence);
	assert_int_equal(s->out.len, len);
	assert_int_equal(s->out.sequence, sequence & 0xffff);
	assert_memory_equal(s->out.data, frame, len);
}
