// SPDX-License-Identifier: ISC
// A host with a network of its own, for tests of devices and bridges.

#include "netdev_site.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

static void quiet(void *arg, int priority, const char *line,
		  const struct log_about *about)
{
	(void)arg;
	(void)priority;
	(void)line;
	(void)about;
}

/* The host of one test: its devices go with the test. */
static struct host *host_of(void **state)
{
	return *state;
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool good;

	if (fd < 0)
		return false;
	good = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return good;
}

/* A fresh network for each test, as root or in a namespace of one user. */
static bool own_network(void)
{
	char map[64];

	if (!unshare(CLONE_NEWNET))
		return true;
	snprintf(map, sizeof(map), "0 %u 1", (unsigned int)geteuid());
	return !unshare(CLONE_NEWUSER | CLONE_NEWNET) &&
	       write_file("/proc/self/uid_map", map);
}

/** site_set_up() - Begin a test; where we may not, its state is NULL */
int site_set_up(void **state)
{
	static const struct log_sink sink = { quiet, NULL };
	static struct host host;

	log_set_sink(&sink);
	memset(&host, 0, sizeof(host));
	strcpy(host.machine, "machine");
	strcpy(host.node, "node");
	strcpy(host.socket, "/run/test");
	*state = NULL;
	if (!own_network() || access("/dev/net/tun", R_OK | W_OK))
		return 0;
	assert_int_equal(rtnl_open(&host.rtnl), 0);
	*state = &host;
	return 0;
}

/** site_tear_down() - End a test and its network */
int site_tear_down(void **state)
{
	if (*state)
		rtnl_close(host_of(state)->rtnl);
	return 0;
}

/** site_need() - The host of a test; skips it where there is none */
struct host *site_need(void **state)
{
	if (!*state) {
		print_message("no right to make network devices\n");
		skip();
	}
	return host_of(state);
}

/** site_channel() - A channel with a TAP and nothing else */
struct config_channel site_channel(const char *name, const char *device)
{
	struct config_channel c = { .id = 1 };

	strcpy(c.name, name);
	strcpy(c.device.name, device);
	return c;
}

/** site_look() - A device as it is; fails if it is not there */
struct rtnl_link site_look(struct host *h, const char *name)
{
	struct rtnl_link link;

	if (rtnl_link_get(h->rtnl, name, &link))
		fail_msg("%s is not there", name);
	return link;
}

/** site_has() - Is a device there? */
bool site_has(struct host *h, const char *name)
{
	struct rtnl_link link;

	return !rtnl_link_get(h->rtnl, name, &link);
}

/** site_open() - Open a channel's device; fails if that does */
struct netdev *site_open(struct host *h, const struct config_channel *c)
{
	char reason[512] = "";
	struct netdev *d;
	int err;

	d = netdev_open(h, c, &err, reason, sizeof(reason));
	if (!d)
		fail_msg("%s: %s", c->device.name, reason);
	return d;
}

/** site_bridge() - Make a bridge with an address that somebody set */
void site_bridge(struct host *h, const char *name, uint32_t mtu)
{
	const struct rtnl_bridge b = {
		.name = name, .mac = { 2, 0, 0, 0, 0, 0x77 },
	};
	struct rtnl_change change = { .what = RTNL_UP | RTNL_MTU, .up = true,
				      .mtu = mtu };

	assert_int_equal(rtnl_bridge_create(h->rtnl, &b), 0);
	assert_int_equal(rtnl_link_change(h->rtnl, site_look(h, name).index,
					  &change), 0);
}

/** site_foreign() - Make a device as others do; the descriptor holds it */
int site_foreign(const char *name, int flags, bool persist)
{
	int fd = open("/dev/net/tun", O_RDWR);
	struct ifreq ifr = { .ifr_flags = (short)flags };

	strcpy(ifr.ifr_name, name);
	assert_true(fd >= 0);
	assert_int_equal(ioctl(fd, TUNSETIFF, &ifr), 0);
	if (persist)
		assert_int_equal(ioctl(fd, TUNSETPERSIST, 1), 0);
	return fd;
}

/** site_in_bridge() - Let a channel's TAP join a bridge */
void site_in_bridge(struct config_channel *c, const char *name)
{
	strcpy(c->device.bridge.name, name);
}
