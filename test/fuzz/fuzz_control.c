// SPDX-License-Identifier: ISC
// fuzz_control - any line as a request: it gets one JSON object a line
//
// The line goes through the table of verbs to an engine with two channels.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "../unit/control_site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void quiet(void *arg, int priority, const char *line,
		  const struct log_about *about)
{
	(void)arg;
	(void)priority;
	(void)line;
	(void)about;
}

static struct control_site *site(void)
{
	static struct control_site one;
	static int ready;

	if (ready)
		return &one;
	log_set_sink(&(struct log_sink){ quiet, NULL });
	if (control_site_init(&one))
		abort();
	ready = 1;
	return &one;
}

/* Each line must be one object with "ok", and an error must say why. */
static void expect_object(const char *text, size_t len)
{
	json_t *answer = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	json_t *ok = json_object_get(answer, "ok");

	if (!json_is_boolean(ok))
		abort();
	if (!json_is_true(ok) &&
	    !json_is_string(json_object_get(answer, "error")))
		abort();
	json_decref(answer);
}

static void expect_lines(const struct output *out)
{
	const char *line = out->data;
	size_t left = out->end;

	if (out->failed)
		abort();
	while (left) {
		const char *end = memchr(line, '\n', left);

		if (!end)
			abort();
		expect_object(line, (size_t)(end - line));
		left -= (size_t)(end - line) + 1;
		line = end + 1;
	}
}

/* The first octet says what the client may do. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct output out = { 0 };
	char line[SERVER_LINE];

	if (!size || size > sizeof(line) || memchr(data, '\n', size))
		return 0;
	memcpy(line, data + 1, size - 1);
	line[size - 1] = '\0';
	control_site_run(site(), line, size - 1, data[0] & 1 ? ACCESS_ALL :
			 ACCESS_READ, &out);
	expect_lines(&out);
	output_free(&out);
	return 0;
}
