// SPDX-License-Identifier: ISC
// A control room with an engine of two channels, but without a monitor.

#include "control_site.h"

#include <string.h>
#include <unistd.h>

#include "os/priv.h"

static const char text[] =
	"node: ne-17\n"
	"channels:\n"
	"  - name: noc\n"
	"    id: 17\n"
	"    description: Pudong ring 3\n"
	"    tap: {bridge: br-mgmt}\n"
	"    paths:\n"
	"      - {name: east, udp: {remote: 203.0.113.7:6000}}\n"
	"      - {name: west, udp: {remote: noc.example:6000}}\n"
	"  - name: lab\n"
	"    id: 18\n"
	"    tun: {name: tun18}\n"
	"    paths:\n"
	"      - {udp: {remote: '[2001:db8::7]:6000'}}\n";

static struct job *no_request(void *arg, char *line, size_t len,
			      enum access access, struct output *out)
{
	(void)arg;
	(void)line;
	(void)len;
	(void)access;
	(void)out;
	return NULL;
}

/**
 * control_site_init() - Make it all
 * @site:	Gets it; control_site_free() ends it
 *
 * Return: 0 or -1
 */
int control_site_init(struct control_site *site)
{
	const struct engine_hooks hooks = { 0 };
	const struct server_ops ops = { no_request, NULL };
	struct config_errors errors = { 0 };
	struct config *config;

	memset(site, 0, sizeof(*site));
	if (priv_pair(site->pair) ||
	    config_load(&config, text, sizeof(text) - 1, "host", &errors))
		return -1;
	site->engine = engine_new(site->pair[0], &hooks);
	if (!site->engine || engine_apply(site->engine, config, 1))
		return -1;
	site->state.engine = site->engine;
	site->state.ring = ring_new();
	site->state.server = server_new(site->engine->shared.base, &ops);
	return site->state.ring && site->state.server ? 0 : -1;
}

/**
 * control_site_run() - Carry out a request to its end, or until it waits
 * @site:	Site
 * @line:	The request, as command_run() takes it
 * @len:	Its octets
 * @access:	What the client may do
 * @out:	Gets the answer
 */
void control_site_run(struct control_site *site, char *line, size_t len,
		      enum access access, struct output *out)
{
	struct job *job = command_run(&site->state, line, len, access, out);

	if (!job)
		return;
	while (job->next(job, out) == JOB_MORE)
		;
	job->free(job);
}

/**
 * control_site_free() - End it all
 * @site:	Site
 */
void control_site_free(struct control_site *site)
{
	server_free(site->state.server);
	ring_free(site->state.ring);
	engine_free(site->engine);
	close(site->pair[0]);
	close(site->pair[1]);
}
