// SPDX-License-Identifier: ISC
// The file itself: read it into memory, and print what is wrong with it.

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"
#include "config/report.h"

static int fault(struct config_errors *errors, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fault(struct config_errors *errors, int err, const char *fmt, ...)
{
	struct config_report report = { .errors = errors };
	char text[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	report_add(&report, 0, 0, NULL, "%s", text);
	return -err;
}

static const char *open_hint(int err)
{
	switch (err) {
	case ENOENT:
		return "; dccbridge.yaml(5) shows what to put there, -f names "
		       "another file";
	case EACCES:
		return "; run as root, or let this user read it";
	default:
		return "";
	}
}

static int check_kind(int fd, struct config_errors *errors)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fault(errors, errno, "cannot be read: %s",
			     strerror(errno));
	if (S_ISDIR(st.st_mode))
		return fault(errors, EISDIR, "is a directory; expected a YAML "
			     "file");
	if (S_ISBLK(st.st_mode) || S_ISSOCK(st.st_mode))
		return fault(errors, EINVAL, "is not a file; expected a YAML "
			     "file");
	return 0;
}

/* One octet more than is allowed is read, to know that there is more. */
static ssize_t read_all(int fd, char *buf)
{
	size_t n = 0;

	while (n <= CONFIG_FILE_MAX) {
		ssize_t got = read(fd, buf + n, CONFIG_FILE_MAX + 1 - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

static int read_fd(int fd, char **text, size_t *len,
		   struct config_errors *errors)
{
	int err = check_kind(fd, errors);
	char *buf, *fit;
	ssize_t n;

	if (err < 0)
		return err;
	buf = malloc(CONFIG_FILE_MAX + 1);
	if (!buf)
		return -ENOMEM;
	n = read_all(fd, buf);
	if (n < 0 || n > CONFIG_FILE_MAX) {
		free(buf);
		return n < 0 ? fault(errors, (int)-n, "cannot be read: %s",
				     strerror((int)-n)) :
			       fault(errors, EFBIG, "the file is too large; "
				     "at most 4 MiB are read");
	}
	fit = realloc(buf, n ? (size_t)n : 1);
	*text = fit ? fit : buf;
	*len = (size_t)n;
	return 0;
}

/**
 * config_read_file() - Read a file into memory
 * @path:	File; a pipe will do
 * @text:	Set to its text, which the caller frees; not ended by NUL
 * @len:	Set to its octets, at most CONFIG_FILE_MAX
 * @errors:	Filled on error; the caller frees it by config_errors_free()
 *
 * Return: 0, or a negative errno
 */
int config_read_file(const char *path, char **text, size_t *len,
		     struct config_errors *errors)
{
	int fd, err;

	*errors = (struct config_errors){ 0 };
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		err = errno;
		return fault(errors, err, "cannot be opened: %s%s",
			     strerror(err), open_hint(err));
	}
	err = read_fd(fd, text, len, errors);
	close(fd);
	return err;
}

/**
 * config_errors_print() - Print what is wrong with a file
 * @errors:	What config_load() or config_read_file() found
 * @file:	The file's name
 * @out:	Where to; one line an error: file:line:column: text
 */
void config_errors_print(const struct config_errors *errors,
			 const char *file, FILE *out)
{
	size_t i;

	for (i = 0; i < errors->count; i++) {
		const struct config_error *e = &errors->list[i];

		if (e->line)
			fprintf(out, "%s:%u:%u: %s\n", file, e->line,
				e->column, e->text);
		else
			fprintf(out, "%s: %s\n", file, e->text);
	}
	if (errors->more)
		fprintf(out, "%s: and %zu more\n", file, errors->more);
}
