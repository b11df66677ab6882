#!/bin/sh
# SPDX-License-Identifier: ISC
# no-cmocka.sh - stands for the unit tests where they cannot be built
echo "cmocka was not found by configure (Debian's package libcmocka-dev)"
exit 77
