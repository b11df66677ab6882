// SPDX-License-Identifier: ISC
// dccbridge events: what happened, and with -f what happens.

#include <stdlib.h>
#include <unistd.h>

#include "base/util.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/table.h"
#include "cli/text.h"

static const struct column columns[] = {
	{ .min = 23 },			/* time */
	{ .min = 8, .drop = 2 },	/* severity */
	{ .min = 12 },			/* channel/path */
	{ .min = 14, .drop = 1 },	/* kind */
	{ 0 },				/* text */
};

static void add_event(struct table *t, const json_t *event)
{
	char *channel = text_safe(json_get_string(event, "channel"));
	char *path = text_safe(json_get_string(event, "path"));
	const char *perceived = json_get_string(event, "alarm_severity");
	char time[TEXT_SHORT];

	table_addf(t, "%s", text_time_ms(time, json_get_string(event, "time")));
	table_add(t, perceived ? perceived :
		  json_get_string(event, "severity"));
	table_addf(t, "%s%s%s", *channel ? channel : "-", *path ? "/" : "",
		   path);
	table_add(t, json_get_string(event, "kind"));
	table_add(t, json_get_string(event, "text"));
	free(channel);
	free(path);
}

static void render(struct cli *cli, const json_t *answer)
{
	json_int_t lost = json_get_integer(answer, "lost");
	struct table t;
	json_t *event;
	size_t i;

	if (lost)
		fprintf(cli->out, "(%lld more happened before)\n",
			(long long)lost);
	table_init(&t, columns, ARRAY_SIZE(columns));
	json_array_foreach(json_object_get(answer, "events"), i, event)
		add_event(&t, event);
	table_print(&t, cli->out, cli->width);
	table_free(&t);
}

static void show(struct cli *cli, const struct client *c,
		 const json_t *answer)
{
	if (cli->json)
		fputs(c->line, cli->out);
	else
		render(cli, answer);
	fflush(cli->out);
}

static int run(struct cli *cli, int argc, char **argv)
{
	bool follow = getopt(argc, argv, cli_events.options) == 'f';
	struct client c = { 0 };
	json_t *answer;
	int status;

	if (client_open(&c, cli) != CLI_OK)
		return CLI_FAILED;
	answer = client_ask(&c, json_pack("{s:s, s:b}", "command", "events",
					  "follow", follow));
	status = answer ? CLI_OK : CLI_FAILED;
	if (follow)
		client_patience(&c, 0);
	while (answer) {
		show(cli, &c, answer);
		json_decref(answer);
		if (!follow || ferror(cli->out))
			break;
		answer = client_next(&c);
		status = answer ? CLI_OK : CLI_FAILED;
	}
	client_close(&c);
	return status;
}

const struct cli_command cli_events = {
	.name = "events",
	.synopsis = "[-f]",
	.help = "what happened; -f: and what happens",
	.options = "f",
	.run = run,
};
