/* SPDX-License-Identifier: ISC */
/* The state of channels as text: one line each, or one in full. */
#ifndef CLI_RENDER_H
#define CLI_RENDER_H

#include <jansson.h>
#include <stdio.h>

/**
 * struct render - What is rendered, and how
 * @answer:	The daemon's answer to "status"
 * @before:	An older one, for the rates; or NULL
 * @out:	Where to
 * @width:	Columns of the terminal; 0: no bound
 */
struct render {
	const json_t *answer;
	const json_t *before;
	FILE *out;
	unsigned width;
};

void render_lines(const struct render *r);
void render_full(const struct render *r);

#endif
