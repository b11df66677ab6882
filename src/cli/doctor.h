/* SPDX-License-Identifier: ISC */
/* The checks of "dccbridge doctor" and what they find. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "cli/cli.h"
#include "config/config.h"

/** enum verdict - What a finding means */
enum verdict {
	VERDICT_OK,
	VERDICT_NOTE,	/* good to know; breaks nothing by itself */
	VERDICT_WRONG,	/* keeps frames from passing, or will */
	VERDICT_NUM
};

/**
 * struct finding - What one check found
 * @check:	Its name
 * @text:	What it is, owned
 * @remedy:	What to do, owned; NULL: nothing
 */
struct finding {
	const char *check;
	enum verdict verdict;
	char *text, *remedy;
};

/**
 * struct doctor - One look at a host
 * @root:	Where its files are: "" is this host
 * @file:	The configuration
 * @config:	The same, loaded; NULL if it is not valid
 * @running:	The daemon answers
 * @check:	The name of the check that runs
 */
struct doctor {
	struct cli *cli;
	const char *root;
	const char *file;
	struct config *config;
	bool running;
	const char *check;
	struct finding *findings;
	size_t count, room;
};

/**
 * struct check - One check
 * @name:	In a word
 * @needs_config: Cannot be done without a valid configuration
 * @run:	Says what it finds
 * @fine:	What is said if it found nothing; NULL: nothing
 */
struct check {
	const char *name;
	bool needs_config;
	void (*run)(struct doctor *d);
	const char *fine;
};

void doctor_say(struct doctor *d, enum verdict verdict, const char *remedy,
		const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* doctor_host.c */
void doctor_tun(struct doctor *d);
void doctor_user(struct doctor *d);
void doctor_kernel(struct doctor *d);
void doctor_clock(struct doctor *d);
void doctor_buffers(struct doctor *d);
void doctor_filter(struct doctor *d);
void doctor_groups(struct doctor *d);
/* doctor_bridge.c */
void doctor_bridges(struct doctor *d);
void doctor_devices(struct doctor *d);
void doctor_addresses(struct doctor *d);
void doctor_macs(struct doctor *d);
/* doctor_mtu.c */
void doctor_mtu(struct doctor *d);
/* doctor_offload.c */
void doctor_offload(struct doctor *d, const json_t *answer);
/* doctor_udp.c */
void doctor_local(struct doctor *d);
void doctor_ports(struct doctor *d);

#endif
