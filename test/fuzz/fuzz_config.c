// SPDX-License-Identifier: ISC
// fuzz_config - any text as a configuration: it loads, or it is told why not
//
// What loads must print as what loads to the same and prints the same.

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *printed(const struct config *config, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	if (!out)
		abort();
	config_print(config, out);
	fclose(out);
	return text;
}

static void expect_same(const struct config *a, const struct config *b)
{
	size_t i;

	if (a->nchannels != b->nchannels)
		abort();
	for (i = 0; i < a->nchannels; i++)
		if (config_channel_diff(NULL, 0, &a->channels[i],
					&b->channels[i]))
			abort();
}

static void expect_fixed_point(const struct config *config)
{
	struct config_errors errors;
	struct config *again;
	char *first, *second;
	size_t len, len2;

	first = printed(config, &len);
	if (config_load(&again, first, len, "other", &errors)) {
		config_errors_print(&errors, "printed", stderr);
		abort();
	}
	expect_same(config, again);
	second = printed(again, &len2);
	if (len != len2 || memcmp(first, second, len))
		abort();
	config_errors_free(&errors);
	config_free(again);
	free(first);
	free(second);
}

static void expect_errors(const struct config_errors *errors)
{
	char *text = NULL;
	size_t i, len;
	FILE *out;

	if (!errors->count)
		abort();
	out = open_memstream(&text, &len);
	if (!out)
		abort();
	config_errors_print(errors, "file", out);
	fclose(out);
	for (i = 0; i < len; i++)
		if (text[i] != '\n' && (text[i] < ' ' || text[i] > '~'))
			abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_errors errors;
	struct config *config;

	if (!config_load(&config, (const char *)data, size, "host", &errors))
		expect_fixed_point(config);
	else
		expect_errors(&errors);
	config_free(config);
	config_errors_free(&errors);
	return 0;
}
