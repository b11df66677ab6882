/* SPDX-License-Identifier: ISC */
/* Is it worth staying awake for an answer? */
#ifndef POLICY_VIGIL_H
#define POLICY_VIGIL_H

#include <stdbool.h>

#include "base/clock.h"

/**
 * struct vigil - What is known of answers
 * @last:	When something was last sent or heard
 * @sent:	When the question went to which no answer has come; MONO_ZERO:
 *		it has
 * @quick:	Answers in a row that came soon
 */
struct vigil {
	struct mono last, sent;
	unsigned int quick;
};

struct mono vigil_sent(struct vigil *v, struct mono now);
void vigil_heard(struct vigil *v, struct mono now);

#endif
