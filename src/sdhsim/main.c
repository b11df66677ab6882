// SPDX-License-Identifier: ISC
// sdhsim: an SDH section in software, and the command that controls it
//
// A timer wakes the simulator each millisecond; what is due then is the
// section's clock's business. SIGTERM and SIGINT end it: devices, links and
// the control socket go with it.

#include <errno.h>
#include <event2/event.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/util.h"
#include "sdhsim/client.h"
#include "sdhsim/control.h"
#include "sdhsim/options.h"

enum {
	TICK_NS = 1000000,
};

/**
 * struct program - The running simulator
 * @timer:	A timerfd; -1: none
 * @events:	What the loop waits for: the timer and two signals
 * @failed:	It ended because it could not go on
 */
struct program {
	struct sim sim;
	struct event_base *base;
	struct control *control;
	int timer;
	struct event *events[3];
	bool failed;
};

/* Hardware waits for no scheduler: where we may, we go before others. The
 * work of a turn is bounded, and little. */
static void hurry(void)
{
	const struct sched_param first = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &first))
		log_debug("no real-time scheduling: %s", strerror(errno));
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct program *p = arg;
	uint64_t ticks;

	(void)what;
	if (read(fd, &ticks, sizeof(ticks)) != sizeof(ticks))
		return;
	if (!sim_turn(&p->sim, clock_mono()))
		return;
	p->failed = true;
	event_base_loopbreak(p->base);
}

static void on_signal(evutil_socket_t signal, short what, void *arg)
{
	struct program *p = arg;

	(void)signal;
	(void)what;
	event_base_loopbreak(p->base);
}

static int start_timer(struct program *p)
{
	const struct itimerspec each = {
		.it_interval.tv_nsec = TICK_NS,
		.it_value.tv_nsec = TICK_NS,
	};

	p->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (p->timer < 0 || timerfd_settime(p->timer, 0, &each, NULL))
		return -errno;
	return 0;
}

static int add_events(struct program *p)
{
	p->events[0] = event_new(p->base, p->timer, EV_READ | EV_PERSIST,
				 on_timer, p);
	p->events[1] = evsignal_new(p->base, SIGTERM, on_signal, p);
	p->events[2] = evsignal_new(p->base, SIGINT, on_signal, p);
	for (size_t i = 0; i < ARRAY_SIZE(p->events); i++)
		if (!p->events[i] || event_add(p->events[i], NULL))
			return -ENOMEM;
	return 0;
}

/* Returns 0, or -1 after telling why. */
static int start(struct program *p, const struct options *o)
{
	if (sim_open(&p->sim, &o->sim, clock_mono()))
		return -1;
	p->base = event_base_new();
	if (!p->base || start_timer(p) || add_events(p)) {
		log_warn("event loop");
		return -1;
	}
	if (o->socket)
		p->control = control_open(p->base, &p->sim, o->socket);
	if (o->socket && !p->control)
		return -1;
	hurry();
	return 0;
}

static void stop(struct program *p)
{
	control_close(p->control);
	for (size_t i = 0; i < ARRAY_SIZE(p->events); i++)
		if (p->events[i])
			event_free(p->events[i]);
	if (p->timer >= 0)
		close(p->timer);
	if (p->base)
		event_base_free(p->base);
	sim_close(&p->sim);
}

static int simulate(const struct options *o)
{
	struct program *p = calloc(1, sizeof(*p));
	bool failed;

	if (!p)
		fatal("memory");
	p->timer = -1;
	failed = start(p, o);
	if (!failed) {
		event_base_dispatch(p->base);
		failed = p->failed;
	}
	stop(p);
	free(p);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static uint64_t any_seed(void)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint64_t)clock_mono().ns;
	return seed;
}

int main(int argc, char **argv)
{
	struct options o = {
		.sim = {
			.dcc = stm1_dcc_find("rs"),
			.fcs = &fcs16,
			.seed = any_seed(),
		},
	};

	signal(SIGPIPE, SIG_IGN);
	log_init("sdhsim", 0);
	switch (options_parse(&o, argc, argv)) {
	case OPTIONS_GO:
		break;
	case OPTIONS_DONE:
		return EXIT_SUCCESS;
	case OPTIONS_WRONG:
		return CLIENT_USAGE;
	}
	log_init("sdhsim", o.verbose);
	argc -= optind;
	argv += optind;
	if (argc && client_is_command(argv[0]))
		return client_run(o.socket, o.json, argc, argv);
	if (argc != 2) {
		options_usage();
		return CLIENT_USAGE;
	}
	o.sim.ends[0] = argv[0];
	o.sim.ends[1] = argv[1];
	return simulate(&o);
}
