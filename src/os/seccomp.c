// SPDX-License-Identifier: ISC
// The system calls that the engine has left, as one table.
//
// Three answers: what the engine needs is allowed; what only an attacker
// would call kills the process; all else gets ENOSYS, so that a library that
// tries something new or optional falls back instead of dying (a C library
// asks for a 64-bit time call first and takes the old one if there is none).
// Opening files, sockets and ioctl are in that last group: without a right
// to anything they could do little, and they are what libraries try.
//
// Names, not numbers: an architecture has calls that others lack, and a
// libseccomp may know fewer than the kernel; what it does not know is
// skipped.

#include "os/sandbox.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/util.h"

static const char *const allowed[] = {
	/* the way of a frame */
	"read", "write", "readv", "writev", "recvmmsg", "recvmmsg_time64",
	"sendmmsg", "recvmsg", "sendmsg", "recvfrom", "recv", "sendto",
	"send",
	/* a line's own socket is given to it unconnected; one that may send
	 * anywhere gains nothing by it */
	"connect",
	/* the loop, its timers and clocks */
	"epoll_create", "epoll_create1", "epoll_ctl", "epoll_ctl_old",
	"epoll_wait", "epoll_pwait", "epoll_pwait2", "poll", "ppoll",
	"ppoll_time64", "select", "_newselect", "pselect6",
	"pselect6_time64", "timerfd_create", "timerfd_settime",
	"timerfd_settime64", "timerfd_gettime", "timerfd_gettime64",
	"eventfd", "eventfd2", "pipe", "pipe2", "signalfd", "signalfd4",
	"clock_gettime", "clock_gettime64", "clock_getres",
	"clock_getres_time64", "clock_nanosleep", "clock_nanosleep_time64",
	"nanosleep", "gettimeofday", "time",
	/* control socket's clients and captures */
	"accept", "accept4", "shutdown", "getsockname", "getpeername",
	"socketpair",
	/* descriptors */
	"close", "close_range", "dup", "dup2", "dup3", "fcntl", "fcntl64",
	"lseek", "_llseek", "fstat", "fstat64", "newfstatat", "fstatat64",
	"statx", "pread64",
	/* memory */
	"mmap", "mmap2", "munmap", "mremap", "mprotect", "brk", "madvise",
	"getrandom", "membarrier", "rseq", "sysinfo",
	/* itself */
	"futex", "futex_time64", "rt_sigaction", "rt_sigprocmask",
	"rt_sigreturn", "sigreturn", "rt_sigtimedwait",
	"rt_sigtimedwait_time64", "sigaltstack", "restart_syscall", "exit",
	"exit_group", "getpid", "gettid", "tgkill", "getuid", "getuid32",
	"geteuid", "geteuid32", "getgid", "getgid32", "getegid",
	"getegid32", "getrusage", "getrlimit", "ugetrlimit", "uname",
	"sched_yield", "sched_getaffinity", "getcpu",
	"set_robust_list", "set_tid_address",
#if SANDBOX_SANITIZED
	/* a sanitizer looks at its own process before it reports */
	"open", "openat", "readlink", "readlinkat", "stat", "prctl",
	"ioctl", "prlimit64", "personality", "kill", "getppid", "getcwd",
	"access", "arch_prctl", "unlink",
#endif
};

/*
 * Of the above, those that a busy engine makes all the time: looked for
 * first, where the kernel goes through the filter at each call.
 */
static const char *const hot[] = {
	"read", "write", "readv", "writev", "recvmmsg", "sendmmsg",
	"recvmsg", "sendmsg", "sendto", "epoll_wait", "epoll_pwait",
	"timerfd_settime", "clock_gettime",
};

static const char *const deadly[] = {
	"execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv",
	"process_vm_writev", "mount", "umount", "umount2", "pivot_root",
	"chroot", "setns", "unshare", "init_module", "finit_module",
	"delete_module", "kexec_load", "kexec_file_load", "bpf",
	"perf_event_open", "userfaultfd", "keyctl", "add_key",
	"request_key", "setuid", "setuid32", "setgid", "setgid32",
	"setresuid", "setresuid32", "setresgid", "setresgid32", "setgroups",
	"setgroups32", "capset", "reboot", "swapon", "swapoff",
	"io_uring_setup", "move_mount", "fsopen", "open_tree", "memfd_create",
};

/* The levels at which the engine sets or reads options of its sockets. */
static const int levels[] = { SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6,
			      IPPROTO_UDP };

static int add_names(scmp_filter_ctx ctx, uint32_t action,
		     const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		int nr = seccomp_syscall_resolve_name(names[i]);
		int err;

		if (nr == __NR_SCMP_ERROR)
			continue;
		err = seccomp_rule_add(ctx, action, nr, 0);
		/* -EDOM: not on this architecture */
		if (err && err != -EDOM)
			return err;
	}
	return 0;
}

static void add_priorities(scmp_filter_ctx ctx)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hot); i++) {
		int nr = seccomp_syscall_resolve_name(hot[i]);

		if (nr != __NR_SCMP_ERROR)
			seccomp_syscall_priority(ctx, nr, UINT8_MAX);
	}
}

static int add_levels(scmp_filter_ctx ctx)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(levels); i++) {
		struct scmp_arg_cmp level = SCMP_A1(SCMP_CMP_EQ,
						    (scmp_datum_t)levels[i]);

		err = seccomp_rule_add(ctx, SCMP_ACT_ALLOW,
				       SCMP_SYS(setsockopt), 1, level);
		if (!err)
			err = seccomp_rule_add(ctx, SCMP_ACT_ALLOW,
					       SCMP_SYS(getsockopt), 1,
					       level);
	}
	return err;
}

/* Where this process runs, and no other's matter */
static int add_affinity(scmp_filter_ctx ctx)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW,
				SCMP_SYS(sched_setaffinity), 1,
				SCMP_A0(SCMP_CMP_EQ, 0));
}

/**
 * sandbox_seccomp() - Give up all system calls but those in the table
 * @what:	On failure, the step that failed
 *
 * Should: be the last step before the loop. Mustn't: be called before
 * sandbox_identity(), whose calls it forbids.
 *
 * Return: 0 or a negative errno; then the process must not go on
 */
int sandbox_seccomp(const char **what)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int err;

	*what = "seccomp filter";
	if (!ctx)
		return -ENOMEM;
	err = add_names(ctx, SCMP_ACT_ALLOW, allowed, ARRAY_SIZE(allowed));
	if (!err)
		err = add_names(ctx, SCMP_ACT_KILL_PROCESS, deadly,
				ARRAY_SIZE(deadly));
	if (!err)
		err = add_levels(ctx);
	if (!err)
		err = add_affinity(ctx);
	add_priorities(ctx);
	if (!err) {
		*what = "loading the seccomp filter";
		err = seccomp_load(ctx);
	}
	seccomp_release(ctx);
	return err;
}
