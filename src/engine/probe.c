// SPDX-License-Identifier: ISC
// The probes of a line's MTU: policy/mtu with a timer and OAM echoes.
//
// policy/mtu decides when a probe of which size goes out. Here it becomes an
// OAM echo request that asks for a short answer, and the one timer is armed
// for the next deadline. After whatever may have moved that deadline the
// timer is armed anew; probes are sent from the timer alone, never from
// within a send that failed.

#include "engine/probe.h"

#include "base/frame.h"
#include "base/util.h"

enum { PROBES_A_TURN = 4 };

#define PAUSE	mono_ms(1)	/* between turns: others have theirs */

static void arm_after(struct probe *p, struct mono earliest)
{
	struct mono due = mtu_deadline(&p->mtu);

	if (due.ns == MONO_NEVER.ns)
		wake_cancel(p->waker, &p->timer);
	else
		wake_at(p->waker, &p->timer,
			mono_before(due, earliest) ? earliest : due);
}

static void arm(struct probe *p)
{
	arm_after(p, MONO_ZERO);
}

static void send_probe(struct probe *p, const struct mtu_probe *probe,
		       struct mono now)
{
	uint8_t octets[FRAME_SIZE];
	struct oam_echo e = {
		.kind = WIRE_OAM_ECHO_REQUEST,
		.brief = true,
		.identifier = p->identifier,
		.sequence = probe->sequence,
		.timestamp = (uint64_t)now.ns,
	};
	size_t len = MIN(probe->size - WIRE_HEADER_LEN, sizeof(octets));

	if (oam_echo_encode(octets, len, &e) > 0)
		p->send(p->arg, octets, len, now);
}

static void on_timer(struct wake *w, struct mono now)
{
	struct probe *p = container_of(w, struct probe, timer);
	struct mtu_probe probe;

	for (int i = 0; i < PROBES_A_TURN; i++) {
		if (!mtu_tick(&p->mtu, now, &probe))
			break;
		send_probe(p, &probe, now);
	}
	arm_after(p, mono_add(now, PAUSE));
}

/**
 * probe_init() - Prepare, with nothing to probe yet
 * @p:		Probe, owned by its line
 * @waker:	For its timer; borrowed
 * @seed:	A random number
 * @send:	Sends an OAM payload to the far end
 * @arg:	Its first argument
 *
 * Return: 0 or -ENOMEM
 */
int probe_init(struct probe *p, struct waker *waker, uint32_t seed,
	       void (*send)(void *arg, const uint8_t *oam, size_t len,
			    struct mono now), void *arg)
{
	int err = wake_reserve(waker);

	if (err)
		return err;
	p->waker = waker;
	p->timer.called = on_timer;
	p->identifier = (uint16_t)(seed >> 16);
	p->seed = seed;
	p->send = send;
	p->arg = arg;
	return 0;
}

/**
 * probe_fini() - Stop for good
 * @p:	Probe
 */
void probe_fini(struct probe *p)
{
	wake_cancel(p->waker, &p->timer);
	wake_release(p->waker);
}

/**
 * probe_begin() - A far end's address is known
 * @p:		Probe
 * @family:	AF_INET or AF_INET6
 * @fixed:	The underlay's MTU as configured; 0: find out
 * @need:	Largest packet that is of use, octets
 * @now:	Time
 */
void probe_begin(struct probe *p, int family, size_t fixed, size_t need,
		 struct mono now)
{
	struct mtu_config c = {
		.family = family,
		.fixed = fixed,
		.need = need,
		.sequence = p->seed,
	};

	mtu_init(&p->mtu, &c, now);
}

/**
 * probe_restart() - The line is open, perhaps to another far end: begin anew
 * @p:		Probe, begun
 * @now:	Time
 */
void probe_restart(struct probe *p, struct mono now)
{
	mtu_restart(&p->mtu, now);
	arm(p);
}

/**
 * probe_need() - Packets may become larger or smaller than before
 * @p:		Probe, begun
 * @need:	Largest packet that is of use, octets
 * @now:	Time
 */
void probe_need(struct probe *p, size_t need, struct mono now)
{
	mtu_need(&p->mtu, now, need);
	arm(p);
}

/**
 * probe_answered() - An echo reply came
 * @p:		Probe
 * @e:		Reply; somebody else's is ignored
 * @now:	Time
 */
void probe_answered(struct probe *p, const struct oam_echo *e,
		    struct mono now)
{
	if (e->identifier != p->identifier)
		return;
	mtu_answered(&p->mtu, now, e->sequence);
	arm(p);
}

/**
 * probe_heard() - Something came from the far end
 * @p:		Probe, begun
 * @now:	Time
 *
 * Called for each packet, so the timer is touched only if it must be.
 */
HOT void probe_heard(struct probe *p, struct mono now)
{
	struct mono was = mtu_deadline(&p->mtu);

	mtu_heard(&p->mtu, now);
	if (mtu_deadline(&p->mtu).ns != was.ns)
		arm(p);
}

/**
 * probe_refused() - Our own kernel would not send a packet
 * @p:		Probe
 * @size:	Octets that it had
 * @ip_mtu:	What the kernel says would fit, IP header included; 0: nothing
 * @now:	Time
 */
void probe_refused(struct probe *p, size_t size, size_t ip_mtu,
		   struct mono now)
{
	mtu_refused(&p->mtu, now, size, ip_mtu);
	arm(p);
}

/**
 * probe_too_big() - ICMP says that a packet did not pass
 * @p:		Probe
 * @ip_mtu:	What would fit, IP header included; 0: it does not say
 * @now:	Time
 */
void probe_too_big(struct probe *p, size_t ip_mtu, struct mono now)
{
	mtu_too_big(&p->mtu, now, ip_mtu);
	arm(p);
}
