# SPDX-License-Identifier: ISC
# summary.m4 - what configure found and chose, told at its end

# DCC_SUMMARY
# -----------
AC_DEFUN([DCC_SUMMARY], [
AC_MSG_NOTICE([

$PACKAGE_NAME $PACKAGE_VERSION

    compiler             $CC $CFLAGS
    installed under      $prefix
    configuration        $sysconfdir/dccbridge/dccbridge.yaml
    control socket       $runstatedir/dccbridge/control
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
