// SPDX-License-Identifier: ISC
// What "status" says of offloads: which are in use, and why others are not.

#include <string.h>

#include "control/state.h"

static json_t *offload(json_t *use, const char *why)
{
	return json_pack("{s:o, s:s?}", "use", use, "why", why);
}

static void add(json_t *use, bool is, const char *word)
{
	if (is)
		json_array_append_new(use, json_string(word));
}

/* Why nothing at all is left to us; NULL if something may be */
static const char *settings(const struct path *p)
{
	if (p->cfg->kind != TRANSPORT_UDP)
		return "a DCC has none";
	if (!p->cfg->udp.offload)
		return "turned off in the configuration";
	return path_is_slow(p) ? "the path has a rate" : NULL;
}

/**
 * control_offload_channel() - What a channel's device leaves to us
 * @ch:	Channel
 *
 * Return: the object
 */
json_t *control_offload_channel(const struct channel *ch)
{
	json_t *use = json_array();
	const char *why = NULL;

	if (ch->fd < 0)
		return offload(use, NULL);
	if (ch->offloaded == 1) {
		add(use, ch->offloads & PRIV_CHECKSUM, "checksum");
		add(use, ch->offloads & PRIV_TSO, "tcp");
		add(use, ch->offloads & PRIV_USO, "udp");
		add(use, !ch->no_joins, "join");
		if (ch->no_joins)
			why = strerror(ch->no_joins);
		else if (~ch->offloads & PRIV_USO)
			why = "the kernel lacks some";
	} else if (!ch->lan.vnet) {
		why = "only a TAP has them";
	} else if (!ch->offloads) {
		why = "the kernel has none";
	} else {
		why = ch->active ? settings(ch->active) : "no path is up";
	}
	return offload(use, why);
}

/**
 * control_offload_path() - Whether packets of a path travel as trains
 * @p:	Path, with a line that has a port
 *
 * Return: the object
 */
json_t *control_offload_path(const struct path *p)
{
	const struct line_end *end = &p->line->port->end;
	json_t *use = json_array();
	const char *why = settings(p);

	if (why)
		return offload(use, why);
	add(use, p->line->far_end.trains, "send");
	add(use, end->trains, "receive");
	if (p->line->no_trains)
		why = strerror(p->line->no_trains);
	else if (end->no_trains)
		why = strerror(end->no_trains);
	return offload(use, why);
}
