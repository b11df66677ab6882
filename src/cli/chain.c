// SPDX-License-Identifier: ISC
// The chain of MTUs that a frame meets, from the bridge to the line.
//
// The daemon tells of all but the bridge, which is looked up here: the
// control socket is of this host.

#include "cli/chain.h"

#include <limits.h>
#include <string.h>

#include "cli/client.h"

/* 0: there is none of that name */
static long mtu_of(const char *device)
{
	char path[PATH_MAX];
	long mtu = 0;
	FILE *f;

	if (!device || strchr(device, '/'))
		return 0;
	snprintf(path, sizeof(path), "/sys/class/net/%s/mtu", device);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%ld", &mtu) != 1)
		mtu = 0;
	fclose(f);
	return mtu;
}

static long long number(const json_t *object, const char *key)
{
	return (long long)json_get_integer(object, key);
}

/**
 * chain_add() - Add what this host knows: the bridges' MTUs
 * @answer:	Of "status"; each channel gets "bridge_mtu", null where there
 *		is no bridge
 */
void chain_add(json_t *answer)
{
	json_t *channel;
	size_t i;

	json_array_foreach(json_object_get(answer, "channels"), i, channel) {
		long mtu = mtu_of(json_get_string(channel, "bridge"));

		json_object_set_new(channel, "bridge_mtu",
				    mtu ? json_integer(mtu) : json_null());
	}
}

/**
 * chain_print() - Print where a full frame becomes too large
 * @out:	Where to
 * @channel:	As of "status", after chain_add()
 * @path:	One of its paths
 */
void chain_print(FILE *out, const json_t *channel, const json_t *path)
{
	long long bridge = number(channel, "bridge_mtu");
	long long fragments = number(path, "fragments");

	if (bridge)
		fprintf(out, "bridge %lld, ", bridge);
	fprintf(out, "device %lld, frame %lld + header %lld, line %lld: ",
		number(channel, "mtu"), number(path, "full_frame"),
		number(path, "header"), number(path, "payload"));
	if (fragments == 1)
		fputs("whole\n", out);
	else
		fprintf(out, "%lld fragments\n", fragments);
}
