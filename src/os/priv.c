// SPDX-License-Identifier: ISC
// What monitor and engine say to each other: one message, one packet.
//
// Theory of operation
// -------------------
// The pair is SOCK_SEQPACKET, so that a message arrives whole or not at all.
// A message is its structure as it lies in memory (both ends run the same
// program file) and then text, without the NUL octet. Down, one file
// descriptor may come with it; up, none may: the monitor gives the kernel no
// room for descriptors, so that the kernel itself closes what a taken-over
// engine tries to send.
//
// Nobody waits here. The engine must not: it moves frames. The monitor must
// not either, for an engine that does not read would stop it: its own send
// queue is made large, and what does not fit is the caller's to keep.

#include "os/priv.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PRIV_BUFFER = 4 * 1024 * 1024 };	/* octets, each direction */

/* One descriptor and not the second one that alignment leaves room for. */
union control {
	struct cmsghdr align;
	char octets[CMSG_SPACE(sizeof(int))];
};

static void grow(int fd)
{
	int size = PRIV_BUFFER;

	/* Without CAP_NET_ADMIN the bound of the host holds. */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

/**
 * priv_pair() - Make the pair of sockets
 * @sock:	Filled in with two ends that are closed on exec
 *
 * Return: 0 or a negative errno
 */
int priv_pair(int sock[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) < 0)
		return -errno;
	grow(sock[0]);
	grow(sock[1]);
	return 0;
}

static int send_message(int sock, const void *head, size_t len, int fd,
			const char *text)
{
	union control control = { .octets = { 0 } };
	struct iovec iov[2] = {
		{ (void *)(uintptr_t)head, len },
		{ (void *)(uintptr_t)text, text ? strlen(text) : 0 },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };

	if (iov[1].iov_len >= PRIV_TEXT_MAX)
		iov[1].iov_len = PRIV_TEXT_MAX - 1;
	if (fd >= 0) {
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		control.align.cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(&control.align), &fd, sizeof(fd));
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
	}
	if (sendmsg(sock, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return -errno;
	return 0;
}

/* Close all but the one descriptor that may come; true if it came alone. */
static bool take_fds(struct msghdr *msg, int *fd)
{
	bool good = !(msg->msg_flags & MSG_CTRUNC);
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		size_t n, i;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			int one;

			memcpy(&one, CMSG_DATA(c) + i * sizeof(one),
			       sizeof(one));
			if (*fd < 0)
				*fd = one;
			else
				good = !close(one) && false;
		}
	}
	return good;
}

/*
 * Receive a message of a head of exactly @len octets and text. @fd NULL: no
 * descriptor may come.
 */
static int recv_message(int sock, void *head, size_t len, int *fd, char *text)
{
	union control control = { .octets = { 0 } };
	struct iovec iov[2] = { { head, len }, { text, PRIV_TEXT_MAX - 1 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	bool good = true;
	ssize_t n;

	if (fd) {
		*fd = -1;
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_LEN(sizeof(int));
	}
	n = recvmsg(sock, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n < 0)
		return -errno;
	if (fd)
		good = take_fds(&msg, fd);
	else if (msg.msg_flags & MSG_CTRUNC)
		good = false;
	if (n == 0 && good)
		return 0;
	if (!good || (size_t)n < len || (msg.msg_flags & MSG_TRUNC) ||
	    memchr(text, '\0', (size_t)n - len)) {
		if (fd && *fd >= 0) {
			close(*fd);
			*fd = -1;
		}
		return -EBADMSG;
	}
	text[(size_t)n - len] = '\0';
	return (int)n;
}

/**
 * priv_send_request() - Engine: ask the monitor for something
 * @sock:	The engine's end
 * @req:	What
 * @text:	Only for PRIV_LOG; NULL is none. What is too long is cut
 *
 * Return: 0; -EAGAIN: the monitor is behind, try again later; or another
 * negative errno
 */
int priv_send_request(int sock, const struct priv_request *req,
		      const char *text)
{
	return send_message(sock, req, sizeof(*req), -1, text);
}

/**
 * priv_recv_request() - Monitor: take a request, if one is there
 * @sock:	The monitor's end
 * @req:	Filled in; nothing in it is checked but its length
 * @text:	Filled in; always ends in a NUL octet on success
 *
 * Return: octets received; 0: the engine is gone; -EAGAIN: nothing there;
 * -EBADMSG: no such message exists, and the sender is not to be trusted; or
 * another negative errno
 */
int priv_recv_request(int sock, struct priv_request *req,
		      char text[PRIV_TEXT_MAX])
{
	return recv_message(sock, req, sizeof(*req), NULL, text);
}

/**
 * priv_send_reply() - Monitor: tell the engine something
 * @sock:	The monitor's end
 * @reply:	What
 * @fd:		Descriptor to hand down, or -1; stays the caller's
 * @text:	Reason of an error, for people; NULL is none
 *
 * Return: 0; -EAGAIN: the engine is behind; or another negative errno
 */
int priv_send_reply(int sock, const struct priv_reply *reply, int fd,
		    const char *text)
{
	return send_message(sock, reply, sizeof(*reply), fd, text);
}

/**
 * priv_recv_reply() - Engine: take what the monitor says, if anything
 * @sock:	The engine's end
 * @reply:	Filled in
 * @fd:		The descriptor that came, then the caller's, or -1
 * @text:	Filled in; always ends in a NUL octet on success
 *
 * Return: octets received; 0: the monitor is gone; -EAGAIN: nothing there;
 * -EBADMSG: not what a monitor sends; or another negative errno. No
 * descriptor is left open unless the return is positive.
 */
int priv_recv_reply(int sock, struct priv_reply *reply, int *fd,
		    char text[PRIV_TEXT_MAX])
{
	return recv_message(sock, reply, sizeof(*reply), fd, text);
}
