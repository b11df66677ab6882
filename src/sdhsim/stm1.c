// SPDX-License-Identifier: ISC
// The STM-1 frame: its overhead octets, and what is always in it.

#include "sdhsim/stm1.h"

#include <string.h>

#include "base/util.h"

#define A1	0xf6
#define A2	0x28
#define FLAG	0x7e

static const uint8_t alignment[] = { A1, A1, A1, A2, A2, A2 };

static const uint16_t dcc_places[STM1_DCC_OCTETS] = {
	STM1_PLACE(3, 1), STM1_PLACE(3, 4), STM1_PLACE(3, 7),
	STM1_PLACE(6, 1), STM1_PLACE(6, 4), STM1_PLACE(6, 7),
	STM1_PLACE(7, 1), STM1_PLACE(7, 4), STM1_PLACE(7, 7),
	STM1_PLACE(8, 1), STM1_PLACE(8, 4), STM1_PLACE(8, 7),
};

/* What the frame holds besides alignment and channel: the pointer of an AU-4
 * with the offset 522, so that the VC-4 begins in row 1 of the next frame,
 * no clock to synchronise to, and a VC-4 that is not equipped: all zeros. */
static const struct {
	uint16_t place;
	uint8_t octet;
} constants[] = {
	{ STM1_J0, 0x01 },
	{ STM1_PLACE(1, 8), 0xaa }, { STM1_PLACE(1, 9), 0xaa },
	{ STM1_PLACE(4, 1), 0x6a },				/* H1 */
	{ STM1_PLACE(4, 2), 0x9b }, { STM1_PLACE(4, 3), 0x9b },	/* Y */
	{ STM1_PLACE(4, 4), 0x0a },				/* H2 */
	{ STM1_PLACE(4, 5), 0xff }, { STM1_PLACE(4, 6), 0xff },
	{ STM1_S1, 0x0f },
};

/**
 * stm1_dcc_find() - The channel of a name
 * @name:	"rs" (D1 to D3), "ms" (D4 to D12) or "all"
 *
 * Return: it; NULL if there is none of that name
 */
const struct stm1_dcc *stm1_dcc_find(const char *name)
{
	static const struct stm1_dcc channels[] = {
		{ "rs", 0, 3 },
		{ "ms", 3, 9 },
		{ "all", 0, 12 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(channels); i++)
		if (!strcmp(channels[i].name, name))
			return &channels[i];
	return NULL;
}

/**
 * stm1_dcc_place() - Where an octet of the channel stands
 * @dcc:	The channel
 * @i:		Which of its octets, from 0, less than its count
 *
 * Return: index into the frame
 */
size_t stm1_dcc_place(const struct stm1_dcc *dcc, size_t i)
{
	return dcc_places[dcc->first + i];
}

/**
 * stm1_template() - A frame with all that never changes
 * @frame:	Gets it, not scrambled, its parities zero, with flags in
 *		the channel
 */
void stm1_template(uint8_t frame[STM1_OCTETS])
{
	memset(frame, 0, STM1_OCTETS);
	memcpy(frame, alignment, sizeof(alignment));
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++)
		frame[constants[i].place] = constants[i].octet;
	for (size_t i = 0; i < STM1_DCC_OCTETS; i++)
		frame[dcc_places[i]] = FLAG;
}

/**
 * stm1_aligned() - Is the frame alignment signal where it should be?
 * @frame:	As received; these octets are never scrambled
 *
 * Return: not 0 if A1 and A2 are without error
 */
int stm1_aligned(const uint8_t frame[STM1_OCTETS])
{
	return !memcmp(frame, alignment, sizeof(alignment));
}
