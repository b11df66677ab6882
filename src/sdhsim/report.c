// SPDX-License-Identifier: ISC
// The simulator's figures as JSON, and that as text.
//
// The JSON has arrays where names would be keys, and integers; the error rate,
// which is none, is a string. The text is a line for each figure, with its
// name, for people and for awk alike.

#include "sdhsim/report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/util.h"

static const struct {
	enum framer_alarm alarm;
	const char *name;
} alarms[] = {
	{ ALARM_LOS, "los" },
	{ ALARM_OOF, "oof" },
	{ ALARM_LOF, "lof" },
};

static json_t *alarm_list(unsigned int raised)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(alarms); i++)
		if (raised & alarms[i].alarm)
			json_array_append_new(list,
					      json_string(alarms[i].name));
	return list;
}

static json_t *counter_list(const struct sdh_stats *stats)
{
	json_t *list = json_array();

	for (int i = 0; i < SDH_STAT_NUM; i++)
		json_array_append_new(list, json_pack("{s:s, s:I}",
			"name", sdh_stat_name((enum sdh_stat)i),
			"value", (json_int_t)stats->count[i]));
	return list;
}

static json_t *way_list(const struct sim *s)
{
	static const char *const names[] = { "a", "b" };
	json_t *list = json_array();

	for (int i = 0; i < 2; i++) {
		const struct direction *d = &s->ways[i];

		json_array_append_new(list,
			json_pack("{s:s, s:s, s:b, s:o, s:o}",
				  "from", names[i], "to", names[!i],
				  "carrier", d->carrier, "alarms",
				  alarm_list(d->section.framer.alarms),
				  "counters",
				  counter_list(&d->section.stats)));
	}
	return list;
}

static json_int_t cpu_ms(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (json_int_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
	       (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

/**
 * report_json() - All figures
 * @s:		The simulator
 * @now:	The time
 *
 * Return: the answer to "stats", for the caller to free; NULL if there is no
 * memory
 */
json_t *report_json(const struct sim *s, struct mono now)
{
	const struct sim_options *o = &s->options;
	char ber[32];

	snprintf(ber, sizeof(ber), "%g", o->ber);
	return json_pack(
		"{s:b, s:i, s:[ss], s:s, s:i, s:i, s:s, s:I, s:b, s:I, s:I, "
		"s:I, s:o}",
		"ok", 1, "schema", 1, "ends", o->ends[0], o->ends[1],
		"octets", o->dcc->name,
		"rate", o->dcc->count * 8 * STM1_FRAMES_MS * 1000,
		"fcs", (int)o->fcs->size * 8, "ber", ber,
		"delay-us", (json_int_t)(o->delay.ns / 1000),
		"cut", s->ways[0].section.cut,
		"elapsed-ms", (json_int_t)mono_to_ms(mono_sub(now, s->start)),
		"cpu-ms", cpu_ms(),
		"slipped", (json_int_t)s->pace.slipped,
		"directions", way_list(s));
}

static void print_value(FILE *out, const char *name, const json_t *value)
{
	if (json_is_string(value))
		fprintf(out, "%s %s\n", name, json_string_value(value));
	else if (json_is_integer(value))
		fprintf(out, "%s %lld\n", name,
			(long long)json_integer_value(value));
	else if (json_is_boolean(value))
		fprintf(out, "%s %s\n", name,
			json_is_true(value) ? "yes" : "no");
}

static void print_way(FILE *out, const json_t *way)
{
	const char *from = json_string_value(json_object_get(way, "from"));
	const char *to = json_string_value(json_object_get(way, "to"));
	const json_t *list = json_object_get(way, "alarms"), *item;
	char name[64];
	size_t i;

	snprintf(name, sizeof(name), "%s-%s", from ? from : "?",
		 to ? to : "?");
	fprintf(out, "%s alarms", name);
	json_array_foreach(list, i, item)
		fprintf(out, " %s", json_string_value(item));
	fprintf(out, "%s\n%s carrier %s\n",
		json_array_size(list) ? "" : " none", name,
		json_is_true(json_object_get(way, "carrier")) ? "yes" : "no");
	json_array_foreach(json_object_get(way, "counters"), i, item) {
		const char *what =
			json_string_value(json_object_get(item, "name"));

		fprintf(out, "%s ", name);
		print_value(out, what ? what : "?",
			    json_object_get(item, "value"));
	}
}

/**
 * report_text() - Print the figures
 * @out:	Where to
 * @report:	From report_json(), perhaps of another process
 */
void report_text(FILE *out, const json_t *report)
{
	static const char *const figures[] = {
		"octets", "rate", "fcs", "ber", "delay-us", "cut",
		"elapsed-ms", "cpu-ms", "slipped",
	};
	const json_t *ends = json_object_get(report, "ends"), *way;
	size_t i;

	print_value(out, "a", json_array_get(ends, 0));
	print_value(out, "b", json_array_get(ends, 1));
	for (i = 0; i < ARRAY_SIZE(figures); i++)
		print_value(out, figures[i],
			    json_object_get(report, figures[i]));
	json_array_foreach(json_object_get(report, "directions"), i, way)
		print_way(out, way);
}
