// SPDX-License-Identifier: ISC
// Lines by their settings: each is found, and quickly among thousands.

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "engine/line_table.h"

enum { LINES = 2000 };

static struct site {
	struct line_table table;
	struct line lines[LINES];
	struct config_path cfg[LINES];
	char host[LINES][32];
	int compared;
} t;

/* What lines compare, as far as it is looked at here */
bool line_key_eq(const struct config_path *a, const struct config_path *b)
{
	t.compared++;
	if (a->kind != b->kind)
		return false;
	if (a->kind == TRANSPORT_DCC)
		return !strcmp(a->dcc.interface, b->dcc.interface);
	return !strcmp(a->udp.remote_host, b->udp.remote_host) &&
	       a->udp.remote_port == b->udp.remote_port &&
	       a->udp.dscp == b->udp.dscp &&
	       addr_eq(&a->udp.local, &b->udp.local);
}

/* A quarter each: far ends' addresses, their ports, our own ports, devices */
static void make(struct config_path *cfg, char host[32], unsigned int i)
{
	unsigned int kind = i % 4, n = i / 4;

	snprintf(host, 32, "10.0.%u.%u", kind ? 0 : n / 250, kind ? 1 :
		 n % 250 + 2);
	*cfg = (struct config_path){ .kind = TRANSPORT_UDP };
	cfg->udp.local.in.sin_family = AF_INET;
	cfg->udp.local.in.sin_port = htons(kind == 2 ? 7000 + n : 6000);
	cfg->udp.remote_host = host;
	cfg->udp.remote_port = (uint16_t)(kind == 1 ? 7000 + n : 6000);
	if (kind != 3)
		return;
	*cfg = (struct config_path){ .kind = TRANSPORT_DCC };
	snprintf(cfg->dcc.interface, sizeof(cfg->dcc.interface), "hdlc%u", n);
}

static void test_find(void **state)
{
	struct config_path cfg;
	char host[32];

	(void)state;
	assert_int_equal(line_table_init(&t.table, LINES), 0);
	for (unsigned int i = 0; i < LINES; i++) {
		make(&t.cfg[i], t.host[i], i);
		t.lines[i].cfg = &t.cfg[i];
		assert_null(line_table_find(&t.table, &t.cfg[i]));
		line_table_add(&t.table, &t.lines[i]);
	}
	for (unsigned int i = 0; i < LINES; i++) {
		make(&cfg, host, i);
		assert_ptr_equal(line_table_find(&t.table, &cfg),
				 &t.lines[i]);
		cfg.udp.dscp++;
		if (cfg.kind == TRANSPORT_UDP)
			assert_null(line_table_find(&t.table, &cfg));
	}
	assert_in_range(t.compared, LINES, 6 * LINES);
	line_table_fini(&t.table);
}

static void test_small(void **state)
{
	(void)state;
	assert_int_equal(line_table_init(&t.table, 0), 0);
	for (unsigned int i = 0; i < 8; i++)
		line_table_add(&t.table, &t.lines[i]);
	for (unsigned int i = 0; i < 8; i++)
		assert_ptr_equal(line_table_find(&t.table, &t.cfg[i]),
				 &t.lines[i]);
	line_table_fini(&t.table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
