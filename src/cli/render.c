// SPDX-License-Identifier: ISC
// The state of channels as text: one line each, or one in full.
//
// A channel that is up while one of its paths is down is shown as
// "degraded": traffic flows, but the next fault will stop it. What needs a
// look is written in capitals.

#include "cli/render.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "cli/alarms.h"
#include "cli/chain.h"
#include "cli/client.h"
#include "cli/rates.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/text.h"

enum { INDENT = 2, LABEL = 12 };

/* What the operator calls the state of a channel. */
enum shown { SHOWN_UP, SHOWN_DEGRADED, SHOWN_DOWN, SHOWN_DISABLED,
	     SHOWN_NUM };

static const char *const shown_names[SHOWN_NUM] = {
	"up", "DEGRADED", "DOWN", "disabled",
};

static bool has_state(const json_t *object, const char *state)
{
	const char *has = json_get_string(object, "state");

	return has && !strcmp(has, state);
}

/* The first path that is down though nobody said so, or is degraded. */
static const json_t *failed_path(const json_t *channel)
{
	const json_t *path;
	size_t i;

	json_array_foreach(json_object_get(channel, "paths"), i, path)
		if (has_state(path, "down") ||
		    json_is_true(json_object_get(path, "degraded")))
			return path;
	return NULL;
}

static enum shown shown(const json_t *channel)
{
	if (has_state(channel, "disabled"))
		return SHOWN_DISABLED;
	if (!has_state(channel, "up"))
		return SHOWN_DOWN;
	return failed_path(channel) ? SHOWN_DEGRADED : SHOWN_UP;
}

/* The path in use; where there is none, the first. */
static const json_t *main_path(const json_t *channel)
{
	const json_t *paths = json_object_get(channel, "paths"), *path;
	const char *active = json_get_string(channel, "active");
	size_t i;

	json_array_foreach(paths, i, path) {
		const char *name = json_get_string(path, "name");

		if (active && name && !strcmp(active, name))
			return path;
	}
	return json_array_get(paths, 0);
}

/* How many alarms there are, those of no channel too. */
static void print_alarm_count(const struct render *r)
{
	const json_t *channel;
	struct alarms_count sum = { 0 };
	size_t i;

	alarms_count(&sum, json_object_get(r->answer, "alarms"));
	json_array_foreach(json_object_get(r->answer, "channels"), i, channel)
		alarms_count(&sum, json_object_get(channel, "alarms"));
	if (!sum.n)
		return;
	fprintf(r->out, "; %zu alarm%s, ", sum.n, sum.n == 1 ? "" : "s");
	fputs(sum.n == 1 ? "" : "the worst is ", r->out);
	text_print(r->out, sum.worst);
}

static void print_summary(const struct render *r)
{
	const json_t *channels = json_object_get(r->answer, "channels");
	const char *node = json_get_string(r->answer, "node");
	size_t count[SHOWN_NUM] = { 0 }, i, n = json_array_size(channels);
	const json_t *channel;

	json_array_foreach(channels, i, channel)
		count[shown(channel)]++;
	text_print(r->out, node ? node : "this node");
	fprintf(r->out, ": %zu channel%s", n, n == 1 ? "" : "s");
	for (i = 0; i < SHOWN_NUM; i++)
		if (count[i])
			fprintf(r->out, ", %zu %s", count[i], shown_names[i]);
	print_alarm_count(r);
	fputc('\n', r->out);
}

static void add_rates(struct table *t, const struct render *r,
		      const json_t *channel)
{
	static const char *const octets[] = { "lan_rx_octets",
					      "lan_tx_octets" };
	double span = rates_span(r->before, r->answer);
	char text[TEXT_SHORT];

	for (size_t i = 0; i < ARRAY_SIZE(octets); i++) {
		double rate = rates_of(r->before, channel, NULL, octets[i],
				       span);

		if (span > 0)
			table_addf(t, "%s", text_amount(text, 8 * rate,
							"bit/s"));
		else
			table_addf(t, "%s", "");
	}
	if (span > 0)
		table_addf(t, "%s", text_amount(text, rates_of(r->before,
				channel, NULL, "drops", span), "/s"));
	else
		table_addf(t, "%s", "");
}

/* The worst, and how many more there are. */
static void add_alarms(struct table *t, const json_t *channel)
{
	struct alarms_count sum = { 0 };
	char *worst;

	alarms_count(&sum, json_object_get(channel, "alarms"));
	worst = text_safe(sum.worst);
	if (sum.n > 1)
		table_addf(t, "%s +%zu", worst, sum.n - 1);
	else
		table_addf(t, "%s", worst);
	free(worst);
}

static void add_reason(struct table *t, const json_t *channel)
{
	const json_t *path = failed_path(channel);
	char *name, *reason;

	if (shown(channel) != SHOWN_DEGRADED) {
		table_add(t, json_get_string(channel, "reason"));
		return;
	}
	name = text_safe(json_get_string(path, "name"));
	reason = text_safe(json_get_string(path, "reason"));
	table_addf(t, "path %s: %s", name, reason);
	free(name);
	free(reason);
}

/* A DCC has no address behind it: what counts is which one it is. */
static const char *far_end(const json_t *path)
{
	const char *remote = json_get_string(path, "remote");

	return remote ? remote : json_get_string(path, "local");
}

static bool is_measured(const json_t *path)
{
	return has_state(path, "up") && json_is_integer(json_object_get(
		json_object_get(path, "measured"), "rtt_average_us"));
}

/* Per cent, lost in one direction in the last minute */
static double lost(const json_t *path, const char *direction)
{
	const json_t *all = json_object_get(path, "measured");

	return (double)json_get_integer(json_object_get(all, direction),
					"recent_ppm") / 10000;
}

static double milli(const json_t *path, const char *key)
{
	return (double)json_get_integer(json_object_get(path, "measured"),
					key) / 1000;
}

/* Of the path in use; losses of the worse direction */
static void add_measured(struct table *t, const json_t *path)
{
	double in = lost(path, "received"), out = lost(path, "sent");

	if (!is_measured(path)) {
		table_add(t, NULL);
		table_add(t, NULL);
		return;
	}
	table_addf(t, "%.1f ms", milli(path, "rtt_average_us"));
	table_addf(t, "%.2f %%", MAX(in, out));
}

static void add_line(struct table *t, const struct render *r,
		     const json_t *channel)
{
	const char *active = json_get_string(channel, "active");
	char age[TEXT_SHORT];

	table_addf(t, "%s", shown_names[shown(channel)]);
	table_add(t, json_get_string(channel, "name"));
	table_addf(t, "%lld", (long long)json_get_integer(channel, "id"));
	table_addf(t, "%s", text_age(age, json_get_string(channel, "since"),
				     json_get_string(r->answer, "time")));
	table_add(t, json_get_string(channel, "device"));
	table_add(t, json_get_string(channel, "bridge"));
	table_add(t, active ? active : "-");
	table_add(t, far_end(main_path(channel)));
	add_measured(t, main_path(channel));
	add_rates(t, r, channel);
	add_alarms(t, channel);
	add_reason(t, channel);
}

/**
 * render_lines() - A summary, and one line a channel
 * @r:	The answer; with an older one, rates are shown
 */
void render_lines(const struct render *r)
{
	static const struct column columns[] = {
		{ .title = "STATE" },
		{ .title = "CHANNEL" },
		{ .title = "ID", .right = 1, .drop = 3 },
		{ .title = "FOR", .drop = 5 },
		{ .title = "DEVICE", .drop = 2 },
		{ .title = "BRIDGE", .drop = 1 },
		{ .title = "PATH", .drop = 6 },
		{ .title = "FAR END", .drop = 4 },
		{ .title = "RTT", .right = 1, .drop = 4 },
		{ .title = "LOSS", .right = 1, .drop = 4 },
		{ .title = "FROM LAN", .right = 1, .min = 10 },
		{ .title = "TO LAN", .right = 1, .min = 10 },
		{ .title = "DROPS", .right = 1, .drop = 7, .min = 6 },
		{ .title = "ALARMS", .drop = 8 },
		{ .title = "WHY" },
	};
	const json_t *channel;
	struct table t;
	size_t i;

	print_summary(r);
	table_init(&t, columns, ARRAY_SIZE(columns));
	json_array_foreach(json_object_get(r->answer, "channels"), i, channel)
		add_line(&t, r, channel);
	table_print(&t, r->out, r->width);
	table_free(&t);
}

static void label(const struct render *r, unsigned indent, const char *text)
{
	fprintf(r->out, "%*s%-*s", (int)indent, "", LABEL, text);
}

static void print_field(const struct render *r, unsigned indent,
			const char *text, const char *foreign)
{
	char *safe;

	if (!foreign || !*foreign)
		return;
	safe = text_safe(foreign);
	label(r, indent, text);
	text_wrap(r->out, safe, indent + LABEL, r->width);
	free(safe);
}

static void print_state(const struct render *r, const json_t *channel)
{
	const char *since = json_get_string(channel, "since");
	char text[TEXT_SHORT];

	fputs("channel ", r->out);
	text_print(r->out, json_get_string(channel, "name"));
	fprintf(r->out, " (id %lld): %s",
		(long long)json_get_integer(channel, "id"),
		shown_names[shown(channel)]);
	if (since) {
		fprintf(r->out, " since %s",
			text_time(text, since));
		fprintf(r->out, " (%s)",
			text_age(text, since,
				 json_get_string(r->answer, "time")));
	}
	fputc('\n', r->out);
}

static void print_device(const struct render *r, const json_t *channel)
{
	const char *bridge = json_get_string(channel, "bridge");
	const json_t *carrier = json_object_get(channel, "carrier");
	json_int_t mtu = json_get_integer(channel, "mtu");

	label(r, INDENT, "device");
	text_print(r->out, json_get_string(channel, "device"));
	fputs(" (", r->out);
	text_print(r->out, json_get_string(channel, "attachment"));
	fputc(')', r->out);
	if (mtu)
		fprintf(r->out, ", MTU %lld", (long long)mtu);
	if (bridge) {
		fputs(", in bridge ", r->out);
		text_print(r->out, bridge);
	}
	if (json_is_boolean(carrier))
		fputs(json_is_true(carrier) ? ", carrier on" :
		      ", carrier off", r->out);
	fputc('\n', r->out);
}

static void print_offload(const struct render *r, unsigned indent,
			  const json_t *of)
{
	const json_t *offload = json_object_get(of, "offload"), *word;
	const char *why = json_get_string(offload, "why");
	size_t i;

	if (!json_is_object(offload))
		return;
	label(r, indent, "offload");
	json_array_foreach(json_object_get(offload, "use"), i, word) {
		fputs(i ? ", " : "", r->out);
		text_print(r->out, json_string_value(word));
	}
	fputs(i ? "" : "none", r->out);
	if (why) {
		fputs("; ", r->out);
		text_print(r->out, why);
	}
	fputc('\n', r->out);
}

static void print_traffic(const struct render *r, unsigned indent,
			  const char *text, const json_t *channel,
			  const json_t *path, const char *what)
{
	const json_t *counters = json_object_get(path ? path : channel,
						 "counters");
	const char *name = json_get_string(path, "name");
	double span = rates_span(r->before, r->answer);
	char frames[32], octets[32], amount[TEXT_SHORT];

	snprintf(frames, sizeof(frames), "%s_frames", what);
	snprintf(octets, sizeof(octets), "%s_octets", what);
	label(r, indent, text);
	fprintf(r->out, "%lld frames, %lld octets",
		(long long)json_get_integer(counters, frames),
		(long long)json_get_integer(counters, octets));
	if (span > 0) {
		fprintf(r->out, "; %s", text_amount(amount, 8 * rates_of(
				r->before, channel, name, octets, span),
				"bit/s"));
		fprintf(r->out, ", %s", text_amount(amount, rates_of(r->before,
				channel, name, frames, span), "frames/s"));
	}
	fputc('\n', r->out);
}

static void print_drops(const struct render *r, const json_t *channel)
{
	long long drops = (long long)json_get_integer(
			json_object_get(channel, "counters"), "drops");
	char *name;

	if (!drops)
		return;
	name = text_safe(json_get_string(channel, "name"));
	label(r, INDENT, "dropped");
	fprintf(r->out, "%lld frames; \"dccbridge stats %s\" says why\n",
		drops, name);
	free(name);
}

static void print_ends(const struct render *r, const json_t *path)
{
	char *kind = text_safe(json_get_string(path, "kind"));
	char *local = text_safe(json_get_string(path, "local"));
	char *remote = text_safe(json_get_string(path, "remote"));
	char *address = text_safe(json_get_string(path, "address"));

	label(r, 2 * INDENT, kind);
	fprintf(r->out, "%s%s%s", local, *remote ? " -> " : "", remote);
	if (*address && strcmp(address, remote))
		fprintf(r->out, " (%s)", address);
	fputc('\n', r->out);
	free(kind);
	free(local);
	free(remote);
	free(address);
}

static void print_payload(const struct render *r, const json_t *path)
{
	json_int_t payload = json_get_integer(path, "payload");
	char *state;

	if (!payload)
		return;
	state = text_safe(json_get_string(path, "mtu_state"));
	label(r, 2 * INDENT, "MTU");
	fprintf(r->out, "packets of %lld octets", (long long)payload);
	if (json_get_integer(path, "mtu") != payload)
		fprintf(r->out, ", %lld with IP and UDP",
			(long long)json_get_integer(path, "mtu"));
	fprintf(r->out, "%s%s\n", *state ? "; " : "", state);
	free(state);
}

static void print_chain(const struct render *r, const json_t *channel,
			const json_t *path)
{
	if (!json_get_integer(path, "fragments"))
		return;
	label(r, 2 * INDENT, "full frame");
	chain_print(r->out, channel, path);
}

static void print_silence(const struct render *r, const json_t *path)
{
	const json_t *ms = json_object_get(path, "silent_ms");
	char text[TEXT_SHORT];

	if (!json_is_integer(ms))
		return;
	label(r, 2 * INDENT, "last heard");
	fprintf(r->out, "%s ago\n", text_span(text, json_integer_value(ms)));
}

static void print_measured(const struct render *r, const json_t *path)
{
	if (!is_measured(path))
		return;
	label(r, 2 * INDENT, "round trip");
	fprintf(r->out, "%.1f ms, from %.1f to %.1f in the last minute\n",
		milli(path, "rtt_average_us"), milli(path, "rtt_least_us"),
		milli(path, "rtt_most_us"));
	label(r, 2 * INDENT, "loss");
	fprintf(r->out, "%.3f %% of what the far end sent, "
		"%.3f %% of what we did\n", lost(path, "received"),
		lost(path, "sent"));
}

/* What keeps it down; of what is up, what hinders it. */
static void print_reason(const struct render *r, unsigned indent,
			 const json_t *object)
{
	print_field(r, indent, has_state(object, "up") ? "trouble" : "why",
		    json_get_string(object, "reason"));
}

static void print_alarms(const struct render *r, const json_t *channel)
{
	const json_t *alarm;
	size_t i;

	json_array_foreach(json_object_get(channel, "alarms"), i, alarm) {
		const char *since = json_get_string(alarm, "since");
		const char *path = json_get_string(alarm, "path");
		char text[TEXT_SHORT];

		label(r, INDENT, i ? "" : "alarms");
		text_print(r->out, json_get_string(alarm, "severity"));
		fputs(" alarm ", r->out);
		text_print(r->out, json_get_string(alarm, "alarm"));
		if (path) {
			fputs(" of path ", r->out);
			text_print(r->out, path);
		}
		fprintf(r->out, " since %s\n",
			since ? text_time(text, since) : "?");
	}
}

/* How the paths are used, and what an operator has asked for. */
static void print_protection(const struct render *r, const json_t *channel)
{
	const json_t *p = json_object_get(channel, "protection");
	const char *command = json_get_string(p, "command");
	json_int_t left = json_get_integer(p, "restore_ms");
	long long early = (long long)json_get_integer(p, "lost_early");
	char text[TEXT_SHORT];

	if (!json_is_object(p))
		return;
	label(r, INDENT, "protection");
	text_print(r->out, json_get_string(p, "mode"));
	fputs(", ", r->out);
	text_print(r->out, json_get_string(p, "request"));
	if (left)
		fprintf(r->out, ", %s left", text_span(text, left));
	if (command) {
		fputs(", command ", r->out);
		text_print(r->out, command);
		fputc(' ', r->out);
		text_print(r->out, json_get_string(p, "commanded"));
	}
	if (early)
		fprintf(r->out, ", %lld lost before max-skew", early);
	fputc('\n', r->out);
}

/* An old daemon tells the one in use by its name only. */
static bool is_used(const json_t *channel, const json_t *path)
{
	const json_t *used = json_object_get(path, "in_use");
	const char *active = json_get_string(channel, "active");
	const char *name = json_get_string(path, "name");

	if (json_is_boolean(used))
		return json_is_true(used);
	return active && name && !strcmp(active, name);
}

static void print_path(const struct render *r, const json_t *channel,
		       const json_t *path)
{
	char text[SESSION_TEXT_MAX];

	fprintf(r->out, "%*spath ", INDENT, "");
	text_print(r->out, json_get_string(path, "name"));
	fputs(has_state(path, "up") ? ": up" :
	      has_state(path, "disabled") ? ": disabled" : ": DOWN", r->out);
	if (is_used(channel, path))
		fputs(", in use", r->out);
	if (json_is_true(json_object_get(path, "degraded")))
		fputs(", degraded", r->out);
	fputc('\n', r->out);
	print_reason(r, 2 * INDENT, path);
	print_ends(r, path);
	print_payload(r, path);
	print_chain(r, channel, path);
	print_field(r, 2 * INDENT, "session", session_text(path, text));
	print_field(r, 2 * INDENT, "far end", session_far_end(path, text));
	print_silence(r, path);
	print_measured(r, path);
	print_offload(r, 2 * INDENT, path);
	print_traffic(r, 2 * INDENT, "received", channel, path, "line_rx");
	print_traffic(r, 2 * INDENT, "sent", channel, path, "line_tx");
}

static void print_channel(const struct render *r, const json_t *channel)
{
	const json_t *path;
	size_t i;

	print_state(r, channel);
	print_reason(r, INDENT, channel);
	print_alarms(r, channel);
	print_field(r, INDENT, "description",
		    json_get_string(channel, "description"));
	print_device(r, channel);
	print_offload(r, INDENT, channel);
	print_field(r, INDENT, "far end", json_get_string(channel, "peer"));
	print_protection(r, channel);
	print_traffic(r, INDENT, "from LAN", channel, NULL, "lan_rx");
	print_traffic(r, INDENT, "to LAN", channel, NULL, "lan_tx");
	print_drops(r, channel);
	json_array_foreach(json_object_get(channel, "paths"), i, path)
		print_path(r, channel, path);
}

/**
 * render_full() - All there is to know of each channel
 * @r:	The answer; with an older one, rates are shown
 */
void render_full(const struct render *r)
{
	const json_t *channel;
	size_t i;

	json_array_foreach(json_object_get(r->answer, "channels"), i,
			   channel) {
		if (i)
			fputc('\n', r->out);
		print_channel(r, channel);
	}
}
