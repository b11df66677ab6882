/* SPDX-License-Identifier: ISC */
/* The journal's native protocol: a message with fields, one a datagram. */
#ifndef BASE_JOURNAL_H
#define BASE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#define JOURNAL_SOCKET	"/run/systemd/journal/socket"

enum { LOG_FIELD_MAX = 64 };	/* octets of a field, NUL included */

/** enum log_field - What a line may say of itself; the order of the table */
enum log_field {
	LOG_FIELD_CHANNEL,
	LOG_FIELD_PATH,
	LOG_FIELD_EVENT,
	LOG_FIELD_ALARM,
	LOG_FIELD_SEVERITY,	/* of the alarm */
	LOG_FIELD_NUM
};

/** struct log_about - What a line is about; NULL or "": not that */
struct log_about {
	const char *field[LOG_FIELD_NUM];
};

/** struct journal - The way to the journal */
struct journal {
	int fd;
	struct sockaddr_un addr;
	socklen_t len;
};

int journal_open(struct journal *j, const char *path);
void journal_close(struct journal *j);
bool journal_is_behind(int fd);
int journal_send(const struct journal *j, const char *name, int priority,
		 const char *line, const struct log_about *about);

#endif
