// SPDX-License-Identifier: ISC
// Stands in for the daemon: runs a command and answers it from a file.
//
//	answer SOCKET FILE COMMAND [ARGUMENT ...]
//
// Listens on SOCKET, runs COMMAND, and for each line that it sends answers
// with the next line of FILE. A line of FILE that begins with "+" follows the
// one before it unasked. What was asked is printed on stderr if FILE begins
// with a line "requests". Ends with the status of COMMAND.

#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* A file of answers, read one line ahead. */
struct answers {
	FILE *file;
	char *line;
	size_t room;
	bool end;
};

static void next_line(struct answers *a)
{
	a->end = getline(&a->line, &a->room, a->file) <= 0;
}

static int listen_on(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strlcpy(sun.sun_path, path, sizeof(sun.sun_path));
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sun, sizeof(sun)) ||
	    listen(fd, 8))
		err(99, "%s", path);
	return fd;
}

static void serve(FILE *client, struct answers *a, bool tell)
{
	char request[4096];

	while (!a->end && fgets(request, sizeof(request), client)) {
		if (tell)
			fprintf(stderr, "asked: %s", request);
		do {
			fputs(a->line + (*a->line == '+'), client);
			next_line(a);
		} while (!a->end && *a->line == '+');
		fflush(client);
	}
	fclose(client);
}

static void serve_all(int fd, const char *path)
{
	struct answers a = { .file = fopen(path, "r") };
	bool tell;
	int client;

	if (!a.file)
		err(99, "%s", path);
	next_line(&a);
	tell = !a.end && !strcmp(a.line, "requests\n");
	if (tell)
		next_line(&a);
	do {
		client = accept(fd, NULL, NULL);
		if (client >= 0)
			serve(fdopen(client, "r+"), &a, tell);
	} while (client >= 0 && !a.end);
	fclose(a.file);
	free(a.line);
}

int main(int argc, char **argv)
{
	pid_t server, command;
	int fd, status;

	if (argc < 4)
		errx(99, "usage: answer SOCKET FILE COMMAND ...");
	fd = listen_on(argv[1]);
	server = fork();
	if (server == 0) {
		serve_all(fd, argv[2]);
		_exit(0);
	}
	close(fd);
	command = fork();
	if (command == 0) {
		execv(argv[3], argv + 3);
		err(99, "%s", argv[3]);
	}
	waitpid(command, &status, 0);
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	unlink(argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}
