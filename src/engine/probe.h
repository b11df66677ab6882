/* SPDX-License-Identifier: ISC */
/* The probes of a line's MTU: policy/mtu with a timer and OAM echoes. */
#ifndef ENGINE_PROBE_H
#define ENGINE_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "codec/oam.h"
#include "engine/waker.h"
#include "policy/mtu.h"

/**
 * struct probe - The probing of one line
 * @mtu:	What is decided
 * @waker:	Who calls
 * @timer:	Armed for the next deadline
 * @identifier:	Of our echo requests, random
 * @send:	Sends an OAM payload to the far end
 * @arg:	Its first argument
 */
struct probe {
	struct mtu mtu;
	struct waker *waker;
	struct wake timer;
	uint16_t identifier;
	uint32_t seed;
	void (*send)(void *arg, const uint8_t *oam, size_t len,
		     struct mono now);
	void *arg;
};

int probe_init(struct probe *p, struct waker *waker, uint32_t seed,
	       void (*send)(void *arg, const uint8_t *oam, size_t len,
			    struct mono now), void *arg);
void probe_fini(struct probe *p);
void probe_begin(struct probe *p, int family, size_t fixed, size_t need,
		 struct mono now);
void probe_restart(struct probe *p, struct mono now);
void probe_need(struct probe *p, size_t need, struct mono now);
void probe_answered(struct probe *p, const struct oam_echo *e,
		    struct mono now);
void probe_heard(struct probe *p, struct mono now);
void probe_refused(struct probe *p, size_t size, size_t ip_mtu,
		   struct mono now);
void probe_too_big(struct probe *p, size_t ip_mtu, struct mono now);

#endif
