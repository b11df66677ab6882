/* SPDX-License-Identifier: ISC */
/* What the rows of one mapping cannot say alone. */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

struct config_scope;

void check_tap(const struct config_scope *scope, void *object);
void check_tun(const struct config_scope *scope, void *object);
void check_bridge(const struct config_scope *scope, void *object);
void check_match(const struct config_scope *scope, void *object);
void check_udp(const struct config_scope *scope, void *object);
void check_dcc(const struct config_scope *scope, void *object);
void check_channel(const struct config_scope *scope, void *object);

#endif
