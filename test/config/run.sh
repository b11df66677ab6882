#!/bin/bash
# SPDX-License-Identifier: ISC
# run.sh - load good and bad configuration files; compare what is printed
#
# good/X.yaml must print good/X.ok, bad/X.yaml must fail and print bad/X.err,
# octet for octet. Files that are too odd or too large to keep are made here.
# UPDATE=1 writes the expected files anew: look at the difference then.
set -u

srcdir=${srcdir:-$(dirname "$0")/../..}
check=${CHECK:-test/config/check}
here=$srcdir/test/config
passed=0
failed=0
tmp=$(mktemp -d) || exit 1
trap 'chmod -R u+rwx "$tmp"; rm -rf "$tmp"' EXIT

# verdict NAME STATUS - count a test
verdict()
{
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $1"
	fi
	return "$2"
}

# golden FILE EXPECTED STATUS - check prints EXPECTED and exits with STATUS
golden()
{
	"$check" "$1" >"$tmp/raw" 2>&1
	local status=$?

	# the default of a build with its own prefix lies elsewhere
	sed "s,${RUN_DIR:-/run/dccbridge}/control,/run/dccbridge/control," \
		"$tmp/raw" >"$tmp/out"
	if [ "${UPDATE-}" ] && [ "$status" -eq "$3" ]; then
		cp "$tmp/out" "$2"
	fi
	[ "$status" -eq "$3" ] && diff -u "$2" "$tmp/out"
	verdict "$1" $?
}

# tells NAME TEXT - check of $tmp/NAME fails within 5 s and says
# TEXT on one line
tells()
{
	timeout 5 "$check" "$tmp/$1" >"$tmp/out" 2>&1
	[ $? -eq 1 ] && grep -qF -- "$2" "$tmp/out"
	verdict "$1" $?
}

# takes NAME CHANNELS - check of $tmp/NAME loads CHANNELS within 10 s
takes()
{
	timeout 10 "$check" -q "$tmp/$1" >"$tmp/out" 2>&1 &&
		grep -qx "$2 channels" "$tmp/out"
	verdict "$1" $? || head -3 "$tmp/out"
}

made_files()
{
	mkdir "$tmp/directory"
	tells directory 'is a directory'
	tells missing 'cannot be opened: No such file'
	head -c 4194305 /dev/zero | tr '\0' '#' >"$tmp/large"
	tells large 'too large; at most 4 MiB'
	: >"$tmp/empty"
	tells empty 'the file is empty'

	{ echo 'channels: []'; head -c 4194291 /dev/zero | tr '\0' '#'; } \
		>"$tmp/largest"
	takes largest 0
	head -c 2000000 /dev/zero | tr '\0' '[' >"$tmp/brackets"
	tells brackets 'nested too deeply; 16 levels'
	{ printf 'channels: ['; head -c 4000000 /dev/zero | tr '\0' ','; } \
		>"$tmp/commas"
	tells commas 'not YAML'
	{ printf 'channels: [a'; yes ',a' | tr -d '\n' | head -c 4000000
	  echo ']'; } >"$tmp/values"
	tells values 'too many values'
	yes 'x: 1' | head -c 2000000 >"$tmp/keys"
	tells keys 'unknown key'
	yes 'node: a' | head -c 4000000 >"$tmp/same-keys"
	tells same-keys 'duplicate key'
	{ printf 'node: '; head -c 4000000 /dev/zero | tr '\0' n; } \
		>"$tmp/long"
	tells long 'is too long (4000000 characters)'
	{ echo 'channels:'; yes -- '- {}' | head -c 2000000; } >"$tmp/empties"
	tells empties '"name" is missing'
	head -c 1000000 /dev/urandom >"$tmp/random"
	tells random random:
}

# Many channels, in less than 4 MiB, some of them wrong in the end
many_channels()
{
	awk 'BEGIN {
		print "channels:"
		for (i = 1; i <= 40000; i++)
			printf "- {name: c%d, id: %d, paths: [{udp: " \
			       "{remote: 192.0.2.1:6000}}]}\n", i, i
	}' >"$tmp/many"
	takes many 40000
	sed 's/name: c[0-9]*,/name: c,/' "$tmp/many" >"$tmp/many-names"
	tells many-names 'the name "c" is taken by channels[0] (line 2)'
	sed '40001s/}}\]/, mtu: 1400}}]/' "$tmp/many" >"$tmp/many-lines"
	tells many-lines 'channels[39999].paths[0].udp.mtu: is "1400"'
	awk 'BEGIN {
		print "channels:"
		for (i = 0; i < 70000; i++)
			printf "- {name: c%d, id: %d}\n", i, i
	}' >"$tmp/too-many"
	tells too-many 'has 70000 elements; at most 65535'
}

unreadable()
{
	echo 'channels: []' >"$tmp/unreadable"
	chmod 0 "$tmp/unreadable"
	if [ -r "$tmp/unreadable" ]; then
		# root reads all; as another user it must fail
		chmod 755 "$tmp"
		cp "$check" "$tmp/check" && setpriv --reuid 65534 --clear-groups \
			"$tmp/check" "$tmp/unreadable" >"$tmp/out" 2>&1
	else
		"$check" "$tmp/unreadable" >"$tmp/out" 2>&1
	fi
	grep -q 'cannot be opened: Permission denied' "$tmp/out"
	verdict unreadable $?
}

# The example as it is, and with all that is commented out in it
example()
{
	local file=$srcdir/etc/dccbridge.yaml

	cp "$file" "$tmp/example"
	takes example 1
	sed 's/^#\([a-z]\)/\1/; s/^#  /   /' "$file" >"$tmp/all"
	sed '/^    tun:/,/^$/d; /bridge: br-mgmt$/d' "$tmp/all" >"$tmp/all-tap"
	takes all-tap 1
	sed '/^    tap:/,/^$/d; /^ *tap: {/d' "$tmp/all" >"$tmp/all-tun"
	takes all-tun 1
}

# No key is forgotten in the manual, nor in the example
documented()
{
	local key page=$srcdir/src/man/dccbridge.yaml.5
	local yaml=$srcdir/etc/dccbridge.yaml

	for key in $("$check" -k | sort -u); do
		grep -qE "^\.(It )?Cm .*\b$key\b" "$page"
		verdict "$key in $page" $?
		grep -qE "^[# ]*(- )?(.*\{)?(.*, )?$key:" "$yaml"
		verdict "$key in $yaml" $?
	done
}

for file in "$here"/good/*.yaml; do
	golden "$file" "${file%.yaml}.ok" 0
done
for file in "$here"/bad/*.yaml; do
	golden "$file" "${file%.yaml}.err" 1
done
made_files
many_channels
unreadable
example
documented
echo "config: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
