/* SPDX-License-Identifier: ISC */
/* Alarms in a few words. */
#ifndef CLI_ALARMS_H
#define CLI_ALARMS_H

#include <jansson.h>
#include <stddef.h>

/**
 * struct alarms_count - Alarms, summed up; all zero is none
 * @n:		How many
 * @worst:	Name of the worst severity, or NULL
 */
struct alarms_count {
	size_t n;
	const char *worst;
};

void alarms_count(struct alarms_count *count, const json_t *list);

#endif
