// SPDX-License-Identifier: ISC
// Super-frames on their way from the LAN to a line.
//
// A fast line that takes trains gets a super-frame as packets whose heads are
// our header and the headers of one frame, and whose data is a slice of the
// super-frame: the kernel puts them together, nothing is copied here. TCP is
// cut so that each packet fits the line. What does not fit, as datagrams may
// not, is put together and goes as any frame goes, in fragments.

#include "engine/super.h"

#include <assert.h>
#include <string.h>

#include "base/util.h"
#include "codec/gso.h"

static_assert(WIRE_HEADER_MAX + GSO_HEADER_MAX <= TRANSPORT_HEAD_ROOM,
	      "a packet's head has no room for a frame's headers");

/**
 * super_take_header() - Take the kernel's header off a frame from a device
 * @f:		Frame; the header's GSO_VNET_LEN octets stand before it
 * @longest:	Longest frame of the LAN
 *
 * Return: 0, or the enum stat_id that counts its drop
 */
HOT int super_take_header(struct frame *f, size_t longest)
{
	struct gso_cut c;

	if (gso_from_vnet(&f->offload, f->data - GSO_VNET_LEN, f->len)) {
		f->offload = (struct offload){ 0 };
		return DROP_OFFLOAD;
	}
	if (!f->offload.gso)
		return 0;
	if (gso_cut_begin(&c, f, f->len))
		return DROP_OFFLOAD;
	return c.at.payload + c.size > longest ? DROP_OVERSIZE : 0;
}

/* Frame @i of the cut, in one piece */
static void assemble(const struct gso_cut *c, unsigned int i,
		     struct frame *out)
{
	uint8_t head[GSO_HEADER_MAX];
	struct gso_segment s;

	gso_cut_next(c, i, head, &s);
	gso_cut_complete(c, head, c->frame + s.offset, s.length);
	memcpy(out->data, head, s.head);
	memcpy(out->data + s.head, c->frame + s.offset, s.length);
	out->len = s.head + s.length;
}

/**
 * super_cut_into() - One frame of a super-frame, in one piece
 * @f:		Super-frame
 * @i:		Which
 * @out:	Gets it
 *
 * Return: 1, or 0 if there is no such frame
 */
int super_cut_into(const struct frame *f, unsigned int i, struct frame *out)
{
	struct gso_cut c;

	if (gso_cut_begin(&c, f, f->len) || i >= c.count)
		return 0;
	assemble(&c, i, out);
	return 1;
}

static void put_segment(struct outbox *box, const struct wire_header *h,
			const struct gso_cut *c, unsigned int i)
{
	struct packet *p = outbox_next(box);
	size_t n = wire_encode(p->head, h);
	struct gso_segment s;

	gso_cut_next(c, i, p->head + n, &s);
	if (!h->partial)
		gso_cut_complete(c, p->head + n, c->frame + s.offset,
				 s.length);
	p->head_len = n + s.head;
	p->data = c->frame + s.offset;
	p->len = s.length;
	p->room = false;
}

/**
 * super_put() - Add the frames of a super-frame to the packets of a fast path
 * @box:	Outbox
 * @h:		Header of the frames
 * @f:		Super-frame; borrowed until outbox_flush()
 * @batch:	Its spare frame is used
 * @partial:	The frames' checksums may stay partial
 *
 * Return: how many frames it was
 */
HOT int super_put(struct outbox *box, struct wire_header *h,
		  const struct frame *f, struct frame_batch *batch,
		  bool partial)
{
	size_t room = line_payload(box->path->line);
	struct gso_cut c;

	room = room > WIRE_HEADER_LEN ? room - WIRE_HEADER_LEN : 0;
	if (gso_cut_begin(&c, f, room))
		return 0;
	if (box->n + c.count > ARRAY_SIZE(box->packets))
		outbox_flush(box);
	for (unsigned int i = 0; i < c.count; i++) {
		if (c.at.payload + c.size <= room) {
			h->partial = partial;
			h->sequence =
			    box->path->user.queue.sequence[h->class]++;
			put_segment(box, h, &c, i);
		} else {
			struct frame *spare = frame_batch_spare(batch);

			assemble(&c, i, spare);
			outbox_put(box, h, 0, spare->data, spare->len);
			outbox_flush(box);
		}
	}
	return (int)c.count;
}
