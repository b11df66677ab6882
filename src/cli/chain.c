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
 * chain_print() - Print where a full frame becomes too large
 * @out:	Where to
 * @channel:	As of "status"
 * @path:	One of its paths
 */
void chain_print(FILE *out, const json_t *channel, const json_t *path)
{
	long bridge = mtu_of(json_get_string(channel, "bridge"));
	long long fragments = number(path, "fragments");

	if (bridge)
		fprintf(out, "bridge %ld, ", bridge);
	fprintf(out, "device %lld, frame %lld + header %lld, line %lld: ",
		number(channel, "mtu"), number(path, "full_frame"),
		number(path, "header"), number(path, "payload"));
	if (fragments == 1)
		fputs("whole\n", out);
	else
		fprintf(out, "%lld fragments\n", fragments);
}
