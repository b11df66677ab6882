# SPDX-License-Identifier: ISC
# paths.m4 - where things are installed, and as whom the engine runs

# DCC_PATHS
# ---------
# An appliance's settings are in /etc and its sockets in /run, also when the
# programs are in /usr/local; a prefix of one's own keeps all of it together.
AC_DEFUN([DCC_PATHS], [
AS_IF([test -z "$runstatedir"], [runstatedir='${localstatedir}/run'])
AS_CASE([$prefix], [NONE|/usr|/usr/local], [
	AS_IF([test "x$sysconfdir" = 'x${prefix}/etc'], [sysconfdir=/etc])
	AS_IF([test "x$localstatedir" = 'x${prefix}/var'], [localstatedir=/var])
	AS_IF([test "x$runstatedir" = 'x${localstatedir}/run'],
		[runstatedir=/run])
])
AC_SUBST([runstatedir])
DCC_INSTALL_DIR([systemdsystemunit], [the systemd unit],
	['${prefix}/lib/systemd/system'])
DCC_INSTALL_DIR([sysusers], [the sysusers.d file], ['${prefix}/lib/sysusers.d'])
DCC_INSTALL_DIR([bashcompletion], [the completion for bash],
	['${datadir}/bash-completion/completions'])
DCC_INSTALL_DIR([extcap], [what gives Wireshark our channels],
	['${libdir}/wireshark/extcap'])
DCC_INSTALL_DIR([wiresharkplugin], [Wireshark's dissector of our line format],
	['${libdir}/wireshark/plugins'])
])

# DCC_INSTALL_DIR(NAME, WHAT, DEFAULT)
# ------------------------------------
# --with-NAMEdir chooses the directory, --without-NAMEdir leaves the file out.
AC_DEFUN([DCC_INSTALL_DIR], [
AC_ARG_WITH([$1dir],
	[AS_HELP_STRING([--with-$1dir=DIR],
		[install $2 there, or "no" to leave it out])],
	[$1dir=$with_$1dir], [$1dir=yes])
AS_IF([test "x$$1dir" = xyes], [$1dir=$3])
AC_SUBST([$1dir])
AM_CONDITIONAL(m4_toupper([INSTALL_$1]), [test "x$$1dir" != xno])
])

# DCC_ENGINE_USER
# ---------------
AC_DEFUN([DCC_ENGINE_USER], [
AC_ARG_WITH([user],
	[AS_HELP_STRING([--with-user=NAME],
		[the user that the engine runs as (_dccbridge)])],
	[], [with_user=_dccbridge])
AS_CASE([$with_user], [yes|no|root|""],
	[AC_MSG_ERROR([--with-user needs the name of a user that is not root])])
AC_DEFINE_UNQUOTED([DCC_USER], ["$with_user"],
	[The user that the engine runs as.])
AC_SUBST([DCC_USER], [$with_user])
])
