# SPDX-License-Identifier: ISC
# summary.m4 - what configure found and chose, told at its end

AC_DEFUN([DCC_SUMMARY], [
AC_MSG_NOTICE([

$PACKAGE_NAME $PACKAGE_VERSION

    compiler            $CC $CFLAGS
    capture filters     $with_pcap
    unit tests          $have_cmocka
    warnings are errors $enable_werror
])
])
