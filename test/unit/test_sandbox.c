// SPDX-License-Identifier: ISC
// What is left to a process that gave up its rights, tried in a child.

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "os/sandbox.h"

enum { NOBODY = 65534 };

/* Each returns true if things are as they should be. */
typedef bool check(int sock);

/* How a child that ran @f ended. */
static int in_child(check *f)
{
	int pair[2], status;
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		_exit(!f(pair[1]));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(pair[0]);
	close(pair[1]);
	return status;
}

static void assert_good(check *f, const char *what)
{
	int status = in_child(f);

	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail_msg("%s: wait status 0x%x", what, status);
}

static bool has_no_capability(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data))
		return false;
	return !data[0].effective && !data[1].effective &&
	       !data[0].permitted && !data[1].permitted &&
	       !data[0].inheritable && !data[1].inheritable &&
	       !prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_NET_ADMIN, 0,
		      0);
}

static bool has_no_way_back(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 &&
	       prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
}

static bool same_user(int sock)
{
	const struct sandbox s = { .change = false };
	const char *what;

	(void)sock;
	return !sandbox_identity(&s, &what) && has_no_capability() &&
	       has_no_way_back() && open("/dev/null", O_RDONLY) >= 0;
}

static bool other_user(int sock)
{
	char root[] = "/tmp/sandbox.XXXXXX";
	struct sandbox s = { .change = true, .uid = NOBODY, .gid = NOBODY };
	const char *what;
	struct stat st;
	bool good;

	(void)sock;
	s.root = mkdtemp(root);
	if (!s.root || chmod(root, 0755))
		return false;
	good = !sandbox_identity(&s, &what) && has_no_capability() &&
	       has_no_way_back();
	good = good && geteuid() == NOBODY && getegid() == NOBODY &&
	       getgroups(0, NULL) == 0 && setuid(0) < 0 && setgid(0) < 0 &&
	       prctl(PR_CAPBSET_READ, CAP_NET_ADMIN, 0, 0, 0) == 0 &&
	       stat("/etc/passwd", &st) < 0 && mkdir("/x", 0755) < 0;
	return good;
}

static void test_identity(void **state)
{
	(void)state;
	assert_good(same_user, "without a change of user");
	if (geteuid() || !sandbox_can_change(NOBODY, NOBODY)) {
		print_message("only root can test a change of user\n");
		skip();
	}
	assert_good(other_user, "with a change of user");
}

static bool enter(void)
{
	const struct sandbox s = { .change = false };
	const char *what;

	return !sandbox_identity(&s, &what) && !sandbox_seccomp(&what);
}

/* What the engine does all day. */
static bool allowed(int sock)
{
	struct epoll_event e = { .events = EPOLLOUT };
	int size = 65536, ep, t, cpu;
	socklen_t len = sizeof(cpu);
	struct timespec ts;
	cpu_set_t set;
	void *memory;

	if (!enter())
		return false;
	ep = epoll_create1(EPOLL_CLOEXEC);
	t = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return ep >= 0 && t >= 0 && memory != MAP_FAILED &&
	       !epoll_ctl(ep, EPOLL_CTL_ADD, sock, &e) &&
	       epoll_wait(ep, &e, 1, 0) == 1 && write(sock, "x", 1) == 1 &&
	       !setsockopt(sock, SOL_SOCKET, SO_SNDBUF, &size,
			   sizeof(size)) &&
	       !clock_gettime(CLOCK_REALTIME, &ts) &&
	       connect(sock, NULL, 0) < 0 && errno != ENOSYS &&
	       sched_getcpu() >= 0 &&
	       !getsockopt(sock, SOL_SOCKET, SO_INCOMING_CPU, &cpu, &len) &&
	       !sched_getaffinity(0, sizeof(set), &set) &&
	       !sched_setaffinity(0, sizeof(set), &set) &&
	       fcntl(sock, F_SETFL, O_NONBLOCK) == 0 && close(t) == 0;
}

#define REFUSED(call) ((call) < 0 && errno == ENOSYS)

/* What libraries may try: it fails, and they live on. */
static bool refused(int sock)
{
	cpu_set_t set = { 0 };
	int value = 1;

	if (!enter())
		return false;
#if !SANDBOX_SANITIZED
	if (!REFUSED(open("/dev/null", O_RDONLY)) ||
	    !REFUSED(ioctl(sock, FIONREAD, &value)))
		return false;
#endif
	return REFUSED(socket(AF_INET, SOCK_DGRAM, 0)) &&
	       REFUSED(bind(sock, NULL, 0)) && REFUSED(mkdir("/tmp/x", 0)) &&
	       REFUSED(sched_setaffinity(1, sizeof(set), &set)) &&
	       REFUSED(setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &value,
				  sizeof(value)));
}

static void test_calls(void **state)
{
	(void)state;
	assert_good(allowed, "the engine's own calls");
	assert_good(refused, "calls that fail");
}

static bool try_exec(int sock)
{
	char *argv[] = { NULL };

	(void)sock;
	return enter() && execve("/bin/true", argv, argv);
}

static bool try_ptrace(int sock)
{
	(void)sock;
	return enter() && ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static bool try_setuid(int sock)
{
	(void)sock;
	return enter() && setuid(0);
}

static bool try_chroot(int sock)
{
	(void)sock;
	return enter() && chroot("/");
}

static bool try_memfd(int sock)
{
	(void)sock;
	return enter() && memfd_create("x", 0);
}

static void test_deadly(void **state)
{
	static check *const tries[] = { try_exec, try_ptrace, try_setuid,
					try_chroot, try_memfd };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		int status = in_child(tries[i]);

		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
			fail_msg("call %zu: wait status 0x%x", i, status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_deadly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
