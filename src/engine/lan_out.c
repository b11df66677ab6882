// SPDX-License-Identifier: ISC
// The last step to a device: frames that came in a row leave as one.
//
// Nothing waits for more to come: at the end of the turn in which packets
// were received, all has left. A lone frame so leaves at once. Frames of
// two devices are never looked at together, so only one device's wait.
//
// A kernel that refuses what was joined gets the frames as they were, and no
// joined ones any more.

#include "engine/lan_out.h"

#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "os/tap.h"

/**
 * lan_out_write() - Write one ordinary frame to a device
 * @end:	Device
 * @f:		Frame
 * @room:	Nobody needs any more what is before it: it may be written in
 *		one piece, which is quicker
 *
 * Return: as tap_write()
 */
HOT ssize_t lan_out_write(const struct lan_end *end, const struct frame *f,
			  bool room)
{
	uint8_t apart[GSO_VNET_LEN];
	uint8_t *header = room ? f->data - sizeof(apart) : apart;

	if (!end->vnet)
		return tap_write(end->fd, f->data, f->len);
	gso_to_vnet(header, &f->offload, 0);
	if (room)
		return tap_write(end->fd, header, sizeof(apart) + f->len);
	return tap_writev(end->fd, (struct iovec[]){
		{ apart, sizeof(apart) }, { f->data, f->len },
	}, 2);
}

static ssize_t write_joined(struct lan_out *o)
{
	struct gso_join *j = &o->join;
	uint8_t header[GSO_VNET_LEN];

	gso_join_end(j);
	gso_to_vnet(header, &j->offload, j->count > 1 ? j->at.payload : 0);
	j->iov[0] = (struct iovec){ header, sizeof(header) };
	return tap_writev(o->end->fd, j->iov, j->count + 1);
}

/* One after the other, as they would have left without a join. */
static ssize_t write_one_by_one(struct lan_out *o)
{
	struct gso_join *j = &o->join;
	struct frame whole = { .data = j->first, .len = j->len,
			       .offload = j->offload };
	uint8_t header[GSO_VNET_LEN];
	struct offload ordinary = j->offload;
	struct iovec iov[3] = { { header, sizeof(header) } };
	uint8_t out[GSO_HEADER_MAX];
	struct gso_segment s;
	struct gso_cut c;
	ssize_t n = 0;

	/* only the headers are looked at, and those lie together */
	if (gso_cut_begin(&c, &whole, whole.len))
		return -EINVAL;
	ordinary.gso = FRAME_ORDINARY;
	ordinary.size = 0;
	gso_to_vnet(header, &ordinary, 0);
	for (unsigned int i = 0; n >= 0 && i < j->count; i++) {
		gso_cut_next(&c, i, out, &s);
		iov[1] = (struct iovec){ out, s.head };
		iov[2] = j->iov[i + 1];
		if (!i)
			iov[2] = (struct iovec){ j->first + s.head, s.length };
		n = tap_writev(o->end->fd, iov, 3);
	}
	return n;
}

/**
 * lan_out_flush() - Write what waits
 * @o:	What waits, if anything
 */
HOT void lan_out_flush(struct lan_out *o)
{
	const struct lan_end *end = o->end;
	ssize_t n;

	if (!end)
		return;
	n = write_joined(o);
	if (n == -EINVAL && o->join.count > 1) {
		end->refused(end->arg, -(int)n);
		n = write_one_by_one(o);
	}
	end->written(end->arg, &o->join, o->octets, n);
	o->end = NULL;
	o->join.count = 0;
	o->octets = 0;
}

/**
 * lan_out_put() - Take a frame that is on its way to a device
 * @o:		What waits
 * @end:	Device, whose frames have a header before them
 * @f:		Ordinary frame; its octets are borrowed until the flush
 */
HOT void lan_out_put(struct lan_out *o, const struct lan_end *end,
		     const struct frame *f)
{
	if (o->end != end)
		lan_out_flush(o);
	o->join.udp = end->udp;
	if (!gso_join_add(&o->join, f)) {
		lan_out_flush(o);
		gso_join_add(&o->join, f);
	}
	o->end = end;
	o->octets += f->len;
}

/**
 * lan_out_open() - May frames follow what waits?
 * @o:	What waits, if anything
 *
 * Return: true if they may, should they fit
 */
HOT bool lan_out_open(const struct lan_out *o)
{
	return o->end && !o->join.closed;
}

/**
 * lan_out_follow() - Take frames as the one before was taken
 * @o:		What waits, open
 * @data:	Ordinary frame, of which the kernel has left as much to do as
 *		of the one before; borrowed until the flush
 * @len:	Its octets
 * @stride:	Octets from it to the next, which is as long
 * @n:		How many there are
 *
 * Return: how many, from the first on, were joined to what waits; of the
 * others nothing was done
 */
HOT unsigned int lan_out_follow(struct lan_out *o, uint8_t *data, size_t len,
				size_t stride, unsigned int n)
{
	struct frame f = {
		.data = data, .len = len, .offload = o->join.offload,
	};

	n = gso_join_row(&o->join, &f, stride, n);
	o->octets += n * len;
	return n;
}
