// SPDX-License-Identifier: ISC
// dccbridge switch: have a channel use one path rather than another.

#include <string.h>

#include "base/util.h"
#include "cli/cli.h"
#include "cli/client.h"

static const char *const actions[] = { "manual", "force", "lockout", "clear" };

/* Return: what is wrong with the arguments, or NULL */
static const char *check(const char *action, const char *path)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(actions) && strcmp(actions[i], action))
		i++;
	if (i == ARRAY_SIZE(actions))
		return "expected manual, force, lockout or clear";
	if (!strcmp(action, "clear"))
		return path ? "clear takes no path" : NULL;
	return path ? NULL : "which path?";
}

static int run(struct cli *cli, int argc, char **argv)
{
	const char *action = argv[2], *path = argc > 3 ? argv[3] : NULL;
	const char *wrong = check(action, path);
	json_t *answer;

	if (wrong) {
		cli_error("switch: %s", wrong);
		return CLI_USAGE;
	}
	answer = client_once(cli,
			     json_pack("{s:s, s:s, s:s, s:s*}",
				       "command", "switch",
				       "channel", argv[1], "action", action,
				       "path", path), 0);
	json_decref(answer);
	return answer ? CLI_OK : CLI_FAILED;
}

const struct cli_command cli_switch = {
	.name = "switch",
	.synopsis = "CHANNEL manual PATH | force PATH | lockout PATH | clear",
	.help = "choose the path in use, or keep one out of use",
	.options = "",
	.brief = "CHANNEL ...",
	.min_args = 2,
	.max_args = 3,
	.run = run,
};
