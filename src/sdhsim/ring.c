// SPDX-License-Identifier: ISC
// The transmit ring of a driver: frames that wait for the line.
//
// Each turn it is filled from the device as far as it goes, so that a sender
// which stays close to the line's rate never sees it full; what finds no
// place waits in the device, and what finds none there is refused to the
// sender.

#include "sdhsim/ring.h"

#include <errno.h>
#include <linux/if_tun.h>
#include <string.h>

#include "base/util.h"
#include "os/tap.h"

/* The kernel says so when a frame was longer than the room. */
static bool was_cut(const uint8_t *information)
{
	struct tun_pi pi;

	memcpy(&pi, information, sizeof(pi));
	return pi.flags & TUN_PKT_STRIP;
}

/**
 * ring_refill() - Take what waits in the device
 * @r:		The ring
 * @tun:	The device, with packet information
 * @stats:	Of the direction that it sends in
 *
 * Return: 0; -ENODEV: the device was removed
 */
int ring_refill(struct ring *r, int tun, struct sdh_stats *stats)
{
	while (r->count < RING_FRAMES) {
		size_t at = (r->first + r->count) % RING_FRAMES;
		uint8_t *data = r->slot[at].data;
		ssize_t n = tap_read(tun, data, sizeof(r->slot[at].data));

		if (n == -EBADFD)
			return -ENODEV;
		if (n < 0)
			break;
		if (n < RING_INFORMATION || was_cut(data)) {
			stats->count[SDH_TAKEN_BAD]++;
			continue;
		}
		r->slot[at].len = (size_t)n - RING_INFORMATION;
		r->count++;
		stats->count[SDH_TAKEN]++;
	}
	if (r->count > stats->count[SDH_RING_MOST])
		stats->count[SDH_RING_MOST] = r->count;
	return 0;
}

static void drop_first(struct ring *r)
{
	r->first = (r->first + 1) % RING_FRAMES;
	r->count--;
	r->sending = false;
}

/* Give the oldest frame to the encoder. Returns whether there was one. */
static bool begin(struct ring *r, struct hdlc_encoder *encoder,
		  struct sdh_stats *stats)
{
	while (r->count) {
		struct hdlc_part frame = {
			r->slot[r->first].data + RING_INFORMATION,
			r->slot[r->first].len,
		};

		r->sending = !hdlc_send(encoder, &frame, 1);
		if (r->sending)
			return true;
		stats->count[SDH_TAKEN_BAD]++;	/* too short for the line */
		drop_first(r);
	}
	return false;
}

/**
 * ring_send() - What the line takes
 * @r:		The ring
 * @encoder:	Of the line; ours alone
 * @octets:	Gets frames, and idle where there are none
 * @len:	How many octets
 * @stats:	Of the direction that it sends in
 */
void ring_send(struct ring *r, struct hdlc_encoder *encoder, uint8_t *octets,
	       size_t len, struct sdh_stats *stats)
{
	size_t done = 0;

	for (;;) {
		done += hdlc_encode(encoder, octets + done, len - done);
		if (!hdlc_ready(encoder))
			break;
		if (r->sending)
			drop_first(r);
		if (done == len || !begin(r, encoder, stats))
			break;
	}
	hdlc_fill(encoder, octets + done, len - done);
}
