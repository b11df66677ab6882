/* SPDX-License-Identifier: ISC */
/* The DCCs of the configuration: opened, and watched while they are. */
#ifndef MONITOR_DCC_TABLE_H
#define MONITOR_DCC_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/config.h"
#include "monitor/host.h"
#include "os/priv.h"
#include "os/rtnl_link.h"

enum { DCC_REASON_MAX = 320 };

/**
 * struct dcc - An interface or a device that paths of the file name
 * @cfg:	Settings of the first path that names it: all agree
 * @channel:	Index of that path's channel
 * @path:	Index of that path in it
 * @index:	Interface that is open; 0: none
 * @mtu:	Its MTU
 * @carrier:	What was told last
 * @slow:	Its driver tells the carrier by netlink only
 * @warned:	Something is not well with it, and was told
 * @errors:	What its driver had counted when last looked at
 * @waits:	Device: it could not be opened
 * @node:	Device: the file that could not be opened, 0 for none
 */
struct dcc {
	const struct config_dcc *cfg;
	uint16_t channel, path;
	int index;
	uint32_t mtu;
	bool carrier, slow, warned;
	struct rtnl_errors errors;
	bool waits;
	ino_t node;
};

/**
 * struct dcc_news - What is told about a DCC
 * @hits:	Frames that it has damaged, by enum priv_hit, since it was told
 *		last
 * @reason:	Why it is gone; of one that is not, what is not well; or ""
 */
struct dcc_news {
	uint16_t channel, path;
	bool carrier, gone, retry;
	uint32_t hits[PRIV_HIT_NUM];
	const char *reason;
};

/**
 * struct dcc_opened - What opening one gave
 * @fd:		The caller's
 * @mtu:	Of an interface, else 0
 * @warning:	What is not well with it, or ""
 */
struct dcc_opened {
	int fd;
	uint32_t mtu;
	bool carrier;
	char warning[DCC_REASON_MAX];
};

/**
 * struct dcc_table - All DCCs
 * @fd:		Socket to ask for carriers
 * @turn:	Counts dcc_table_poll()
 * @news:	Called with what has changed
 * @arg:	Its first argument
 */
struct dcc_table {
	const struct host *host;
	struct dcc *list;
	size_t n;
	int fd;
	unsigned int turn;
	void (*news)(void *arg, const struct dcc_news *news);
	void *arg;
};

int dcc_table_init(struct dcc_table *t, const struct host *host,
		   const struct config *config);
int dcc_table_prepare(struct dcc_table *next, const struct dcc_table *t,
		      const struct config *config);
void dcc_table_follow(struct dcc_table *t, struct dcc_table *next);
void dcc_table_tell(const struct dcc_table *t);
void dcc_table_free(struct dcc_table *t);
int dcc_table_open(struct dcc_table *t, const struct config_dcc *cfg,
		   struct dcc_opened *o, char *reason, size_t size);
void dcc_table_link(struct dcc_table *t, const struct rtnl_link *link);
void dcc_table_resync(struct dcc_table *t);
bool dcc_table_polls(const struct dcc_table *t);
void dcc_table_poll(struct dcc_table *t);

#endif
