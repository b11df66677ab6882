// SPDX-License-Identifier: ISC
// The kinds of ends, and how one is named.

#include "sdhsim/kinds.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "sdhsim/end_netdev.h"
#include "sdhsim/end_pty.h"

static const struct end_kind *const kinds[] = { &end_netdev, &end_pty };

/**
 * kinds_parse() - Read an END of the command line
 * @e:		Gets kind and name
 * @text:	As "netdev:hdlc0@left" or "pty:/run/dcc"
 * @reason:	Gets what is wrong, END_REASON_MAX octets
 *
 * Return: 0 or -EINVAL
 */
int kinds_parse(struct end *e, const char *text, char *reason)
{
	const char *colon = strchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : 0;

	for (size_t i = 0; colon && i < ARRAY_SIZE(kinds); i++) {
		if (strlen(kinds[i]->scheme) != len ||
		    strncmp(kinds[i]->scheme, text, len))
			continue;
		e->kind = kinds[i];
		len = strlen(colon + 1);
		if (!len || len >= sizeof(e->name))
			break;
		memcpy(e->name, colon + 1, len + 1);
		return 0;
	}
	snprintf(reason, END_REASON_MAX, "not an end; write netdev:NAME, "
		 "netdev:NAME@NETNS or pty:LINK");
	return -EINVAL;
}
