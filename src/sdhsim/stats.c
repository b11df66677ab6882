// SPDX-License-Identifier: ISC
// What the simulator counts, in each direction: the names.

#include "sdhsim/stats.h"

#include <assert.h>

#include "base/util.h"

static const char *const names[] = {
	[SDH_FRAMES] = "frames",
	[SDH_FRAMES_LOST] = "frames-lost",
	[SDH_BIT_ERRORS] = "bit-errors",
	[SDH_B1] = "b1",
	[SDH_B2] = "b2",
	[SDH_LOS] = "los",
	[SDH_OOF] = "oof",
	[SDH_LOF] = "lof",
	[SDH_OCTETS] = "octets",
	[SDH_OCTETS_ERRORED] = "octets-errored",
	[SDH_HDLC_SENT] = "hdlc-sent",
	[SDH_HDLC_HIT] = "hdlc-hit",
	[SDH_HDLC_RECEIVED] = "hdlc-received",
	[SDH_FCS] = "fcs-errors",
	[SDH_ABORTS] = "aborts",
	[SDH_RUNTS] = "runts",
	[SDH_GIANTS] = "giants",
	[SDH_UNALIGNED] = "unaligned",
	[SDH_TAKEN] = "taken",
	[SDH_TAKEN_BAD] = "taken-bad",
	[SDH_RING_MOST] = "ring-most",
	[SDH_UNDERRUN] = "underrun-octets",
	[SDH_DELIVERED] = "delivered",
	[SDH_REFUSED] = "refused",
	[SDH_OVERRUN] = "overrun-octets",
};

static_assert(ARRAY_SIZE(names) == SDH_STAT_NUM, "one name each");

/**
 * sdh_stat_name() - What a counter is called
 * @what:	Which
 *
 * Return: its name
 */
const char *sdh_stat_name(enum sdh_stat what)
{
	return names[what];
}
