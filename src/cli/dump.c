// SPDX-License-Identifier: ISC
// dccbridge dump: what crosses the channels, and what is dropped and why.
//
// A source (the daemon, or a file) gives frames to a sink (lines of text, or
// files). Options mean what they mean in tcpdump(1).

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/util.h"
#include "cli/dump.h"

static const char *const points[DUMP_POINT_NUM] = {
	[DUMP_LAN] = "lan", [DUMP_LINE] = "line", [DUMP_DROP] = "drop",
};

enum { OPTION_HEADERS = 256, OPTION_RAW };
enum { NICENESS = 10 };

static const struct option longs[] = {
	{ "headers", no_argument, NULL, OPTION_HEADERS },
	{ "raw", no_argument, NULL, OPTION_RAW },
	{ 0 },
};

/* A handler can reach nothing else. */
static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

/**
 * dump_interrupted() - Has somebody asked for the end?
 *
 * Return: true if so
 */
bool dump_interrupted(void)
{
	return interrupted;
}

/* A second signal ends us at once. */
static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal,
				.sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

/**
 * dump_point_name() - The word for a point
 * @point:	Point
 *
 * Return: the word
 */
const char *dump_point_name(enum dump_point point)
{
	return point < DUMP_POINT_NUM ? points[point] : "-";
}

/**
 * dump_take() - A frame has come
 * @p:	The run
 * @r:	The frame; borrowed
 *
 * Return: 0; 1 if there are enough now; a negative errno of the sink
 */
int dump_take(struct dump_pass *p, const struct dump_record *r)
{
	int err = p->sink->put(p->sink, r);

	if (err)
		return err;
	p->captured++;
	return p->options->count && p->captured >= p->options->count;
}

static int wrong(char option, const char *value, const char *right)
{
	char safe[64];

	escape(safe, sizeof(safe), value, strlen(value));
	cli_error("dump: -%c %s: %s", option, safe, right);
	return CLI_USAGE;
}

static int take_number(char option, const char *value, uint64_t max,
		       uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(value, &end, 10);
	if (!*value || *end || errno || *value == '-' || *out > max)
		return wrong(option, value, "a number is wanted here");
	return CLI_OK;
}

static int take_point(struct dump_options *o, const char *value)
{
	for (unsigned i = 0; i < DUMP_POINT_NUM; i++) {
		if (strcmp(points[i], value))
			continue;
		o->point = (enum dump_point)i;
		o->point_given = true;
		return CLI_OK;
	}
	return wrong('i', value, "the points are lan, line and drop");
}

static int take_direction(struct dump_options *o, const char *value)
{
	static const char *const names[] = {
		[DUMP_IN] = "in", [DUMP_OUT] = "out", [DUMP_INOUT] = "inout",
	};

	for (unsigned i = DUMP_IN; i <= DUMP_INOUT; i++) {
		if (strcmp(names[i], value))
			continue;
		o->directions = (uint8_t)i;
		return CLI_OK;
	}
	return wrong('Q', value, "the directions are in, out and inout");
}

static int take_limit(struct dump_options *o, int option, const char *value)
{
	uint64_t n;
	int status = take_number((char)option, value, option == 'c' ?
				 UINT64_MAX / 2 : option == 'C' ? INT_MAX :
				 option == 'W' ? 1000000 : DUMP_SNAPLEN_MAX,
				 &n);

	if (status != CLI_OK)
		return status;
	if (option == 'c')
		o->count = n;
	else if (option == 'C')
		o->max_file = n * 1000000;
	else if (option == 'W')
		o->max_files = (unsigned)n;
	else
		o->snaplen = n ? (uint32_t)n : DUMP_SNAPLEN_MAX;
	if (!n && option != 's')
		return wrong((char)option, value, "must be more than 0");
	return CLI_OK;
}

static int take_option(struct dump_options *o, int option, const char *value)
{
	switch (option) {
	case 'l':
		o->line_buffered = true;
		break;
	case 'n':
		o->numeric = true;
		break;
	case 'v':
		o->verbose++;
		break;
	case 'x':
		o->hex++;
		break;
	case OPTION_HEADERS:
		o->headers = true;
		break;
	case OPTION_RAW:
		o->raw = true;
		break;
	case 'w':
		o->write = value;
		break;
	case 'r':
		o->read = value;
		break;
	case 'i':
		return take_point(o, value);
	case 'Q':
		return take_direction(o, value);
	default:
		return take_limit(o, option, value);
	}
	return CLI_OK;
}

static char *join(int argc, char **argv)
{
	size_t len = 1;
	char *all;

	for (int i = 0; i < argc; i++)
		len += strlen(argv[i]) + 1;
	all = calloc(1, len);
	for (int i = 0; all && i < argc; i++) {
		if (i)
			strlcat(all, " ", len);
		strlcat(all, argv[i], len);
	}
	return all;
}

static int parse(struct cli *cli, struct dump_options *o, int argc,
		 char **argv)
{
	int option, status = CLI_OK, is_channel = 0;

	while (status == CLI_OK &&
	       (option = getopt_long(argc, argv, cli_dump.options, longs,
				     NULL)) != -1)
		status = take_option(o, option, optarg);
	if (status != CLI_OK)
		return status;
	if ((o->max_file || o->max_files) && !(o->write && o->max_file)) {
		cli_error("dump: -C goes with -w, and -W with -C");
		return CLI_USAGE;
	}
	if (!o->read && optind < argc)
		is_channel = dump_is_channel(cli, argv[optind]);
	if (is_channel < 0)
		return CLI_FAILED;
	if (is_channel)
		o->channel = argv[optind++];
	if (optind == argc)
		return CLI_OK;
	o->filter = join(argc - optind, argv + optind);
	return o->filter ? CLI_OK : cli_error("dump: out of memory");
}

/**
 * dump_started() - Tell that from now on frames are caught
 * @o:	What was asked for
 */
void dump_started(const struct dump_options *o)
{
	fprintf(stderr, "dccbridge: dumping %s at %s, snapshot length %u\n",
		o->channel ? o->channel : "all channels",
		dump_point_name(o->point), o->snaplen);
}

static void tell_counts(const struct dump_pass *p)
{
	fprintf(stderr, "%" PRIu64 " frame%s captured\n", p->captured,
		p->captured == 1 ? "" : "s");
	if (p->options->read)
		return;
	fprintf(stderr, "%" PRIu64 " frame%s received by filter\n",
		p->matched, p->matched == 1 ? "" : "s");
	fprintf(stderr, "%" PRIu64 " frame%s lost\n", p->lost,
		p->lost == 1 ? "" : "s");
}

static int pass(struct dump_pass *p)
{
	bool live = !p->options->read;
	int status, err;

	catch_signals();
	status = live ? dump_live(p) : dump_read(p);
	err = p->sink->finish(p->sink, p->matched, p->lost);
	/* whoever closes the pipe has seen enough; that is no failure */
	if (err == -EPIPE || ferror(p->cli->out)) {
		__fpurge(p->cli->out);
		clearerr(p->cli->out);
	}
	if (live || p->options->write)
		tell_counts(p);
	return err && err != -EPIPE ? CLI_FAILED : status;
}

/* To compile a filter and to write files may take all of a processor; the
 * traffic that is watched comes first. */
static void step_back(void)
{
	setpriority(PRIO_PROCESS, 0, NICENESS);
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct dump_options o = {
		.directions = DUMP_INOUT, .snaplen = DUMP_SNAPLEN_MAX,
	};
	struct dump_pass p = { .cli = cli, .options = &o };
	int status = parse(cli, &o, argc, argv);

	step_back();
	if (status == CLI_OK)
		status = dump_compile(&p.program, o.filter);
	if (status == CLI_OK) {
		p.sink = o.write ? dump_write(&o) : dump_text(cli, &o);
		status = p.sink ? pass(&p) : CLI_FAILED;
	}
	free(p.sink);
	free(p.program.list);
	free(o.filter);
	return status;
}

const struct cli_command cli_dump = {
	.name = "dump",
	.synopsis = "[-lnvx] [-i POINT] [-Q in|out|inout] [-c COUNT]\n"
		    "       [-s SNAPLEN] [-w FILE] [-C MB] [-W COUNT] "
		    "[--headers] [--raw]\n       [-r FILE] [CHANNEL] [FILTER]",
	.brief = "[OPTION ...] [CHANNEL] [FILTER]",
	.help = "frames as they cross a channel, or are dropped",
	.options = "lnvxi:Q:c:s:w:C:W:r:",
	.longs = longs,
	.max_args = INT_MAX,
	.run = run,
};
