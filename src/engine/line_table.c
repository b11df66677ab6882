// SPDX-License-Identifier: ISC
// Lines by their settings, while a new configuration takes force.
//
// A reload asks for the line of each path, of which there may be thousands,
// and nobody is heard meanwhile: so it must not look at each line each time.

#include "engine/line_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

static uint64_t hash_text(uint64_t h, const char *text)
{
	return text ? hash_bytes(h, text, strlen(text)) : h;
}

/* Of those keys in which lines usually differ */
static struct line **chain_of(const struct line_table *t,
			      const struct config_path *cfg)
{
	const struct config_udp *udp = &cfg->udp;
	uint64_t h = HASH_INIT;

	if (cfg->kind == TRANSPORT_UDP) {
		h = hash_bytes(addr_hash(&udp->local), &udp->remote_port,
			       sizeof(udp->remote_port));
		h = hash_text(h, udp->remote_host);
	} else {
		h = hash_text(h, cfg->dcc.interface);
		h = hash_text(h, cfg->dcc.device);
	}
	return &t->chains[(size_t)(h ^ h >> 32) & (t->size - 1)];
}

/**
 * line_table_init() - Make a table, empty
 * @t:		Owned by the caller
 * @lines:	How many there will be, about
 *
 * Return: 0 or -ENOMEM
 */
int line_table_init(struct line_table *t, size_t lines)
{
	t->size = 1;
	while (t->size < lines)
		t->size *= 2;
	t->chains = calloc(t->size, sizeof(struct line *));
	return t->chains ? 0 : -ENOMEM;
}

/**
 * line_table_fini() - Forget it; the lines stay
 * @t:	Table
 */
void line_table_fini(struct line_table *t)
{
	free(t->chains);
}

/**
 * line_table_add() - From now on a line is found
 * @t:	Table
 * @l:	Line, in no table that is still used
 */
void line_table_add(struct line_table *t, struct line *l)
{
	struct line **chain = chain_of(t, l->cfg);

	l->chained = *chain;
	*chain = l;
}

/**
 * line_table_find() - The line that a path shares
 * @t:		Table
 * @cfg:	Path's settings
 *
 * Return: the line or NULL
 */
struct line *line_table_find(const struct line_table *t,
			     const struct config_path *cfg)
{
	struct line *l = *chain_of(t, cfg);

	while (l && !line_key_eq(l->cfg, cfg))
		l = l->chained;
	return l;
}
