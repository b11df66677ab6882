// SPDX-License-Identifier: ISC
// What the engine asks for: checked, then done.
//
// Theory of operation
// -------------------
// The engine reads what strangers send, so it is taken for one that may have
// been taken over. All that it can say is in struct priv_request: an
// operation and indices. A row of the table says what a request of each
// operation may look like; check() holds it against that before any handler
// runs. What no engine of ours would send ends the monitor, and with it the
// daemon, at once: nothing is gained by going on with such a partner.
//
// A request of an older generation is no such thing: it crossed a new
// configuration on its way. Its indices mean nothing any more, so it is left
// unanswered; the engine asks anew by itself.

#include "monitor/requests.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/util.h"
#include "monitor/opener.h"
#include "monitor/state.h"
#include "os/tap_setup.h"
#include "policy/hook.h"

enum { REQUESTS_A_TURN = 64, REASON_MAX = 512 };

/** enum subject - What a request's indices may be */
enum subject {
	ON_NOTHING,		/* both are not looked at */
	ON_CHANNEL,		/* channel is one; path not looked at */
	ON_PATH,		/* both are */
	ON_MEMBER,		/* a path or a device */
	ON_ANYTHING,		/* a path, a device or the control socket */
};

static struct priv_reply answer_to(const struct priv_request *r)
{
	return (struct priv_reply){
		.generation = r->generation, .type = PRIV_ANSWER,
		.op = r->op, .channel = r->channel, .path = r->path,
		.gid = { -1, -1 },
	};
}

static void refuse(struct monitor *m, const struct priv_request *r, int err,
		   const char *reason)
{
	struct priv_reply reply = answer_to(r);

	reply.err = err;
	monitor_send(m, &reply, -1, reason);
}

static void open_control(struct monitor *m, const struct priv_request *r)
{
	const struct config_control *c = &m->loaded.config->control;
	struct priv_reply reply = answer_to(r);
	char reason[REASON_MAX];
	int err = 0;

	if (strcmp(c->socket, m->control.path))
		err = control_socket_open(&m->control, c->socket, reason,
					  sizeof(reason));
	if (err) {
		refuse(m, r, err, reason);
		return;
	}
	control_socket_groups(c, reply.gid);
	monitor_send(m, &reply, m->control.fd, NULL);
}

static uint32_t offload_flags(const struct netdev *d)
{
	return (d->vnet ? PRIV_VNET : 0) |
	       (d->offloads & TAP_CHECKSUM ? PRIV_CHECKSUM : 0) |
	       (d->offloads & TAP_TSO ? PRIV_TSO : 0) |
	       (d->offloads & TAP_USO ? PRIV_USO : 0);
}

static void open_device(struct monitor *m, const struct priv_request *r)
{
	const struct netdev *d = NULL;
	struct priv_reply reply = answer_to(r);
	char reason[REASON_MAX];
	int err = netdev_table_open(&m->devices, r->channel, &d, reason,
				    sizeof(reason));

	if (err) {
		refuse(m, r, err, reason);
	} else {
		reply.mtu = d->mtu;
		reply.flags = (d->up ? PRIV_LINK_UP : 0) | offload_flags(d);
		monitor_send(m, &reply, d->fd, NULL);
	}
	monitor_tried(m);
}

static const struct config_path *path_of(const struct monitor *m,
					 const struct priv_request *r)
{
	return &m->loaded.config->channels[r->channel].paths[r->path];
}

static void open_udp(struct monitor *m, const struct priv_request *r,
		     bool second)
{
	struct priv_reply reply = answer_to(r);
	char reason[REASON_MAX];
	int fd = opener_open(path_of(m, r), r->arg, second, reason,
			     sizeof(reason));

	if (fd < 0) {
		refuse(m, r, fd, reason);
		return;
	}
	reply.flags = PRIV_LINK_CARRIER;
	monitor_send(m, &reply, fd, NULL);
	close(fd);
}

static void open_dcc(struct monitor *m, const struct priv_request *r)
{
	struct priv_reply reply = answer_to(r);
	char reason[REASON_MAX];
	struct dcc_opened o;
	int err = dcc_table_open(&m->dccs, &path_of(m, r)->dcc, &o, reason,
				 sizeof(reason));

	if (err) {
		refuse(m, r, err, reason);
	} else {
		reply.mtu = o.mtu;
		reply.flags = o.carrier ? PRIV_LINK_CARRIER : 0;
		monitor_send(m, &reply, o.fd, o.warning);
		close(o.fd);
	}
	monitor_watch_dccs(m);
}

static void do_open(struct monitor *m, const struct priv_request *r,
		    const char *text)
{
	(void)text;
	if (r->channel == PRIV_CONTROL)
		open_control(m, r);
	else if (r->path == PRIV_DEVICE)
		open_device(m, r);
	else if (path_of(m, r)->kind == TRANSPORT_DCC)
		open_dcc(m, r);
	else
		open_udp(m, r, false);
}

static void do_open_direct(struct monitor *m, const struct priv_request *r,
			   const char *text)
{
	(void)text;
	if (path_of(m, r)->kind == TRANSPORT_UDP)
		open_udp(m, r, true);
	else
		refuse(m, r, -EINVAL, "no line over UDP");
}

static void do_carrier(struct monitor *m, const struct priv_request *r,
		       const char *text)
{
	(void)text;
	netdev_table_carrier(&m->devices, r->channel, r->arg);
}

static void do_offload(struct monitor *m, const struct priv_request *r,
		       const char *text)
{
	(void)text;
	netdev_table_offload(&m->devices, r->channel, r->arg);
}

static void do_reload(struct monitor *m, const struct priv_request *r,
		      const char *text)
{
	struct priv_reply reply = answer_to(r);
	char errors[PRIV_TEXT_MAX] = "";

	(void)text;
	reply.err = monitor_reload(m, errors, sizeof(errors)) ? -EINVAL : 0;
	reply.generation = m->generation;
	monitor_send(m, &reply, -1, errors);
}

static void do_resolve(struct monitor *m, const struct priv_request *r,
		       const char *text)
{
	const struct config_path *path = path_of(m, r);
	struct resolver_question q = {
		.generation = r->generation,
		.channel = r->channel,
		.path = r->path,
		.port = path->udp.remote_port,
		.family = path->udp.local.sa.sa_family,
	};

	(void)text;
	if (path->kind != TRANSPORT_UDP || !path->udp.remote_host ||
	    strlen(path->udp.remote_host) >= sizeof(q.host)) {
		refuse(m, r, -EINVAL, "no name that could be looked up");
		return;
	}
	strcpy(q.host, path->udp.remote_host);
	if (resolver_ask(m->resolver, &q))
		refuse(m, r, -ENOMEM, "out of memory");
}

/* A line of the text, what cannot be printed as '?'; returns the rest. */
static const char *take_line(char *line, size_t size, const char *text)
{
	size_t len = strcspn(text, "\n"), i;

	for (i = 0; i < len && i < size - 1; i++)
		line[i] = text[i] >= ' ' && text[i] < 0x7f ? text[i] : '?';
	line[i] = '\0';
	return text + len + (text[len] == '\n');
}

/* The engine has escaped what needs it; a broken one may not have. The text
 * goes to the log and nowhere else, the fields after it included. */
static void do_log(struct monitor *m, const struct priv_request *r,
		   const char *text)
{
	char line[LOG_LINE_MAX], fields[LOG_FIELD_NUM][LOG_FIELD_MAX];
	struct log_about about;
	int i;

	(void)m;
	text = take_line(line, sizeof(line), text);
	for (i = 0; i < LOG_FIELD_NUM; i++) {
		text = take_line(fields[i], sizeof(fields[i]), text);
		about.field[i] = fields[i];
	}
	log_put_about(r->arg, line, &about);
}

static void do_hook(struct monitor *m, const struct priv_request *r,
		    const char *text)
{
	(void)text;
	hooks_order(m->hooks, m->loaded.config, r->channel,
		    r->path == PRIV_DEVICE ? NULL : path_of(m, r), r->arg);
}

static void do_alive(struct monitor *m, const struct priv_request *r,
		     const char *text)
{
	(void)text;
	monitor_alive(m, r->generation);
}

/* One operation: what its requests look like, and what is done. */
static const struct row {
	enum subject subject;
	int16_t arg_min, arg_max;
	bool text;		/* may bear text */
	bool any_generation;	/* an older one is served all the same */
	void (*handle)(struct monitor *m, const struct priv_request *r,
		       const char *text);
} rows[PRIV_OP_NUM] = {
	[PRIV_OPEN] = { ON_ANYTHING, 0, AF_INET6, false, false, do_open },
	[PRIV_OPEN_DIRECT] = { ON_PATH, 0, AF_INET6, false, false,
			       do_open_direct },
	[PRIV_CARRIER] = { ON_CHANNEL, 0, 1, false, false, do_carrier },
	[PRIV_OFFLOAD] = { ON_CHANNEL, 0, 1, false, false, do_offload },
	[PRIV_RELOAD] = { ON_NOTHING, 0, 0, false, true, do_reload },
	[PRIV_RESOLVE] = { ON_PATH, 0, 0, false, false, do_resolve },
	[PRIV_HOOK] = { ON_MEMBER, 0, HOOK_NUMBERS - 1, false, false, do_hook },
	[PRIV_LOG] = { ON_NOTHING, LOG_EMERG, LOG_DEBUG, true, true, do_log },
	[PRIV_ALIVE] = { ON_NOTHING, 0, 0, false, true, do_alive },
};

static bool is_path(const struct monitor *m, const struct priv_request *r)
{
	const struct config *c = m->loaded.config;

	return r->channel < c->nchannels &&
	       r->path < c->channels[r->channel].npaths;
}

static bool is_member(const struct monitor *m, const struct priv_request *r)
{
	return is_path(m, r) ||
	       (r->channel < m->loaded.config->nchannels &&
		r->path == PRIV_DEVICE);
}

static bool subject_exists(const struct monitor *m,
			   const struct priv_request *r, enum subject subject)
{
	const struct config *c = m->loaded.config;

	switch (subject) {
	case ON_CHANNEL:
		return r->channel < c->nchannels;
	case ON_PATH:
		return is_path(m, r);
	case ON_ANYTHING:
		return r->channel == PRIV_CONTROL ? r->path == 0 :
						    is_member(m, r);
	case ON_MEMBER:
		return is_member(m, r);
	default:
		return true;
	}
}

/* Return: NULL if it is as its row says, or what is wrong with it. */
static const char *check(const struct monitor *m,
			 const struct priv_request *r, const char *text)
{
	const struct row *row;

	if (r->op >= PRIV_OP_NUM)
		return "unknown operation";
	row = &rows[r->op];
	if (r->generation > m->generation)
		return "generation that does not exist";
	if (r->arg < row->arg_min || r->arg > row->arg_max)
		return "argument out of range";
	if (text[0] && !row->text)
		return "text where none may be";
	if (r->generation == m->generation &&
	    !subject_exists(m, r, row->subject))
		return "channel or path that does not exist";
	return NULL;
}

static void handle(struct monitor *m, const struct priv_request *r,
		   const char *text)
{
	const char *wrong = check(m, r, text);
	char why[96];

	if (wrong) {
		snprintf(why, sizeof(why), "malformed request of the engine: "
			 "operation %u, %s", r->op, wrong);
		monitor_fail(m, why);
	} else if (r->generation == m->generation ||
		   rows[r->op].any_generation) {
		rows[r->op].handle(m, r, text);
	}
}

/**
 * requests_read() - Serve what the engine has asked, some of it
 * @m:	Monitor
 */
void requests_read(struct monitor *m)
{
	char text[PRIV_TEXT_MAX];
	struct priv_request r;
	int i, n;

	/* of one that was caught, nothing more is served */
	for (i = 0; i < REQUESTS_A_TURN && !(m->ending && m->status); i++) {
		n = priv_recv_request(m->engine.sock, &r, text);
		if (n == -EAGAIN)
			return;
		if (n == -EBADMSG)
			monitor_fail(m, "malformed message of the engine");
		if (n <= 0) {
			/* gone: its exit status comes by itself */
			event_del(m->events[MONITOR_ENGINE]);
			return;
		}
		handle(m, &r, text);
	}
}
