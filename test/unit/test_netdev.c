// SPDX-License-Identifier: ISC
// Devices, bridges and reloads, on the real kernel, in a namespace of ours.

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/util.h"
#include "monitor/bridge.h"
#include "monitor/netdev.h"
#include "monitor/netdev_table.h"
#include "os/tap_setup.h"

static void quiet(void *arg, int priority, const char *line)
{
	(void)arg;
	(void)priority;
	(void)line;
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

static int set_up(void **state)
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

static int tear_down(void **state)
{
	if (*state)
		rtnl_close(host_of(state)->rtnl);
	return 0;
}

static struct host *need(void **state)
{
	if (!*state) {
		print_message("no right to make network devices\n");
		skip();
	}
	return host_of(state);
}

static struct config_channel channel(const char *name, const char *device)
{
	struct config_channel c = { .id = 1 };

	strcpy(c.name, name);
	strcpy(c.device.name, device);
	return c;
}

static struct rtnl_link look(struct host *h, const char *name)
{
	struct rtnl_link link;

	if (rtnl_link_get(h->rtnl, name, &link))
		fail_msg("%s is not there", name);
	return link;
}

static bool is_there(struct host *h, const char *name)
{
	struct rtnl_link link;

	return !rtnl_link_get(h->rtnl, name, &link);
}

static struct netdev *must_open(struct host *h,
				const struct config_channel *c)
{
	char reason[512] = "";
	struct netdev *d;
	int err;

	d = netdev_open(h, c, &err, reason, sizeof(reason));
	if (!d)
		fail_msg("%s: %s", c->device.name, reason);
	return d;
}

/* It fails, and the text has all of the words, which end with NULL. */
static void must_fail(struct host *h, const struct config_channel *c,
		      int expect, const char *const *words)
{
	char reason[512] = "";
	int err;

	if (netdev_open(h, c, &err, reason, sizeof(reason)))
		fail_msg("%s was opened", c->device.name);
	if (err != expect)
		fail_msg("error %d is not %d: %s", err, expect, reason);
	for (; *words; words++)
		if (!strstr(reason, *words))
			fail_msg("\"%s\" does not tell \"%s\"", reason,
				 *words);
}

static void make_bridge(struct host *h, const char *name, uint32_t mtu)
{
	const struct rtnl_bridge b = {
		.name = name, .mac = { 2, 0, 0, 0, 0, 0x77 },
	};
	struct rtnl_change change = { .what = RTNL_UP | RTNL_MTU, .up = true,
				      .mtu = mtu };

	assert_int_equal(rtnl_bridge_create(h->rtnl, &b), 0);
	assert_int_equal(rtnl_link_change(h->rtnl, look(h, name).index,
					  &change), 0);
}

/* A device that somebody else made; the descriptor holds it. */
static int make_foreign(const char *name, int flags, bool persist)
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

static void test_plain(void **state)
{
	struct host *h = need(state);
	struct config_channel c = channel("noc", "dcc1");
	struct netdev *d;
	struct rtnl_link l;

	c.device.mtu = 1300;
	d = must_open(h, &c);
	l = look(h, "dcc1");
	assert_true(l.up);
	assert_int_equal(l.mtu, 1300);
	assert_int_equal(l.mac[0], 0xfe);
	assert_string_equal(l.alias, "dccbridge: made for noc, /run/test");
	assert_int_equal(l.tun.type, IFF_TAP);
	assert_false(l.tun.pi);
	assert_true(d->ours && d->up);
	assert_int_equal(d->mtu, 1300);
	assert_true(fcntl(d->fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(d->fd, F_GETFD) & FD_CLOEXEC);
	netdev_free(d);
	assert_false(is_there(h, "dcc1"));
}

static void test_exists_with_other_flags(void **state)
{
	struct host *h = need(state);
	static const struct {
		int flags;
		enum attachment attachment;
		bool pi;
		const char *words[5];
	} cases[] = {
		{ IFF_TUN | IFF_NO_PI, ATTACH_TAP, false,
		  { "IFF_TUN", "IFF_TAP", "ip link delete dcc1", NULL } },
		{ IFF_TAP | IFF_NO_PI, ATTACH_TUN, false,
		  { "IFF_TUN", "IFF_TAP", "ip link delete dcc1", NULL } },
		{ IFF_TAP, ATTACH_TAP, false,
		  { "lacks IFF_NO_PI", "ip link delete dcc1", NULL } },
		{ IFF_TUN | IFF_NO_PI, ATTACH_TUN, true,
		  { "has IFF_NO_PI", "packet-information: false", NULL } },
		{ IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE, ATTACH_TAP, false,
		  { "IFF_MULTI_QUEUE", NULL } },
		{ IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, ATTACH_TAP, false,
		  { "IFF_VNET_HDR", NULL } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct config_channel c = channel("noc", "dcc1");
		int fd = make_foreign("dcc1", cases[i].flags, true);

		close(fd);
		c.attachment = cases[i].attachment;
		c.device.packet_information = cases[i].pi;
		must_fail(h, &c, -EEXIST, cases[i].words);
		assert_true(is_there(h, "dcc1"));
		rtnl_link_delete(h->rtnl, look(h, "dcc1").index);
	}
}

static void test_exists_for_others(void **state)
{
	static const char *const user[] = { "belongs to user 0",
					    "owner: 0", NULL };
	static const char *const busy[] = { "busy", "another program", NULL };
	static const char *const bridge[] = { "is no TAP or TUN", "bridge",
					      "\"name\"", NULL };
	struct host *h = need(state);
	struct config_channel c = channel("noc", "dcc1");
	struct netdev *d;
	int fd = make_foreign("dcc1", IFF_TAP | IFF_NO_PI, true);

	must_fail(h, &c, -EBUSY, busy);
	assert_int_equal(ioctl(fd, TUNSETOWNER, 0), 0);
	close(fd);
	must_fail(h, &c, -EEXIST, user);
	strcpy(c.device.owner, "0");
	d = must_open(h, &c);
	assert_false(d->ours);
	netdev_free(d);
	assert_true(is_there(h, "dcc1"));
	make_bridge(h, "dcc2", 1500);
	c = channel("noc", "dcc2");
	must_fail(h, &c, -EEXIST, bridge);
}

static void test_unknown_owner(void **state)
{
	static const char *const words[] = { "owner", "no-such-user", NULL };
	struct host *h = need(state);
	struct config_channel c = channel("noc", "dcc1");

	strcpy(c.device.owner, "no-such-user");
	must_fail(h, &c, -ENOENT, words);
	assert_false(is_there(h, "dcc1"));
}

static void test_leftover_of_ours(void **state)
{
	struct host *h = need(state);
	struct config_channel c = channel("noc", "dcc1");
	struct netdev *d;
	int index;

	c.device.persist = true;
	d = must_open(h, &c);
	index = d->index;
	netdev_free(d);
	/* as it should be: taken over */
	d = must_open(h, &c);
	assert_int_equal(d->index, index);
	assert_true(d->ours);
	netdev_free(d);
	/* ours, but another now: made anew */
	c.attachment = ATTACH_TUN;
	d = must_open(h, &c);
	assert_int_not_equal(d->index, index);
	assert_int_equal(look(h, "dcc1").tun.type, IFF_TUN);
	netdev_free(d);
}

static void in_bridge(struct config_channel *c, const char *name)
{
	strcpy(c->device.bridge.name, name);
}

static void test_bridge_mtu(void **state)
{
	static const char *const lower[] = { "lower the MTU of bridge br0",
					     "from 1500 to 1400",
					     "lower-bridge-mtu: true", NULL };
	/* bridge's MTU, wanted, allowed to lower -> TAP's, bridge's */
	static const struct {
		uint32_t bridge, mtu;
		bool lower;
		uint32_t tap, after;
	} cases[] = {
		{ 1500, 0, false, 1500, 1500 }, { 1400, 0, false, 1400, 1400 },
		{ 9000, 0, false, 9000, 9000 },
		{ 1500, 9000, false, 9000, 1500 },
		{ 1500, 1500, false, 1500, 1500 },
		{ 1500, 1400, true, 1400, 1400 },
	};
	struct host *h = need(state);
	struct config_channel c = channel("noc", "dcc1");

	in_bridge(&c, "br0");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct netdev *d;

		make_bridge(h, "br0", cases[i].bridge);
		c.device.mtu = cases[i].mtu;
		c.device.lower_bridge_mtu = cases[i].lower;
		d = must_open(h, &c);
		assert_int_equal(look(h, "dcc1").master,
				 look(h, "br0").index);
		assert_int_equal(look(h, "dcc1").mtu, cases[i].tap);
		assert_int_equal(d->mtu, cases[i].tap);
		assert_int_equal(look(h, "br0").mtu, cases[i].after);
		netdev_free(d);
		rtnl_link_delete(h->rtnl, look(h, "br0").index);
	}
	make_bridge(h, "br0", 1500);
	c.device.mtu = 1400;
	c.device.lower_bridge_mtu = false;
	must_fail(h, &c, -EINVAL, lower);
	assert_false(is_there(h, "dcc1"));
	assert_int_equal(look(h, "br0").mtu, 1500);
}

/* A bridge whose address nobody set takes that of a port, but for us. */
static void test_bridge_mac(void **state)
{
	static const uint8_t low[6] = { 2, 0, 0, 0, 0, 1 };
	struct host *h = need(state);
	struct config_channel c = channel("noc", "dcc1");
	struct rtnl_link before;
	struct netdev *d;

	/* the kernel makes this one's address up */
	assert_int_equal(system("ip link add br0 type bridge"), 0);
	before = look(h, "br0");
	in_bridge(&c, "br0");
	c.device.has_mac = true;
	memcpy(c.device.mac, low, 6);
	d = must_open(h, &c);
	assert_memory_equal(look(h, "dcc1").mac, low, 6);
	assert_memory_equal(look(h, "br0").mac, before.mac, 6);
	assert_int_equal(look(h, "br0").mtu, before.mtu);
	netdev_free(d);
	assert_memory_equal(look(h, "br0").mac, before.mac, 6);
	/* nor does a TAP ever have the bridge's own */
	memcpy(c.device.mac, before.mac, 6);
	d = must_open(h, &c);
	assert_memory_not_equal(look(h, "dcc1").mac, before.mac, 6);
	netdev_free(d);
}

static void test_bridge_made(void **state)
{
	static const char *const absent[] = { "br9 does not exist",
					      "create: true", NULL };
	struct host *h = need(state);
	struct config_channel c = channel("noc", "dcc1");
	struct config config = { .channels = &c, .nchannels = 1 };
	struct netdev *d;

	in_bridge(&c, "br9");
	must_fail(h, &c, -ENODEV, absent);
	assert_false(is_there(h, "dcc1"));
	c.device.bridge.create = true;
	c.device.mtu = 1400;
	d = must_open(h, &c);
	assert_true(look(h, "br9").up);
	assert_int_equal(look(h, "br9").mtu, 1400);
	assert_int_equal(look(h, "br9").mac[0], 2);
	/* wanted, or with a port, it stays */
	bridge_remove_idle(h, NULL);
	assert_true(is_there(h, "br9"));
	netdev_free(d);
	bridge_remove_idle(h, &config);
	assert_true(is_there(h, "br9"));
	/* its MTU may follow, for nobody else is in it */
	c.device.mtu = 1300;
	d = must_open(h, &c);
	assert_int_equal(look(h, "br9").mtu, 1300);
	netdev_free(d);
	bridge_remove_idle(h, NULL);
	assert_false(is_there(h, "br9"));
	/* one that is not ours is left alone */
	make_bridge(h, "br9", 1500);
	bridge_remove_idle(h, NULL);
	assert_true(is_there(h, "br9"));
}

static struct config_prefix prefix(const char *text, uint8_t length)
{
	struct config_prefix p = { .length = length };

	assert_int_equal(addr_parse(&p.addr, text, 0), 0);
	return p;
}

static bool shows(const char *command)
{
	return system(command) == 0;
}

static void test_addresses(void **state)
{
	struct config_prefix list[] = { prefix("192.0.2.1", 24),
					prefix("2001:db8::1", 64) };
	struct host *h = need(state);
	struct config_channel c = channel("noc", "tun1");
	struct netdev *d;

	c.attachment = ATTACH_TUN;
	c.device.addresses = list;
	c.device.naddresses = ARRAY_SIZE(list);
	assert_int_equal(addr_parse(&c.device.peer_address, "192.0.2.9", 0),
			 0);
	d = must_open(h, &c);
	assert_true(shows("ip addr show tun1 | grep -q "
			  "'inet 192.0.2.1 peer 192.0.2.9/24'"));
	assert_true(shows("ip addr show tun1 | grep -q "
			  "'inet6 2001:db8::1/64'"));
	netdev_free(d);
}

/* A table of three channels, of which a reload keeps one. */
struct table {
	struct config_channel channels[3], after[2];
	struct config before_config, after_config;
	struct netdev_table t;
	struct netdev_news news;
	int told;
};

static void hear(void *arg, const struct netdev_news *news)
{
	struct table *t = arg;

	t->news = *news;
	t->told++;
}

static void open_all(struct table *t, int *fds)
{
	const struct netdev *d;
	char reason[256];

	for (size_t i = 0; i < t->t.nslots; i++) {
		assert_int_equal(netdev_table_open(&t->t, i, &d, reason,
						   sizeof(reason)), 0);
		if (fds)
			fds[i] = d->fd;
	}
}

static void begin_table(struct host *h, struct table *t, int *fds)
{
	memset(t, 0, sizeof(*t));
	t->channels[0] = channel("a", "dcc1");
	t->channels[1] = channel("b", "dcc2");
	t->channels[2] = channel("c", "dcc3");
	t->before_config.channels = t->channels;
	t->before_config.nchannels = 3;
	t->after_config.channels = t->after;
	t->after_config.nchannels = 1;
	assert_int_equal(netdev_table_init(&t->t, h, &t->before_config), 0);
	t->t.news = hear;
	t->t.arg = t;
	open_all(t, fds);
	assert_true(netdev_table_tried(&t->t));
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void test_reload(void **state)
{
	/* the group that we would take if nobody were in it */
	struct rtnl_change group = { .what = RTNL_GROUP,
				     .group = 0x0dcc0001 };
	struct host *h = need(state);
	struct table t;
	int fds[3], kept, other;

	begin_table(h, &t, fds);
	kept = look(h, "dcc2").index;
	other = make_foreign("other", IFF_TAP | IFF_NO_PI, false);
	rtnl_link_change(h->rtnl, look(h, "other").index, &group);
	t.after[0] = t.channels[1];
	assert_int_equal(netdev_table_reload(&t.t, &t.after_config, 2), 0);
	/* the engine has not confirmed: nothing goes */
	netdev_table_confirm(&t.t, 1);
	assert_true(is_there(h, "dcc1") && is_there(h, "dcc3"));
	netdev_table_confirm(&t.t, 2);
	assert_false(is_there(h, "dcc1") || is_there(h, "dcc3"));
	assert_false(is_open(fds[0]) || is_open(fds[2]));
	assert_int_equal(look(h, "dcc2").index, kept);
	assert_true(is_open(fds[1]));
	assert_true(is_there(h, "other"));
	netdev_table_remove(&t.t);
	assert_false(is_there(h, "dcc2"));
	assert_true(is_there(h, "other"));
	close(other);
}

/* Two channels swap the names of their devices. */
static void test_reload_swaps_names(void **state)
{
	struct host *h = need(state);
	int fds[3], was1, was2;
	struct table t;

	begin_table(h, &t, fds);
	was1 = look(h, "dcc1").index;
	was2 = look(h, "dcc2").index;
	t.after[0] = channel("a", "dcc2");
	t.after[1] = channel("b", "dcc1");
	t.after_config.nchannels = 2;
	assert_int_equal(netdev_table_reload(&t.t, &t.after_config, 2), 0);
	/* the engine asks before its sign of life */
	open_all(&t, NULL);
	assert_int_not_equal(look(h, "dcc1").index, was1);
	assert_int_not_equal(look(h, "dcc2").index, was2);
	assert_string_equal(look(h, "dcc1").alias,
			    "dccbridge: made for b, /run/test");
	/* it may have the old ones open still: ours must not be the first
	 * to be closed, nor at a sign of life that it sent before */
	netdev_table_confirm(&t.t, 1);
	assert_true(is_open(fds[0]) && is_open(fds[1]) && is_open(fds[2]));
	netdev_table_confirm(&t.t, 2);
	assert_false(is_open(fds[0]) || is_open(fds[1]) || is_open(fds[2]));
	netdev_table_remove(&t.t);
	assert_false(is_there(h, "dcc1") || is_there(h, "dcc2"));
}

static void feed(struct host *h, struct table *t, const char *name)
{
	struct rtnl_link link = look(h, name);

	netdev_table_link(&t->t, &link);
}

static void test_news(void **state)
{
	struct rtnl_change change = { .what = RTNL_MTU, .mtu = 1280 };
	struct host *h = need(state);
	struct rtnl_link link;
	struct table t;
	int fds[3];

	begin_table(h, &t, fds);
	link = look(h, "dcc2");
	netdev_table_link(&t.t, &link);
	assert_int_equal(t.told, 0);	/* nothing new */
	rtnl_link_change(h->rtnl, link.index, &change);
	feed(h, &t, "dcc2");
	assert_int_equal(t.told, 1);
	assert_int_equal(t.news.channel, 1);
	assert_int_equal(t.news.mtu, 1280);
	assert_true(t.news.up && !t.news.gone);
	/* news were lost, and with them that it is gone */
	rtnl_link_delete(h->rtnl, link.index);
	netdev_table_resync(&t.t);
	assert_int_equal(t.told, 2);
	assert_true(t.news.gone && !t.news.up);
	/* the engine opens it anew */
	open_all(&t, NULL);
	assert_int_not_equal(look(h, "dcc2").index, link.index);
	/* one sign of life may have been on its way already */
	netdev_table_confirm(&t.t, 1);
	assert_true(is_open(fds[1]));
	netdev_table_confirm(&t.t, 1);
	assert_false(is_open(fds[1]));
	netdev_table_remove(&t.t);
}

static void test_bridge_comes_and_goes(void **state)
{
	struct host *h = need(state);
	const struct netdev *d;
	struct rtnl_link bridge;
	struct table t;
	char reason[256];

	memset(&t, 0, sizeof(t));
	t.channels[0] = channel("a", "dcc1");
	in_bridge(&t.channels[0], "br0");
	t.before_config.channels = t.channels;
	t.before_config.nchannels = 1;
	assert_int_equal(netdev_table_init(&t.t, h, &t.before_config), 0);
	t.t.news = hear;
	t.t.arg = &t;
	assert_int_equal(netdev_table_open(&t.t, 0, &d, reason,
					   sizeof(reason)), -ENODEV);
	make_bridge(h, "br0", 1400);
	feed(h, &t, "br0");
	assert_int_equal(t.told, 1);
	assert_true(t.news.retry);
	open_all(&t, NULL);
	assert_int_equal(look(h, "dcc1").master, look(h, "br0").index);
	/* it goes and comes back with another MTU */
	bridge = look(h, "br0");
	rtnl_link_delete(h->rtnl, bridge.index);
	bridge.gone = true;
	netdev_table_link(&t.t, &bridge);
	assert_int_equal(look(h, "dcc1").master, 0);
	make_bridge(h, "br0", 1300);
	feed(h, &t, "br0");
	assert_int_equal(look(h, "dcc1").master, look(h, "br0").index);
	assert_int_equal(look(h, "dcc1").mtu, 1300);
	assert_int_equal(look(h, "br0").mtu, 1300);
	netdev_table_remove(&t.t);
}

static void test_sweep(void **state)
{
	struct host *h = need(state), other = *h;
	struct config_channel c[3] = { channel("a", "dcc1"),
				       channel("b", "dcc2"),
				       channel("c", "dcc3") };
	struct config config = { .channels = c, .nchannels = 1 };
	struct netdev_table t;
	int kept, foreign;

	/* another daemon's device, which runs */
	strcpy(other.socket, "/run/other");
	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		c[i].device.persist = true;
		netdev_free(must_open(i == 2 ? &other : h, &c[i]));
	}
	foreign = make_foreign("mine", IFF_TAP | IFF_NO_PI, true);
	close(foreign);
	kept = look(h, "dcc1").index;
	assert_int_equal(netdev_table_init(&t, h, &config), 0);
	netdev_table_sweep(&t);
	assert_int_equal(look(h, "dcc1").index, kept);
	assert_false(is_there(h, "dcc2"));
	assert_true(is_there(h, "dcc3"));
	assert_true(is_there(h, "mine"));
	/* it is not to persist any more: not taken over */
	c[0].device.persist = false;
	netdev_table_sweep(&t);
	assert_false(is_there(h, "dcc1"));
	netdev_table_remove(&t);
}

#define ONE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_plain), ONE(test_exists_with_other_flags),
		ONE(test_exists_for_others), ONE(test_unknown_owner),
		ONE(test_leftover_of_ours), ONE(test_bridge_mtu),
		ONE(test_bridge_mac), ONE(test_bridge_made),
		ONE(test_addresses), ONE(test_reload),
		ONE(test_reload_swaps_names), ONE(test_news),
		ONE(test_bridge_comes_and_goes), ONE(test_sweep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
