// SPDX-License-Identifier: ISC
// The frame check sequences of HDLC: FCS-16 and FCS-32.
//
// Both are RFC 1662 appendix C's: the remainder of a division by a
// polynomial, with the low bit of each octet first. The register begins with
// ones; its complement is sent, the low octet first. Division is linear: what
// an octet does to the register is the sum (exclusive or) of what each of its
// bits does alone, so that eight constants give the whole table.

#include "codec/fcs.h"

#include "base/util.h"
#include "codec/table.h"

/* what bit I of an octet N does, if that bit alone does T */
#define BIT(n, i, t)	((n) >> (i) & 1 ? (t) : 0)

#define ENTRY_16(unused, n) \
	(BIT(n, 0, 0x1189) ^ BIT(n, 1, 0x2312) ^ BIT(n, 2, 0x4624) ^ \
	 BIT(n, 3, 0x8c48) ^ BIT(n, 4, 0x1081) ^ BIT(n, 5, 0x2102) ^ \
	 BIT(n, 6, 0x4204) ^ BIT(n, 7, 0x8408))

#define ENTRY_32(unused, n) \
	(BIT(n, 0, 0x77073096u) ^ BIT(n, 1, 0xee0e612cu) ^ \
	 BIT(n, 2, 0x076dc419u) ^ BIT(n, 3, 0x0edb8832u) ^ \
	 BIT(n, 4, 0x1db71064u) ^ BIT(n, 5, 0x3b6e20c8u) ^ \
	 BIT(n, 6, 0x76dc4190u) ^ BIT(n, 7, 0xedb88320u))

static const uint16_t table_16[256] = { TABLE_256(ENTRY_16, ) };
static const uint32_t table_32[256] = { TABLE_256(ENTRY_32, ) };

static uint32_t update_16(uint32_t reg, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i++)
		reg = reg >> 8 ^ table_16[(reg ^ p[i]) & 0xff];
	return reg;
}

static uint32_t update_32(uint32_t reg, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i++)
		reg = reg >> 8 ^ table_32[(reg ^ p[i]) & 0xff];
	return reg;
}

/* RFC 1662 section C.2; x^16 + x^12 + x^5 + 1 */
const struct fcs fcs16 = {
	.name = "FCS-16",
	.size = 2,
	.init = 0xffff,
	.good = 0xf0b8,
	.update = update_16,
};

/* RFC 1662 section C.3; the polynomial of Ethernet */
const struct fcs fcs32 = {
	.name = "FCS-32",
	.size = 4,
	.init = 0xffffffff,
	.good = 0xdebb20e3,
	.update = update_32,
};

/**
 * fcs_find() - The kind that has so many bits
 * @bits:	16 or 32
 *
 * Return: the kind, or NULL if there is none
 */
const struct fcs *fcs_find(unsigned int bits)
{
	static const struct fcs *const kinds[] = { &fcs16, &fcs32 };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i]->size * 8 == bits)
			return kinds[i];
	return NULL;
}

/**
 * fcs_put() - The octets that follow a frame on the line
 * @fcs:	Kind
 * @reg:	The register after the frame
 * @out:	The first @fcs->size octets are set
 */
void fcs_put(const struct fcs *fcs, uint32_t reg, uint8_t out[FCS_SIZE_MAX])
{
	for (size_t i = 0; i < fcs->size; i++)
		out[i] = (uint8_t)(~reg >> 8 * i);
}

/**
 * fcs_check() - Is a frame intact?
 * @fcs:	Kind
 * @data:	The frame and behind it its FCS
 * @len:	Octets of both
 *
 * Return: true if so
 */
bool fcs_check(const struct fcs *fcs, const void *data, size_t len)
{
	return len >= fcs->size &&
		fcs->update(fcs->init, data, len) == fcs->good;
}
