/* SPDX-License-Identifier: ISC */
/* Farewells: what line_farewell.c keeps of paths that were removed. */
#ifndef ENGINE_FAREWELL_H
#define ENGINE_FAREWELL_H

#include <dccbridge/wire.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

/**
 * struct farewell - The last information of a path that is gone
 * @id:		Its channel id
 * @sequence:	Number of its next OAM message
 * @number:	Of the information
 * @of:		Our discriminator of the session to which it belongs
 * @left:	How often it is still sent
 * @octets:	The message, @len of them
 */
struct farewell {
	TAILQ_ENTRY(farewell) entry;
	uint16_t id;
	uint16_t sequence;
	uint32_t number;
	uint32_t of;
	unsigned int left;
	size_t len;
	uint8_t octets[WIRE_INFO_LEN_MAX];
};

/**
 * struct farewells - All that a line has still to say of its former paths
 * @count:	How many
 */
struct farewells {
	TAILQ_HEAD(, farewell) list;
	unsigned int count;
};

#endif
