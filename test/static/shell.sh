#!/bin/sh
# SPDX-License-Identifier: ISC
# shell.sh - the scripts are without fault
#
# SC2154: the harness sets srcdir and what is like it.
if ! command -v shellcheck >/dev/null 2>&1; then
	echo "no shellcheck here (Debian's package shellcheck)"
	exit 77
fi
cd "$srcdir" || exit 1
scripts=$(grep -rlE '^#!/bin/(ba)?sh|^# shellcheck shell=' .ci scripts test)
# shellcheck disable=SC2086 # words are wanted
exec shellcheck -S warning -e SC2154 $scripts
