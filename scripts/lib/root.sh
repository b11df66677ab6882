# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# root.sh - begin again as root where that is possible

# need_root SCRIPT ARGUMENT ... - return as root, or not at all
need_root()
{
	[ "$(id -u)" -ne 0 ] || return 0
	if command -v sudo >/dev/null; then
		echo "${1##*/}: network namespaces need root: using sudo" >&2
		exec sudo --preserve-env=DCCBRIDGE_BUILD,DEMO_NAME \
			--preserve-env=DCCBRIDGE_BEFORE -- "$@"
	fi
	echo "${1##*/}: network namespaces need root, and there is no sudo." \
		"Become root, then run: $*" >&2
	exit 1
}
