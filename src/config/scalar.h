/* SPDX-License-Identifier: ISC */
/* Strings of the file: names, paths, MAC addresses, storm limits. */
#ifndef CONFIG_SCALAR_H
#define CONFIG_SCALAR_H

#include "config/row.h"

extern const struct row_type type_name;
extern const struct row_type type_account;
extern const struct row_type type_ifname;
extern const struct row_type type_path;
extern const struct row_type type_heap_path;
extern const struct row_type type_text;
extern const struct row_type type_hex;
extern const struct row_type type_mac;
extern const struct row_type type_storm;

#endif
