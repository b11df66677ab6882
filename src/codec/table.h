/* SPDX-License-Identifier: ISC */
/* Tables of 256 entries, computed by the compiler. */
#ifndef CODEC_TABLE_H
#define CODEC_TABLE_H

#define TABLE_16(E, arg, h) \
	E(arg, 0x##h##0u), E(arg, 0x##h##1u), E(arg, 0x##h##2u), \
	E(arg, 0x##h##3u), E(arg, 0x##h##4u), E(arg, 0x##h##5u), \
	E(arg, 0x##h##6u), E(arg, 0x##h##7u), E(arg, 0x##h##8u), \
	E(arg, 0x##h##9u), E(arg, 0x##h##au), E(arg, 0x##h##bu), \
	E(arg, 0x##h##cu), E(arg, 0x##h##du), E(arg, 0x##h##eu), \
	E(arg, 0x##h##fu)

/* E(arg, 0) to E(arg, 255), with commas between */
#define TABLE_256(E, arg) \
	TABLE_16(E, arg, 0), TABLE_16(E, arg, 1), TABLE_16(E, arg, 2), \
	TABLE_16(E, arg, 3), TABLE_16(E, arg, 4), TABLE_16(E, arg, 5), \
	TABLE_16(E, arg, 6), TABLE_16(E, arg, 7), TABLE_16(E, arg, 8), \
	TABLE_16(E, arg, 9), TABLE_16(E, arg, a), TABLE_16(E, arg, b), \
	TABLE_16(E, arg, c), TABLE_16(E, arg, d), TABLE_16(E, arg, e), \
	TABLE_16(E, arg, f)

#endif
