// SPDX-License-Identifier: ISC
// dccbridge doctor: look at the host for what breaks bridging.
//
// A check looks at one thing, through the files in which the kernel shows it,
// and says what it found and how to mend it. It works without the daemon, and
// with -R on the files of another host.

#include "cli/doctor.h"

#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "cli/client.h"
#include "cli/load.h"
#include "cli/table.h"
#include "cli/text.h"

static const struct {
	const char *word, *shown;
} verdicts[VERDICT_NUM] = {
	[VERDICT_OK] = { "ok", "ok" },
	[VERDICT_NOTE] = { "note", "note" },
	[VERDICT_WRONG] = { "wrong", "WRONG" },
};

/**
 * doctor_say() - Add a finding
 * @d:		Doctor
 * @verdict:	What it means
 * @remedy:	What to do, copied; NULL: nothing
 * @fmt:	What it is
 */
void doctor_say(struct doctor *d, enum verdict verdict, const char *remedy,
		const char *fmt, ...)
{
	struct finding f = { .check = d->check, .verdict = verdict };
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&f.text, fmt, ap) < 0)
		err(1, "doctor");
	va_end(ap);
	f.remedy = remedy ? strdup(remedy) : NULL;
	if (d->count == d->room) {
		d->room = d->room ? 2 * d->room : 32;
		d->findings = reallocarray(d->findings, d->room,
					   sizeof(*d->findings));
		if (!d->findings)
			err(1, "doctor");
	}
	d->findings[d->count++] = f;
}

static void tell_error(struct doctor *d, const struct config_error *e)
{
	char where[32] = "";

	if (e->line)
		snprintf(where, sizeof(where), "%u:%u: ", e->line, e->column);
	doctor_say(d, VERDICT_WRONG, NULL, "%s: %s%s", d->file, where,
		   e->text);
}

static void check_config(struct doctor *d)
{
	struct config_errors errors = { 0 };

	d->config = load_config(d->file, &errors);
	for (size_t i = 0; i < errors.count && i < 3; i++)
		tell_error(d, &errors.list[i]);
	if (errors.count > 3)
		doctor_say(d, VERDICT_WRONG, "\"dccbridge check\" shows all",
			   "%s: %zu more are wrong", d->file,
			   errors.count + errors.more - 3);
	if (d->config)
		doctor_say(d, VERDICT_OK, NULL, "%s is valid", d->file);
	config_errors_free(&errors);
}

/* What the daemon itself says is down. */
static void tell_channels(struct doctor *d, const json_t *answer)
{
	const json_t *channel;
	size_t i;

	json_array_foreach(json_object_get(answer, "channels"), i, channel) {
		const char *state = json_get_string(channel, "state");
		const char *reason = json_get_string(channel, "reason");

		if (state && strcmp(state, "down"))
			continue;
		doctor_say(d, VERDICT_WRONG, NULL, "channel %s is down: %s",
			   json_get_string(channel, "name"),
			   reason ? reason : "the daemon does not say why");
	}
}

static void tell_all(struct doctor *d, const json_t *answer)
{
	tell_channels(d, answer);
	doctor_offload(d, answer);
}

static void check_daemon(struct doctor *d)
{
	struct client c = { .quiet = true };
	struct cli there = *d->cli;
	json_t *answer = NULL;

	/* where the file says, unless -s said otherwise */
	if (d->config && !strcmp(there.socket, CONTROL_SOCKET))
		there.socket = d->config->control.socket;
	if (client_open(&c, &there) == CLI_OK)
		answer = client_ask(&c, json_pack("{s:s}", "command",
						  "status"));
	d->running = answer;
	if (d->running)
		tell_all(d, answer);
	else
		doctor_say(d, VERDICT_WRONG, "\"dccbridge status\" says why; "
			   "\"systemctl start dccbridged\" starts it",
			   "the daemon does not answer at %s", there.socket);
	json_decref(answer);
	client_close(&c);
}

static const struct check checks[] = {
	{ "configuration", false, check_config, NULL },
	{ "daemon", false, check_daemon, "no channel is down" },
	{ "kernel", false, doctor_kernel, "has all that is needed" },
	{ "tun", false, doctor_tun, "/dev/net/tun is there" },
	{ "user", false, doctor_user, "user " DCC_USER " is there" },
	{ "groups", true, doctor_groups, NULL },
	{ "clock", false, doctor_clock, NULL },
	{ "buffers", false, doctor_buffers, NULL },
	{ "bridge", true, doctor_bridges, NULL },
	{ "device", true, doctor_devices, NULL },
	{ "filter", false, doctor_filter,
	  "bridged frames pass no iptables rules" },
	{ "address", true, doctor_addresses,
	  "no device in a bridge has an address" },
	{ "mac", true, doctor_macs,
	  "no bridge has the address of a device of ours" },
	{ "mtu", true, doctor_mtu, NULL },
	{ "local", true, doctor_local, "all local addresses are here" },
	{ "port", true, doctor_ports, "no other program uses our UDP ports" },
};

static void examine(struct doctor *d)
{
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		size_t before = d->count;

		if (checks[i].needs_config && !d->config)
			continue;
		if (*d->root && checks[i].run == check_daemon)
			continue;
		d->check = checks[i].name;
		checks[i].run(d);
		if (d->count == before && checks[i].fine)
			doctor_say(d, VERDICT_OK, NULL, "%s",
				   checks[i].fine);
	}
}

static size_t count(const struct doctor *d, enum verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < d->count; i++)
		n += d->findings[i].verdict == verdict;
	return n;
}

static void print_text(const struct doctor *d)
{
	static const struct column columns[] = { { 0 }, { 0 }, { 0 } };
	struct cli *cli = d->cli;
	struct table t;

	table_init(&t, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < d->count; i++) {
		const struct finding *f = &d->findings[i];

		table_addf(&t, "%s", verdicts[f->verdict].shown);
		table_addf(&t, "%s", f->check);
		table_add(&t, f->text);
		if (!f->remedy)
			continue;
		table_addf(&t, "%s", "");
		table_addf(&t, "%s", "");
		table_addf(&t, "-> %s", f->remedy);
	}
	table_print(&t, cli->out, cli->width);
	table_free(&t);
	if (!d->config)
		fputs("Without a valid configuration much was not looked "
		      "at.\n", cli->out);
	fprintf(cli->out, "%zu wrong, %zu to note, %zu ok\n",
		count(d, VERDICT_WRONG), count(d, VERDICT_NOTE),
		count(d, VERDICT_OK));
}

static void print_json(const struct doctor *d)
{
	json_t *list = json_array();
	json_t *all = json_pack("{s:b, s:i, s:i, s:o}", "ok", 1, "schema",
				CLI_SCHEMA, "wrong",
				(int)count(d, VERDICT_WRONG), "findings",
				list);

	for (size_t i = 0; i < d->count; i++) {
		const struct finding *f = &d->findings[i];
		char *text = text_safe(f->text);

		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?}",
			"check", f->check, "verdict",
			verdicts[f->verdict].word, "finding", text,
			"remedy", f->remedy));
		free(text);
	}
	json_dumpf(all, d->cli->out, JSON_COMPACT);
	fputc('\n', d->cli->out);
	json_decref(all);
}

static void discharge(struct doctor *d)
{
	for (size_t i = 0; i < d->count; i++) {
		free(d->findings[i].text);
		free(d->findings[i].remedy);
	}
	free(d->findings);
	if (d->config)
		config_free(d->config);
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct doctor d = { .cli = cli, .root = "", .file = DCC_CONFIG_FILE };
	int opt, status;

	while ((opt = getopt(argc, argv, cli_doctor.options)) != -1) {
		if (opt == 'R')
			d.root = optarg;
		else
			d.file = optarg;
	}
	examine(&d);
	if (cli->json)
		print_json(&d);
	else
		print_text(&d);
	status = count(&d, VERDICT_WRONG) ? CLI_FAILED : CLI_OK;
	discharge(&d);
	return status;
}

const struct cli_command cli_doctor = {
	.name = "doctor",
	.synopsis = "[-f FILE] [-R DIRECTORY]",
	.help = "look for what breaks bridging",
	.options = "f:R:",
	.run = run,
};
