// SPDX-License-Identifier: ISC
// How many frames a line has damaged, by what its driver counts.
//
// Drivers differ. Each frame that was bad should be in rx_errors, and once
// more in what was wrong with it; but some count a frame for two causes,
// some know no causes, and some leave rx_errors alone. What the host was too
// slow for (overruns, no memory) is not the line's fault, and is no damage.

#include "monitor/dcc_errors.h"

#include "base/util.h"

/* Counters of a driver that has begun anew go back. */
static uint64_t growth(uint64_t was, uint64_t is)
{
	return is >= was ? is - was : is;
}

static struct rtnl_errors difference(const struct rtnl_errors *was,
				     const struct rtnl_errors *is)
{
	return (struct rtnl_errors){
		.all = growth(was->all, is->all),
		.crc = growth(was->crc, is->crc),
		.frame = growth(was->frame, is->frame),
		.length = growth(was->length, is->length),
		.host = growth(was->host, is->host),
	};
}

static uint32_t cut(uint64_t n)
{
	return (uint32_t)MIN(n, (uint64_t)UINT32_MAX);
}

/**
 * dcc_errors_since() - What came damaged since the last look
 * @was:	What the driver had counted then; becomes what it has now
 * @is:		What it has now
 * @hits:	Filled in
 *
 * Return: true if anything did
 */
bool dcc_errors_since(struct rtnl_errors *was, const struct rtnl_errors *is,
		      uint32_t hits[PRIV_HIT_NUM])
{
	struct rtnl_errors d = difference(was, is);
	uint64_t told = d.crc + d.frame + d.length;

	*was = *is;
	if (d.all > told + d.host)	/* the rest is bad for some reason */
		d.crc += d.all - told - d.host;
	else if (d.all && d.all < told)	/* a frame that was not whole octets
					 * has a wrong FCS as well */
		d.frame -= MIN(d.frame, told - d.all);
	hits[PRIV_HIT_FCS] = cut(d.crc);
	hits[PRIV_HIT_ALIGN] = cut(d.frame);
	hits[PRIV_HIT_LENGTH] = cut(d.length);
	return d.crc || d.frame || d.length;
}
