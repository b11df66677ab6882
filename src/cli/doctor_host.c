// SPDX-License-Identifier: ISC
// What the doctor looks at in the host as a whole.

#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "base/util.h"
#include "cli/doctor.h"
#include "cli/hostfs.h"

enum {
	BUFFER = 4 * 1024 * 1024,	/* octets that a fast line wants */
	EARLIEST = 1704067200,		/* 2024-01-01: it cannot be earlier */
};

/**
 * doctor_tun() - Can devices be made at all?
 * @d:	Doctor
 */
void doctor_tun(struct doctor *d)
{
	if (!host_exists(d->root, "dev/net/tun"))
		doctor_say(d, VERDICT_WRONG, "\"modprobe tun\", and \"tun\" "
			   "in /etc/modules-load.d/; in a container, hand "
			   "the device in", "/dev/net/tun is missing: no "
			   "device can be made");
}

/**
 * doctor_user() - Is there the user that the engine runs as?
 * @d:	Doctor
 */
void doctor_user(struct doctor *d)
{
	if (!host_account(d->root, "passwd", DCC_USER))
		doctor_say(d, VERDICT_WRONG, "\"systemd-sysusers\", or "
			   "\"useradd -r -s /usr/sbin/nologin " DCC_USER "\"",
			   "there is no user " DCC_USER ": the daemon does "
			   "not start as root without it");
}

/**
 * doctor_groups() - Are there the groups that may use the control socket?
 * @d:	Doctor
 */
void doctor_groups(struct doctor *d)
{
	const struct config_control *c = &d->config->control;
	const struct {
		const char *key, *name;
		bool set;
	} groups[] = {
		{ "group", c->group, c->group_set },
		{ "read-group", c->read_group, c->read_group_set },
	};

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (groups[i].set && *groups[i].name &&
		    !host_account(d->root, "group", groups[i].name))
			doctor_say(d, VERDICT_NOTE, "\"groupadd\" makes it; "
				   "then \"dccbridge reload\"",
				   "control.%s: there is no group %s, so only "
				   "root may", groups[i].key,
				   groups[i].name);
}

/**
 * doctor_kernel() - Is the kernel young enough?
 * @d:	Doctor
 */
void doctor_kernel(struct doctor *d)
{
	char release[HOST_TEXT];
	unsigned major, minor;

	if (!host_text(d->root, release, "proc/sys/kernel/osrelease") ||
	    sscanf(release, "%u.%u", &major, &minor) != 2)
		return;
	if (major < 4 || (major == 4 && minor < 18))
		doctor_say(d, VERDICT_WRONG, "a kernel of at least 4.18, "
			   "better 5.0", "Linux %s cannot isolate a port of "
			   "a bridge nor tell a client's groups", release);
	else if (major < 5)
		doctor_say(d, VERDICT_NOTE, "a kernel of at least 5.0",
			   "Linux %s cannot take the carrier from a TAP, so "
			   "bridges do not see a channel go down", release);
}

/**
 * doctor_clock() - Do the times of events mean something?
 * @d:	Doctor
 */
void doctor_clock(struct doctor *d)
{
	struct timex t = { 0 };

	if (*d->root)
		return;
	if (time(NULL) < EARLIEST)
		doctor_say(d, VERDICT_NOTE, "set it, and let NTP keep it",
			   "the clock is years behind: times of events and "
			   "counters mean nothing");
	else if (adjtimex(&t) == TIME_ERROR)
		doctor_say(d, VERDICT_NOTE, "have chrony or systemd-timesyncd "
			   "keep it", "the clock is not synchronized: times "
			   "of events at both ends do not compare");
}

/* Only without privileges is the daemon bound to these. */
static void check_buffer(struct doctor *d, const char *name)
{
	char remedy[HOST_TEXT];
	long n;

	if (!host_number(d->root, &n, "proc/sys/net/core/%s", name) ||
	    n >= BUFFER)
		return;
	snprintf(remedy, sizeof(remedy), "\"sysctl -w net.core.%s=%d\", and "
		 "the same in /etc/sysctl.d/", name, BUFFER);
	doctor_say(d, VERDICT_NOTE, remedy, "net.core.%s is %ld: a daemon "
		   "without CAP_NET_ADMIN loses packets in bursts", name, n);
}

/**
 * doctor_buffers() - Do sockets get the memory that fast lines want?
 * @d:	Doctor
 */
void doctor_buffers(struct doctor *d)
{
	if (!*d->root && !geteuid())
		return;
	check_buffer(d, "rmem_max");
	check_buffer(d, "wmem_max");
}

static bool has_line(const struct doctor *d, const char *path,
		     const char *begin)
{
	FILE *f = host_open(d->root, "%s", path);
	char line[HOST_TEXT];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, begin, strlen(begin));
	if (f)
		fclose(f);
	return found;
}

/**
 * doctor_filter() - Do bridged frames pass the rules for routed packets?
 * @d:	Doctor
 *
 * Without any rules loaded that is no harm yet. Those of nftables cannot be
 * seen here, so there its module counts.
 */
void doctor_filter(struct doctor *d)
{
	static const struct {
		const char *name, *tables, *what;
	} calls[] = {
		{ "iptables", "proc/net/ip_tables_names", "IPv4" },
		{ "ip6tables", "proc/net/ip6_tables_names", "IPv6" },
		{ "arptables", "proc/net/arp_tables_names", "ARP" },
	};
	bool nft = has_line(d, "proc/modules", "nf_tables ");
	char remedy[HOST_TEXT];
	long n;

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		bool rules = nft || has_line(d, calls[i].tables, "filter");

		if (!host_number(d->root, &n,
				 "proc/sys/net/bridge/bridge-nf-call-%s",
				 calls[i].name) || !n)
			continue;
		snprintf(remedy, sizeof(remedy), "\"sysctl -w net.bridge."
			 "bridge-nf-call-%s=0\", and the same in "
			 "/etc/sysctl.d/", calls[i].name);
		doctor_say(d, rules ? VERDICT_WRONG : VERDICT_NOTE, remedy,
			   "bridged %s frames pass the rules of %s%s",
			   calls[i].what, calls[i].name, rules ?
			   ", which may drop them (Docker's do)" :
			   ", though none are loaded now");
	}
}
