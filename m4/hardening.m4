# SPDX-License-Identifier: ISC
# hardening.m4 - options that make a bug harder to exploit

# DCC_HARDENING
# -------------
# On unless refused. Fortify needs an optimizing compiler, and the sanitizers
# see more without it, so it is tried with the user's CFLAGS and comes last.
AC_DEFUN([DCC_HARDENING], [
AC_ARG_ENABLE([hardening],
	[AS_HELP_STRING([--disable-hardening],
		[no PIE, stack protector, fortified libc, read-only GOT])],
	[], [enable_hardening=yes])
AS_IF([test "x$enable_hardening" != xno], [
	DCC_CFLAG([DCC_CFLAGS], [-fPIE])
	DCC_LDFLAG([DCC_LDFLAGS], [-pie])
	DCC_CFLAG([DCC_CFLAGS], [-fstack-protector-strong])
	DCC_CFLAG([DCC_CFLAGS], [-fstack-clash-protection])
	DCC_CFLAG([DCC_CFLAGS], [-fcf-protection])
	DCC_LDFLAG([DCC_LDFLAGS], [-Wl,-z,relro])
	DCC_LDFLAG([DCC_LDFLAGS], [-Wl,-z,now])
	DCC_LDFLAG([DCC_LDFLAGS], [-Wl,-z,noexecstack])
	AS_IF([test "x$enable_sanitizers" = xno], [DCC_FORTIFY])
])
])

# DCC_FORTIFY
# -----------
AC_DEFUN([DCC_FORTIFY], [
dcc_fortify="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"
AC_CACHE_CHECK([whether libc can be fortified with these CFLAGS],
	[dcc_cv_fortify], [
	dcc_save_CPPFLAGS=$CPPFLAGS
	dcc_save_CFLAGS=$CFLAGS
	CPPFLAGS="$dcc_fortify $CPPFLAGS"
	CFLAGS="$CFLAGS -Werror"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM([#include <string.h>])],
		[dcc_cv_fortify=yes], [dcc_cv_fortify=no])
	CPPFLAGS=$dcc_save_CPPFLAGS
	CFLAGS=$dcc_save_CFLAGS
])
AS_IF([test "x$dcc_cv_fortify" = xyes],
	[AS_VAR_APPEND([DCC_CFLAGS], [" $dcc_fortify"])])
])
