// SPDX-License-Identifier: ISC
// dccbridge history: performance of a channel's paths, bin by bin.

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/table.h"
#include "cli/text.h"

static void add_count(struct table *t, const json_t *bin, const char *key)
{
	table_addf(t, "%lld", (long long)json_get_integer(bin, key));
}

static void add_bin(struct table *t, const json_t *bin)
{
	static const char *const keys[] = { "es", "ses", "uas", "bbe" };
	const char *start = json_get_string(bin, "start");
	char text[TEXT_SHORT];

	table_addf(t, "%s", start ? text_time(text, start) : "");
	table_add(t, json_get_string(bin, "period"));
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		add_count(t, bin, keys[i]);
	if (json_is_true(json_object_get(bin, "valid")))
		table_addf(t, "%s", "");
	else
		table_addf(t, "%s, %lld s watched",
			   json_is_true(json_object_get(bin, "current")) ?
			   "not over" : "INCOMPLETE",
			   (long long)json_get_integer(bin, "seconds"));
}

/* The bins of one path from one on; returns the first of the next path. */
static size_t print_path(struct cli *cli, const json_t *bins, size_t i)
{
	static const struct column columns[] = {
		{ .title = "FROM" },
		{ .title = "FOR" },
		{ .title = "ES", .right = 1, .min = 5 },
		{ .title = "SES", .right = 1, .min = 5 },
		{ .title = "UAS", .right = 1, .min = 5 },
		{ .title = "BBE", .right = 1, .min = 8 },
		{ .title = "NOTE" },
	};
	const char *path = json_get_string(json_array_get(bins, i), "path");
	struct table t;

	fputs("path ", cli->out);
	text_print(cli->out, path);
	fputc('\n', cli->out);
	table_init(&t, columns, ARRAY_SIZE(columns));
	t.indent = 2;
	for (; i < json_array_size(bins); i++) {
		const json_t *bin = json_array_get(bins, i);
		const char *name = json_get_string(bin, "path");

		if (!path || !name || strcmp(name, path))
			break;
		add_bin(&t, bin);
	}
	table_print(&t, cli->out, cli->width);
	table_free(&t);
	return path ? i : json_array_size(bins);
}

static int run(struct cli *cli, int argc, char **argv)
{
	json_t *answer, *bins;

	answer = client_once(cli, json_pack("{s:s, s:s, s:s*}", "command",
		"history", "channel", argv[1], "path", argc > 2 ? argv[2] :
		NULL), 0);
	if (!answer)
		return CLI_FAILED;
	bins = json_object_get(answer, "bins");
	if (!cli->json && !json_array_size(bins))
		fputs("nothing yet\n", cli->out);
	for (size_t i = 0; !cli->json && i < json_array_size(bins); )
		i = print_path(cli, bins, i);
	json_decref(answer);
	return CLI_OK;
}

const struct cli_command cli_history = {
	.name = "history",
	.synopsis = "CHANNEL [PATH]",
	.help = "errored and unavailable seconds",
	.options = "",
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
