// SPDX-License-Identifier: ISC
// All devices through reloads, news, and what was left, on the real kernel.

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "monitor/netdev.h"
#include "monitor/netdev_table.h"
#include "netdev_site.h"

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
	t->channels[0] = site_channel("a", "dcc1");
	t->channels[1] = site_channel("b", "dcc2");
	t->channels[2] = site_channel("c", "dcc3");
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
	struct host *h = site_need(state);
	struct table t;
	int fds[3], kept, other;

	begin_table(h, &t, fds);
	kept = site_look(h, "dcc2").index;
	other = site_foreign("other", IFF_TAP | IFF_NO_PI, false);
	rtnl_link_change(h->rtnl, site_look(h, "other").index, &group);
	t.after[0] = t.channels[1];
	assert_int_equal(netdev_table_reload(&t.t, &t.after_config, 2), 0);
	/* the engine has not confirmed: nothing goes */
	netdev_table_confirm(&t.t, 1);
	assert_true(site_has(h, "dcc1") && site_has(h, "dcc3"));
	netdev_table_confirm(&t.t, 2);
	assert_false(site_has(h, "dcc1") || site_has(h, "dcc3"));
	assert_false(is_open(fds[0]) || is_open(fds[2]));
	assert_int_equal(site_look(h, "dcc2").index, kept);
	assert_true(is_open(fds[1]));
	assert_true(site_has(h, "other"));
	netdev_table_remove(&t.t);
	assert_false(site_has(h, "dcc2"));
	assert_true(site_has(h, "other"));
	close(other);
}

/* Two channels swap the names of their devices. */
static void test_reload_swaps_names(void **state)
{
	struct host *h = site_need(state);
	int fds[3], was1, was2;
	struct table t;

	begin_table(h, &t, fds);
	was1 = site_look(h, "dcc1").index;
	was2 = site_look(h, "dcc2").index;
	t.after[0] = site_channel("a", "dcc2");
	t.after[1] = site_channel("b", "dcc1");
	t.after_config.nchannels = 2;
	assert_int_equal(netdev_table_reload(&t.t, &t.after_config, 2), 0);
	/* the engine asks before its sign of life */
	open_all(&t, NULL);
	assert_int_not_equal(site_look(h, "dcc1").index, was1);
	assert_int_not_equal(site_look(h, "dcc2").index, was2);
	assert_string_equal(site_look(h, "dcc1").alias,
			    "dccbridge: made for b, /run/test");
	/* it may have the old ones open still: ours must not be the first
	 * to be closed, nor at a sign of life that it sent before */
	netdev_table_confirm(&t.t, 1);
	assert_true(is_open(fds[0]) && is_open(fds[1]) && is_open(fds[2]));
	netdev_table_confirm(&t.t, 2);
	assert_false(is_open(fds[0]) || is_open(fds[1]) || is_open(fds[2]));
	netdev_table_remove(&t.t);
	assert_false(site_has(h, "dcc1") || site_has(h, "dcc2"));
}

static void feed(struct host *h, struct table *t, const char *name)
{
	struct rtnl_link link = site_look(h, name);

	netdev_table_link(&t->t, &link);
}

static void test_news(void **state)
{
	struct rtnl_change change = { .what = RTNL_MTU, .mtu = 1280 };
	struct host *h = site_need(state);
	struct rtnl_link link;
	struct table t;
	int fds[3];

	begin_table(h, &t, fds);
	link = site_look(h, "dcc2");
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
	assert_int_not_equal(site_look(h, "dcc2").index, link.index);
	/* one sign of life may have been on its way already */
	netdev_table_confirm(&t.t, 1);
	assert_true(is_open(fds[1]));
	netdev_table_confirm(&t.t, 1);
	assert_false(is_open(fds[1]));
	netdev_table_remove(&t.t);
}

static void test_bridge_comes_and_goes(void **state)
{
	struct host *h = site_need(state);
	const struct netdev *d;
	struct rtnl_link bridge;
	struct table t;
	char reason[256];

	memset(&t, 0, sizeof(t));
	t.channels[0] = site_channel("a", "dcc1");
	site_in_bridge(&t.channels[0], "br0");
	t.before_config.channels = t.channels;
	t.before_config.nchannels = 1;
	assert_int_equal(netdev_table_init(&t.t, h, &t.before_config), 0);
	t.t.news = hear;
	t.t.arg = &t;
	assert_int_equal(netdev_table_open(&t.t, 0, &d, reason,
					   sizeof(reason)), -ENODEV);
	site_bridge(h, "br0", 1400);
	feed(h, &t, "br0");
	assert_int_equal(t.told, 1);
	assert_true(t.news.retry);
	open_all(&t, NULL);
	assert_int_equal(site_look(h, "dcc1").master,
			 site_look(h, "br0").index);
	/* it goes and comes back with another MTU */
	bridge = site_look(h, "br0");
	rtnl_link_delete(h->rtnl, bridge.index);
	bridge.gone = true;
	netdev_table_link(&t.t, &bridge);
	assert_int_equal(site_look(h, "dcc1").master, 0);
	assert_true(t.news.lost && !t.news.joined && t.news.up);
	site_bridge(h, "br0", 1300);
	feed(h, &t, "br0");
	assert_true(t.news.joined && !t.news.lost);
	assert_int_equal(site_look(h, "dcc1").master,
			 site_look(h, "br0").index);
	assert_int_equal(site_look(h, "dcc1").mtu, 1300);
	assert_int_equal(site_look(h, "br0").mtu, 1300);
	netdev_table_remove(&t.t);
}

/* The port is known by its name, and one that is not there is dark. */
static void test_port(void **state)
{
	struct host *h = site_need(state);
	struct rtnl_link port;
	struct table t;

	memset(&t, 0, sizeof(t));
	t.channels[0] = site_channel("a", "dcc1");
	strcpy(t.channels[0].device.propagate, "br9");
	t.before_config.channels = t.channels;
	t.before_config.nchannels = 1;
	assert_int_equal(netdev_table_init(&t.t, h, &t.before_config), 0);
	t.t.news = hear;
	t.t.arg = &t;
	open_all(&t, NULL);
	assert_int_equal(t.told, 1);
	assert_true(t.news.port_down && !t.news.port_up && t.news.up);
	site_bridge(h, "br9", 1500);
	port = site_look(h, "br9");
	port.carrier = true;
	netdev_table_link(&t.t, &port);
	netdev_table_link(&t.t, &port);
	assert_int_equal(t.told, 2);
	assert_true(t.news.port_up && !t.news.port_down);
	/* it gets another name */
	strcpy(port.name, "br8");
	netdev_table_link(&t.t, &port);
	assert_int_equal(t.told, 3);
	assert_true(t.news.port_down);
	/* news were lost meanwhile: a bridge without ports has no carrier */
	netdev_table_resync(&t.t);
	assert_int_equal(t.told, 3);
	netdev_table_remove(&t.t);
}

static void test_sweep(void **state)
{
	struct host *h = site_need(state), other = *h;
	struct config_channel c[3] = { site_channel("a", "dcc1"),
				       site_channel("b", "dcc2"),
				       site_channel("c", "dcc3") };
	struct config config = { .channels = c, .nchannels = 1 };
	struct netdev_table t;
	int kept, foreign;

	/* another daemon's device, which runs */
	strcpy(other.socket, "/run/other");
	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		c[i].device.persist = true;
		netdev_free(site_open(i == 2 ? &other : h, &c[i]));
	}
	foreign = site_foreign("mine", IFF_TAP | IFF_NO_PI, true);
	close(foreign);
	kept = site_look(h, "dcc1").index;
	assert_int_equal(netdev_table_init(&t, h, &config), 0);
	netdev_table_sweep(&t);
	assert_int_equal(site_look(h, "dcc1").index, kept);
	assert_false(site_has(h, "dcc2"));
	assert_true(site_has(h, "dcc3"));
	assert_true(site_has(h, "mine"));
	/* it is not to persist any more: not taken over */
	c[0].device.persist = false;
	netdev_table_sweep(&t);
	assert_false(site_has(h, "dcc1"));
	netdev_table_remove(&t);
}

#define ONE(f) \
	cmocka_unit_test_setup_teardown(f, site_set_up, site_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_reload), ONE(test_reload_swaps_names),
		ONE(test_news), ONE(test_bridge_comes_and_goes),
		ONE(test_port), ONE(test_sweep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
