#!/bin/sh
# SPDX-License-Identifier: ISC
# manpages.sh - the manual pages are without fault
if ! command -v mandoc >/dev/null 2>&1; then
	echo "no mandoc here (Debian's package mandoc)"
	exit 77
fi
pages=$(find "$srcdir/src/man" -name '*.[1-9]')
if [ -z "$pages" ]; then
	echo "no pages yet"
	exit 77
fi
# shellcheck disable=SC2086 # words are wanted
exec mandoc -T lint -W warning $pages
