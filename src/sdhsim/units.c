// SPDX-License-Identifier: ISC
// The simulator's settings as text, as options and requests give them.

#include "sdhsim/units.h"

#include <errno.h>
#include <stdlib.h>

#include "config/number.h"
#include "sdhsim/delay.h"

/**
 * units_ber() - Read a bit error rate
 * @text:	As "1e-6"
 * @rate:	Gets it
 *
 * Return: 0, or -EINVAL if it is none
 */
int units_ber(const char *text, double *rate)
{
	char *end;

	*rate = strtod(text, &end);
	if (end == text || *end || !(*rate >= 0 && *rate <= 0.5))
		return -EINVAL;
	return 0;
}

/**
 * units_delay() - Read a delay
 * @text:	As "5ms"; without a unit seconds
 * @delay:	Gets it
 *
 * Return: 0, or -EINVAL if it is none, or too long
 */
int units_delay(const char *text, struct mono *delay)
{
	char why[ROW_WHY_MAX];
	uint64_t ns;

	if (number_read(text, UNIT_TIME, &ns, why) ||
	    ns > (uint64_t)DELAY_MAX / STM1_FRAMES_MS * 1000000)
		return -EINVAL;
	*delay = (struct mono){ (int64_t)ns };
	return 0;
}
