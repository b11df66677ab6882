#!/bin/sh
# SPDX-License-Identifier: ISC
# style.sh - the rules of form hold
exec sh "$srcdir/scripts/style" "$srcdir"
