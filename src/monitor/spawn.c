// SPDX-License-Identifier: ISC
// The engine's process: how it begins.
//
// It is this program again, executed anew, so that nothing of the monitor's
// memory is in it: neither pointers that would tell where things are nor
// what the configuration's neighbours might hold. It inherits one socket,
// standard error and a few words: who it shall become.

#include "monitor/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/util.h"
#include "os/priv.h"

/* Words after the program's name: role, verbosity, and who to become. */
enum { WORDS_SAME = 3, WORDS_CHANGE = 6 };

struct words {
	char verbose[16], uid[16], gid[16];
};

enum { URGENCY = -10 };

/* Between fork and exec: nothing that takes memory. */
static void __attribute__((noreturn)) child(int sock, char *const *argv,
					    char *const *envp)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	/* A terminal's interrupt is for the monitor, who says goodbye. But
	 * no session of its own: the kernel schedules sessions as groups, and
	 * what wakes us would be in another one. */
	setpgid(0, 0);
	/* Far ends give us up when our signs of life are late. Who may not
	 * do this does without. */
	setpriority(PRIO_PROCESS, 0, URGENCY);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0)
		_exit(127);
	/* dup2() to itself would leave it to be closed */
	if (sock == SPAWN_SOCKET)
		fcntl(sock, F_SETFD, 0);
	else if (dup2(sock, SPAWN_SOCKET) < 0)
		_exit(127);
	closefrom(SPAWN_SOCKET + 1);
	execve("/proc/self/exe", argv, envp);
	_exit(127);
}

/* Sanitizers look for leaks with calls that the engine has not. */
static char *const clean_env[] = {
	(char *)(uintptr_t)"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
	(char *)(uintptr_t)"ASAN_OPTIONS=detect_leaks=0",
	NULL,
};

/**
 * spawn_engine() - Begin the engine's process
 * @s:		Filled in
 * @sandbox:	Who it shall become
 * @verbose:	How much it shall say
 *
 * Return: 0 or a negative errno
 */
int spawn_engine(struct spawned *s, const struct sandbox *sandbox,
		 int verbose)
{
	struct words w;
	const char *argv[] = { "dccbridged", SPAWN_ROLE, w.verbose, NULL,
			       NULL, NULL, NULL };
	int sock[2], err = priv_pair(sock);

	if (err)
		return err;
	snprintf(w.verbose, sizeof(w.verbose), "%d", verbose);
	snprintf(w.uid, sizeof(w.uid), "%u", (unsigned int)sandbox->uid);
	snprintf(w.gid, sizeof(w.gid), "%u", (unsigned int)sandbox->gid);
	if (sandbox->change) {
		argv[3] = w.uid;
		argv[4] = w.gid;
		argv[5] = sandbox->root;
	}
	s->pid = fork();
	if (!s->pid)
		child(sock[1], (char *const *)(uintptr_t)argv, clean_env);
	err = s->pid < 0 ? -errno : 0;
	close(sock[1]);
	if (err)
		close(sock[0]);
	s->sock = sock[0];
	return err;
}

static bool is_pair(int fd)
{
	int domain = 0, type = 0;
	socklen_t len = sizeof(int);

	return !getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) &&
	       !getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) &&
	       domain == AF_UNIX && type == SOCK_SEQPACKET;
}

/**
 * spawn_parse() - In the new process: what spawn_engine() said
 * @argc:	As main() has it
 * @argv:	As main() has it
 * @sandbox:	Filled in; points into @argv
 * @verbose:	Filled in
 *
 * Return: 0, or -EINVAL if nobody started us as an engine
 */
int spawn_parse(int argc, char **argv, struct sandbox *sandbox, int *verbose)
{
	if ((argc != WORDS_SAME && argc != WORDS_CHANGE) ||
	    strcmp(argv[1], SPAWN_ROLE) || !is_pair(SPAWN_SOCKET))
		return -EINVAL;
	fcntl(SPAWN_SOCKET, F_SETFD, FD_CLOEXEC);
	memset(sandbox, 0, sizeof(*sandbox));
	*verbose = atoi(argv[2]);
	if (argc == WORDS_SAME)
		return 0;
	sandbox->change = true;
	sandbox->uid = (uid_t)strtoul(argv[3], NULL, 10);
	sandbox->gid = (gid_t)strtoul(argv[4], NULL, 10);
	sandbox->root = argv[5];
	return sandbox->uid && sandbox->gid ? 0 : -EINVAL;
}
