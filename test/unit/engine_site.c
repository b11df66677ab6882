// SPDX-License-Identifier: ISC
// An engine whose monitor says nothing.

#include "engine_site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define HEAD	"node: a\nchannels:\n"

/**
 * site_begin() - Make an engine; a set-up of cmocka's
 * @state:	Gets the site
 *
 * Return: 0
 */
int site_begin(void **state)
{
	static const struct engine_hooks hooks;
	static struct site s;

	memset(&s, 0, sizeof(s));
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK,
				    0, s.sockets), 0);
	s.e = engine_new(s.sockets[1], &hooks);
	assert_non_null(s.e);
	*state = &s;
	return 0;
}

/**
 * site_end() - End it; a teardown of cmocka's
 * @state:	Site, whose engine may have ended
 *
 * Return: 0
 */
int site_end(void **state)
{
	struct site *s = *state;

	if (s->e)
		engine_free(s->e);
	close(s->sockets[0]);
	close(s->sockets[1]);
	return 0;
}

/**
 * site_apply() - Put a new configuration in force
 * @s:		Site
 * @channels:	Its list of channels, in YAML
 */
void site_apply(struct site *s, const char *channels)
{
	struct config_errors errors = { 0 };
	size_t size = sizeof(HEAD) + strlen(channels);
	char *text = malloc(size);
	struct config *config;

	assert_non_null(text);
	snprintf(text, size, "%s%s", HEAD, channels);
	if (config_load(&config, text, strlen(text), "a", &errors) < 0)
		fail_msg("%s", errors.list[0].text);
	config_errors_free(&errors);
	free(text);
	assert_int_equal(engine_apply(s->e, config, ++s->generation), 0);
}

/**
 * site_path() - A path of the engine's
 * @s:		Site
 * @channel:	Index of its channel
 * @path:	Index in that
 *
 * Return: the path
 */
struct path *site_path(const struct site *s, size_t channel, size_t path)
{
	assert_in_range(channel, 0, s->e->nchannels - 1);
	assert_in_range(path, 0, s->e->channels[channel]->npaths - 1);
	return s->e->channels[channel]->paths[path];
}
