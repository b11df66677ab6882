# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# build.sh - the programs for demo and bench, built outside the source tree
#
# Sets $build to the directory that holds dccbridged and dccbridge. Given in
# DCCBRIDGE_BUILD, it is taken as it is. A tree that is configured in place
# is built in place, since automake wants it so.

# build_programs SOURCE - build what changed; what make says goes to a file
build_programs()
{
	local src=$1 log

	if [ -n "${DCCBRIDGE_BUILD-}" ]; then
		build=$(cd "$DCCBRIDGE_BUILD" && pwd)
		return
	fi
	build=$src/b-run
	[ ! -e "$src/config.status" ] || build=$src
	log=${TMPDIR:-/tmp}/dccbridge-build-$(id -u).log
	echo "${0##*/}: building in $build"
	build_run "$src" >"$log" 2>&1 || {
		tail -n 20 "$log" >&2
		echo "${0##*/}: the build failed; all of it is in $log" >&2
		return 1
	}
}

build_run()
(
	cd "$1" || exit
	[ configure -nt configure.ac ] || autoreconf -fi || exit
	mkdir -p "$build" && cd "$build" || exit
	[ -e config.status ] || "$1/configure" || exit
	make -j"$(nproc)" dccbridged dccbridge sdhsim
)
