// SPDX-License-Identifier: ISC
// A configuration file that was read, and its text for the engine.
//
// The engine gets exactly the octets that were parsed here, in memory that
// neither side can change any more.

#include "monitor/loaded.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/util.h"

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* A memfd of @text that nobody can change, or a negative errno. */
static int sealed(const char *text, size_t len)
{
	int fd = memfd_create("dccbridge.yaml", MFD_CLOEXEC |
						MFD_ALLOW_SEALING), err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, text, len);
	if (!err && (lseek(fd, 0, SEEK_SET) < 0 ||
		     fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW |
					    F_SEAL_WRITE | F_SEAL_SEAL)))
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* What is wrong with the file, as text of one line each. */
static char *errors_text(const struct config_errors *errors, const char *file)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	config_errors_print(errors, file, f);
	fclose(f);
	return text;
}

static int parse(struct loaded *l, const char *file, bool seal,
		 struct config_errors *errors)
{
	char hostname[CONFIG_NODE_MAX + 1] = "";
	char *text = NULL;
	size_t len;
	int err;

	gethostname(hostname, sizeof(hostname) - 1);
	err = config_read_file(file, &text, &len, errors);
	if (!err)
		err = config_load(&l->config, text, len, hostname, errors);
	if (!err && seal) {
		l->fd = sealed(text, len);
		err = MIN(l->fd, 0);
	}
	free(text);
	return err;
}

/**
 * loaded_read() - Read and check a file
 * @l:		Filled in; the caller's, for loaded_free()
 * @file:	Its path
 * @seal:	Keep its text for the engine
 * @errors:	Set to what is wrong, a line each, to be freed by the caller;
 *		NULL if nothing is, or no memory is left
 *
 * Return: 0 or a negative errno; on failure @l holds nothing
 */
int loaded_read(struct loaded *l, const char *file, bool seal, char **errors)
{
	struct config_errors list = { 0 };
	int err;

	*errors = NULL;
	l->config = NULL;
	l->fd = -1;
	err = parse(l, file, seal, &list);
	if (err) {
		*errors = errors_text(&list, file);
		loaded_free(l);
	}
	config_errors_free(&list);
	return err;
}

/**
 * loaded_free() - Forget a configuration
 * @l:	What loaded_read() gave; empty afterwards
 */
void loaded_free(struct loaded *l)
{
	config_free(l->config);
	l->config = NULL;
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}
