// SPDX-License-Identifier: ISC
// The configuration as the program sees it: defaults, what differs between
// two of them; and the schema's own soundness.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "config/config.h"
#include "config/schema.h"

#define HEAD	"channels:\n- name: a\n  id: 7\n"
#define PATHS	"  paths:\n  - {udp: {remote: 192.0.2.1:6000}}\n"

static struct config *load(const char *text)
{
	struct config_errors errors;
	struct config *config;

	if (config_load(&config, text, strlen(text), "host", &errors)) {
		config_errors_print(&errors, "text", stderr);
		fail();
	}
	config_errors_free(&errors);
	return config;
}

static void test_presets(void **state)
{
	struct config *config = load(HEAD PATHS);
	const struct config_channel *c = &config->channels[0];
	const struct config_path *p = &c->paths[0];
	char buf[ADDR_STRLEN];

	(void)state;
	assert_string_equal(config->node, "host");
	assert_string_equal(config->control.socket, DCC_RUN_DIR "/control");
	assert_false(config->control.group_set);
	assert_int_equal(config->nchannels, 1);
	assert_int_equal(c->line, 2);
	assert_int_equal(c->attachment, ATTACH_TAP);
	assert_string_equal(c->device.name, "dcc7");
	assert_string_equal(c->device.bridge.name, "");
	assert_string_equal(c->device.owner, "root");
	assert_int_equal(c->device.mtu, 0);
	assert_false(c->device.has_mac);
	assert_null(c->description);
	assert_int_equal(c->protection.mode, PROTECT_NONE);
	assert_true(c->protection.revertive);
	assert_int_equal(c->protection.wait_to_restore_ns, 300000000000);
	assert_int_equal(c->storm.unknown.unit, STORM_PERCENT);
	assert_int_equal(c->storm.unknown.value, 10);
	assert_int_equal(c->npaths, 1);
	assert_string_equal(p->name, "path1");
	assert_int_equal(p->kind, TRANSPORT_UDP);
	assert_string_equal(addr_str(&p->udp.local, buf), "0.0.0.0:6000");
	assert_string_equal(addr_str(&p->udp.remote, buf), "192.0.2.1:6000");
	assert_int_equal(p->udp.overhead, 42);
	assert_int_equal(p->udp.rate, 0);
	assert_true(p->udp.offload);
	assert_int_equal(p->liveness.interval_ns, 0);
	assert_int_equal(p->liveness.multiplier, 3);
	config_free(config);
}

/* The order in the file is no matter; what a channel sets itself wins. */
static void test_defaults(void **state)
{
	struct config *config = load(
		HEAD "  tap: {mtu: 1300}\n"
		"  paths: [{udp: {remote: noc.example.net:7000}},\n"
		"          {dcc: {interface: hdlc0}}]\n"
		"defaults:\n"
		"  tap: {mtu: 1400, bridge: br0, address: 192.0.2.9/24}\n"
		"  paths: {udp: {mtu: 1400}, dcc: {rate: ms}}\n");
	const struct config_channel *c = &config->channels[0];

	(void)state;
	assert_int_equal(c->device.mtu, 1300);
	assert_string_equal(c->device.bridge.name, "br0");
	assert_int_equal(c->device.naddresses, 1);
	assert_int_equal(c->device.addresses[0].length, 24);
	assert_int_equal(c->paths[0].udp.mtu, 1400);
	assert_string_equal(c->paths[0].udp.remote_host, "noc.example.net");
	assert_int_equal(c->paths[0].udp.remote_port, 7000);
	assert_int_equal(c->paths[0].udp.remote.sa.sa_family, AF_UNSPEC);
	assert_false(c->paths[0].udp.has_local);
	assert_int_equal(c->paths[1].kind, TRANSPORT_DCC);
	assert_int_equal(c->paths[1].dcc.rate, 576000);
	config_free(config);
}

static const struct {
	const char *a, *b, *keys;
	size_t count;
} diffs[] = {
	{ PATHS, PATHS, "", 0 },
	{ "  tap: \n" PATHS, PATHS, "", 0 },
	{ "  description: x\n" PATHS, PATHS, "description", 1 },
	{ "  description: x\n  tap: {mtu: 1400, bridge: br0}\n" PATHS, PATHS,
	  "description, tap.bridge.name, tap.mtu", 3 },
	{ "  tun:\n" PATHS, PATHS, "tap, tun", 2 },
	{ "  tap: {mac: fe:00:00:00:00:01}\n" PATHS,
	  "  tap: {mac: fe:00:00:00:00:02}\n" PATHS, "tap.mac", 1 },
	{ "  tap: {address: [192.0.2.1/24]}\n" PATHS,
	  "  tap: {address: [192.0.2.1/25]}\n" PATHS, "tap.address", 1 },
	{ "  tap: {address: [192.0.2.1/24, 192.0.2.2/24]}\n" PATHS,
	  "  tap: {address: [192.0.2.1/24]}\n" PATHS, "tap.address", 1 },
	{ "  storm: {multicast: 1k}\n" PATHS,
	  "  storm: {multicast: 1000/s}\n" PATHS, "storm.multicast", 1 },
	{ "  classes: [{match: {pcp: 0}, class: bulk}]\n" PATHS,
	  "  classes: [{match: {dscp: 0}, class: bulk}]\n" PATHS,
	  "classes[0].match.pcp, classes[0].match.dscp", 2 },
	{ "  paths: [{udp: {remote: 192.0.2.1:6000}},"
	  " {udp: {remote: 192.0.2.2:6000}}]\n", PATHS, "paths[1]", 1 },
	{ "  paths: [{udp: {remote: 192.0.2.1:6000}},"
	  " {udp: {remote: 192.0.2.2:6000}}]\n",
	  "  paths: [{udp: {remote: 192.0.2.1:6000}},"
	  " {name: b, udp: {remote: 192.0.2.3:6000}}]\n",
	  "paths[1].name, paths[1].udp.remote", 2 },
	{ "  paths: [{dcc: {interface: hdlc0}}]\n", PATHS,
	  "paths[0].udp, paths[0].dcc", 2 },
	{ "  paths: [{dcc: {interface: hdlc0}}]\n",
	  "  paths: [{dcc: {interface: hdlc1, trim: 2, prefix: ff44}}]\n",
	  "paths[0].dcc.interface, paths[0].dcc.trim, paths[0].dcc.prefix",
	  3 },
};

static struct config *load_channel(const char *body)
{
	char text[1024];

	snprintf(text, sizeof(text), "%s%s", HEAD, body);
	return load(text);
}

static void test_diff(void **state)
{
	char keys[256];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(diffs); i++) {
		struct config *a = load_channel(diffs[i].a);
		struct config *b = load_channel(diffs[i].b);

		assert_int_equal(config_channel_diff(keys, sizeof(keys),
						     a->channels, b->channels),
				 diffs[i].count);
		assert_string_equal(keys, diffs[i].keys);
		assert_int_equal(config_channel_diff(NULL, 0, b->channels,
						     a->channels),
				 diffs[i].count);
		assert_int_equal(config_device_equal(a->channels, b->channels),
				 !strstr(keys, "tap") && !strstr(keys, "tun"));
		config_free(a);
		config_free(b);
	}
}

/* Whatever room there is, the text ends in it, whole keys or none. */
static void test_diff_room(void **state)
{
	struct config *a = load_channel("  description: x\n  on-change: /x\n"
					"  peer: p\n" PATHS);
	struct config *b = load_channel(PATHS);
	char keys[64];
	size_t size;

	(void)state;
	for (size = 1; size < sizeof(keys); size++) {
		memset(keys, '#', sizeof(keys));
		assert_int_equal(config_channel_diff(keys, size, a->channels,
						     b->channels), 3);
		assert_true(memchr(keys, '\0', size));
		assert_int_equal(keys[size], '#');
		if (strcmp(keys, "description, peer, on-change") &&
		    strcmp(keys, "description, peer, ...") &&
		    strcmp(keys, "description, ...") &&
		    strcmp(keys, "...") && *keys)
			fail_msg("%zu: \"%s\"", size, keys);
	}
	config_free(a);
	config_free(b);
}

static void test_hostname(void **state)
{
	static const char text[] = HEAD PATHS;
	struct config_errors errors;
	struct config *config;

	(void)state;
	assert_int_equal(config_load(&config, text, strlen(text), "(none)",
				     &errors), -EINVAL);
	assert_null(config);
	assert_int_equal(errors.count, 1);
	assert_int_equal(errors.list[0].line, 0);
	assert_non_null(strstr(errors.list[0].text, "set \"node\""));
	config_errors_free(&errors);
	config_free(NULL);
}

/* Errors beyond the bound are counted, and the list is in the file's order. */
static void test_errors(void **state)
{
	struct config_errors errors;
	struct config *config;
	static const char head[] = "channels:\n", item[] = "- {id: 0, x: y}\n";
	char text[sizeof(head) + 150 * sizeof(item)];
	size_t i, n = sizeof(head) - 1;

	(void)state;
	memcpy(text, head, sizeof(head));
	for (i = 0; i < 150; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", item);
	assert_int_equal(config_load(&config, text, n, "host", &errors),
			 -EINVAL);
	assert_int_equal(errors.count, 100);
	assert_true(errors.more > 0);
	for (i = 1; i < errors.count; i++)
		assert_true(errors.list[i - 1].line <= errors.list[i].line);
	config_errors_free(&errors);
}

static void check_row(const struct config_map *map,
		      const struct config_row *row)
{
	char why[ROW_WHY_MAX], buf[ROW_VALUE_MAX];
	void *object = calloc(1, map->size);
	size_t n;

	assert_non_null(object);
	if (row->kind == ROW_SCALAR) {
		assert_non_null(row->type);
		assert_true(row->type->wants || row->type->expect);
		assert_true(row->offset + row->size <= map->size);
		if (row->preset)
			assert_int_equal(row->type->parse(row,
						(char *)object + row->offset,
						row->preset, why), 0);
		row_value(row, object, buf);
		for (n = 0; row->words && row->words[n].word; n++)
			;
		assert_true(n < ROW_WORDS_MAX);
	}
	free(object);
}

static void check_map(const struct config_map *map)
{
	const struct config_row *row;

	for (row = map->rows; row->key; row++) {
		assert_ptr_equal(schema_find(map, row->key), row);
		assert_true(strlen(row->key) < 32);
		check_row(map, row);
		if (row->map)
			check_map(row->map);
	}
	assert_true(row - map->rows < MAP_ROWS_MAX);
}

static void test_schema(void **state)
{
	(void)state;
	check_map(&schema_file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_presets),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_diff_room),
		cmocka_unit_test(test_hostname),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_schema),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
