# SPDX-License-Identifier: ISC
# compiler.m4 - language, warnings and other options of the compiler
#
# What we choose goes into variables of ours; CFLAGS is the user's alone.

# DCC_CFLAG(VARIABLE, FLAG)
# -------------------------
# Append FLAG to VARIABLE if the compiler takes it. -Werror makes clang refuse
# what it does not know instead of warning.
AC_DEFUN([DCC_CFLAG], [
AS_VAR_PUSHDEF([dcc_cache], [dcc_cv_cflag_$2])
AC_CACHE_CHECK([whether $CC takes $2], [dcc_cache], [
	dcc_save_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror $2"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
		[AS_VAR_SET([dcc_cache], [yes])],
		[AS_VAR_SET([dcc_cache], [no])])
	CFLAGS=$dcc_save_CFLAGS
])
AS_VAR_IF([dcc_cache], [yes], [AS_VAR_APPEND([$1], [" $2"])])
AS_VAR_POPDEF([dcc_cache])
])

# DCC_LDFLAG(VARIABLE, FLAG)
# --------------------------
# The same for the linker.
AC_DEFUN([DCC_LDFLAG], [
AS_VAR_PUSHDEF([dcc_cache], [dcc_cv_ldflag_$2])
AC_CACHE_CHECK([whether the linker takes $2], [dcc_cache], [
	dcc_save_LDFLAGS=$LDFLAGS
	LDFLAGS="$LDFLAGS -Werror $2"
	AC_LINK_IFELSE([AC_LANG_PROGRAM()],
		[AS_VAR_SET([dcc_cache], [yes])],
		[AS_VAR_SET([dcc_cache], [no])])
	LDFLAGS=$dcc_save_LDFLAGS
])
AS_VAR_IF([dcc_cache], [yes], [AS_VAR_APPEND([$1], [" $2"])])
AS_VAR_POPDEF([dcc_cache])
])

# DCC_PROG_C11
# ------------
AC_DEFUN([DCC_PROG_C11], [
DCC_CFLAG([DCC_CFLAGS], [-std=gnu11])
AS_IF([test "x$dcc_cv_cflag__std_gnu11" != xyes],
	[AC_MSG_ERROR([$CC does not know C11 (-std=gnu11)])])
DCC_LDFLAG([DCC_LDFLAGS], [-Wl,--as-needed])
AC_SUBST([DCC_CFLAGS])
AC_SUBST([DCC_LDFLAGS])
])

# DCC_WARNINGS
# ------------
AC_DEFUN([DCC_WARNINGS], [
AC_ARG_ENABLE([werror],
	[AS_HELP_STRING([--enable-werror], [make warnings errors])],
	[], [enable_werror=no])
m4_foreach_w([dcc_flag], [
	-Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wshadow
	-Wpointer-arith -Wcast-qual -Wformat=2 -Wvla -Wwrite-strings -Wundef
	-Wold-style-definition -Wmissing-declarations -Wnested-externs
	-Wredundant-decls
	-Wduplicated-cond -Wduplicated-branches -Wlogical-op
	-Wimplicit-fallthrough -Wno-missing-field-initializers], [
	DCC_CFLAG([DCC_WARN_CFLAGS], dcc_flag)
])
AS_IF([test "x$enable_werror" = xyes],
	[DCC_WARN_CFLAGS="$DCC_WARN_CFLAGS -Werror"])
AC_SUBST([DCC_WARN_CFLAGS])
])
