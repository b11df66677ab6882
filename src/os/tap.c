// SPDX-License-Identifier: ISC
// The data path's calls on a TAP or TUN device.

#include "os/tap.h"

#include <errno.h>
#include <unistd.h>

#include "base/util.h"

/**
 * tap_read() - Take one frame from a device
 * @fd:		Of the device; does not block
 * @buf:	Where to; what does not fit is lost, as the kernel has it
 * @size:	Room there, in octets
 *
 * Return: octets of the frame; -EAGAIN: none there; -EBADFD: the device was
 * deleted; -EIO: it is down; or another negative errno
 */
HOT ssize_t tap_read(int fd, void *buf, size_t size)
{
	ssize_t n;

	do
		n = read(fd, buf, size);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/**
 * tap_write() - Give one frame to a device
 * @fd:		Of the device; does not block
 * @buf:	The frame, with packet information before it if the device
 *		has that
 * @len:	Its length
 *
 * Return: octets taken, always all; or as tap_read()
 */
HOT ssize_t tap_write(int fd, const void *buf, size_t len)
{
	ssize_t n;

	do
		n = write(fd, buf, len);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/**
 * tap_writev() - Give one frame that lies in pieces to a device
 * @fd:		Of the device; does not block
 * @iov:	The pieces
 * @n:		How many
 *
 * Return: as tap_write()
 */
HOT ssize_t tap_writev(int fd, const struct iovec *iov, unsigned int n)
{
	ssize_t taken;

	do
		taken = writev(fd, iov, (int)n);
	while (taken < 0 && errno == EINTR);
	return taken < 0 ? -errno : taken;
}
