// SPDX-License-Identifier: ISC
// dccbridge-extcap: the channels as interfaces in Wireshark's window
//
// Wireshark asks for interfaces, link types and options, has filters looked
// at, and starts captures, each by a run of this program. All real work is
// dccbridge's: this one only speaks Wireshark's language.
//
// An interface is "dccbridge-POINT" for all channels, or
// "dccbridge-POINT:CHANNEL".

#include <getopt.h>
#include <jansson.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/util.h"

#define PREFIX		"dccbridge-"

enum { ARGS_MAX = 24 };

/** enum mode - What is wanted */
enum mode { MODE_NONE, MODE_INTERFACES, MODE_DLTS, MODE_CONFIG, MODE_CAPTURE };

/**
 * struct extcap - What Wireshark said
 * @program:	Path of dccbridge
 * @filter:	NULL: none
 */
struct extcap {
	enum mode mode;
	const char *interface, *filter, *fifo, *socket, *direction, *snaplen;
	bool headers;
	char program[PATH_MAX];
};

enum {
	OPT_INTERFACES = 256, OPT_VERSION, OPT_INTERFACE, OPT_DLTS,
	OPT_CONFIG, OPT_CAPTURE, OPT_FILTER, OPT_FIFO, OPT_SOCKET,
	OPT_DIRECTION, OPT_SNAPLEN, OPT_HEADERS,
};

static const struct option options[] = {
	{ "extcap-interfaces", no_argument, NULL, OPT_INTERFACES },
	{ "extcap-version", optional_argument, NULL, OPT_VERSION },
	{ "extcap-interface", required_argument, NULL, OPT_INTERFACE },
	{ "extcap-dlts", no_argument, NULL, OPT_DLTS },
	{ "extcap-config", no_argument, NULL, OPT_CONFIG },
	{ "capture", no_argument, NULL, OPT_CAPTURE },
	{ "extcap-capture-filter", required_argument, NULL, OPT_FILTER },
	{ "fifo", required_argument, NULL, OPT_FIFO },
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "direction", required_argument, NULL, OPT_DIRECTION },
	{ "snaplen", required_argument, NULL, OPT_SNAPLEN },
	{ "headers", no_argument, NULL, OPT_HEADERS },
	{ 0 },
};

static const struct {
	const char *name, *what;
} points[] = {
	{ "lan", "frames on the LAN" },
	{ "line", "packets on the line" },
	{ "drop", "what was dropped" },
};

/* The dccbridge beside us, else the installed one. */
static void find_program(struct extcap *x)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		self[n] = '\0';
		snprintf(x->program, sizeof(x->program), "%.4000s/dccbridge",
			 dirname(self));
		if (!access(x->program, X_OK))
			return;
	}
	strlcpy(x->program, DCC_BIN_DIR "/dccbridge", sizeof(x->program));
}

/* Run dccbridge; its output comes from the descriptor that is returned. */
static int start(const struct extcap *x, const char *const args[],
		 int output, pid_t *pid)
{
	int ends[2];

	if (pipe(ends) < 0)
		return -1;
	*pid = fork();
	if (*pid < 0)
		return -1;
	if (!*pid) {
		dup2(ends[1], output);
		close(ends[0]);
		close(ends[1]);
		execv(x->program, (char *const *)(uintptr_t)args);
		_exit(127);
	}
	close(ends[1]);
	return ends[0];
}

static int finish(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return 1;
	return WEXITSTATUS(status);
}

/* What "status" answers, or NULL. */
static json_t *ask(const struct extcap *x)
{
	const char *args[ARGS_MAX] = { "dccbridge" };
	json_t *answer = NULL;
	size_t n = 1;
	FILE *f;
	pid_t pid;
	int fd;

	if (x->socket) {
		args[n++] = "-s";
		args[n++] = x->socket;
	}
	args[n++] = "-j";
	args[n++] = "status";
	fd = start(x, args, STDOUT_FILENO, &pid);
	f = fd < 0 ? NULL : fdopen(fd, "r");
	if (!f)
		return NULL;
	answer = json_loadf(f, JSON_DISABLE_EOF_CHECK, NULL);
	while (fgetc(f) != EOF)
		;		/* so that it ends in its own way */
	fclose(f);
	finish(pid);
	return answer;
}

static void print_interface(size_t point, const char *channel)
{
	printf("interface {value=" PREFIX "%s%s%s}{display=dccbridge %s: %s, "
	       "%s}\n", points[point].name, channel ? ":" : "",
	       channel ? channel : "", points[point].name,
	       channel ? channel : "all channels", points[point].what);
}

/* Where the daemon does not answer there is nothing to be captured. */
static int interfaces(const struct extcap *x)
{
	json_t *answer, *channel;
	size_t i;

	puts("extcap {version=" PACKAGE_VERSION "}");
	answer = ask(x);
	for (size_t p = 0; answer && p < ARRAY_SIZE(points); p++) {
		print_interface(p, NULL);
		json_array_foreach(json_object_get(answer, "channels"), i,
				   channel) {
			const char *name = json_string_value(
				json_object_get(channel, "name"));

			if (name)
				print_interface(p, name);
		}
	}
	json_decref(answer);
	return 0;
}

/* Returns the index of the interface's point, or -1. */
static int point_of(const struct extcap *x, const char **channel)
{
	const char *name = x->interface ? x->interface : "";
	size_t len = strlen(PREFIX);

	if (strncmp(name, PREFIX, len))
		return -1;
	name += len;
	for (size_t p = 0; p < ARRAY_SIZE(points); p++) {
		len = strlen(points[p].name);
		if (strncmp(name, points[p].name, len) ||
		    (name[len] && name[len] != ':'))
			continue;
		*channel = name[len] ? name + len + 1 : NULL;
		return (int)p;
	}
	return -1;
}

static int dlts(int point)
{
	if (!strcmp(points[point].name, "line"))
		puts("dlt {number=147}{name=USER0}"
		     "{display=dccbridge line format}");
	else
		puts("dlt {number=1}{name=EN10MB}{display=Ethernet}");
	return 0;
}

static int config(int point)
{
	puts("arg {number=0}{call=--direction}{display=Direction}"
	     "{type=selector}{tooltip=Of the frames}\n"
	     "value {arg=0}{value=inout}{display=both}{default=true}\n"
	     "value {arg=0}{value=in}{display=in}\n"
	     "value {arg=0}{value=out}{display=out}\n"
	     "arg {number=1}{call=--snaplen}{display=Snapshot length}"
	     "{type=integer}{range=1,262144}{default=262144}"
	     "{tooltip=Octets of a frame that are kept at most}\n"
	     "arg {number=2}{call=--socket}{display=Control socket}"
	     "{type=string}{tooltip=Of the daemon}");
	if (!strcmp(points[point].name, "line"))
		puts("arg {number=3}{call=--headers}"
		     "{display=Ethernet, IP and UDP headers}{type=boolflag}"
		     "{tooltip=Made anew before each datagram}");
	return 0;
}

/* What is printed is what is wrong; nothing if nothing is. */
static int check_filter(const struct extcap *x)
{
	const char *args[] = { "dccbridge", "dump", "-r", "/dev/null", "--",
			       x->filter, NULL };
	char text[512];
	const char *what;
	pid_t pid;
	int fd = start(x, args, STDERR_FILENO, &pid);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!f)
		return 1;
	while (fgets(text, sizeof(text), f)) {
		what = strstr(text, "filter: ");
		fputs(what ? what + strlen("filter: ") : text, stdout);
	}
	fclose(f);
	return finish(pid) ? 1 : 0;
}

/* In brackets a filter cannot be taken for the name of a channel. */
static int capture(const struct extcap *x, int point, const char *channel)
{
	const char *args[ARGS_MAX] = { "dccbridge" };
	char *filter = NULL;
	size_t n = 1;

	if (x->socket) {
		args[n++] = "-s";
		args[n++] = x->socket;
	}
	args[n++] = "dump";
	args[n++] = "-i";
	args[n++] = points[point].name;
	args[n++] = "-Q";
	args[n++] = x->direction;
	args[n++] = "-s";
	args[n++] = x->snaplen;
	args[n++] = "-w";
	args[n++] = x->fifo;
	if (x->headers)
		args[n++] = "--headers";
	args[n++] = "--";
	if (channel)
		args[n++] = channel;
	if (x->filter && *x->filter) {
		if (asprintf(&filter, "(%s)", x->filter) < 0)
			return 1;
		args[n++] = filter;
	}
	execv(x->program, (char *const *)(uintptr_t)args);
	perror(x->program);
	free(filter);
	return 1;
}

static int parse(struct extcap *x, int argc, char **argv)
{
	static const enum mode modes[] = {
		[OPT_INTERFACES - OPT_INTERFACES] = MODE_INTERFACES,
		[OPT_DLTS - OPT_INTERFACES] = MODE_DLTS,
		[OPT_CONFIG - OPT_INTERFACES] = MODE_CONFIG,
		[OPT_CAPTURE - OPT_INTERFACES] = MODE_CAPTURE,
	};
	const char **const values[] = {
		[OPT_INTERFACE - OPT_INTERFACES] = &x->interface,
		[OPT_FILTER - OPT_INTERFACES] = &x->filter,
		[OPT_FIFO - OPT_INTERFACES] = &x->fifo,
		[OPT_SOCKET - OPT_INTERFACES] = &x->socket,
		[OPT_DIRECTION - OPT_INTERFACES] = &x->direction,
		[OPT_SNAPLEN - OPT_INTERFACES] = &x->snaplen,
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		size_t i = (size_t)(opt - OPT_INTERFACES);

		if (opt == '?')
			return -1;
		if (opt == OPT_HEADERS)
			x->headers = true;
		else if (i < ARRAY_SIZE(values) && values[i])
			*values[i] = optarg;
		else if (i < ARRAY_SIZE(modes) && modes[i])
			x->mode = modes[i];
	}
	return 0;
}

static int usage(void)
{
	fputs("dccbridge-extcap: Wireshark starts this program; to capture "
	      "by hand, use \"dccbridge dump\"\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct extcap x = { .direction = "inout", .snaplen = "262144",
			    .socket = getenv("DCCBRIDGE_SOCKET") };
	const char *channel = NULL;
	int point;

	if (parse(&x, argc, argv))
		return usage();
	if (x.socket && !*x.socket)
		x.socket = NULL;
	find_program(&x);
	if (x.mode == MODE_INTERFACES)
		return interfaces(&x);
	point = point_of(&x, &channel);
	if (point < 0)
		return usage();
	switch (x.mode) {
	case MODE_DLTS:
		return dlts(point);
	case MODE_CONFIG:
		return config(point);
	case MODE_CAPTURE:
		return x.fifo ? capture(&x, point, channel) : usage();
	default:
		return x.filter ? check_filter(&x) : usage();
	}
}
