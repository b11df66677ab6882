// SPDX-License-Identifier: ISC
// "Did you mean": the known word nearest to one mistyped.

#include "base/suggest.h"

#include <ctype.h>
#include <string.h>

#include "base/util.h"

enum { WORD_MAX = 40 };		/* longer words are nobody's typing error */

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	return MIN(MIN(a, b), c);
}

static int same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* How many letters to add, drop, change or swap with their neighbour (the
 * optimal string alignment distance); three rows of its matrix are kept. */
static unsigned distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned rows[3][WORD_MAX + 1];

	for (size_t j = 0; j <= nb; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned *now = rows[i % 3], *up = rows[(i - 1) % 3];
		const unsigned *upper = rows[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			now[j] = min3(up[j] + 1, now[j - 1] + 1, up[j - 1] +
				      !same(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
			    same(a[i - 2], b[j - 1]))
				now[j] = MIN(now[j], upper[j - 2] + 1);
		}
	}
	return rows[na % 3][nb];
}

/**
 * suggest() - Find the known word that was probably meant
 * @word:	What was typed
 * @known:	The words there are
 * @n:		How many
 *
 * One error is forgiven per three letters or part of them. Of two equally
 * near the first is taken.
 *
 * Return: one of @known, or NULL if none is near
 */
const char *suggest(const char *word, const char *const *known, size_t n)
{
	size_t len = strlen(word);
	unsigned best = (unsigned)(len + 2) / 3 + 1;
	const char *found = NULL;

	if (len > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t klen = strlen(known[i]);
		unsigned d;

		if (klen > WORD_MAX)
			continue;
		d = distance(word, len, known[i], klen);
		if (d < best && d < klen) {
			best = d;
			found = known[i];
		}
	}
	return found;
}
