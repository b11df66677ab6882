// SPDX-License-Identifier: ISC
// A dumper: one client that copies of frames go to.
//
// Theory of operation
// -------------------
// The client says once what it wants; whatever else it sends ends it. A
// frame that it wants is copied into a ring of fixed size, and if there is no
// room the frame is lost to this client alone, and counted. The ring is
// emptied by an event of its own, a piece a turn, whenever the socket takes
// more: the way of the frame never waits for it. One that dies ends by its
// socket; one that never reads costs its ring.
//
// Places are announced before the first frame that names them. Which ones
// the client knows is remembered in a table of fixed size; one that was
// pushed out is announced again, which does no harm.

#include "engine/dumper.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/util.h"
#include "codec/wire.h"

static_assert(sizeof(struct dump_frame) + UINT8_MAX + FRAME_SUPER + DUMP_ALIGN <
	      DUMP_RECORD_MAX, "a record has no room for a super-frame");

enum {
	PIECE = 128 * 1024,	/* octets that go out in one turn */
	PATIENCE_S = 10,	/* for the client's first word */
};

static void put(struct dumper *d, const void *data, size_t len)
{
	size_t at = (d->begin + d->pending) % DUMPER_RING;
	size_t first = MIN(len, DUMPER_RING - at);

	if (!len)
		return;
	memcpy(d->ring + at, data, first);
	memcpy(d->ring, (const uint8_t *)data + first, len - first);
	d->pending += len;
}

static bool has_room(const struct dumper *d, size_t len)
{
	return DUMPER_RING - d->pending >= len;
}

static struct dump_head head_of(enum dump_type type, size_t len)
{
	return (struct dump_head){ .len = (uint32_t)len,
				   .type = (uint16_t)type };
}

static size_t aligned(size_t len)
{
	return DIV_ROUND_UP(len, (size_t)DUMP_ALIGN) * DUMP_ALIGN;
}

static void pad(struct dumper *d, size_t len)
{
	static const uint8_t zeros[DUMP_ALIGN];

	put(d, zeros, aligned(len) - len);
}

/* The last words; what has no room for them any more goes without. */
static void say_end(struct dumper *d)
{
	struct dump_end end = {
		.head = head_of(DUMP_END, sizeof(end)),
		.matched = d->matched,
		.lost = d->lost,
	};

	if (has_room(d, sizeof(end)))
		put(d, &end, sizeof(end));
}

static void send_soon(struct dumper *d)
{
	if (!d->due)
		event_add(d->writable, NULL);
	d->due = true;
}

static void set_state(struct dumper *d, enum dumper_state state)
{
	d->state = state;
	send_soon(d);
	d->user->changed(d->user->arg, d);
}

static void refuse(struct dumper *d, const char *why)
{
	size_t len = sizeof(struct dump_head) + strlen(why) + 1;
	struct dump_head head = head_of(DUMP_ERROR, aligned(len));

	put(d, &head, sizeof(head));
	put(d, why, strlen(why) + 1);
	pad(d, len);
	set_state(d, DUMPER_ENDING);
}

/* What is wrong with the first word; NULL: nothing. */
static const char *check(const struct dump_start *s, size_t len)
{
	if (s->head.len != len || s->head.type != DUMP_START)
		return "dump: the first record is not a request";
	if (s->version != DUMP_VERSION)
		return "dump: the daemon speaks another version";
	if (s->point >= DUMP_POINT_NUM)
		return "dump: no such point";
	if (!s->directions || s->directions & ~DUMP_INOUT)
		return "dump: no such direction";
	if (!s->snaplen || s->snaplen > DUMP_SNAPLEN_MAX)
		return "dump: snapshot length out of range";
	if (s->wishes & ~(uint32_t)DUMP_RAW)
		return "dump: the daemon does not know of such a wish";
	return NULL;
}

static const char *filter_error(int err)
{
	switch (err) {
	case -ENOSYS:
		return "filter: the daemon was built without libpcap";
	case -E2BIG:
		return "filter: more than 4096 instructions";
	case -ENOMEM:
		return "filter: out of memory";
	default:
		return "filter: the daemon refuses this program";
	}
}

static int take_filter(struct dumper *d, uint32_t n)
{
	const uint8_t *from = d->in + sizeof(struct dump_start);
	struct dump_instruction *program;
	int err;

	if (!n)
		return 0;
	program = calloc(n, sizeof(*program));
	if (!program)
		return -ENOMEM;
	memcpy(program, from, n * sizeof(*program));
	err = filter_new(&d->filter, program, n);
	free(program);
	return err;
}

static void start(struct dumper *d, const struct dump_start *s)
{
	struct dump_head begin = head_of(DUMP_BEGIN, sizeof(begin));
	const char *wrong = check(s, d->used);
	int err = wrong ? 0 : take_filter(d, s->ninstructions);

	if (err)
		wrong = filter_error(err);
	if (wrong) {
		refuse(d, wrong);
		return;
	}
	d->point = s->point;
	d->directions = s->directions;
	d->snaplen = s->snaplen;
	d->raw = s->wishes & DUMP_RAW;
	d->used = 0;
	/* from now on it may be silent for ever */
	event_del(d->readable);
	event_add(d->readable, NULL);
	put(d, &begin, sizeof(begin));
	set_state(d, DUMPER_RUNNING);
}

/* Octets of the first word, as far as is known. */
static size_t expected(const struct dumper *d)
{
	struct dump_start s;

	if (d->used < sizeof(s))
		return sizeof(s);
	memcpy(&s, d->in, sizeof(s));
	if (s.ninstructions > DUMP_INSTRUCTIONS_MAX)
		return 0;
	return sizeof(s) + s.ninstructions * sizeof(struct dump_instruction);
}

static void more_came(struct dumper *d)
{
	struct dump_start s;
	size_t wanted = expected(d);

	if (!wanted) {
		refuse(d, filter_error(-E2BIG));
	} else if (d->used >= wanted) {
		memcpy(&s, d->in, sizeof(s));
		start(d, &s);
	}
}

static void end_of_client(struct dumper *d)
{
	event_del(d->readable);
	if (d->state == DUMPER_RUNNING)
		say_end(d);
	set_state(d, DUMPER_ENDING);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct dumper *d = arg;
	ssize_t n;

	if (what & EV_TIMEOUT) {
		d->user->ended(d->user->arg, d);
		return;
	}
	n = recv(fd, d->in + d->used, sizeof(d->in) - d->used, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0 || (n > 0 && d->state != DUMPER_WAITING)) {
		d->user->ended(d->user->arg, d);
		return;
	}
	d->used += (size_t)n;
	if (n)
		more_came(d);
	else
		end_of_client(d);
}

static ssize_t send_piece(struct dumper *d)
{
	size_t len = MIN(d->pending, (size_t)PIECE);
	size_t first = MIN(len, DUMPER_RING - d->begin);
	struct iovec iov[2] = {
		{ d->ring + d->begin, first }, { d->ring, len - first }
	};
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2 };

	return sendmsg(d->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct dumper *d = arg;
	ssize_t n = d->pending ? send_piece(d) : 0;

	(void)fd;
	(void)what;
	d->due = false;
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		d->user->ended(d->user->arg, d);
		return;
	}
	if (n > 0) {
		d->begin = (d->begin + (size_t)n) % DUMPER_RING;
		d->pending -= (size_t)n;
	}
	if (d->pending)
		send_soon(d);
	else if (d->state == DUMPER_ENDING)
		d->user->ended(d->user->arg, d);
}

/**
 * dumper_new() - Serve a client that has yet to say what it wants
 * @base:	Event loop; borrowed
 * @fd:		Stream socket to it; the dumper's, unless this fails
 * @channel:	Name of the only channel it may see, or NULL
 * @user:	Whom to tell; borrowed. @ended must free the dumper
 *
 * Return: the dumper, for dumper_free(), or NULL without memory
 */
struct dumper *dumper_new(struct event_base *base, int fd,
			  const char *channel,
			  const struct dumper_user *user)
{
	const struct timeval patience = { PATIENCE_S, 0 };
	struct dumper *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->fd = -1;
	d->user = user;
	strlcpy(d->channel, channel ? channel : "", sizeof(d->channel));
	/* mapped, so that only touched pages are resident */
	d->ring = mmap(NULL, DUMPER_RING, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (d->ring == MAP_FAILED)
		d->ring = NULL;
	d->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_readable,
				d);
	d->writable = event_new(base, fd, EV_WRITE, on_writable, d);
	if (!d->ring || !d->readable || !d->writable ||
	    event_add(d->readable, &patience) < 0) {
		dumper_free(d);
		return NULL;
	}
	d->fd = fd;
	return d;
}

static bool wants_place(const struct dumper *d, const struct tap *t)
{
	if (!*d->channel)
		return true;
	if (t->concerns)
		return t->concerns(t->sharer, d->channel);
	return !strcmp(t->place.channel, d->channel);
}

static size_t rest_len(const struct tap *t)
{
	size_t len = 0;

	for (unsigned int i = 0; i < t->nrest; i++)
		len += t->rest[i].iov_len;
	return len;
}

/* Of a super-frame in pieces a filter sees the first one, and all its
 * length. */
static bool selects(struct dumper *d, const struct tap *t)
{
	struct filter_frame f = {
		t->head, t->head_len, t->data, t->len,
		t->len + rest_len(t), t->flags,
		t->place.number << 1 | (t->direction == DUMP_OUT),
	};

	return !d->filter || filter_match(d->filter, &f);
}

static struct dump_address address_of(const struct addr *a)
{
	struct dump_address out = { 0 };

	if (a && a->sa.sa_family == AF_INET) {
		out.family = 4;
		memcpy(out.addr, &a->in.sin_addr, sizeof(a->in.sin_addr));
	} else if (a && a->sa.sa_family == AF_INET6) {
		out.family = 6;
		memcpy(out.addr, &a->in6.sin6_addr, sizeof(out.addr));
	}
	if (out.family)
		out.port = addr_port(a);
	return out;
}

/* Returns the place's entry if it must be announced, else NULL. */
static struct known_place *unknown(struct dumper *d, const struct tap_place *p,
				   struct known_place *is)
{
	struct known_place *k;

	is->number = p->number;
	is->address = p->remote ? (uint32_t)addr_hash(p->remote) : 0;
	k = &d->known[hash_bytes(HASH_INIT, &is->number, sizeof(is->number)) %
		      DUMPER_PLACES];
	return k->number == is->number && k->address == is->address ? NULL : k;
}

static void announce(struct dumper *d, const struct tap_place *p)
{
	struct dump_place out = {
		.head = head_of(DUMP_PLACE, sizeof(out)),
		.place = p->number,
		.id = p->id,
		.local = address_of(p->local),
		.remote = address_of(p->remote),
	};

	strlcpy(out.channel, p->channel, sizeof(out.channel));
	strlcpy(out.path, p->path, sizeof(out.path));
	put(d, &out, sizeof(out));
}

static uint8_t class_of(const struct tap *t)
{
	struct wire_header h;

	if (!(t->flags & DUMP_F_LINE))
		return DUMP_CLASS_NONE;
	if (wire_decode(&h, t->head_len ? t->head : t->data,
			t->head_len ? t->head_len : t->len) < 0)
		return DUMP_CLASS_NONE;
	return h.class;
}

/* The first octets of a frame, out of all its parts. */
static void put_octets(struct dumper *d, const struct tap *t, size_t len)
{
	size_t n = MIN(t->head_len, len);

	put(d, t->head, n);
	len -= n;
	n = MIN(t->len, len);
	put(d, t->data, n);
	len -= n;
	for (unsigned int i = 0; len && i < t->nrest; i++) {
		n = MIN(t->rest[i].iov_len, len);
		put(d, t->rest[i].iov_base, n);
		len -= n;
	}
}

static void put_frame(struct dumper *d, const struct tap *t, int64_t utc_ns,
		      size_t caplen)
{
	size_t reason = t->reason ? strlen(t->reason) : 0;
	size_t len = sizeof(struct dump_frame) + reason + caplen;
	struct dump_frame f = {
		.head = head_of(DUMP_FRAME, aligned(len)),
		.time_ns = utc_ns,
		.place = t->place.number,
		.lost = d->gap,
		.len = (uint32_t)(t->head_len + t->len + rest_len(t)),
		.caplen = (uint32_t)caplen,
		.point = (uint8_t)t->point,
		.direction = (uint8_t)t->direction,
		.flags = t->flags,
		.class_ = class_of(t),
		.reason_len = (uint8_t)reason,
	};

	put(d, &f, sizeof(f));
	put(d, t->reason, reason);
	put_octets(d, t, caplen);
	pad(d, len);
}

/**
 * dumper_wants() - Does a client want frames of this kind?
 * @d:	Dumper
 * @t:	Frame; its octets are not looked at
 *
 * Return: true if so
 */
bool dumper_wants(const struct dumper *d, const struct tap *t)
{
	return d->state == DUMPER_RUNNING && d->point == t->point &&
	       (d->directions & t->direction) && wants_place(d, t);
}

/* Some room is left for the last words, and for an announcement. */
static bool has_room_for(const struct dumper *d, size_t caplen)
{
	return has_room(d, sizeof(struct dump_frame) +
			sizeof(struct dump_place) + caplen + UINT8_MAX +
			sizeof(struct dump_end) + DUMP_ALIGN);
}

/**
 * dumper_is_full() - Would a frame be lost that the client wants?
 * @d:		Dumper
 * @len:	Octets of the frame
 *
 * Return: true if so, whatever is in the frame; dumper_lose() it
 */
bool dumper_is_full(const struct dumper *d, size_t len)
{
	return !d->filter && !has_room_for(d, MIN(len, (size_t)d->snaplen));
}

/**
 * dumper_lose() - Count frames for which there is no room
 * @d:	Dumper
 * @n:	How many
 */
void dumper_lose(struct dumper *d, unsigned int n)
{
	d->matched += n;
	d->lost += n;
	d->gap += n;
}

/**
 * dumper_take() - A frame was caught: copy it if the client's filter says so
 * @d:		Dumper, which wants frames of the kind
 * @t:		Frame, as the client wants it
 * @utc_ns:	When
 */
void dumper_take(struct dumper *d, const struct tap *t, int64_t utc_ns)
{
	size_t caplen = MIN(t->head_len + t->len + rest_len(t),
			    (size_t)d->snaplen);
	struct known_place is, *entry;

	if (!selects(d, t))
		return;
	if (!has_room_for(d, caplen)) {
		dumper_lose(d, 1);
		return;
	}
	d->matched++;
	entry = unknown(d, &t->place, &is);
	if (entry) {
		announce(d, &t->place);
		*entry = is;
	}
	put_frame(d, t, utc_ns, caplen);
	d->gap = 0;
	send_soon(d);
}

/**
 * dumper_forget_places() - Places may have other names now
 * @d:	Dumper
 */
void dumper_forget_places(struct dumper *d)
{
	memset(d->known, 0, sizeof(d->known));
}

/**
 * dumper_free() - End a client
 * @d:	Dumper
 */
void dumper_free(struct dumper *d)
{
	if (d->readable)
		event_free(d->readable);
	if (d->writable)
		event_free(d->writable);
	if (d->fd >= 0)
		close(d->fd);
	if (d->ring)
		munmap(d->ring, DUMPER_RING);
	filter_free(d->filter);
	free(d);
}
