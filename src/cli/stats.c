// SPDX-License-Identifier: ISC
// dccbridge stats: what was counted, and why frames were dropped.

#include <stdlib.h>
#include <string.h>

#include "base/stats.h"
#include "base/util.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/table.h"
#include "cli/text.h"

static const struct column columns[] = {
	{ 0 }, { .right = 1, .min = 10 }, { 0 },
};

/* The daemon may be newer than we are, and know counters that we do not. */
static const char *meaning(const char *name)
{
	for (unsigned i = 0; name && i < STAT_NUM; i++)
		if (!strcmp(stat_name(i), name))
			return stat_help(i);
	return "";
}

static void add_counters(struct table *t, const json_t *list,
			 const char *key, const char *prefix)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry) {
		json_int_t value = json_get_integer(entry, "value");
		const char *name = json_get_string(entry, key);
		char *safe;

		if (!value)
			continue;
		safe = text_safe(name);
		table_addf(t, "%s%s", prefix, safe);
		table_addf(t, "%lld", (long long)value);
		table_addf(t, "%s", meaning(name));
		free(safe);
	}
}

static void print_title(struct cli *cli, const json_t *object)
{
	static const struct {
		const char *key, *before;
	} parts[] = {
		{ "channel", " " }, { "path", "/" }, { "line", " " },
		{ "local", " at " }, { "interface", " on " },
	};

	text_print(cli->out, json_get_string(object, "kind"));
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const char *name = json_get_string(object, parts[i].key);

		if (!name)
			continue;
		fputs(parts[i].before, cli->out);
		text_print(cli->out, name);
	}
	fputc('\n', cli->out);
}

static void print_object(struct cli *cli, const json_t *object)
{
	struct table t;

	print_title(cli, object);
	table_init(&t, columns, ARRAY_SIZE(columns));
	t.indent = 2;
	add_counters(&t, json_object_get(object, "counters"), "name", "");
	add_counters(&t, json_object_get(object, "drops"), "reason",
		     "dropped: ");
	if (t.ncells)
		table_print(&t, cli->out, cli->width);
	else
		fputs("  nothing yet\n", cli->out);
	table_free(&t);
}

static int run(struct cli *cli, int argc, char **argv)
{
	json_t *answer, *object;
	size_t i;

	(void)argc;
	answer = client_once(cli, json_pack("{s:s, s:s*}", "command", "stats",
					    "channel", argv[1]), 0);
	if (!answer)
		return CLI_FAILED;
	json_array_foreach(json_object_get(answer, "objects"), i, object)
		if (!cli->json)
			print_object(cli, object);
	json_decref(answer);
	return CLI_OK;
}

const struct cli_command cli_stats = {
	.name = "stats",
	.synopsis = "[CHANNEL]",
	.help = "what was counted, drops by reason",
	.options = "",
	.max_args = 1,
	.run = run,
};
