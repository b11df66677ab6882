// SPDX-License-Identifier: ISC
// The verb "dump": a socket on which copies of frames come.
//
// Only that socket is handed over here; what the client wants to see, and
// its filter, it says there (dccbridge/control.h).

#include <errno.h>
#include <string.h>

#include "codec/filter.h"
#include "control/state.h"

/**
 * control_dump() - Answer "dump"
 * @s:		State
 * @r:		Request
 * @out:	Output; the client's end of the socket goes with it
 *
 * Return: NULL: the answer is complete
 */
struct job *control_dump(struct control_state *s, const struct request *r,
			 struct output *out)
{
	int fd = capture_open(&s->engine->shared.capture, r->channel);

	if (fd == -EBUSY) {
		output_error(out, "dump: %d run already; end one and try "
			     "again", CAPTURE_DUMPERS);
		return NULL;
	}
	if (fd < 0) {
		output_error(out, "dump: %s", strerror(-fd));
		return NULL;
	}
	output_fd(out, fd);
	output_answer(out, json_pack("{s:i, s:b}", "version", DUMP_VERSION,
				     "filters", filter_available()));
	return NULL;
}
