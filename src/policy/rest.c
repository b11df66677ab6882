// SPDX-License-Identifier: ISC
// Resting: a line that hardly anything crosses is watched less closely.
//
// To be sure within 30 ms that a far end is there costs two wake-ups each
// 10 ms, at both ends. That is worth it while somebody would miss what is
// lost meanwhile. So a line rests when some seconds in a row were calm, and
// is roused by the packet that makes the running one busy, not by its end. A
// bridge's hello each two seconds, or an ARP now and then, leaves it calm.
//
// Both ends see the same packets, but seconds begin at different times: an
// end may rest, or be roused, a moment after the other. The longer of their
// intervals holds until then.

#include "policy/rest.h"

/**
 * rest_end() - The line does not rest any more
 * @r:	Rest
 */
void rest_end(struct rest *r)
{
	r->resting = false;
	r->calm = 0;
}

/**
 * rest_tick() - A second has passed
 * @r:		Rest
 * @may:	The line may rest
 */
void rest_tick(struct rest *r, bool may)
{
	if (!may || r->crossed >= REST_BUSY)
		rest_end(r);
	else if (r->calm < REST_CALM)
		r->calm++;
	r->resting = r->calm == REST_CALM;
	r->crossed = 0;
}
