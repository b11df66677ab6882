# SPDX-License-Identifier: ISC
# sanitizers.m4 - builds that find bugs: sanitizers and fuzzers

# DCC_TRY_LINK(FLAGS, IF-NOT, [PROGRAM])
# --------------------------------------
AC_DEFUN([DCC_TRY_LINK], [
AC_MSG_CHECKING([whether $CC links with $1])
dcc_save_CFLAGS=$CFLAGS
CFLAGS="$CFLAGS $1"
AC_LINK_IFELSE([m4_default([$3], [AC_LANG_PROGRAM()])],
	[AC_MSG_RESULT([yes])], [
	AC_MSG_RESULT([no])
	$2
])
CFLAGS=$dcc_save_CFLAGS
])

# DCC_SANITIZERS
# --------------
# The first fault ends the program, so that no test can pass over it.
AC_DEFUN([DCC_SANITIZERS], [
AC_ARG_ENABLE([sanitizers],
	[AS_HELP_STRING([--enable-sanitizers@<:@=LIST@:>@],
		[build with sanitizers (address,undefined)])],
	[], [enable_sanitizers=no])
AS_IF([test "x$enable_sanitizers" = xyes],
	[enable_sanitizers=address,undefined])
AS_IF([test "x$enable_sanitizers" != xno], [
	DCC_TRY_LINK([-fsanitize=$enable_sanitizers], [
		AC_MSG_ERROR([$CC cannot link -fsanitize=$enable_sanitizers])
	])
	AS_VAR_APPEND([DCC_CFLAGS], [" -fsanitize=$enable_sanitizers"])
	AS_VAR_APPEND([DCC_CFLAGS], [" -fno-sanitize-recover=all"])
	AS_VAR_APPEND([DCC_CFLAGS], [" -fno-omit-frame-pointer"])
])
AM_CONDITIONAL([SANITIZERS], [test "x$enable_sanitizers" != xno])
])

# DCC_FUZZERS
# -----------
# Harnesses are always built, with a driver of ours that runs the files it is
# given; with --enable-fuzzers libFuzzer drives them.
AC_DEFUN([DCC_FUZZERS], [
AC_ARG_ENABLE([fuzzers],
	[AS_HELP_STRING([--enable-fuzzers],
		[link the harnesses in test/fuzz with libFuzzer (CC=clang)])],
	[], [enable_fuzzers=no])
AS_IF([test "x$enable_fuzzers" != xno], [
	DCC_TRY_LINK([-fsanitize=fuzzer], [
		AC_MSG_ERROR([$CC has no libFuzzer.
Configure with CC=clang; it comes with Debian's package clang.])
	], [AC_LANG_SOURCE([[
		int LLVMFuzzerTestOneInput(const char *p, unsigned long n);
		int LLVMFuzzerTestOneInput(const char *p, unsigned long n)
		{
			return p && n ? 0 : 0;
		}
	]])])
	AS_VAR_APPEND([DCC_CFLAGS], [" -fsanitize=fuzzer-no-link"])
	AC_SUBST([FUZZER_LIBS], [-fsanitize=fuzzer])
])
AM_CONDITIONAL([FUZZERS], [test "x$enable_fuzzers" != xno])
])
