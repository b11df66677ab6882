// SPDX-License-Identifier: ISC
// Frames from the daemon.
//
// The control socket hands over another one; there the filter goes out, and
// records come in. At the end we say that we have enough and wait, not for
// long, for the daemon's counts.

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/util.h"
#include "cli/client.h"
#include "cli/dump.h"

enum {
	BUCKETS = 1024,
	BUFFER = 256 * 1024,
	ANSWER_STEP = 64 * 1024,
	ANSWER_MAX = 16 * 1024 * 1024,
	LAST_WORDS_MS = 2000,
};

/**
 * struct live - A dump under way
 * @ending:	We have enough
 * @ended:	The daemon has said all
 * @used:	Octets of @buffer
 */
struct live {
	struct dump_pass *pass;
	int fd;
	bool ending, ended, drain;
	struct dump_location *locations[BUCKETS];
	size_t used;
	uint8_t buffer[BUFFER];
};

/* Octets of an answer, and the descriptor that may come with them. */
static ssize_t receive_some(int fd, char *to, size_t room, int *passed)
{
	union {
		struct cmsghdr align;
		char octets[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = { to, room };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
			    .msg_control = &control,
			    .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);

	if (n <= 0)
		return n < 0 ? -errno : -ECONNRESET;
	if (CMSG_FIRSTHDR(&m) && control.align.cmsg_type == SCM_RIGHTS &&
	    control.align.cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(passed, CMSG_DATA(&control.align), sizeof(int));
	return n;
}

/* An answer of one line, in memory of its own. */
static int receive_answer(int fd, char **line, int *passed)
{
	size_t used = 0, size = 0;

	while (!used || (*line)[used - 1] != '\n') {
		ssize_t n;

		if (size - used < 2) {
			char *more = size < ANSWER_MAX ?
				     realloc(*line, size + ANSWER_STEP) : NULL;

			if (!more)
				return -ENOMEM;
			*line = more;
			size += ANSWER_STEP;
		}
		n = receive_some(fd, *line + used, size - used - 1, passed);
		if (n < 0)
			return (int)n;
		used += (size_t)n;
	}
	(*line)[used] = '\0';
	return 0;
}

/* Ask, and get the answer, whatever it is; NULL after telling why not. */
static json_t *ask(const struct cli *cli, json_t *request, int *passed)
{
	struct client c = { 0 };
	char *line = NULL;
	json_t *answer = NULL;
	int err;

	*passed = -1;
	if (client_open(&c, cli) != CLI_OK) {
		json_decref(request);
		return NULL;
	}
	json_dumpf(request, c.stream, JSON_COMPACT);
	json_decref(request);
	fputc('\n', c.stream);
	fflush(c.stream);
	err = receive_answer(fileno(c.stream), &line, passed);
	if (err)
		cli_error("%s: no answer from the daemon: %s", cli->socket,
			  strerror(-err));
	else
		answer = json_loads(line, 0, NULL);
	if (!err && !answer)
		cli_error("%s: what answers is not the daemon", cli->socket);
	client_close(&c);
	free(line);
	return answer;
}

static bool may_be_name(const char *s)
{
	return *s && strlen(s) <= DUMP_NAME_MAX &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		      "0123456789._-") == strlen(s);
}

/**
 * dump_is_channel() - Does a channel bear that name?
 * @cli:	The command
 * @name:	Any word
 *
 * Return: 1 if so, 0 if not; negative after telling that nobody answers
 */
int dump_is_channel(const struct cli *cli, const char *name)
{
	json_t *answer;
	int fd, is;

	if (!may_be_name(name))
		return 0;
	answer = ask(cli, json_pack("{s:s, s:s}", "command", "stats",
				    "channel", name), &fd);
	if (!answer)
		return -1;
	is = json_is_true(json_object_get(answer, "ok"));
	json_decref(answer);
	return is;
}

static int connect_dump(struct live *l)
{
	const char *channel = l->pass->options->channel;
	json_t *answer, *request = json_pack("{s:s}", "command", "dump");

	if (channel)
		json_object_set_new(request, "channel", json_string(channel));
	answer = ask(l->pass->cli, request, &l->fd);
	if (answer && !json_is_true(json_object_get(answer, "ok"))) {
		const char *error = json_get_string(answer, "error");

		cli_error("%s", error ? error : "the daemon refuses");
	} else if (answer && l->fd < 0) {
		cli_error("%s: the daemon hands no socket over",
			  l->pass->cli->socket);
	}
	json_decref(answer);
	return l->fd < 0 ? CLI_FAILED : CLI_OK;
}

static int send_start(struct live *l)
{
	const struct dump_options *o = l->pass->options;
	const struct dump_program *p = &l->pass->program;
	struct dump_start s = {
		.head = { .type = DUMP_START },
		.version = DUMP_VERSION,
		.point = (uint8_t)o->point,
		.directions = o->directions,
		.snaplen = o->snaplen,
		.ninstructions = (uint32_t)p->n,
		.wishes = o->raw ? DUMP_RAW : 0,
	};
	struct iovec iov[2] = {
		{ &s, sizeof(s) }, { p->list, p->n * sizeof(*p->list) }
	};
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = p->n ? 2 : 1 };
	size_t len = sizeof(s) + p->n * sizeof(*p->list);

	s.head.len = (uint32_t)len;
	if (sendmsg(l->fd, &m, MSG_NOSIGNAL) != (ssize_t)len)
		return cli_error("dump: cannot tell the daemon what is "
				 "wanted: %s", strerror(errno));
	return CLI_OK;
}

static struct dump_location *find(struct live *l, uint32_t number)
{
	struct dump_location *at;

	for (at = l->locations[number % BUCKETS]; at; at = at->next)
		if (at->number == number)
			return at;
	return NULL;
}

static void take_place(struct live *l, const uint8_t *data, size_t len)
{
	struct dump_place p;
	struct dump_location *at;

	if (len < sizeof(p))
		return;
	memcpy(&p, data, sizeof(p));
	at = find(l, p.place);
	if (!at) {
		at = calloc(1, sizeof(*at));
		if (!at)
			return;
		at->number = p.place;
		at->next = l->locations[p.place % BUCKETS];
		l->locations[p.place % BUCKETS] = at;
	}
	at->id = p.id;
	at->local = p.local;
	at->remote = p.remote;
	dump_own_address(&at->local, &at->remote);
	p.channel[sizeof(p.channel) - 1] = '\0';
	p.path[sizeof(p.path) - 1] = '\0';
	if (strcmp(at->channel, p.channel) || strcmp(at->path, p.path))
		memset(at->serial, 0, sizeof(at->serial));
	strlcpy(at->channel, p.channel, sizeof(at->channel));
	strlcpy(at->path, p.path, sizeof(at->path));
}

static int take_frame(struct live *l, const uint8_t *data, size_t len)
{
	struct dump_frame f;
	struct dump_record r;

	if (len < sizeof(f))
		return -EPROTO;
	memcpy(&f, data, sizeof(f));
	l->pass->lost += f.lost;
	l->pass->matched += 1 + f.lost;
	if (sizeof(f) + f.reason_len + (size_t)f.caplen > len)
		return -EPROTO;
	if (l->ending && !l->drain)
		return 0;
	r = (struct dump_record){
		.time_ns = f.time_ns, .at = find(l, f.place),
		.point = f.point, .direction = f.direction,
		.flags = f.flags, .lost = f.lost,
		.data = data + sizeof(f) + f.reason_len,
		.caplen = f.caplen, .len = f.len,
	};
	memcpy(r.reason, data + sizeof(f), f.reason_len);
	return r.at ? dump_take(l->pass, &r) : -EPROTO;
}

/* Returns 0, 1 if there is enough, or a negative errno. */
static int take_record(struct live *l, const uint8_t *data,
		       const struct dump_head *h)
{
	struct dump_end end;

	switch (h->type) {
	case DUMP_BEGIN:
		dump_started(l->pass->options);
		return 0;
	case DUMP_ERROR:
		cli_error("%.*s", (int)(h->len - sizeof(*h)),
			  (const char *)data + sizeof(*h));
		return -EINVAL;
	case DUMP_PLACE:
		take_place(l, data, h->len);
		return 0;
	case DUMP_FRAME:
		return take_frame(l, data, h->len);
	case DUMP_END:
		if (h->len < sizeof(end))
			return -EPROTO;
		memcpy(&end, data, sizeof(end));
		l->pass->matched = end.matched;
		l->pass->lost = end.lost;
		l->ended = true;
	}
	return 0;
}

static void have_enough(struct live *l, bool drain)
{
	if (l->ending)
		return;
	l->ending = true;
	l->drain = drain;
	shutdown(l->fd, SHUT_WR);
}

/* Take the whole records of the buffer; the rest moves up. */
static int take_records(struct live *l)
{
	struct dump_head h;
	size_t at = 0;
	int result = 0;

	while (result >= 0 && l->used - at >= sizeof(h)) {
		memcpy(&h, l->buffer + at, sizeof(h));
		if (h.len < sizeof(h) || h.len > DUMP_RECORD_MAX)
			return -EPROTO;
		if (h.len > l->used - at)
			break;
		result = take_record(l, l->buffer + at, &h);
		if (result > 0)
			have_enough(l, false);
		at += h.len;
	}
	l->used -= at;
	memmove(l->buffer, l->buffer + at, l->used);
	return result < 0 ? result : 0;
}

/* Returns 1 if something came, 0 at the end, or a negative errno. */
static int receive(struct live *l)
{
	ssize_t n = recv(l->fd, l->buffer + l->used, BUFFER - l->used,
			 MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 1;
	if (n <= 0)
		return n < 0 ? -errno : 0;
	l->used += (size_t)n;
	n = take_records(l);
	return n < 0 ? (int)n : 1;
}

/* Wait for records; sees to it that the sink is at rest meanwhile. */
static int wait_for(struct live *l)
{
	struct pollfd p[2] = {
		{ .fd = l->fd, .events = POLLIN },
		{ .fd = l->pass->sink->fd },
	};
	int n = poll(p, 1, 0);
	int err;

	if (!n) {
		err = l->pass->sink->idle(l->pass->sink);
		if (err)
			return err;
		n = poll(p, l->ending ? 1 : 2, l->ending ? LAST_WORDS_MS : -1);
		if (!n)
			return -ETIMEDOUT;
	}
	return n > 0 && (p[1].revents & POLLERR) ? -EPIPE : 0;
}

static int follow(struct live *l)
{
	int err = 1;

	while (err > 0 && !l->ended) {
		if (dump_interrupted())
			have_enough(l, l->pass->options->write);
		err = wait_for(l);
		if (!err)
			err = receive(l);
	}
	return err;
}

static int result(const struct live *l, int err)
{
	if (l->ended || l->ending || err == -EPIPE)
		return CLI_OK;
	if (!err || err == -ECONNRESET)
		return cli_error("%s: the daemon has ended",
				 l->pass->cli->socket);
	if (err == -EPROTO)
		return cli_error("%s: the daemon speaks another language",
				 l->pass->cli->socket);
	return CLI_FAILED;
}

static void free_live(struct live *l)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		while (l->locations[i]) {
			struct dump_location *at = l->locations[i];

			l->locations[i] = at->next;
			free(at);
		}
	}
	if (l->fd >= 0)
		close(l->fd);
	free(l);
}

/**
 * dump_live() - Bring the daemon's frames to the sink
 * @p:	The run
 *
 * Return: CLI_OK, or CLI_FAILED after telling why
 */
int dump_live(struct dump_pass *p)
{
	struct live *l = calloc(1, sizeof(*l));
	int status;

	if (!l)
		return cli_error("dump: out of memory");
	l->pass = p;
	l->fd = -1;
	status = connect_dump(l);
	if (status == CLI_OK)
		status = send_start(l);
	if (status == CLI_OK)
		status = result(l, follow(l));
	free_live(l);
	return status;
}
