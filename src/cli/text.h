/* SPDX-License-Identifier: ISC */
/* Text for people: tables, times, amounts, and strings made safe to print. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TEXT_SHORT	32	/* room for a time, an age or an amount */

char *text_safe(const char *s);
void text_print(FILE *out, const char *s);
unsigned text_width(const char *safe);
int text_parse_time(const char *rfc3339, int64_t *ms);
const char *text_time(char buf[TEXT_SHORT], const char *rfc3339);
const char *text_time_ms(char buf[TEXT_SHORT], const char *rfc3339);
const char *text_age(char buf[TEXT_SHORT], const char *since,
		     const char *now);
const char *text_span(char buf[TEXT_SHORT], int64_t ms);
const char *text_amount(char buf[TEXT_SHORT], double n, const char *unit);
void text_wrap(FILE *out, const char *safe, unsigned indent, unsigned width);

#endif
