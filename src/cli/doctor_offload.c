// SPDX-License-Identifier: ISC
// Which offloads the daemon uses, and why not others.

#include <string.h>

#include "base/util.h"
#include "cli/client.h"
#include "cli/doctor.h"

static void words(const json_t *offload, char *text, size_t size)
{
	const json_t *word;
	size_t i, len = 0;

	*text = '\0';
	json_array_foreach(json_object_get(offload, "use"), i, word) {
		if (!json_is_string(word) || len >= size)
			continue;
		len += (size_t)snprintf(text + len, size - len, "%s%s",
					i ? ", " : "",
					json_string_value(word));
	}
}

static void tell(struct doctor *d, const char *channel, const char *path,
		 const json_t *offload)
{
	const char *why = json_get_string(offload, "why");
	char use[128];

	if (!json_is_object(offload))
		return;
	words(offload, use, sizeof(use));
	doctor_say(d, why ? VERDICT_NOTE : VERDICT_OK, NULL,
		   "channel %s%s%s: offloads in use: %s%s%s", channel,
		   path ? ", path " : "", path ? path : "",
		   *use ? use : "none", why ? "; " : "", why ? why : "");
}

/**
 * doctor_offload() - Which offloads are in use?
 * @d:		Doctor
 * @answer:	What the daemon said to "status"
 */
void doctor_offload(struct doctor *d, const json_t *answer)
{
	const json_t *channel, *path;
	size_t i, k;

	d->check = "offload";
	json_array_foreach(json_object_get(answer, "channels"), i, channel) {
		const char *name = json_get_string(channel, "name");

		if (!name)
			continue;
		tell(d, name, NULL, json_object_get(channel, "offload"));
		json_array_foreach(json_object_get(channel, "paths"), k, path)
			tell(d, name, json_get_string(path, "name"),
			     json_object_get(path, "offload"));
	}
}
