// SPDX-License-Identifier: ISC
// The selector of a channel: which of its paths carries, and why.
//
// Theory of operation
// -------------------
// Terms and order are those of G.841, for up to eight paths in order of
// preference. What is asked of the selector, the highest first:
//
//	lockout			a path must not be used
//	forced			one path must be used, whatever befalls it
//	signal fail		a path does not work
//	signal degrade		a path works badly
//	manual			one path is to be used while none is better
//	wait to restore		a preferred path works again, but not for long
//	do not revert		a preferred path works again, and that is all
//	no request
//
// One command is outstanding at most: a new one takes the place of one that
// is not higher. A manual switch ends when a signal fails or degrades on its
// path, or on the path that would be used without it.
//
// Facts are only noted down; protection_decide() looks at all of them. Of
// the paths that may be used it takes the best signal, and where signals are
// alike stays where it is, or goes by preference. Two times restrain it:
//
// hold-off	The path in use is left only when it has been bad for so long.
// wait-to-restore
//		While the path in use works at all, no path is gone to that
//		has not been better for so long. So one that comes and goes
//		causes one switch back in this time at most.
//
// A path that was never seen to work, as all are at first and when they have
// been enabled, has not shown that it comes and goes: it need not wait. One
// that works for the first time of all is gone to by preference even if the
// selector does not revert: else it would begin on whatever path was up
// first.

#include "policy/protection.h"

#include <assert.h>
#include <string.h>

#include "base/util.h"

static const char *const commands[] = {
	[COMMAND_NONE] = "none",
	[COMMAND_MANUAL] = "manual",
	[COMMAND_FORCE] = "force",
	[COMMAND_LOCKOUT] = "lockout",
};

static const char *const causes[] = {
	[CAUSE_LOCKOUT] = "lockout",
	[CAUSE_FORCED] = "forced",
	[CAUSE_SIGNAL_FAIL] = "signal-fail",
	[CAUSE_SIGNAL_DEGRADE] = "signal-degrade",
	[CAUSE_MANUAL] = "manual",
	[CAUSE_WAIT_TO_RESTORE] = "wait-to-restore",
	[CAUSE_DO_NOT_REVERT] = "do-not-revert",
	[CAUSE_NONE] = "no-request",
};

static_assert(ARRAY_SIZE(commands) == COMMAND_NUM, "a command lacks its name");
static_assert(ARRAY_SIZE(causes) == CAUSE_NUM, "a cause lacks its name");

/**
 * protection_command_name() - The word for a command
 * @command:	Command
 *
 * Return: the word
 */
const char *protection_command_name(enum protection_command command)
{
	return commands[command];
}

/**
 * protection_cause_name() - The word for what makes the decision
 * @cause:	Cause
 *
 * Return: the word
 */
const char *protection_cause_name(enum protection_cause cause)
{
	return causes[cause];
}

/**
 * protection_init() - Begin, with no path that works
 * @p:	Filled in
 * @c:	How to protect; copied
 */
void protection_init(struct protection *p, const struct protection_config *c)
{
	memset(p, 0, sizeof(*p));
	p->config = *c;
	p->active = PROTECTION_NONE;
	p->commanded = PROTECTION_NONE;
}

/**
 * protection_inherit() - A path was known to another selector before
 * @p:		Selector, new
 * @path:	What is its number here
 * @from:	The selector in whose place it comes
 * @former:	What was its number there
 * @same:	It is the same path still, and so are its signal and times
 *
 * Commands and the path in use come over with the path that they are about.
 */
void protection_inherit(struct protection *p, unsigned int path,
			const struct protection *from, unsigned int former,
			bool same)
{
	if (same)
		p->paths[path] = from->paths[former];
	p->paths[path].disabled = from->paths[former].disabled;
	if (same && from->active == (int)former)
		p->active = (int)path;
	if (from->commanded == (int)former) {
		p->command = from->command;
		p->commanded = (int)path;
	}
}

static void withdraw(struct protection *p)
{
	p->command = COMMAND_NONE;
	p->commanded = PROTECTION_NONE;
}

/**
 * protection_may_use() - Do commands leave a path in use?
 * @p:		Selector
 * @path:	Path
 *
 * Return: false if it is disabled, locked out, or another one was asked for
 */
bool protection_may_use(const struct protection *p, unsigned int path)
{
	if (p->paths[path].disabled)
		return false;
	switch (p->command) {
	case COMMAND_LOCKOUT:
		return p->commanded != (int)path;
	case COMMAND_FORCE:
	case COMMAND_MANUAL:
		return p->commanded == (int)path;
	default:
		return true;
	}
}

/* May the path in use stay in use? */
static bool may_stay(const struct protection *p)
{
	return p->active != PROTECTION_NONE &&
	       protection_may_use(p, (unsigned int)p->active);
}

/* Is the path in use bad, but not for long enough? */
static bool holds_off(const struct protection *p, struct mono now)
{
	const struct protection_path *a = &p->paths[MAX(p->active, 0)];

	return may_stay(p) && a->signal != SIGNAL_GOOD &&
	       mono_before(now, mono_add(a->worse, p->config.hold_off));
}

static bool works(const struct protection *p, int path)
{
	return path != PROTECTION_NONE && !p->paths[path].disabled &&
	       p->paths[path].signal != SIGNAL_FAIL;
}

/* How much is to be said for going to a path, or staying there; more of it
 * is better, 0 is out of the question. */
static unsigned int merit(const struct protection *p, int i, struct mono now)
{
	const struct protection_path *path = &p->paths[i];
	bool waited = !mono_before(now, path->restore);
	bool stay = i == p->active;
	unsigned int signal = (unsigned int)path->signal;

	if (!works(p, i) || !protection_may_use(p, (unsigned int)i))
		return 0;
	if (!may_stay(p) || !works(p, p->active))
		return signal * 2 + waited;
	if (!stay && !waited)
		return 0;
	return signal * 2 + (!p->config.revertive && (stay || path->debut));
}

/* The path that signals and preference ask for, whatever else is asked. */
static int best(const struct protection *p, struct mono now)
{
	unsigned int most = 0;
	int found = PROTECTION_NONE;

	for (int i = 0; i < (int)p->config.paths; i++) {
		unsigned int m = merit(p, i, now);

		if (m > most) {
			most = m;
			found = i;
		}
	}
	return found;
}

static int choose(const struct protection *p, struct mono now)
{
	if (p->command == COMMAND_FORCE || p->command == COMMAND_MANUAL)
		return p->commanded;
	return holds_off(p, now) ? p->active : best(p, now);
}

/* The path that would be used if the manual switch were not. */
static int without_manual(const struct protection *p)
{
	for (int i = 0; i < (int)p->config.paths; i++)
		if (works(p, i))
			return i;
	return PROTECTION_NONE;
}

static bool another_is_better(const struct protection *p, int path)
{
	for (int i = 0; i < (int)p->config.paths; i++)
		if (!p->paths[i].disabled &&
		    p->paths[i].signal > p->paths[path].signal)
			return true;
	return false;
}

/**
 * protection_signal() - A path is thus
 * @p:		Selector
 * @path:	Path
 * @signal:	How it is; the same as before is no news
 * @now:	Time
 */
void protection_signal(struct protection *p, unsigned int path,
		       enum protection_signal signal, struct mono now)
{
	struct protection_path *t = &p->paths[path];
	enum protection_signal was = t->signal;
	bool wanted = without_manual(p) == (int)path;

	if (signal == was)
		return;
	t->signal = signal;
	if (signal > was) {
		t->restore = t->proven ?
			     mono_add(now, p->config.wait_to_restore) :
			     MONO_ZERO;
		t->debut = !t->known;
		t->proven = t->known = true;
		return;
	}
	t->worse = now;
	if (p->command == COMMAND_MANUAL && wanted)
		withdraw(p);
}

/**
 * protection_disable() - A path is not to be used at all, or may be again
 * @p:		Selector
 * @path:	Path
 * @disabled:	Which of them
 *
 * A command to use a path that is disabled is taken back.
 */
void protection_disable(struct protection *p, unsigned int path,
			bool disabled)
{
	if (p->paths[path].disabled == disabled)
		return;
	p->paths[path].disabled = disabled;
	p->paths[path].proven = false;
	p->paths[path].restore = MONO_ZERO;
	if (disabled && p->commanded == (int)path &&
	    p->command != COMMAND_LOCKOUT)
		withdraw(p);
}

static void clear(struct protection *p)
{
	withdraw(p);
	for (unsigned int i = 0; i < p->config.paths; i++)
		p->paths[i].restore = MONO_ZERO;
}

/**
 * protection_command() - An operator asks for something
 * @p:		Selector
 * @command:	What; COMMAND_NONE takes back what was asked for
 * @path:	Path that it is about; not looked at with COMMAND_NONE
 *
 * Return: REFUSED_NOT, or why nothing has changed
 */
enum protection_refusal protection_command(struct protection *p,
					   enum protection_command command,
					   unsigned int path)
{
	if (command == COMMAND_NONE) {
		clear(p);
		return REFUSED_NOT;
	}
	if (command < p->command)
		return REFUSED_OUTRANKED;
	if (command != COMMAND_LOCKOUT && p->paths[path].disabled)
		return REFUSED_DISABLED;
	if (command == COMMAND_MANUAL &&
	    (p->paths[path].signal == SIGNAL_FAIL ||
	     another_is_better(p, (int)path)))
		return REFUSED_SIGNAL;
	p->command = command;
	p->commanded = (int)path;
	return REFUSED_NOT;
}

/**
 * protection_decide() - Look at all that is known: which path carries?
 * @p:		Selector; its @active is the answer
 * @now:	Time
 *
 * Return: true if it is another than before
 */
bool protection_decide(struct protection *p, struct mono now)
{
	int active;

	if (p->command == COMMAND_MANUAL && another_is_better(p, p->commanded))
		withdraw(p);
	active = choose(p, now);
	for (unsigned int i = 0; i < p->config.paths; i++)
		p->paths[i].debut = false;
	if (active == p->active)
		return false;
	p->active = active;
	return true;
}

/* Is there a preferred path, or the one in use, that is thus? */
static bool any_is(const struct protection *p, enum protection_signal signal)
{
	for (int i = 0; i < (int)p->config.paths; i++) {
		if (!p->paths[i].disabled && p->paths[i].signal == signal)
			return true;
		if (i == p->active)
			break;
	}
	return false;
}

/**
 * protection_restores() - When will a preferred path be gone back to?
 * @p:		Selector
 * @now:	Time
 *
 * Return: that, or MONO_NEVER if none is waited for
 */
struct mono protection_restores(const struct protection *p, struct mono now)
{
	struct mono when = MONO_NEVER;

	if (!works(p, p->active) || p->command == COMMAND_MANUAL ||
	    p->command == COMMAND_FORCE)
		return when;
	for (int i = 0; i < (int)p->config.paths; i++) {
		const struct protection_path *t = &p->paths[i];
		enum protection_signal carries = p->paths[p->active].signal;
		bool better = t->signal > carries ||
			      (t->signal == carries && p->config.revertive &&
			       i < p->active);

		if (protection_may_use(p, (unsigned int)i) && works(p, i) &&
		    better && mono_before(now, t->restore) &&
		    mono_before(t->restore, when))
			when = t->restore;
	}
	return when;
}

/* Does a path that commands leave in use stand before the one in use? */
static bool is_preferred_idle(const struct protection *p)
{
	for (int i = 0; i < p->active; i++)
		if (works(p, i))
			return true;
	return false;
}

/**
 * protection_cause() - Why does the path carry that does?
 * @p:		Selector
 * @now:	Time
 *
 * Return: the highest of what is asked of it
 */
enum protection_cause protection_cause(const struct protection *p,
					   struct mono now)
{
	if (p->command == COMMAND_LOCKOUT)
		return CAUSE_LOCKOUT;
	if (p->command == COMMAND_FORCE)
		return CAUSE_FORCED;
	if (any_is(p, SIGNAL_FAIL))
		return CAUSE_SIGNAL_FAIL;
	if (any_is(p, SIGNAL_DEGRADE))
		return CAUSE_SIGNAL_DEGRADE;
	if (p->command == COMMAND_MANUAL)
		return CAUSE_MANUAL;
	if (protection_restores(p, now).ns != MONO_NEVER.ns)
		return CAUSE_WAIT_TO_RESTORE;
	return is_preferred_idle(p) ? CAUSE_DO_NOT_REVERT : CAUSE_NONE;
}

/**
 * protection_next() - When may the decision be another one by time alone?
 * @p:		Selector
 * @now:	Time
 *
 * Return: when to call protection_decide() again at the latest, or
 * MONO_NEVER
 */
struct mono protection_next(const struct protection *p, struct mono now)
{
	struct mono restores = protection_restores(p, now), held;

	if (!holds_off(p, now))
		return restores;
	held = mono_add(p->paths[p->active].worse, p->config.hold_off);
	return mono_before(held, restores) ? held : restores;
}

/**
 * protection_is_live() - Is there a path that works and may be used?
 * @p:	Selector
 *
 * While a path that has failed is held on to, another may be ready.
 *
 * Return: true if so
 */
bool protection_is_live(const struct protection *p)
{
	for (unsigned int i = 0; i < p->config.paths; i++)
		if (protection_may_use(p, i) &&
		    p->paths[i].signal != SIGNAL_FAIL)
			return true;
	return false;
}
