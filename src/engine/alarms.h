/* SPDX-License-Identifier: ISC */
/* The alarms of an engine: reported by who notices, told when they change. */
#ifndef ENGINE_ALARMS_H
#define ENGINE_ALARMS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "config/config.h"
#include "engine/notice.h"
#include "policy/alarm.h"

enum { ALARM_TEXT_MAX = 200 };

struct alarm_set;

/**
 * struct alarm_entry - An alarm that is raised, or may soon be
 * @all:	In the list of all
 * @own:	In that of its set
 * @present:	The condition is there
 * @number:	Of those that were raised, counted from 1; 0: it was not yet
 * @since:	When it was raised, UTC, nanoseconds
 * @text:	What is wrong; as it was last reported
 */
struct alarm_entry {
	TAILQ_ENTRY(alarm_entry) all, own;
	struct alarm_set *set;
	enum alarm_kind kind;
	bool present;
	struct alarm alarm;
	uint64_t number;
	int64_t since;
	char text[ALARM_TEXT_MAX];
};

TAILQ_HEAD(alarm_list, alarm_entry);

/**
 * struct alarms - All alarms of an engine
 * @sink:	Who hears of them
 * @list:	Those raised, in the order in which they were, after those
 *		that are not
 * @next:	Number of the next that is raised
 */
struct alarms {
	const struct notice_sink *sink;
	struct alarm_list list;
	uint64_t next;
};

/**
 * struct alarm_set - The alarms of one object: a path, a channel, the daemon
 * @about:	Which; borrowed, so set anew with each configuration
 * @known:	Which kinds have an entry, a bit each
 */
struct alarm_set {
	struct alarms *alarms;
	struct subject about;
	uint32_t known;
	struct alarm_list list;
};

void alarms_init(struct alarms *alarms, const struct notice_sink *sink);
void alarms_forget(struct alarms *alarms);
void alarms_tick(struct alarms *alarms, struct mono now);

void alarm_set_init(struct alarm_set *set, struct alarms *alarms);
void alarm_set_about(struct alarm_set *set, struct subject about);
void alarm_set_clear(struct alarm_set *set);
void alarm_report(struct alarm_set *set, enum alarm_kind kind, bool present,
		  struct mono now, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
bool alarm_is_present(const struct alarm_set *set, enum alarm_kind kind);

#endif
