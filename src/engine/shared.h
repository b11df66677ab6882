/* SPDX-License-Identifier: ISC */
/* What all channels of one engine share. */
#ifndef ENGINE_SHARED_H
#define ENGINE_SHARED_H

#include "base/frame.h"
#include "codec/fragment.h"
#include "engine/ask.h"
#include "engine/capture.h"
#include "engine/notice.h"

/**
 * struct shared - Lent to every channel and port of an engine
 * @base:	Event loop
 * @asker:	Way to the monitor
 * @sink:	Who follows what happens
 * @lan:	Memory for frames off a LAN
 * @line:	Memory for packets off a line
 * @pool:	Memory for frames whose fragments are still coming
 * @capture:	Who dumps
 */
struct shared {
	struct event_base *base;
	struct asker asker;
	struct notice_sink sink;
	struct frame_batch lan, line;
	struct reassembly_pool pool;
	struct capture capture;
};

#endif
