/* SPDX-License-Identifier: ISC */
/* Numbers of the file: with units, ranges and words. */
#ifndef CONFIG_NUMBER_H
#define CONFIG_NUMBER_H

#include "config/row.h"

extern const struct row_type type_number;

int number_read(const char *text, enum row_unit unit, uint64_t *value,
		char why[ROW_WHY_MAX]);
void number_write(uint64_t value, enum row_unit unit, char *buf, size_t size);

#endif
