// SPDX-License-Identifier: ISC
// dccbridge alarms: what is wrong now.

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "cli/alarms.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/table.h"
#include "cli/text.h"
#include "policy/alarm.h"

/* The lower, the worse; one that we do not know is worse than none. */
static unsigned rank(const char *severity)
{
	unsigned i;

	if (!severity)
		return ALARM_SEVERITY_NUM + 1;
	for (i = 0; i < ALARM_SEVERITY_NUM; i++)
		if (!strcmp(alarm_severity_name(i), severity))
			break;
	return i;
}

/**
 * alarms_count() - Sum up the alarms of one more list
 * @count:	The sum so far
 * @list:	JSON array of alarms, or NULL; must outlive @count
 */
void alarms_count(struct alarms_count *count, const json_t *list)
{
	const json_t *alarm;
	size_t i;

	json_array_foreach(list, i, alarm) {
		const char *severity = json_get_string(alarm, "severity");

		count->n++;
		if (rank(severity) < rank(count->worst))
			count->worst = severity;
	}
}

static void add_alarm(struct table *t, const json_t *alarm, const char *now)
{
	const char *since = json_get_string(alarm, "since");
	json_int_t times = json_get_integer(alarm, "times");
	const char *text = json_get_string(alarm, "text");
	char *channel = text_safe(json_get_string(alarm, "channel"));
	char *path = text_safe(json_get_string(alarm, "path"));
	char time[TEXT_SHORT], age[TEXT_SHORT];

	table_add(t, json_get_string(alarm, "severity"));
	table_addf(t, "%s%s%s", *channel ? channel : "-", *path ? "/" : "",
		   path);
	table_add(t, json_get_string(alarm, "alarm"));
	table_addf(t, "%s", since ? text_time(time, since) : "");
	table_addf(t, "%s", since ? text_age(age, since, now) : "");
	if (times > 1)
		table_addf(t, "%lld", (long long)times);
	else
		table_addf(t, "%s", "");
	table_add(t, text ? text : json_get_string(alarm, "help"));
	free(channel);
	free(path);
}

static void render(struct cli *cli, const json_t *answer)
{
	static const struct column columns[] = {
		{ .title = "SEVERITY" },
		{ .title = "ABOUT" },
		{ .title = "ALARM" },
		{ .title = "SINCE", .drop = 1 },
		{ .title = "FOR", .drop = 3 },
		{ .title = "TIMES", .right = 1, .drop = 2 },
		{ .title = "WHAT" },
	};
	const json_t *list = json_object_get(answer, "alarms"), *alarm;
	const char *now = json_get_string(answer, "time");
	struct table t;
	size_t i;

	if (!json_array_size(list)) {
		fputs("no alarms\n", cli->out);
		return;
	}
	table_init(&t, columns, ARRAY_SIZE(columns));
	json_array_foreach(list, i, alarm)
		add_alarm(&t, alarm, now);
	table_print(&t, cli->out, cli->width);
	table_free(&t);
}

static int run(struct cli *cli, int argc, char **argv)
{
	json_t *answer;

	(void)argc;
	answer = client_once(cli, json_pack("{s:s, s:s*}", "command",
					    "alarms", "channel", argv[1]), 0);
	if (!answer)
		return CLI_FAILED;
	if (!cli->json)
		render(cli, answer);
	json_decref(answer);
	return CLI_OK;
}

const struct cli_command cli_alarms = {
	.name = "alarms",
	.synopsis = "[CHANNEL]",
	.help = "what is wrong now",
	.options = "",
	.max_args = 1,
	.run = run,
};
