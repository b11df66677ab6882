// SPDX-License-Identifier: ISC
// What happens to a channel is told to its hook program.
//
// The programs are the monitor's affair: it is asked by the indices of
// channel and path, and a number for what happened. While a configuration
// takes force nothing is asked, for the indices are about to change.

#include "engine/on_change.h"

#include <string.h>

#include "base/log.h"
#include "policy/hook.h"

/**
 * on_change_set() - These channels are in force
 * @c:		Who has a hook program
 * @channels:	Channels, by their index; borrowed
 * @n:		How many; 0: none is, for a while
 */
void on_change_set(struct on_change *c, struct channel *const *channels,
		   size_t n)
{
	c->channels = channels;
	c->nchannels = 0;
	for (size_t i = 0; i < n; i++)
		if (channels[i]->cfg->on_change)
			c->nchannels = n;
}

static struct channel *find(const struct on_change *c, const char *name)
{
	for (size_t i = 0; i < c->nchannels; i++)
		if (!strcmp(c->channels[i]->cfg->name, name))
			return c->channels[i];
	return NULL;
}

/* What the monitor has no room for is lost, since another change may have
 * come before there is: it is counted, and told as soon as it can be. */
static void say(struct on_change *c, struct channel *ch, uint16_t path,
		int16_t number)
{
	if (asker_say_path(c->asker, PRIV_HOOK, ch->index, path, number) < 0) {
		stats_inc(&ch->stats, STAT_HOOKS_LOST);
		c->lost++;
		return;
	}
	if (c->lost)
		log_warnx("hooks: %u changes were not told: the monitor was "
			  "behind", c->lost);
	c->lost = 0;
}

/**
 * on_change_heard() - Something happened: have the program run, if there is one
 * @c:	Who has a hook program
 * @n:	What happened
 */
void on_change_heard(struct on_change *c, const struct notice *n)
{
	const struct path *p = NULL;
	struct channel *ch;
	int16_t number;

	if (!c->nchannels || !*n->channel)
		return;
	number = hook_number(n->kind, n->alarm);
	ch = number < 0 ? NULL : find(c, n->channel);
	if (!ch || !ch->cfg->on_change)
		return;
	if (*n->path)
		p = channel_find_path(ch, n->path);
	say(c, ch, p ? p->number : PRIV_DEVICE, number);
}
