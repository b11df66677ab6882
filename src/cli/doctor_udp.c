// SPDX-License-Identifier: ISC
// What the doctor looks at where UDP paths begin.

#include <string.h>

#include "base/util.h"
#include "cli/doctor.h"
#include "cli/hostfs.h"
#include "cli/hostnet.h"

enum { SOCKETS_MAX = 16 };

static const char our_name[] = "dccbridged";

static bool same_local(const struct config_path *a,
		       const struct config_path *b)
{
	return a->kind == b->kind && addr_eq(&a->udp.local, &b->udp.local);
}

/* Is this the first path with its local address? Then we look at it. */
static bool is_first(const struct config *c, size_t i, size_t k)
{
	const struct config_path *path = &c->channels[i].paths[k];

	for (size_t x = 0; x <= i; x++)
		for (size_t y = 0; y < c->channels[x].npaths; y++) {
			const struct config_path *p =
				&c->channels[x].paths[y];

			if (p == path)
				return true;
			if (same_local(p, path))
				return false;
		}
	return true;
}

static void each_local(struct doctor *d,
		       void (*check)(struct doctor *d,
				     const struct config_channel *ch,
				     const struct config_path *path))
{
	const struct config *c = d->config;

	for (size_t i = 0; i < c->nchannels; i++)
		for (size_t k = 0; k < c->channels[i].npaths; k++) {
			const struct config_path *p =
				&c->channels[i].paths[k];

			if (p->kind == TRANSPORT_UDP &&
			    p->udp.local.sa.sa_family != AF_UNSPEC &&
			    is_first(c, i, k))
				check(d, &c->channels[i], p);
		}
}

static void check_local(struct doctor *d, const struct config_channel *ch,
			const struct config_path *path)
{
	const struct addr *local = &path->udp.local;
	char text[ADDR_STRLEN];

	if (addr_is_any(local) || host_has_address(d->root, local))
		return;
	doctor_say(d, VERDICT_WRONG, "\"ip address\" lists the host's; or "
		   "leave the local address out", "channel %s, path %s: local "
		   "address %s is not one of this host", ch->name, path->name,
		   addr_str(local, text));
}

static void check_interfaces(struct doctor *d)
{
	const struct config *c = d->config;

	for (size_t i = 0; i < c->nchannels; i++)
		for (size_t k = 0; k < c->channels[i].npaths; k++) {
			const struct config_path *p =
				&c->channels[i].paths[k];
			const char *name = p->kind == TRANSPORT_UDP ?
				p->udp.interface : p->dcc.interface;

			if (*name && !host_exists(d->root,
						  "sys/class/net/%s", name))
				doctor_say(d, VERDICT_WRONG, "\"ip link\" "
					"lists what there is", "channel %s, "
					"path %s: there is no interface %s",
					c->channels[i].name, p->name, name);
		}
}

/**
 * doctor_local() - Are local addresses and interfaces of paths here?
 * @d:	Doctor
 */
void doctor_local(struct doctor *d)
{
	each_local(d, check_local);
	check_interfaces(d);
}

static void check_port(struct doctor *d, const struct config_channel *ch,
		       const struct config_path *path)
{
	struct host_socket sockets[SOCKETS_MAX];
	int n = host_udp_sockets(d->root, &path->udp.local, sockets,
				 SOCKETS_MAX);
	char text[ADDR_STRLEN];

	for (int i = 0; i < n; i++) {
		const struct host_socket *s = &sockets[i];

		/* ours, or as good as ours where only root could tell */
		if (!strcmp(s->comm, our_name) || (!*s->comm && d->running))
			continue;
		doctor_say(d, VERDICT_WRONG, "end that program, or take "
			   "another port, at the far end too", "channel %s, "
			   "path %s: %s is in use by %s of user %u", ch->name,
			   path->name, addr_str(&path->udp.local, text),
			   *s->comm ? s->comm : "a program", s->uid);
		return;
	}
}

/**
 * doctor_ports() - Are our local ports free, or ours?
 * @d:	Doctor
 */
void doctor_ports(struct doctor *d)
{
	each_local(d, check_port);
}
