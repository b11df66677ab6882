/* SPDX-License-Identifier: ISC */
/* A path's session and its far end, in words. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <jansson.h>

enum { SESSION_TEXT_MAX = 240 };

const char *session_text(const json_t *path, char buf[SESSION_TEXT_MAX]);
const char *session_far_end(const json_t *path, char buf[SESSION_TEXT_MAX]);

#endif
