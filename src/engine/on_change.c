// SPDX-License-Identifier: ISC
// What happens to a channel is told to its hook program.
//
// The programs are the monitor's affair: it is asked by the indices of
// channel and path, and a number for what happened. While a configuration
// takes force nothing is asked, for the indices are about to change.

#include "engine/on_change.h"

#include <string.h>

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

static const struct channel *find(const struct on_change *c, const char *name)
{
	for (size_t i = 0; i < c->nchannels; i++)
		if (!strcmp(c->channels[i]->cfg->name, name))
			return c->channels[i];
	return NULL;
}

/**
 * on_change_heard() - Something happened: have the program run, if there is one
 * @c:	Who has a hook program
 * @n:	What happened
 */
void on_change_heard(const struct on_change *c, const struct notice *n)
{
	const struct path *p = NULL;
	const struct channel *ch;
	int16_t number;

	if (!c->nchannels || !*n->channel)
		return;
	number = hook_number(n->kind, n->alarm);
	ch = number < 0 ? NULL : find(c, n->channel);
	if (!ch || !ch->cfg->on_change)
		return;
	if (*n->path)
		p = channel_find_path(ch, n->path);
	asker_say_path(c->asker, PRIV_HOOK, ch->index,
		       p ? p->number : PRIV_DEVICE, number);
}
