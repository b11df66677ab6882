// SPDX-License-Identifier: ISC
// Frames with anything before them or in them: cut, completed and joined.
//
// The first octet says whether what follows is a frame behind the header
// that the kernel puts before it, or a row of frames, each behind its length
// in two octets whose highest bit says that its checksum is partial. What is
// joined and cut again must be what it was.

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "codec/gso.h"

enum { FRAMES_MAX = 64, ROOM = 70000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* In memory of its own size, so that a read beyond it is seen */
static uint8_t *copy_of(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	must(copy);
	memcpy(copy, data, len);
	return copy;
}

static void cut_all(const struct frame *f, size_t room)
{
	uint8_t head[GSO_HEADER_MAX];
	struct gso_segment s;
	struct gso_cut c;
	size_t sum = 0;

	if (gso_cut_begin(&c, f, room))
		return;
	for (unsigned int i = 0; i < c.count; i++) {
		gso_cut_next(&c, i, head, &s);
		must(s.head <= GSO_HEADER_MAX && s.length &&
		     s.offset + s.length <= f->len);
		gso_cut_complete(&c, head, f->data + s.offset, s.length);
		sum += s.length;
	}
	must(sum + s.head == f->len);
}

static void one(const uint8_t *data, size_t size)
{
	struct frame f = { .len = size - GSO_VNET_LEN };

	if (size < GSO_VNET_LEN)
		return;
	f.data = copy_of(data + GSO_VNET_LEN, f.len);
	if (!gso_from_vnet(&f.offload, data, f.len)) {
		if (f.offload.gso) {
			cut_all(&f, f.len);
			cut_all(&f, 600);
		} else if (f.offload.partial) {
			gso_may_stay_partial(&f);
			gso_complete(&f);
		}
	}
	if (!gso_take_partial(&f, true))
		gso_complete(&f);
	free(f.data);
}

/* Hold what the join made against the frames that it was made of. */
static void hold_against(struct gso_join *j, const struct frame *was)
{
	static uint8_t room[ROOM];
	uint8_t head[GSO_HEADER_MAX];
	struct frame f = { .data = room };
	struct gso_segment s;
	struct gso_cut c;
	bool partial = was->offload.partial;

	gso_join_end(j);
	if (j->count < 2)
		return;
	f.offload = j->offload;
	for (unsigned int i = 1; i <= j->count; i++) {
		memcpy(room + f.len, j->iov[i].iov_base, j->iov[i].iov_len);
		f.len += j->iov[i].iov_len;
	}
	must(!gso_cut_begin(&c, &f, f.len) && c.count == j->count);
	for (unsigned int i = 0; i < c.count; i++) {
		gso_cut_next(&c, i, head, &s);
		if (!partial)
			gso_cut_complete(&c, head, room + s.offset,
					 s.length);
		must(was[i].len == s.head + s.length &&
		     !memcmp(was[i].data, head, s.head) &&
		     !memcmp(was[i].data + s.head, room + s.offset,
			     s.length));
	}
}

static unsigned int split(struct frame *frames, const uint8_t *data,
			  size_t size)
{
	unsigned int n = 0;

	while (size >= 2 && n < FRAMES_MAX) {
		bool partial = data[0] & 0x80;
		size_t len = (data[0] & 0x7fU) << 8 | data[1];

		len = MIN(len, size - 2);
		frames[n] = (struct frame){ copy_of(data + 2, len), len,
					    { 0 } };
		if (partial)
			gso_take_partial(&frames[n], true);
		n++;
		data += len + 2;
		size -= len + 2;
	}
	return n;
}

static void many(const uint8_t *data, size_t size)
{
	struct frame was[FRAMES_MAX], is[FRAMES_MAX];
	unsigned int n = split(was, data, size), begun = 0;
	struct gso_join j = { .udp = true };

	split(is, data, size);
	for (unsigned int i = 0; i < n; i++) {
		if (gso_join_add(&j, &is[i]))
			continue;
		hold_against(&j, &was[begun]);
		j.count = 0;
		begun = i;
		must(gso_join_add(&j, &is[i]));
	}
	if (j.count)
		hold_against(&j, &was[begun]);
	for (unsigned int i = 0; i < n; i++) {
		free(was[i].data);
		free(is[i].data);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	if (data[0] & 1)
		one(data + 1, size - 1);
	else
		many(data + 1, size - 1);
	return 0;
}
