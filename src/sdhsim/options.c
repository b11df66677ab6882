// SPDX-License-Identifier: ISC
// The simulator's command line.

#include "sdhsim/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sdhsim/units.h"

enum {
	OPTION_BER = 256,
	OPTION_DELAY,
	OPTION_OCTETS,
	OPTION_FCS,
	OPTION_SEED,
	OPTION_JSON,
};

static const struct option names[] = {
	{ "ber", required_argument, NULL, OPTION_BER },
	{ "delay", required_argument, NULL, OPTION_DELAY },
	{ "octets", required_argument, NULL, OPTION_OCTETS },
	{ "fcs", required_argument, NULL, OPTION_FCS },
	{ "seed", required_argument, NULL, OPTION_SEED },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
	"usage: sdhsim [-v] [-c SOCKET] [--ber P] [--delay TIME] "
	"[--octets rs|ms|all]\n"
	"              [--fcs 16|32] [--seed NUMBER] END END\n"
	"       sdhsim -c SOCKET [--json] cut | restore | ber P | delay TIME "
	"| stats\n"
	"END is netdev:NAME, netdev:NAME@NETNS or pty:LINK. "
	"The manual page sdhsim(1) says more.\n";

/**
 * options_usage() - Say on stderr how the program is used
 */
void options_usage(void)
{
	fputs(usage, stderr);
}

static int parse_seed(const char *text, uint64_t *seed)
{
	char *end;

	errno = 0;
	*seed = strtoull(text, &end, 0);
	return errno || end == text || *end ? -EINVAL : 0;
}

/* An option with a value. Returns what would be right, or NULL. */
static const char *take(struct sim_options *o, int option, const char *value)
{
	switch (option) {
	case OPTION_BER:
		return units_ber(value, &o->ber) ?
		       "a number from 0 to 0.5, such as 1e-6" : NULL;
	case OPTION_DELAY:
		return units_delay(value, &o->delay) ?
		       "a time of at most 1s, such as 5ms" : NULL;
	case OPTION_OCTETS:
		o->dcc = stm1_dcc_find(value);
		return o->dcc ? NULL : "rs, ms or all";
	case OPTION_FCS:
		o->fcs = !strcmp(value, "16") ? &fcs16 :
			 !strcmp(value, "32") ? &fcs32 : NULL;
		return o->fcs ? NULL : "16 or 32";
	default:
		return parse_seed(value, &o->seed) ? "a number" : NULL;
	}
}

static const char *name_of(int option)
{
	for (size_t i = 0; names[i].name; i++)
		if (names[i].val == option)
			return names[i].name;
	return "?";
}

static enum options_verdict take_value(struct options *o, int option,
				       const char *value)
{
	const char *right = take(&o->sim, option, value);

	if (!right)
		return OPTIONS_GO;
	log_warnx("--%s %s: write %s", name_of(option), value, right);
	return OPTIONS_WRONG;
}

static enum options_verdict take_option(struct options *o, int option)
{
	switch (option) {
	case 'c':
		o->socket = optarg;
		return OPTIONS_GO;
	case 'v':
		o->verbose = true;
		return OPTIONS_GO;
	case OPTION_JSON:
		o->json = true;
		return OPTIONS_GO;
	case 'h':
		fputs(usage, stdout);
		return OPTIONS_DONE;
	case 'V':
		puts(PACKAGE_NAME " " PACKAGE_VERSION);
		return OPTIONS_DONE;
	case '?':
		options_usage();
		return OPTIONS_WRONG;
	default:
		return take_value(o, option, optarg);
	}
}

/**
 * options_parse() - Read the options
 * @o:		Gets them; what is there already is the default
 * @argc:	Of the program
 * @argv:	Of the program; sorted, so that options come first
 *
 * Return: enum options_verdict
 */
enum options_verdict options_parse(struct options *o, int argc, char **argv)
{
	enum options_verdict verdict = OPTIONS_GO;
	int option;

	while (verdict == OPTIONS_GO) {
		option = getopt_long(argc, argv, "c:hvV", names, NULL);
		if (option == -1)
			break;
		verdict = take_option(o, option);
	}
	return verdict;
}
