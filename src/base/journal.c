// SPDX-License-Identifier: ISC
// The journal's native protocol: a message with fields, one a datagram.
//
// As https://systemd.io/JOURNAL_NATIVE_PROTOCOL tells: lines of NAME=VALUE to
// a datagram socket. Values of ours have no line ends, so the binary form is
// not needed. The socket stays unconnected, so that a journal that is started
// again is found again.

#include "base/journal.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/util.h"

enum { MESSAGE_MAX = 2048 };

static const char *const names[] = {
	[LOG_FIELD_CHANNEL] = "DCCBRIDGE_CHANNEL",
	[LOG_FIELD_PATH] = "DCCBRIDGE_PATH",
	[LOG_FIELD_EVENT] = "DCCBRIDGE_EVENT",
	[LOG_FIELD_ALARM] = "DCCBRIDGE_ALARM",
	[LOG_FIELD_SEVERITY] = "DCCBRIDGE_SEVERITY",
};

static_assert(ARRAY_SIZE(names) == LOG_FIELD_NUM, "a field lacks its name");

/**
 * journal_open() - Find the journal
 * @j:		Filled in; journal_close() ends it
 * @path:	Its socket, JOURNAL_SOCKET
 *
 * Return: 0, or a negative errno: there is none
 */
int journal_open(struct journal *j, const char *path)
{
	j->addr = (struct sockaddr_un){ .sun_family = AF_UNIX };
	j->len = sizeof(j->addr);
	j->fd = -1;
	if (strlen(path) >= sizeof(j->addr.sun_path))
		return -ENAMETOOLONG;
	strcpy(j->addr.sun_path, path);
	if (access(path, W_OK))
		return -errno;
	j->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return j->fd < 0 ? -errno : 0;
}

/**
 * journal_close() - Send no more
 * @j:	The way to the journal, open or not
 */
void journal_close(struct journal *j)
{
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
}

/**
 * journal_is_behind() - Is the journal at the other end of a descriptor?
 * @fd:	Standard error, say
 *
 * Return: true if the service manager says so
 */
bool journal_is_behind(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char is[64];
	struct stat st;

	if (!stream || fstat(fd, &st))
		return false;
	snprintf(is, sizeof(is), "%ju:%ju", (uintmax_t)st.st_dev,
		 (uintmax_t)st.st_ino);
	return !strcmp(stream, is);
}

static size_t put(char *text, size_t used, const char *name,
		  const char *value)
{
	size_t room = MESSAGE_MAX - used;
	int n;

	if (!value || !*value)
		return used;
	n = snprintf(text + used, room, "%s=%s\n", name, value);
	/* all of it or nothing */
	return n > 0 && (size_t)n < room ? used + (size_t)n : used;
}

/**
 * journal_send() - Send one message
 * @j:		The way to the journal, open
 * @name:	Who speaks
 * @priority:	As in syslog(3)
 * @line:	The text; neither it nor a field has a line end
 * @about:	The fields, or NULL for none
 *
 * Return: 0, or a negative errno and nobody was told
 */
int journal_send(const struct journal *j, const char *name, int priority,
		 const char *line, const struct log_about *about)
{
	char text[MESSAGE_MAX];
	size_t used;

	used = (size_t)snprintf(text, sizeof(text),
				"PRIORITY=%d\nSYSLOG_FACILITY=%d\n"
				"SYSLOG_PID=%d\n", priority, LOG_DAEMON >> 3,
				(int)getpid());
	used = put(text, used, "SYSLOG_IDENTIFIER", name);
	used = put(text, used, "MESSAGE", line);
	for (int i = 0; about && i < LOG_FIELD_NUM; i++)
		used = put(text, used, names[i], about->field[i]);
	if (sendto(j->fd, text, used, MSG_NOSIGNAL,
		   (const struct sockaddr *)&j->addr, j->len) < 0)
		return -errno;
	return 0;
}
