// SPDX-License-Identifier: ISC
// The simulator's control socket: one JSON object a line, both ways.
//
// Theory of operation
// -------------------
// A client has a bufferevent. A line of at most LINE_MAX_OCTETS is a request
// and is answered at once with a line; a longer one, and a client that has
// not read its answer before it asks for more than a few, ends the
// connection. There are at most CLIENTS_MAX of them. Only the user that
// started the simulator can connect (mode 0600).
//
//   {"command": "ber", "rate": "1e-6"}   -> {"ok": true, ...}, as for "stats"
//   {"command": "bar"}                   -> {"ok": false, "error": "..."}

#include "sdhsim/control.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/util.h"
#include "sdhsim/report.h"
#include "sdhsim/units.h"

enum {
	CLIENTS_MAX = 16,
	LINE_MAX_OCTETS = 1024,
	UNREAD_MAX = 64 << 10,
};

struct client {
	TAILQ_ENTRY(client) entry;
	struct control *control;
	struct bufferevent *stream;
};

struct control {
	struct event_base *base;
	struct sim *sim;
	struct sockaddr_un address;
	struct evconnlistener *listener;
	TAILQ_HEAD(, client) clients;
	size_t count;
};

/* The commands. Each returns what is wrong, or NULL. */

static const char *do_stats(struct sim *sim, const char *argument)
{
	(void)sim;
	(void)argument;
	return NULL;
}

static const char *do_cut(struct sim *sim, const char *argument)
{
	(void)argument;
	sim_cut(sim, true);
	return NULL;
}

static const char *do_restore(struct sim *sim, const char *argument)
{
	(void)argument;
	sim_cut(sim, false);
	return NULL;
}

static const char *do_ber(struct sim *sim, const char *argument)
{
	double rate;

	if (units_ber(argument, &rate))
		return "ber: write a number from 0 to 0.5, such as 1e-6";
	return sim_ber(sim, rate) ? "ber: out of range" : NULL;
}

static const char *do_delay(struct sim *sim, const char *argument)
{
	struct mono delay;

	if (units_delay(argument, &delay))
		return "delay: write a time of at most 1s, such as 5ms";
	return sim_delay(sim, delay) ? "delay: no memory" : NULL;
}

static const struct command {
	const char *name;
	const char *argument;
	const char *(*run)(struct sim *sim, const char *argument);
} commands[] = {
	{ "stats", NULL, do_stats },
	{ "cut", NULL, do_cut },
	{ "restore", NULL, do_restore },
	{ "ber", "rate", do_ber },
	{ "delay", "time", do_delay },
};

static const char *run(struct sim *sim, const json_t *request)
{
	const char *name =
		json_string_value(json_object_get(request, "command"));

	for (size_t i = 0; name && i < ARRAY_SIZE(commands); i++) {
		const struct command *c = &commands[i];
		const char *argument = NULL;

		if (strcmp(c->name, name))
			continue;
		if (c->argument)
			argument = json_string_value(
				json_object_get(request, c->argument));
		if (c->argument && !argument)
			return "an argument is missing";
		return c->run(sim, argument);
	}
	return "unknown command; there are cut, restore, ber, delay and stats";
}

static void answer(struct client *c, const char *line)
{
	json_t *request = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	const char *error = run(c->control->sim, request);
	json_t *reply;
	char *text;

	if (error)
		reply = json_pack("{s:b, s:s}", "ok", 0, "error", error);
	else
		reply = report_json(c->control->sim, clock_mono());
	text = json_dumps(reply, JSON_COMPACT);
	if (text) {
		bufferevent_write(c->stream, text, strlen(text));
		bufferevent_write(c->stream, "\n", 1);
	}
	free(text);
	json_decref(reply);
	json_decref(request);
}

static void drop(struct client *c)
{
	TAILQ_REMOVE(&c->control->clients, c, entry);
	c->control->count--;
	bufferevent_free(c->stream);
	free(c);
}

static void on_readable(struct bufferevent *stream, void *arg)
{
	struct evbuffer *in = bufferevent_get_input(stream);
	struct evbuffer *out = bufferevent_get_output(stream);
	struct client *c = arg;
	char *line;

	while (evbuffer_get_length(out) < UNREAD_MAX) {
		line = evbuffer_readln(in, NULL, EVBUFFER_EOL_LF);
		if (!line)
			break;
		answer(c, line);
		free(line);
	}
	if (evbuffer_get_length(out) >= UNREAD_MAX ||
	    evbuffer_get_length(in) >= LINE_MAX_OCTETS)
		drop(c);
}

static void on_drained(struct bufferevent *stream, void *arg)
{
	(void)stream;
	drop(arg);
}

/* Who has asked all that he will may still wait for an answer. */
static void on_event(struct bufferevent *stream, short what, void *arg)
{
	bool waits = evbuffer_get_length(bufferevent_get_output(stream));

	if (!(what & BEV_EVENT_EOF) || !waits) {
		drop(arg);
		return;
	}
	bufferevent_disable(stream, EV_READ);
	bufferevent_setcb(stream, NULL, on_drained, on_event, arg);
}

static void on_client(struct evconnlistener *l, evutil_socket_t fd,
		      struct sockaddr *address, int len, void *arg)
{
	struct control *control = arg;
	struct client *c;

	(void)l;
	(void)address;
	(void)len;
	c = control->count < CLIENTS_MAX ? calloc(1, sizeof(*c)) : NULL;
	if (c)
		c->stream = bufferevent_socket_new(control->base, fd,
						   BEV_OPT_CLOSE_ON_FREE);
	if (!c || !c->stream) {
		free(c);
		close(fd);
		return;
	}
	c->control = control;
	TAILQ_INSERT_TAIL(&control->clients, c, entry);
	control->count++;
	bufferevent_setcb(c->stream, on_readable, NULL, on_event, c);
	bufferevent_setwatermark(c->stream, EV_READ, 0, LINE_MAX_OCTETS);
	bufferevent_enable(c->stream, EV_READ | EV_WRITE);
}

/* A socket that an earlier run left behind goes; one that answers stays. */
static int remove_stale(const struct sockaddr_un *un)
{
	int fd, answers;
	struct stat st;

	if (lstat(un->sun_path, &st))
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	answers = !connect(fd, (const struct sockaddr *)un, sizeof(*un)) ||
		  errno == EAGAIN;
	close(fd);
	if (answers)
		return -EADDRINUSE;
	return unlink(un->sun_path) ? -errno : 0;
}

static int listen_there(struct control *c)
{
	mode_t mask = umask(0177);

	c->listener = evconnlistener_new_bind(c->base, on_client, c,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, CLIENTS_MAX,
		(struct sockaddr *)&c->address, sizeof(c->address));
	umask(mask);
	return c->listener ? 0 : -errno;
}

/**
 * control_open() - Begin to listen
 * @base:	Whose loop serves it
 * @sim:	What is controlled; outlives this
 * @path:	Of the socket
 *
 * Return: it, for control_close(); NULL after telling why not
 */
struct control *control_open(struct event_base *base, struct sim *sim,
			     const char *path)
{
	struct control *c = calloc(1, sizeof(*c));
	int err = c ? 0 : -ENOMEM;

	if (!err && strlen(path) >= sizeof(c->address.sun_path))
		err = -ENAMETOOLONG;
	if (!err) {
		c->base = base;
		c->sim = sim;
		TAILQ_INIT(&c->clients);
		c->address.sun_family = AF_UNIX;
		memcpy(c->address.sun_path, path, strlen(path) + 1);
		err = remove_stale(&c->address);
	}
	if (!err)
		err = listen_there(c);
	if (!err)
		return c;
	log_warnx("control socket %s: %s%s", path, strerror(-err),
		  err == -EADDRINUSE ? "; another simulator listens there" :
		  err == -EEXIST ? "; it is no socket: remove it, or name "
				   "another with -c" : "");
	free(c);
	return NULL;
}

/**
 * control_close() - Stop listening
 * @c:	From control_open(), or NULL
 */
void control_close(struct control *c)
{
	struct client *client, *next;

	if (!c)
		return;
	TAILQ_FOREACH_SAFE(client, &c->clients, entry, next)
		drop(client);
	evconnlistener_free(c->listener);
	unlink(c->address.sun_path);
	free(c);
}
