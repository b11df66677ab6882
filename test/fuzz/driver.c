// SPDX-License-Identifier: ISC
// driver.c - runs a harness on files, where there is no libFuzzer

#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	INPUT_MAX = 1 << 20,	/* octets of a file that are looked at */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input lies in memory of just its size, so that a sanitizer sees a read
 * beyond its end.
 */
static void run(const char *path, const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		err(1, "%s", path);
	for (size_t i = 0; i < size; i++)
		copy[i] = data[i];
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

int main(int argc, char **argv)
{
	uint8_t *data = malloc(INPUT_MAX);

	if (!data)
		err(1, "input");
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		size_t size;

		if (!f)
			err(1, "%s", argv[i]);
		size = fread(data, 1, INPUT_MAX, f);
		if (ferror(f))
			err(1, "%s", argv[i]);
		fclose(f);
		run(argv[i], data, size);
	}
	free(data);
	return 0;
}
