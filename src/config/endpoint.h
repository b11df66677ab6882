/* SPDX-License-Identifier: ISC */
/* Addresses of the file: with a prefix length, with a port, or alone. */
#ifndef CONFIG_ENDPOINT_H
#define CONFIG_ENDPOINT_H

#include "config/row.h"

extern const struct row_type type_address;
extern const struct row_type type_prefix;
extern const struct row_type type_local;
extern const struct row_type type_remote;

#endif
