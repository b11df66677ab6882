// SPDX-License-Identifier: ISC
// What device set-up knows of the host, and the mark on what we made.
//
// The mark is the alias of a device ("ip link" shows it): it names the
// channel and our control socket. It is the only record of what we made, so
// that a start after a kill -9 knows as much as the process that was killed,
// and an operator who changes it takes the device for his own.

#include "monitor/host.h"

#include <stdio.h>
#include <string.h>

#define MARK	"dccbridge: made for "

/**
 * host_follow() - Take over what a configuration says of us
 * @h:		Host
 * @config:	Configuration; only read
 */
void host_follow(struct host *h, const struct config *config)
{
	memcpy(h->node, config->node, sizeof(h->node));
	memcpy(h->socket, config->control.socket, sizeof(h->socket));
}

/**
 * host_mark() - The alias for a device that we make
 * @h:		Host
 * @channel:	Name of the channel that it is made for
 * @mark:	Filled in
 */
void host_mark(const struct host *h, const char *channel,
	       char mark[RTNL_ALIAS_MAX])
{
	snprintf(mark, RTNL_ALIAS_MAX, MARK "%s, %s", channel, h->socket);
}

/**
 * host_marked() - Did we make a device, in this run or an earlier one?
 * @h:		Host
 * @alias:	Of the device
 * @channel:	Filled in with the channel that it was made for
 *
 * Return: true if so
 */
bool host_marked(const struct host *h, const char *alias,
		 char channel[CONFIG_NAME_MAX + 1])
{
	const char *end;
	size_t len;

	if (strncmp(alias, MARK, strlen(MARK)))
		return false;
	alias += strlen(MARK);
	end = strstr(alias, ", ");
	len = end ? (size_t)(end - alias) : 0;
	if (!len || len > CONFIG_NAME_MAX || strcmp(end + 2, h->socket))
		return false;
	memcpy(channel, alias, len);
	channel[len] = '\0';
	return true;
}
