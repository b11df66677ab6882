// SPDX-License-Identifier: ISC
// dccbridged.c - the daemon: start-up as a list of named steps
//
// One program, two roles. Started by anybody, it is the monitor; the monitor
// starts it once more as the engine (monitor/spawn.c). Here is what each
// does before its own loop begins.

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/util.h"
#include "control/control.h"
#include "engine/engine.h"
#include "monitor/loaded.h"
#include "monitor/monitor.h"
#include "monitor/spawn.h"
#include "os/priv.h"
#include "os/sandbox.h"
#include "os/slice.h"

/* About what the largest turn of the loop takes */
enum { TURN_NS = 100000 };

/**
 * struct daemon - How the program was called, and how far it is
 * @file:	Configuration, with its whole path
 * @ready_fd:	Who waits in the foreground for us to be ready; -1: nobody
 */
struct daemon {
	char file[PATH_MAX];
	bool foreground, check;
	int verbose;
	int ready_fd;
};

static void __attribute__((noreturn)) usage(void)
{
	fprintf(stderr, "usage: dccbridged [-dnv] [-f FILE]\n");
	exit(2);
}

/* A daemon works in the root directory, so a path must say all of it. */
static void set_file(struct daemon *d, const char *file)
{
	char here[PATH_MAX] = "";
	int n;

	if (file[0] != '/' && !getcwd(here, sizeof(here)))
		fatal("working directory");
	n = snprintf(d->file, sizeof(d->file), "%s%s%s", here,
		     here[0] ? "/" : "", file);
	if (n < 0 || (size_t)n >= sizeof(d->file))
		fatalx("%s: path too long", file);
}

static void parse_options(struct daemon *d, int argc, char **argv)
{
	const char *file = DCC_CONFIG_FILE;
	int c;

	while ((c = getopt(argc, argv, "df:nv")) != -1) {
		switch (c) {
		case 'd':
			d->foreground = true;
			break;
		case 'f':
			file = optarg;
			break;
		case 'n':
			d->check = true;
			break;
		case 'v':
			d->verbose++;
			break;
		default:
			usage();
		}
	}
	if (optind != argc)
		usage();
	set_file(d, file);
}

static int check_file(const struct daemon *d)
{
	struct loaded loaded;
	char *errors;

	if (loaded_read(&loaded, d->file, false, &errors)) {
		fputs(errors ? errors : "out of memory\n", stderr);
		free(errors);
		return 1;
	}
	if (d->verbose)
		config_print(loaded.config, stdout);
	else
		fprintf(stderr, "%s: configuration OK\n", d->file);
	loaded_free(&loaded);
	return fflush(stdout) ? 1 : 0;
}

/* The foreground process: waits until the daemon is ready, or gives up. */
static void __attribute__((noreturn)) wait_ready(pid_t pid, int fd)
{
	int status = 0;
	char c;

	if (read(fd, &c, 1) == 1)
		_exit(0);
	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	    WEXITSTATUS(status))
		_exit(WEXITSTATUS(status));
	_exit(1);
}

/* Whoever started us goes on when the devices are there, not before. */
static void step_background(struct daemon *d)
{
	int fds[2];
	pid_t pid;

	/* A service manager watches this process and no child of it. */
	if (d->foreground || getenv("NOTIFY_SOCKET"))
		return;
	if (pipe2(fds, O_CLOEXEC))
		fatal("pipe");
	pid = fork();
	if (pid < 0)
		fatal("fork");
	if (pid > 0) {
		close(fds[1]);
		wait_ready(pid, fds[0]);
	}
	close(fds[0]);
	d->ready_fd = fds[1];
	setsid();
}

/* Until we are ready, who started us sees what goes wrong. */
static void log_to_both(void *arg, int priority, const char *line,
			const struct log_about *about)
{
	log_to_system(arg, priority, line, about);
	if (priority <= LOG_WARNING)
		fprintf(stderr, "dccbridged: %s\n", line);
}

static void step_log(struct daemon *d)
{
	const struct log_sink both = { log_to_both, NULL };

	/* under a service manager that reads standard error into the journal,
	 * which would lose the fields */
	if (d->ready_fd < 0 && journal_is_behind(STDERR_FILENO))
		log_use_system();
	if (d->ready_fd < 0)
		return;
	log_use_system();
	log_set_sink(&both);
}

/* Standard input and output of a daemon lead nowhere. */
static void step_detach(struct daemon *d)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		fatal("/dev/null");
	if (d->ready_fd >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		if (chdir("/"))
			fatal("/");
	}
	close(null);
	umask(022);
}

static void step_title(struct daemon *d)
{
	(void)d;
	setproctitle("monitor");
}

static void (*const monitor_steps[])(struct daemon *d) = {
	step_background, step_log, step_detach, step_title,
};

static void ready(void *arg)
{
	struct daemon *d = arg;
	int null;

	if (d->ready_fd < 0)
		return;
	log_use_system();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDERR_FILENO);
		close(null);
	}
	if (write(d->ready_fd, "", 1) != 1)
		log_debug("nobody waits for us to be ready");
	close(d->ready_fd);
	d->ready_fd = -1;
}

static int run_monitor(struct daemon *d)
{
	const struct monitor_options options = {
		.file = d->file,
		.verbose = d->verbose,
		.ready = ready,
		.arg = d,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(monitor_steps); i++)
		monitor_steps[i](d);
	return monitor_run(&options);
}

/* The engine has no way to a log of its own. The fields follow the text, a
 * line each. */
static void log_to_monitor(void *arg, int priority, const char *line,
			   const struct log_about *about)
{
	const struct priv_request r = { .op = PRIV_LOG,
					.arg = (int16_t)priority };
	char text[PRIV_TEXT_MAX];
	size_t used = strlcpy(text, line, sizeof(text));

	(void)arg;
	for (int i = 0; about && i < LOG_FIELD_NUM &&
	     used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "\n%s", about->field[i] ?
					 about->field[i] : "");
	priv_send_request(SPAWN_SOCKET, &r, text);
}

static void enter_sandbox(const struct sandbox *sandbox)
{
	const char *what = "";
	int err = sandbox_identity(sandbox, &what);

	/* not before: a change of user forgets it */
	if (!err && prctl(PR_SET_PDEATHSIG, SIGKILL))
		err = -errno;
	if (!err)
		err = sandbox_seccomp(&what);
	if (err)
		fatalx("engine: cannot give up rights: %s: %s", what,
		       strerror(-err));
}

/* Engine and control socket: each is there before the other is heard. */
static int serve(uid_t owner)
{
	struct control *c = control_new(owner);
	struct engine_hooks hooks;
	struct engine *e = NULL;
	int status;

	if (c) {
		hooks = control_hooks(c);
		e = engine_new(SPAWN_SOCKET, &hooks);
	}
	if (!e || control_attach(c, e) < 0)
		fatalx("engine: out of memory");
	status = engine_run(e);
	control_free(c);
	engine_free(e);
	return status;
}

static int run_engine(const struct sandbox *sandbox, int verbose)
{
	const struct log_sink sink = { log_to_monitor, NULL };
	uid_t owner = geteuid();

	log_init("dccbridged", verbose);
	log_set_sink(&sink);
	setproctitle("engine");
	/* what executed it leaves the name of a link in /proc */
	prctl(PR_SET_NAME, "dccbridged");
	signal(SIGPIPE, SIG_IGN);
	slice_ask(TURN_NS);
	enter_sandbox(sandbox);
	return serve(owner);
}

int main(int argc, char **argv, char **envp)
{
	struct daemon d = { .ready_fd = -1 };
	struct sandbox sandbox;
	int verbose;

	setproctitle_init(argc, argv, envp);
	if (!spawn_parse(argc, argv, &sandbox, &verbose))
		return run_engine(&sandbox, verbose);
	log_init("dccbridged", 0);
	parse_options(&d, argc, argv);
	if (d.check)
		return check_file(&d);
	log_init("dccbridged", d.verbose);
	return run_monitor(&d);
}
