# SPDX-License-Identifier: ISC
# summary.m4 - what configure found and chose, told at its end

# DCC_EXPAND(VARIABLE, DIRECTORY)
# -------------------------------
# A directory may name others, which name the prefix: two rounds find it.
AC_DEFUN([DCC_EXPAND], [
dcc_saved=$prefix
prefix=$dcc_prefix
eval "$1=\"$2\""
eval "$1=\"$$1\""
prefix=$dcc_saved
])

# DCC_SUMMARY
# -----------
AC_DEFUN([DCC_SUMMARY], [
dcc_prefix=$prefix
AS_IF([test "x$prefix" = xNONE], [dcc_prefix=$ac_default_prefix])
DCC_EXPAND([dcc_sysconfdir], [$sysconfdir])
DCC_EXPAND([dcc_runstatedir], [$runstatedir])
AC_MSG_NOTICE([

$PACKAGE_NAME $PACKAGE_VERSION

    compiler             $CC $CFLAGS
    installed under      $dcc_prefix
    configuration        $dcc_sysconfdir/dccbridge/dccbridge.yaml
    control socket       $dcc_runstatedir/dccbridge/control
    engine's user        $with_user
    capture filters      $with_pcap
    hardening            $enable_hardening
    sanitizers           $enable_sanitizers
    libFuzzer            $enable_fuzzers
    warnings are errors  $enable_werror
    unit tests           $have_cmocka

Next: make && make check && sudo make install
])
])
