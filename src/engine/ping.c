// SPDX-License-Identifier: ISC
// Pings: echo requests on a path, asked for by an operator.
//
// Theory of operation
// -------------------
// A ping sends echo requests on a path, at its interval, and tells its user
// what became of each: a reply, or none within PATIENCE. The path is looked
// up by name each time, so that a reload or a switch between two requests
// does no harm. The LAN has no part in it.
//
// Requests take a tenth of a slow line at most, in which echo replies that we
// send are included (path_take_echo()); what finds no room is not sent, and
// not counted. One that can never have room is refused at the beginning.
//
// A reply counts once, and only on the path of its request.

#include "engine/ping.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/frame.h"
#include "base/util.h"
#include "engine/path.h"
#include "engine/path_send.h"

#define PATIENCE	mono_ms(5000)

/**
 * pings_init() - Prepare, with none running
 * @all:	Pings, the engine's
 * @base:	Event loop; borrowed
 * @find:	Looks a path up
 * @arg:	Its first argument
 */
void pings_init(struct pings *all, struct event_base *base,
		struct path *(*find)(void *arg, const struct ping_config *cfg,
				     char why[PING_WHY_MAX]), void *arg)
{
	*all = (struct pings){ .base = base, .find = find, .arg = arg };
	TAILQ_INIT(&all->list);
}

static struct ping_waiting *slot_of(struct ping *p, uint32_t sequence)
{
	return &p->waiting[sequence % PING_WINDOW];
}

static void tell(struct ping *p, const struct ping_waiting *w, size_t octets,
		 struct mono rtt)
{
	p->user.result(p->user.arg, &(struct ping_result){
		.sequence = w->sequence, .octets = octets, .rtt = rtt,
		.path = w->name,
	});
}

static void finish(struct ping *p, const char *why)
{
	p->over = true;
	evtimer_del(p->timer);
	p->user.done(p->user.arg, why);
}

static bool all_sent(const struct ping *p)
{
	return p->cfg.count && p->sent == p->cfg.count;
}

/* Give up those that waited long enough. */
static void expire(struct ping *p, struct mono now)
{
	for (; p->first <= p->sent; p->first++) {
		struct ping_waiting *w = slot_of(p, p->first);

		if (!w->path)
			continue;
		if (mono_before(now, mono_add(w->sent, PATIENCE)))
			break;
		w->path = NULL;
		p->lost++;
		tell(p, w, 0, MONO_ZERO);
	}
}

static void arm(struct ping *p, struct mono now)
{
	struct mono due = p->next;
	struct timeval tv;
	int64_t ns;

	if (all_sent(p))
		due = mono_add(slot_of(p, p->first)->sent, PATIENCE);
	ns = MAX(mono_sub(due, now).ns, 0) + 999;
	tv.tv_sec = ns / 1000000000;
	tv.tv_usec = ns % 1000000000 / 1000;
	evtimer_add(p->timer, &tv);
}

static size_t cost(const struct path *path, size_t size)
{
	return size + WIRE_HEADER_LEN + line_overhead(path->line);
}

/* Would it, at its interval, exceed what echoes may take of the line? */
static bool is_too_much(const struct path *path,
			const struct ping_config *cfg)
{
	uint64_t ns = (uint64_t)cost(path, cfg->size) * 1000000000 /
		      path_echo_rate(path);

	return ns > (uint64_t)cfg->interval.ns;
}

static int check_size(const struct path *path, const struct ping_config *cfg,
		      char why[PING_WHY_MAX])
{
	size_t payload = line_payload(path->line);

	payload = payload ? payload : LINE_USUAL_NEED;
	if (cfg->size + WIRE_HEADER_LEN <= payload && cfg->size <= FRAME_SIZE)
		return 0;
	snprintf(why, PING_WHY_MAX, "path %s carries no more than %zu octets "
		 "in one packet, and a ping is never cut", path->cfg->name,
		 payload - WIRE_HEADER_LEN);
	return -1;
}

static int check(const struct path *path, const struct ping_config *cfg,
		 char why[PING_WHY_MAX])
{
	uint64_t ms;

	if (check_size(path, cfg, why) < 0)
		return -1;
	if (!is_too_much(path, cfg))
		return 0;
	ms = (uint64_t)cost(path, cfg->size) * 1000 / path_echo_rate(path) +
	     1;
	snprintf(why, PING_WHY_MAX, "%zu octets so often are more than path "
		 "%s spares for pings; send at most one each %" PRIu64 "ms",
		 cfg->size, path->cfg->name, ms);
	return -1;
}

static void send_request(struct ping *p, struct path *path, struct mono now)
{
	struct ping_waiting *w = slot_of(p, p->sent + 1);
	uint8_t octets[FRAME_SIZE];
	struct oam_echo e = {
		.kind = WIRE_OAM_ECHO_REQUEST,
		.identifier = p->identifier,
		.sequence = p->sent + 1,
		.timestamp = (uint64_t)now.ns,
	};

	if (w->path || !path_take_echo(path, cost(path, p->cfg.size), now) ||
	    oam_echo_encode(octets, p->cfg.size, &e) < 0)
		return;
	*w = (struct ping_waiting){
		.sequence = ++p->sent, .sent = now, .path = path,
	};
	strlcpy(w->name, path->cfg->name, sizeof(w->name));
	path_send_echo(path, octets, p->cfg.size, now);
}

static void next(struct ping *p, struct mono now)
{
	char why[PING_WHY_MAX];
	struct path *path = p->all->find(p->all->arg, &p->cfg, why);

	if (!path || check(path, &p->cfg, why) < 0) {
		finish(p, why);
		return;
	}
	send_request(p, path, now);
	p->next = mono_add(p->next, p->cfg.interval);
	if (mono_before(p->next, now))
		p->next = now;
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct ping *p = arg;
	struct mono now = clock_mono();

	(void)fd;
	(void)what;
	expire(p, now);
	if (!all_sent(p))
		next(p, now);
	if (p->over)
		return;
	if (all_sent(p) && p->first > p->sent)
		finish(p, NULL);
	else
		arm(p, now);
}

/**
 * ping_begin() - Begin to ping
 * @all:	Pings
 * @cfg:	What is asked for; copied
 * @user:	Who hears of it; copied. Nothing is told during this call
 * @why:	Says what is wrong with it
 *
 * Return: the ping, for ping_end(), or NULL
 */
struct ping *ping_begin(struct pings *all, const struct ping_config *cfg,
			const struct ping_user *user,
			char why[PING_WHY_MAX])
{
	struct path *path = all->find(all->arg, cfg, why);
	struct ping *p;

	if (!path || check(path, cfg, why) < 0)
		return NULL;
	snprintf(why, PING_WHY_MAX, "%d run already; end one and try again",
		 PINGS_MAX);
	if (all->count >= PINGS_MAX)
		return NULL;
	snprintf(why, PING_WHY_MAX, "out of memory");
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->timer = evtimer_new(all->base, on_timer, p);
	if (!p->timer) {
		free(p);
		return NULL;
	}
	p->all = all;
	p->cfg = *cfg;
	p->user = *user;
	p->first = 1;
	evutil_secure_rng_get_bytes(&p->identifier, sizeof(p->identifier));
	p->next = clock_mono();
	all->count++;
	TAILQ_INSERT_TAIL(&all->list, p, entry);
	arm(p, p->next);
	return p;
}

/**
 * ping_end() - Forget a ping, whether it is over or not
 * @p:	Ping; consumed
 */
void ping_end(struct ping *p)
{
	TAILQ_REMOVE(&p->all->list, p, entry);
	p->all->count--;
	event_free(p->timer);
	free(p);
}

static void take_reply(struct ping *p, struct ping_waiting *w, size_t octets,
		       struct mono now)
{
	struct mono rtt = mono_sub(now, w->sent);

	w->path = NULL;
	p->answered++;
	digest_add(&p->digest, rtt);
	tell(p, w, octets, rtt);
	while (p->first <= p->sent && !slot_of(p, p->first)->path)
		p->first++;
	if (all_sent(p) && p->first > p->sent)
		finish(p, NULL);
}

/**
 * ping_answered() - An echo reply came
 * @all:	Pings
 * @path:	On which it came
 * @e:		Reply
 * @octets:	That it has
 * @now:	Time
 *
 * Return: true if a ping waited for it
 */
bool ping_answered(struct pings *all, const struct path *path,
		   const struct oam_echo *e, size_t octets, struct mono now)
{
	struct ping_waiting *w;
	struct ping *p;

	TAILQ_FOREACH(p, &all->list, entry) {
		w = slot_of(p, e->sequence);
		if (p->over || p->identifier != e->identifier ||
		    w->path != path || w->sequence != e->sequence ||
		    octets > p->cfg.size)
			continue;
		take_reply(p, w, octets, now);
		return true;
	}
	return false;
}
