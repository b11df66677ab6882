/* SPDX-License-Identifier: ISC */
/* The STM-1 frame: its measures, and where its overhead octets stand. */
#ifndef SDHSIM_STM1_H
#define SDHSIM_STM1_H

#include <stddef.h>
#include <stdint.h>

/** enum stm1_measure - ITU-T G.707, the clauses on STM-1 and its overhead */
enum stm1_measure {
	STM1_ROWS = 9,
	STM1_COLUMNS = 270,
	STM1_OVERHEAD = 9,		/* columns of section overhead */
	STM1_REGENERATOR_ROWS = 3,	/* rows of it: the regenerator's */
	STM1_OCTETS = STM1_ROWS * STM1_COLUMNS,
	STM1_BITS = 8 * STM1_OCTETS,
	STM1_FRAMES_MS = 8,		/* frames a millisecond */
	STM1_DCC_OCTETS = 12,		/* D1 to D12 */
};

/* The place of an octet in the frame; rows and columns count from 1 as in
 * the figures of the standard. */
#define STM1_PLACE(row, column) \
	(((row) - 1) * STM1_COLUMNS + (column) - 1)

/** enum stm1_place - Octets of the section overhead */
enum stm1_place {
	STM1_A1 = STM1_PLACE(1, 1),
	STM1_A2 = STM1_PLACE(1, 4),
	STM1_J0 = STM1_PLACE(1, 7),
	STM1_B1 = STM1_PLACE(2, 1),
	STM1_B2 = STM1_PLACE(5, 1),
	STM1_S1 = STM1_PLACE(9, 1),
};

/**
 * struct stm1_dcc - Which of the D octets carry the channel
 * @name:	As on the command line
 * @first:	0 is D1
 * @count:	How many; a frame carries so many octets of the channel
 */
struct stm1_dcc {
	const char *name;
	uint8_t first;
	uint8_t count;
};

const struct stm1_dcc *stm1_dcc_find(const char *name);
size_t stm1_dcc_place(const struct stm1_dcc *dcc, size_t i);
void stm1_template(uint8_t frame[STM1_OCTETS]);
int stm1_aligned(const uint8_t frame[STM1_OCTETS]);

#endif
