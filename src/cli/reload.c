// SPDX-License-Identifier: ISC
// dccbridge reload: have the daemon load its file again; print what changed.

#include <string.h>

#include "base/util.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/table.h"

enum { PATIENCE = 60 };		/* devices of thousands of channels take time */

static void render(struct cli *cli, const json_t *answer)
{
	static const struct column columns[] = { { 0 }, { 0 }, { 0 } };
	struct table t;
	json_t *change;
	size_t i;

	table_init(&t, columns, ARRAY_SIZE(columns));
	json_array_foreach(json_object_get(answer, "changes"), i, change) {
		table_add(&t, json_get_string(change, "channel"));
		table_add(&t, json_get_string(change, "change"));
		table_add(&t, json_get_string(change, "text"));
	}
	table_print(&t, cli->out, cli->width);
	fprintf(cli->out, "%zu changed, %lld unchanged\n",
		t.ncells / t.ncolumns,
		(long long)json_get_integer(answer, "unchanged"));
	table_free(&t);
}

static int run(struct cli *cli, int argc, char **argv)
{
	json_t *answer = client_once(cli, json_pack("{s:s}", "command",
						    "reload"), PATIENCE);

	(void)argc;
	(void)argv;
	if (!answer)
		return CLI_FAILED;
	if (!cli->json)
		render(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

const struct cli_command cli_reload = {
	.name = "reload",
	.synopsis = "",
	.help = "load the file again, print what changed",
	.options = "",
	.run = run,
};
