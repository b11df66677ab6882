# SPDX-License-Identifier: ISC
# libraries.m4 - the libraries we build on, found through pkg-config

# DCC_LIBRARY(PREFIX, MODULE, DEBIAN-PACKAGE)
# -------------------------------------------
# A library that we cannot do without.
AC_DEFUN([DCC_LIBRARY], [
PKG_CHECK_MODULES([$1], [$2], [], [
	AC_MSG_ERROR([$2 not found: $$1[]_PKG_ERRORS
It comes with Debian's package $3; "scripts/deps build" installs all
that a build needs. A cross build has libraries of its own: see README.])
])
])

# DCC_LIBRARIES
# -------------
AC_DEFUN([DCC_LIBRARIES], [
DCC_LIBRARY([EVENT], [libevent_core >= 2.1], [libevent-dev])
DCC_LIBRARY([YAML], [yaml-0.1], [libyaml-dev])
DCC_LIBRARY([JANSSON], [jansson >= 2.10], [libjansson-dev])
DCC_LIBRARY([MNL], [libmnl], [libmnl-dev])
DCC_LIBRARY([BSD], [libbsd-overlay], [libbsd-dev])
DCC_LIBRARY([SECCOMP], [libseccomp >= 2.4], [libseccomp-dev])
DCC_LIBRARY([CAPNG], [libcap-ng], [libcap-ng-dev])
DCC_PCAP
DCC_CMOCKA
])

# DCC_PCAP
# --------
# Capture filters; the program does without them if asked to.
AC_DEFUN([DCC_PCAP], [
AC_ARG_WITH([pcap],
	[AS_HELP_STRING([--without-pcap],
		[build without libpcap: no capture filters])],
	[], [with_pcap=yes])
AS_IF([test "x$with_pcap" != xno], [
	DCC_LIBRARY([PCAP], [libpcap], [libpcap-dev (or use --without-pcap)])
	AC_DEFINE([HAVE_PCAP], [1], [Define if libpcap compiles filters.])
])
AM_CONDITIONAL([HAVE_PCAP], [test "x$with_pcap" != xno])
])

# DCC_CMOCKA
# ----------
# Only "make check" wants it, and skips the unit tests without it.
AC_DEFUN([DCC_CMOCKA], [
PKG_CHECK_MODULES([CMOCKA], [cmocka >= 1.1], [have_cmocka=yes], [
	have_cmocka=no
	AC_MSG_WARN([cmocka not found, so "make check" runs no unit tests.
It comes with Debian's package libcmocka-dev.])
])
AM_CONDITIONAL([HAVE_CMOCKA], [test "x$have_cmocka" = xyes])
])
