// SPDX-License-Identifier: ISC
// Counters: the table of their names and what each means.

#include "base/stats.h"

#include <assert.h>

#include "base/util.h"

static const struct {
	const char *name;
	const char *help;
} table[] = {
	[STAT_LAN_RX_FRAMES] = { "lan-rx-frames", "frames taken off the LAN" },
	[STAT_LAN_RX_OCTETS] = { "lan-rx-octets", "their octets" },
	[STAT_LAN_TX_FRAMES] = { "lan-tx-frames", "frames put on the LAN" },
	[STAT_LAN_TX_OCTETS] = { "lan-tx-octets", "their octets" },
	[STAT_LAN_PAUSES] = { "lan-pauses",
		"times that a flood left the processor to others" },
	[STAT_LINE_RX_FRAMES] = { "line-rx-frames",
		"datagrams or line frames received" },
	[STAT_LINE_RX_OCTETS] = { "line-rx-octets", "their octets" },
	[STAT_LINE_TX_FRAMES] = { "line-tx-frames",
		"datagrams or line frames sent" },
	[STAT_LINE_TX_OCTETS] = { "line-tx-octets", "their octets" },
	[STAT_FRAMES_CUT] = { "frames-cut", "frames sent in fragments" },
	[STAT_FRAMES_JOINED] = { "frames-joined",
		"frames put together from fragments" },
	[STAT_COPIES] = { "copies",
		"frames of 1+1 that another path had brought already" },
	[STAT_OAM_RX] = { "oam-rx", "OAM messages received" },
	[STAT_OAM_TX] = { "oam-tx", "OAM messages sent" },
	[STAT_LINE_UNDERRUNS] = { "line-underruns",
		"times that we were too late for a bit stream" },
	[STAT_HOOKS_LOST] = { "hooks-lost",
		"changes that the hook program was not told of" },
	[STAT_LINE_FAILURES] = { "line-failures",
		"times that the line's device failed or lost its carrier" },
	[STAT_LINE_WARNINGS] = { "line-warnings",
		"times that something about the line's device was amiss" },

	[DROP_RUNT] = { "runt", "frame shorter than 14 octets" },
	[DROP_OVERSIZE] = { "oversize",
		"frame longer than the LAN's MTU + 22" },
	[DROP_TRUNCATED] = { "truncated", "the device cut the packet short" },
	[DROP_PROTOCOL] = { "protocol", "packet is neither IPv4 nor IPv6" },
	[DROP_NO_PATH] = { "no-path", "no path of the channel is up" },
	[DROP_TOO_BIG] = { "too-big",
		"the line carries less than it did a moment ago" },
	[DROP_OFFLOAD] = { "offload",
		"super-frame that cannot be cut as its header says" },
	[DROP_LINE_FULL] = { "line-full", "the kernel's send buffer is full" },
	[DROP_LINE_ERROR] = { "line-error", "the kernel refused to send" },
	[DROP_QUEUE_FULL] = { "queue-full",
		"half a second of the line was waiting" },
	[DROP_QUEUE_LATE] = { "queue-late",
		"its flow was told to slow down" },
	[DROP_REMOVED] = { "removed", "waited for a path that went" },
	[DROP_NO_MEMORY] = { "no-memory", "there was no memory to wait in" },
	[DROP_STORM_BROADCAST] = { "storm-broadcast",
		"more broadcasts than the limit" },
	[DROP_STORM_MULTICAST] = { "storm-multicast",
		"more multicasts than the limit" },
	[DROP_STORM_UNKNOWN] = { "storm-unknown",
		"more to unknown stations than the limit" },
	[DROP_STORM_CONTROL] = { "storm-control",
		"more of class 0 to groups than the limit" },
	[DROP_LOOP] = { "loop", "our own frames come back" },

	[DROP_FCS] = { "fcs", "the line damaged the frame" },
	[DROP_ABORT] = { "abort", "the sender gave the line frame up" },
	[DROP_LINE_RUNT] = { "line-runt", "line frame under 4 octets" },
	[DROP_GIANT] = { "giant", "line frame longer than any of ours" },
	[DROP_ALIGN] = { "align", "line frame of no whole octets" },
	[DROP_FOREIGN] = { "foreign",
		"line frame without our prefix, or shorter than it" },
	[DROP_STRANGER] = { "stranger", "sender is no configured far end" },
	[DROP_SHORT] = { "short", "too short for a header" },
	[DROP_VERSION] = { "version", "unknown version" },
	[DROP_TYPE] = { "type", "unknown type" },
	[DROP_RESERVED] = { "reserved", "a bit that must be zero is set" },
	[DROP_FLAGS] = { "flags", "flags contradict each other" },
	[DROP_LONG] = { "long", "longer than any frame of ours" },
	[DROP_CHANNEL] = { "channel", "far end sent an unknown channel id" },
	[DROP_DISABLED] = { "disabled", "channel or path is disabled" },
	[DROP_KIND] = { "kind", "type does not fit the channel's device" },
	[DROP_UNSUPPORTED] = { "unsupported",
		"flag asks for what this version lacks" },
	[DROP_SESSION] = { "session",
		"of no session with the far end: forged, replayed, belated" },
	[DROP_REFLECTED] = { "reflected", "a message of our own came back" },
	[DROP_PEER] = { "peer",
		"the far end is not known to be the right one" },
	[DROP_OAM] = { "oam", "OAM message malformed or unknown" },
	[DROP_ECHO] = { "echo", "more echo requests than are answered" },
	[DROP_PARTIAL] = { "partial",
		"no checksum was found that could be completed" },
	[DROP_FRAGMENT] = { "fragment", "fragment does not fit its frame" },
	[DROP_DUPLICATE] = { "duplicate", "fragment came twice" },
	[DROP_INCOMPLETE] = { "incomplete",
		"frame given up: fragments missing" },
	[DROP_LATE] = { "late",
		"came after frames that follow it, when nobody waited" },
	[DROP_NUMBER] = { "number",
		"its number does not follow those before it" },
	[DROP_DEVICE_DOWN] = { "device-down", "the device is not up" },
	[DROP_DEVICE_FULL] = { "device-full", "the device takes no more" },
	[DROP_DEVICE_ERROR] = { "device-error",
		"the device refused the frame" },
};

static_assert(ARRAY_SIZE(table) == STAT_NUM, "a counter lacks its name");

/**
 * stat_name() - The name of a counter, as scripts know it
 * @what:	Counter
 *
 * Return: the name
 */
const char *stat_name(enum stat_id what)
{
	return table[what].name;
}

/**
 * stat_help() - What a counter means, for people
 * @what:	Counter
 *
 * Return: a few words
 */
const char *stat_help(enum stat_id what)
{
	return table[what].help;
}

/**
 * stat_is_drop() - Does it count frames that were lost here?
 * @what:	Counter
 *
 * Return: true if so
 */
bool stat_is_drop(enum stat_id what)
{
	return what >= DROP_RUNT;
}

/**
 * stats_sum() - Add one object's counters to another's
 * @to:		Sum
 * @from:	What is added
 */
void stats_sum(struct stats *to, const struct stats *from)
{
	for (unsigned i = 0; i < STAT_NUM; i++)
		to->count[i] += from->count[i];
}

/**
 * stats_drops() - How many frames were dropped, all reasons together
 * @s:	Counters
 *
 * Return: the sum
 */
uint64_t stats_drops(const struct stats *s)
{
	uint64_t sum = 0;

	for (unsigned i = DROP_RUNT; i < STAT_NUM; i++)
		sum += s->count[i];
	return sum;
}
