/* SPDX-License-Identifier: ISC */
/* "Did you mean": the known word nearest to one mistyped. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

const char *suggest(const char *word, const char *const *known, size_t n);

#endif
