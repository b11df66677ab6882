// SPDX-License-Identifier: ISC
// Information messages: who is at the other end of a path.
//
// One table of elements both ways. Texts are of few characters, so that they
// can be printed anywhere; what has others is dropped whole. Elements of
// types that this end does not know are skipped: a newer far end may have
// more to tell. An element that comes twice makes the message malformed.

#include "codec/oam_information.h"

#include <assert.h>
#include <string.h>

#include "base/util.h"
#include "codec/big_endian.h"

enum { ELEMENT_HEAD = 2 };

/** struct element - One type of element and its place in the struct */
struct element {
	size_t offset;
	uint8_t octets;		/* of a number; of a text the most */
	bool (*allowed)(uint8_t c);	/* NULL: it is a number */
	bool required;
};

static bool in_name(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

static bool in_text(uint8_t c)
{
	return c > ' ' && c < 0x7f;
}

#define AT(f)	offsetof(struct oam_information, f)

static const struct element elements[WIRE_INFO_NUM] = {
	[WIRE_INFO_NODE] = { AT(node), WIRE_INFO_NODE_MAX, in_name, true },
	[WIRE_INFO_CHANNEL] = { AT(channel), WIRE_INFO_CHANNEL_MAX, in_name,
				true },
	[WIRE_INFO_SESSION] = { AT(session), 4, NULL, true },
	[WIRE_INFO_YOURS] = { AT(yours), 4, NULL, true },
	[WIRE_INFO_NUMBER] = { AT(number), 4, NULL, true },
	[WIRE_INFO_HEARD] = { AT(heard), 4, NULL, true },
	[WIRE_INFO_FLAGS] = { AT(flags), 1, NULL, true },
	[WIRE_INFO_VERSION] = { AT(version), WIRE_INFO_VERSION_MAX, in_text,
				false },
	[WIRE_INFO_LARGEST] = { AT(largest), 4, NULL, false },
	[WIRE_INFO_ABILITIES] = { AT(abilities), 4, NULL, false },
	[WIRE_INFO_NUMBERING] = { AT(numbering), 4, NULL, false },
};

static_assert(ARRAY_SIZE(elements) <= 32, "more types than bits to note them");
static_assert(1 + WIRE_INFO_NODE_MAX + WIRE_INFO_CHANNEL_MAX +
	      WIRE_INFO_VERSION_MAX + 7 * 4 + 1 +
	      (WIRE_INFO_NUM - 1) * ELEMENT_HEAD <= WIRE_INFO_LEN_MAX,
	      "a message may be longer than its bound");

static int take_text(char *to, const struct element *e, const uint8_t *value,
		     size_t len)
{
	if (!len || len > e->octets)
		return OAM_EVALUE;
	for (size_t i = 0; i < len; i++)
		if (!e->allowed(value[i]))
			return OAM_EVALUE;
	memcpy(to, value, len);
	to[len] = '\0';
	return 0;
}

static int take_number(void *to, const struct element *e,
		       const uint8_t *value, size_t len)
{
	uint32_t number;

	if (len != e->octets)
		return OAM_EVALUE;
	number = (uint32_t)get_be(value, len);
	if (e->octets == 1)
		*(uint8_t *)to = (uint8_t)number;
	else
		*(uint32_t *)to = number;
	return 0;
}

static int take(struct oam_information *m, const struct element *e,
		const uint8_t *value, size_t len)
{
	char *to = (char *)m + e->offset;

	return e->allowed ? take_text(to, e, value, len) :
			    take_number(to, e, value, len);
}

static int check_complete(const struct oam_information *m, uint32_t seen)
{
	for (unsigned int i = 0; i < WIRE_INFO_NUM; i++)
		if (elements[i].required && !(seen & 1U << i))
			return OAM_ESHORT;
	return m->number ? 0 : OAM_EVALUE;
}

/**
 * oam_information_decode() - Read an information message
 * @m:		Filled in; undefined on error
 * @data:	Payload; borrowed
 * @len:	Its octets
 *
 * Return: 0, or a negative enum oam_error
 */
int oam_information_decode(struct oam_information *m, const uint8_t *data,
			   size_t len)
{
	uint32_t seen = 0;
	size_t at = 1;
	int err;

	if (!len)
		return OAM_ESHORT;
	if (data[0] != WIRE_OAM_INFORMATION)
		return OAM_EKIND;
	memset(m, 0, sizeof(*m));
	while (at < len) {
		uint8_t type = data[at];
		const uint8_t *value = data + at + ELEMENT_HEAD;
		size_t octets;

		if (len - at < ELEMENT_HEAD)
			return OAM_ESHORT;
		octets = data[at + 1];
		if (octets > len - at - ELEMENT_HEAD)
			return OAM_ESHORT;
		at += ELEMENT_HEAD + octets;
		if (type >= WIRE_INFO_NUM || !elements[type].octets)
			continue;
		err = seen & 1U << type ? OAM_EVALUE :
		      take(m, &elements[type], value, octets);
		if (err)
			return err;
		seen |= 1U << type;
	}
	return check_complete(m, seen);
}

static size_t put_element(uint8_t *out, uint8_t type,
			  const struct oam_information *m)
{
	const struct element *e = &elements[type];
	const char *from = (const char *)m + e->offset;
	size_t len = e->allowed ? strnlen(from, e->octets) : e->octets;

	if (!e->octets || (e->allowed && !len))
		return 0;
	out[0] = type;
	out[1] = (uint8_t)len;
	if (e->allowed)
		memcpy(out + ELEMENT_HEAD, from, len);
	else if (e->octets == 1)
		out[ELEMENT_HEAD] = *(const uint8_t *)from;
	else
		put_be(out + ELEMENT_HEAD, 4, *(const uint32_t *)
		       (const void *)from);
	return ELEMENT_HEAD + len;
}

/**
 * oam_information_encode() - Write an information message
 * @out:	Where to
 * @m:		Message; an empty text is left out
 *
 * Return: octets written
 */
size_t oam_information_encode(uint8_t out[WIRE_INFO_LEN_MAX],
			      const struct oam_information *m)
{
	size_t n = 1;

	out[0] = WIRE_OAM_INFORMATION;
	for (unsigned int type = 0; type < WIRE_INFO_NUM; type++)
		n += put_element(out + n, (uint8_t)type, m);
	return n;
}
