/* SPDX-License-Identifier: ISC */
/* TAP and TUN devices: open, set up, read, write. */
#ifndef OS_TAP_H
#define OS_TAP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/* The data path's calls; the engine makes no others on a device's fd. */
ssize_t tap_read(int fd, void *buf, size_t size);
ssize_t tap_write(int fd, const void *buf, size_t len);
ssize_t tap_writev(int fd, const struct iovec *iov, unsigned int n);

#endif
