// SPDX-License-Identifier: ISC
// The monitor's state, and what all of its parts do with it.

#include "monitor/state.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

enum {
	SEND_WAIT_MS = 2000,
	DCCS_POLL_MS = 10,
};

static int send_or_wait(struct monitor *m, const struct priv_reply *reply,
			int fd, const char *text)
{
	struct pollfd p = { .fd = m->engine.sock, .events = POLLOUT };
	int err;

	do
		err = priv_send_reply(m->engine.sock, reply, fd, text);
	while (err == -EAGAIN && poll(&p, 1, SEND_WAIT_MS) > 0);
	return err;
}

/**
 * monitor_send() - Tell the engine something
 * @m:		Monitor
 * @reply:	What
 * @fd:		Descriptor for it, or -1; stays the caller's
 * @text:	Reason, or NULL
 *
 * The engine never waits for us, so it reads soon; one that does not for
 * seconds is stuck.
 */
void monitor_send(struct monitor *m, const struct priv_reply *reply, int fd,
		  const char *text)
{
	struct priv_reply without = *reply;
	int err = send_or_wait(m, reply, fd, text);

	/* The kernel may have no room for one more descriptor on its way;
	 * the answer is awaited all the same. */
	if (err && err != -EAGAIN && err != -EPIPE && fd >= 0) {
		without.err = err;
		err = send_or_wait(m, &without, -1, "the kernel passes no "
				   "more descriptors");
	}
	if (err == -EAGAIN)
		monitor_fail(m, "the engine does not read what it is told");
	else if (err && !m->ending)
		log_warnx("cannot speak to the engine: %s", strerror(-err));
}

/**
 * monitor_fail() - End because of something that must not be
 * @m:		Monitor
 * @why:	What
 */
void monitor_fail(struct monitor *m, const char *why)
{
	if (m->ending && m->status)
		return;
	log_put(LOG_ERR, why);
	m->status = 1;
	m->ending = true;
	kill(m->engine.pid, SIGKILL);
}

/**
 * monitor_watch_dccs() - Poll the DCCs as long as there is a need to
 * @m:	Monitor
 */
void monitor_watch_dccs(struct monitor *m)
{
	const struct timeval each = { 0, DCCS_POLL_MS * 1000 };
	struct event *e = m->events[MONITOR_DCCS];

	if (!dcc_table_polls(&m->dccs))
		event_del(e);
	else if (!event_pending(e, EV_TIMEOUT, NULL))
		event_add(e, &each);
}

static void tell_status(struct monitor *m)
{
	size_t n = m->devices.nslots, up = netdev_table_up(&m->devices);

	if (n == m->told_channels && up == m->told_up)
		return;
	m->told_channels = n;
	m->told_up = up;
	notify_say(&m->notify, "STATUS=%zu channel%s, %zu up", n,
		   n == 1 ? "" : "s", up);
}

/**
 * monitor_tried() - One more device was tried; perhaps the last
 * @m:	Monitor
 */
void monitor_tried(struct monitor *m)
{
	if (m->ready || !netdev_table_tried(&m->devices))
		return;
	m->ready = true;
	notify_say(&m->notify, "READY=1");
	tell_status(m);
	log_debug("ready");
	if (m->options->ready)
		m->options->ready(m->options->arg);
}

/**
 * monitor_alive() - The engine lives
 * @m:		Monitor
 * @generation:	Of the configuration that it works with
 */
void monitor_alive(struct monitor *m, uint32_t generation)
{
	notify_say(&m->notify, "WATCHDOG=1");
	netdev_table_confirm(&m->devices, generation);
	monitor_tried(m);	/* there may be no channel at all */
	tell_status(m);
	if (generation != m->generation || m->confirmed == generation)
		return;
	if (m->confirmed)
		notify_say(&m->notify, "READY=1");	/* end of a reload */
	m->confirmed = generation;
}

/**
 * monitor_send_config() - Give the engine the configuration in force
 * @m:	Monitor
 */
void monitor_send_config(struct monitor *m)
{
	const struct priv_reply reply = { .generation = m->generation,
					  .type = PRIV_CONFIG,
					  .gid = { -1, -1 } };

	monitor_send(m, &reply, m->loaded.fd, NULL);
}

/**
 * monitor_log_errors() - Log what is wrong with a file
 * @text:	A line for each error
 */
void monitor_log_errors(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		char line[LOG_LINE_MAX];

		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		log_put(LOG_ERR, line);
		text += len + (text[len] == '\n');
	}
}

/**
 * monitor_reload() - Read the file again
 * @m:		Monitor
 * @text:	Filled in with the first errors of a bad file
 * @size:	Room there
 *
 * Return: 0, and the engine was sent the new configuration; or a negative
 * errno, and nothing has changed
 */
int monitor_reload(struct monitor *m, char *text, size_t size)
{
	struct dcc_table dccs = { .fd = -1 };
	struct loaded new;
	char *errors;
	int err;

	notify_reloading(&m->notify);
	err = loaded_read(&new, m->options->file, true, &errors);
	if (!err)
		err = dcc_table_prepare(&dccs, &m->dccs, new.config);
	if (!err)
		err = netdev_table_reload(&m->devices, new.config,
					  m->generation + 1);
	if (err) {
		dcc_table_free(&dccs);
		snprintf(text, size, "%s", errors ? errors : strerror(-err));
		monitor_log_errors(text);
		log_warnx("configuration not loaded; nothing has changed");
		loaded_free(&new);
		free(errors);
		notify_say(&m->notify, "READY=1");
		return err;
	}
	dcc_table_follow(&m->dccs, &dccs);
	loaded_free(&m->loaded);
	m->loaded = new;
	m->generation++;
	host_follow(&m->host, new.config);
	monitor_send_config(m);
	dcc_table_tell(&m->dccs);
	monitor_watch_dccs(m);
	log_info("configuration loaded again, generation %u", m->generation);
	return 0;
}
