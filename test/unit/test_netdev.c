// SPDX-License-Identifier: ISC
// One device and its bridge, on the real kernel.

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "monitor/bridge.h"
#include "monitor/netdev.h"
#include "netdev_site.h"

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

static void test_plain(void **state)
{
	struct host *h = site_need(state);
	struct config_channel c = site_channel("noc", "dcc1");
	struct netdev *d;
	struct rtnl_link l;

	c.device.mtu = 1300;
	d = site_open(h, &c);
	l = site_look(h, "dcc1");
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
	assert_false(site_has(h, "dcc1"));
}

static void test_exists_with_other_flags(void **state)
{
	struct host *h = site_need(state);
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
		{ IFF_TUN | IFF_NO_PI | IFF_VNET_HDR, ATTACH_TUN, false,
		  { "IFF_VNET_HDR", NULL } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct config_channel c = site_channel("noc", "dcc1");
		int fd = site_foreign("dcc1", cases[i].flags, true);

		close(fd);
		c.attachment = cases[i].attachment;
		c.device.packet_information = cases[i].pi;
		must_fail(h, &c, -EEXIST, cases[i].words);
		assert_true(site_has(h, "dcc1"));
		rtnl_link_delete(h->rtnl, site_look(h, "dcc1").index);
	}
}

static void test_exists_for_others(void **state)
{
	static const char *const user[] = { "belongs to user 0",
					    "owner: 0", NULL };
	static const char *const busy[] = { "busy", "another program", NULL };
	static const char *const bridge[] = { "is no TAP or TUN", "bridge",
					      "\"name\"", NULL };
	struct host *h = site_need(state);
	struct config_channel c = site_channel("noc", "dcc1");
	struct netdev *d;
	int fd = site_foreign("dcc1", IFF_TAP | IFF_NO_PI, true);

	must_fail(h, &c, -EBUSY, busy);
	assert_int_equal(ioctl(fd, TUNSETOWNER, 0), 0);
	close(fd);
	must_fail(h, &c, -EEXIST, user);
	strcpy(c.device.owner, "0");
	d = site_open(h, &c);
	assert_false(d->ours);
	netdev_free(d);
	assert_true(site_has(h, "dcc1"));
	site_bridge(h, "dcc2", 1500);
	c = site_channel("noc", "dcc2");
	must_fail(h, &c, -EEXIST, bridge);
}

static void test_unknown_owner(void **state)
{
	static const char *const words[] = { "owner", "no-such-user", NULL };
	struct host *h = site_need(state);
	struct config_channel c = site_channel("noc", "dcc1");

	strcpy(c.device.owner, "no-such-user");
	must_fail(h, &c, -ENOENT, words);
	assert_false(site_has(h, "dcc1"));
}

static void test_leftover_of_ours(void **state)
{
	struct host *h = site_need(state);
	struct config_channel c = site_channel("noc", "dcc1");
	struct netdev *d;
	int index;

	c.device.persist = true;
	d = site_open(h, &c);
	index = d->index;
	netdev_free(d);
	/* as it should be: taken over */
	d = site_open(h, &c);
	assert_int_equal(d->index, index);
	assert_true(d->ours);
	netdev_free(d);
	/* ours, but another now: made anew */
	c.attachment = ATTACH_TUN;
	d = site_open(h, &c);
	assert_int_not_equal(d->index, index);
	assert_int_equal(site_look(h, "dcc1").tun.type, IFF_TUN);
	netdev_free(d);
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
	struct host *h = site_need(state);
	struct config_channel c = site_channel("noc", "dcc1");

	site_in_bridge(&c, "br0");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct netdev *d;

		site_bridge(h, "br0", cases[i].bridge);
		c.device.mtu = cases[i].mtu;
		c.device.lower_bridge_mtu = cases[i].lower;
		d = site_open(h, &c);
		assert_int_equal(site_look(h, "dcc1").master,
				 site_look(h, "br0").index);
		assert_int_equal(site_look(h, "dcc1").mtu, cases[i].tap);
		assert_int_equal(d->mtu, cases[i].tap);
		assert_int_equal(site_look(h, "br0").mtu, cases[i].after);
		netdev_free(d);
		rtnl_link_delete(h->rtnl, site_look(h, "br0").index);
	}
	site_bridge(h, "br0", 1500);
	c.device.mtu = 1400;
	c.device.lower_bridge_mtu = false;
	must_fail(h, &c, -EINVAL, lower);
	assert_false(site_has(h, "dcc1"));
	assert_int_equal(site_look(h, "br0").mtu, 1500);
}

/* A bridge whose address nobody set takes that of a port, but for us. */
static void test_bridge_mac(void **state)
{
	static const uint8_t low[6] = { 2, 0, 0, 0, 0, 1 };
	struct host *h = site_need(state);
	struct config_channel c = site_channel("noc", "dcc1");
	struct rtnl_link before;
	struct netdev *d;

	/* the kernel makes this one's address up */
	assert_int_equal(system("ip link add br0 type bridge"), 0);
	before = site_look(h, "br0");
	site_in_bridge(&c, "br0");
	c.device.has_mac = true;
	memcpy(c.device.mac, low, 6);
	d = site_open(h, &c);
	assert_memory_equal(site_look(h, "dcc1").mac, low, 6);
	assert_memory_equal(site_look(h, "br0").mac, before.mac, 6);
	assert_int_equal(site_look(h, "br0").mtu, before.mtu);
	netdev_free(d);
	assert_memory_equal(site_look(h, "br0").mac, before.mac, 6);
	/* nor does a TAP ever have the bridge's own */
	memcpy(c.device.mac, before.mac, 6);
	d = site_open(h, &c);
	assert_memory_not_equal(site_look(h, "dcc1").mac, before.mac, 6);
	netdev_free(d);
}

static void test_bridge_made(void **state)
{
	static const char *const absent[] = { "br9 does not exist",
					      "create: true", NULL };
	struct host *h = site_need(state);
	struct config_channel c = site_channel("noc", "dcc1");
	struct config config = { .channels = &c, .nchannels = 1 };
	struct netdev *d;

	site_in_bridge(&c, "br9");
	must_fail(h, &c, -ENODEV, absent);
	assert_false(site_has(h, "dcc1"));
	c.device.bridge.create = true;
	c.device.mtu = 1400;
	d = site_open(h, &c);
	assert_true(site_look(h, "br9").up);
	assert_int_equal(site_look(h, "br9").mtu, 1400);
	assert_int_equal(site_look(h, "br9").mac[0], 2);
	/* wanted, or with a port, it stays */
	bridge_remove_idle(h, NULL);
	assert_true(site_has(h, "br9"));
	netdev_free(d);
	bridge_remove_idle(h, &config);
	assert_true(site_has(h, "br9"));
	/* its MTU may follow, for nobody else is in it */
	c.device.mtu = 1300;
	d = site_open(h, &c);
	assert_int_equal(site_look(h, "br9").mtu, 1300);
	netdev_free(d);
	bridge_remove_idle(h, NULL);
	assert_false(site_has(h, "br9"));
	/* one that is not ours is left alone */
	site_bridge(h, "br9", 1500);
	bridge_remove_idle(h, NULL);
	assert_true(site_has(h, "br9"));
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
	struct host *h = site_need(state);
	struct config_channel c = site_channel("noc", "tun1");
	struct netdev *d;

	c.attachment = ATTACH_TUN;
	c.device.addresses = list;
	c.device.naddresses = ARRAY_SIZE(list);
	assert_int_equal(addr_parse(&c.device.peer_address, "192.0.2.9", 0),
			 0);
	d = site_open(h, &c);
	assert_true(shows("ip addr show tun1 | grep -q "
			  "'inet 192.0.2.1 peer 192.0.2.9/24'"));
	assert_true(shows("ip addr show tun1 | grep -q "
			  "'inet6 2001:db8::1/64'"));
	netdev_free(d);
}

#define ONE(f) \
	cmocka_unit_test_setup_teardown(f, site_set_up, site_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_plain), ONE(test_exists_with_other_flags),
		ONE(test_exists_for_others), ONE(test_unknown_owner),
		ONE(test_leftover_of_ours), ONE(test_bridge_mtu),
		ONE(test_bridge_mac), ONE(test_bridge_made),
		ONE(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
