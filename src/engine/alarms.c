// SPDX-License-Identifier: ISC
// The alarms of an engine: reported by who notices, told when they change.
//
// Theory of operation
// -------------------
// Each object that may have alarms holds a set. Who notices a condition, or
// that it is gone, reports it there as often as it likes: a kind of which
// nothing is known and that is not there costs a look at one bit. What is
// there gets an entry, which lives until the alarm is cleared, so the memory
// is bounded by the objects and the kinds. When an entry is raised and when
// it is cleared is policy/alarm's decision; each is told as a notice. The end
// of an object clears what it had.

#include "engine/alarms.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

/**
 * alarms_init() - Begin, with no alarms
 * @alarms:	Owned by the caller
 * @sink:	Who hears of them; borrowed
 */
void alarms_init(struct alarms *alarms, const struct notice_sink *sink)
{
	alarms->sink = sink;
	alarms->next = 1;
	TAILQ_INIT(&alarms->list);
}

/**
 * alarm_set_init() - Begin, with no alarms of an object
 * @set:	The object's
 * @alarms:	All alarms; borrowed
 */
void alarm_set_init(struct alarm_set *set, struct alarms *alarms)
{
	*set = (struct alarm_set){ .alarms = alarms };
	TAILQ_INIT(&set->list);
}

/**
 * alarm_set_about() - Whose alarms they are
 * @set:	The object's
 * @about:	Its names; borrowed until the next call
 */
void alarm_set_about(struct alarm_set *set, struct subject about)
{
	set->about = about;
}

static struct alarm_entry *find(const struct alarm_set *set,
				enum alarm_kind kind)
{
	struct alarm_entry *e;

	if (!(set->known & 1U << kind))
		return NULL;
	TAILQ_FOREACH(e, &set->list, own)
		if (e->kind == kind)
			break;
	return e;
}

/* Where memory has run out, the next report tries again. */
static struct alarm_entry *add(struct alarm_set *set, enum alarm_kind kind)
{
	struct alarm_entry *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->set = set;
	e->kind = kind;
	set->known |= 1U << kind;
	TAILQ_INSERT_TAIL(&set->list, e, own);
	TAILQ_INSERT_HEAD(&set->alarms->list, e, all);
	return e;
}

static void forget(struct alarm_entry *e)
{
	e->set->known &= ~(1U << e->kind);
	TAILQ_REMOVE(&e->set->list, e, own);
	TAILQ_REMOVE(&e->set->alarms->list, e, all);
	free(e);
}

static void tell_raised(struct alarm_entry *e)
{
	const struct alarm_type *type = alarm_type(e->kind);
	struct alarms *all = e->set->alarms;

	e->number = all->next++;
	e->since = clock_utc_ns();
	TAILQ_REMOVE(&all->list, e, all);
	TAILQ_INSERT_TAIL(&all->list, e, all);
	notice_alarm(all->sink, e->set->about, type, true, "%s: %s",
		     type->name, *e->text ? e->text : type->help);
}

static void tell_cleared(const struct alarm_entry *e, const char *why)
{
	const struct alarm_type *type = alarm_type(e->kind);
	int64_t lasted = clock_utc_ns() - e->since;
	char times[40] = "";

	if (e->alarm.times > 1)
		snprintf(times, sizeof(times), ", in which it came %u times",
			 e->alarm.times);
	notice_alarm(e->set->alarms->sink, e->set->about, type, false,
		     "%s: %s after %" PRId64 " s%s", type->name, why,
		     MAX(lasted, 0) / 1000000000, times);
}

/* The one place where an alarm moves on; the entry may be gone then. */
static void step(struct alarm_entry *e, struct mono now)
{
	switch (alarm_step(&e->alarm, e->kind, e->present, now)) {
	case ALARM_IS_RAISED:
		tell_raised(e);
		break;
	case ALARM_IS_CLEARED:
		tell_cleared(e, "over");
		break;
	case ALARM_SAME:
		break;
	}
	if (e->alarm.state == ALARM_ABSENT)
		forget(e);
}

/**
 * alarm_report() - A condition is there, or is not
 * @set:	Of the object that it concerns
 * @kind:	Which condition
 * @present:	It is there
 * @now:	Time
 * @fmt:	What exactly is wrong, as in printf(3), with foreign text
 *		escaped; "" if the kind says all. Not looked at if nothing is
 */
void alarm_report(struct alarm_set *set, enum alarm_kind kind, bool present,
		  struct mono now, const char *fmt, ...)
{
	struct alarm_entry *e = find(set, kind);
	va_list ap;

	if (!e && present)
		e = add(set, kind);
	if (!e)
		return;
	if (present) {
		va_start(ap, fmt);
		vsnprintf(e->text, sizeof(e->text), fmt, ap);
		va_end(ap);
	}
	e->present = present;
	step(e, now);
}

/**
 * alarm_is_present() - Was a condition there when it was last reported?
 * @set:	Of the object that it concerns
 * @kind:	Which condition
 *
 * Return: true if so
 */
bool alarm_is_present(const struct alarm_set *set, enum alarm_kind kind)
{
	const struct alarm_entry *e = find(set, kind);

	return e && e->present;
}

/**
 * alarm_set_clear() - The object ends: clear and forget its alarms
 * @set:	The object's
 */
void alarm_set_clear(struct alarm_set *set)
{
	struct alarm_entry *e;

	while ((e = TAILQ_FIRST(&set->list))) {
		if (alarm_is_raised(&e->alarm))
			tell_cleared(e, "no longer watched");
		forget(e);
	}
}

/**
 * alarms_forget() - The engine ends: forget all alarms, and tell nobody
 * @alarms:	All alarms
 */
void alarms_forget(struct alarms *alarms)
{
	struct alarm_entry *e;

	while ((e = TAILQ_FIRST(&alarms->list)))
		forget(e);
}

/**
 * alarms_tick() - Time has passed
 * @alarms:	All alarms
 * @now:	Time
 */
void alarms_tick(struct alarms *alarms, struct mono now)
{
	struct alarm_entry *e, *next, *last;

	/* one that is raised here goes to the end, and was served then */
	last = TAILQ_LAST(&alarms->list, alarm_list);
	for (e = TAILQ_FIRST(&alarms->list); e; e = next) {
		next = e == last ? NULL : TAILQ_NEXT(e, all);
		step(e, now);
	}
}
