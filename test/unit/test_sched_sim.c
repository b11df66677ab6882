// SPDX-License-Identifier: ISC
// Scheduler, pacer and sizes together on a line in virtual time: who waits
// how long, who gets how much, and that nothing is lost, doubled or mixed up.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "policy/pacer.h"
#include "policy/piece.h"
#include "policy/sched.h"

enum { FULL = 1522, SLOTS = 4, SOURCES = 16, NS = 1000000000 };

/**
 * struct source - One flow; numbers its frames
 * @window:	Frames that are under way at most, as of a TCP; or
 * @every:	one frame in so many microseconds
 * @given:	Frames, and what became of them: @got, @lost
 * @octets:	Of those that arrived
 * @worst:	Longest way to the far end, ns
 */
struct source {
	unsigned int slot;
	uint8_t class;
	size_t len;
	unsigned int window;
	int64_t every;
	int64_t due;
	uint32_t given, got, lost;
	uint32_t last;
	uint64_t octets;
	int64_t worst;
};

/**
 * struct sim - A line, and who uses it
 * @free:	When the real line has sent all that it was given
 * @before:	The same, but for the last piece
 * @half:	Octets of the frame in the making, by slot and class
 */
struct sim {
	struct sched *s;
	struct sched_slot *slots[SLOTS];
	struct pacer pacer;
	struct mono now, free, before;
	uint64_t rate;
	size_t overhead;
	struct source sources[SOURCES];
	unsigned int nsources;
	struct {
		size_t len;
		uint8_t data[FULL];
	} half[SLOTS][WIRE_CLASSES];
	unsigned int drops[SCHED_WHY_NUM];
};

static struct sim sim;

static uint32_t number_of(const uint8_t *data)
{
	uint32_t n;

	memcpy(&n, data + 1, sizeof(n));
	return n;
}

static void note_drop(void *arg, enum sched_why why,
		      const struct sched_frame *frame)
{
	struct sim *m = arg;

	m->drops[why]++;
	m->sources[frame->data[0]].lost++;
}

static void begin(const uint64_t rate, size_t overhead,
		  const unsigned int weights[SLOTS])
{
	size_t piece = piece_size(rate, mono_ms(10), overhead, 1500);
	struct sched_config c = {
		.line = { rate, piece, 1500, overhead, FULL },
		.drop = note_drop, .arg = &sim,
	};

	memset(&sim, 0, sizeof(sim));
	sim.now = mono_ms(1);
	sim.rate = rate;
	sim.overhead = overhead;
	sim.s = sched_new(&c, sim.now);
	assert_non_null(sim.s);
	pacer_init(&sim.pacer, rate, MONO_ZERO, sim.now);
	for (unsigned int i = 0; i < SLOTS; i++) {
		sim.slots[i] = sched_join(sim.s, &sim.half[i],
					  weights ? weights[i] : 1, false);
		assert_non_null(sim.slots[i]);
	}
	/* the weights outlive a change of the line */
	sched_set_line(sim.s, &c.line, sim.now);
}

static struct source *add(struct source source)
{
	struct source *f = &sim.sources[sim.nsources++];

	*f = source;
	f->due = sim.now.ns + 7000000 * (int64_t)sim.nsources;
	return f;
}

static void give(unsigned int i)
{
	struct source *f = &sim.sources[i];
	struct wire_header h = { .class = f->class };
	uint8_t data[FULL];

	memset(data, (int)f->given, f->len);
	f->given++;
	data[0] = (uint8_t)i;
	memcpy(data + 1, &f->given, sizeof(f->given));
	sched_put(sim.slots[f->slot], &h, i * 0x9e3779b97f4a7c15, data, f->len,
		  sim.now);
}

/* All that is due. Returns when there is more, of the regular sources */
static int64_t give_all(void)
{
	int64_t due = INT64_MAX;

	for (unsigned int i = 0; i < sim.nsources; i++) {
		struct source *f = &sim.sources[i];
		uint32_t away = f->given - f->got - f->lost;

		for (; away < f->window; away++)
			give(i);
		for (; f->every && f->due <= sim.now.ns;
		     f->due += f->every * 1000)
			give(i);
		if (f->every)
			due = MIN(due, f->due);
	}
	return due;
}

/* The far end puts a frame together, and knows it. */
static void receive(const struct sched_piece *p, int64_t when)
{
	unsigned int slot = (unsigned int)
		((uint8_t *)p->owner - (uint8_t *)sim.half) /
		sizeof(sim.half[0]);
	uint8_t *data = sim.half[slot][p->header->class].data;
	size_t *len = &sim.half[slot][p->header->class].len;
	struct source *f;

	assert_int_equal(!*len, p->first);
	assert_int_equal(!*len, !p->header->index);
	assert_int_equal(p->header->last, p->header->fragment && p->final);
	memcpy(data + *len, p->data, p->len);
	*len += p->len;
	if (!p->final)
		return;
	f = &sim.sources[data[0]];
	assert_int_equal(*len, f->len);
	assert_int_equal(slot, f->slot);
	assert_int_equal(p->header->class, f->class);
	/* in order, and octet for octet as it was given */
	assert_true(number_of(data) > f->last);
	f->last = number_of(data);
	for (size_t i = 5; i < *len; i++)
		assert_int_equal(data[i], (uint8_t)(f->last - 1));
	*len = 0;
	f->got++;
	f->octets += f->len;
	f->worst = MAX(f->worst, when - p->queued.ns);
}

static void send(const struct sched_piece *p)
{
	size_t octets = p->len + sim.overhead +
			WIRE_HEADER_SIZE(p->header->fragment);
	int64_t span = (int64_t)(octets * 8 * NS / sim.rate);

	pacer_sent(&sim.pacer, octets, sim.now);
	/* two at most are there: the one before the last has gone out */
	assert_true(sim.now.ns >= sim.before.ns ||
		    sim.free.ns - sim.now.ns < 1000000);
	sim.before.ns = sim.free.ns;
	sim.free.ns = MAX(sim.free.ns, sim.now.ns) + span;
	receive(p, sim.free.ns);
}

static void run(int seconds)
{
	int64_t end = sim.now.ns + (int64_t)seconds * NS;

	while (sim.now.ns < end) {
		int64_t due = give_all(), when = pacer_when(&sim.pacer).ns;
		struct sched_piece piece;

		if (when > sim.now.ns) {
			sim.now.ns = MIN(when, due);
			continue;
		}
		if (sched_next(sim.s, sim.now, &piece))
			send(&piece);
		else
			sim.now.ns = MAX(due, sim.now.ns + 1);
	}
}

/* in = out + dropped + queued, and the queues are within their bounds */
static void finish(void)
{
	size_t waiting = 0, queued = 0;

	for (unsigned int i = 0; i < sim.nsources; i++) {
		const struct source *f = &sim.sources[i];

		waiting += f->given - f->got - f->lost;
	}
	for (unsigned int i = 0; i < SLOTS; i++) {
		for (uint8_t c = 0; c < WIRE_CLASSES; c++) {
			struct sched_level l = sched_level(sim.slots[i], c);

			queued += l.frames;
			assert_true(l.octets <= FULL + 9 +
				    MAX(sim.rate / 16, 2 * (FULL + 50)));
		}
	}
	assert_int_equal(waiting, queued);
	sched_free(sim.s);
}

static const struct {
	const char *name;
	uint64_t rate;
	size_t overhead;
} lines[] = {
	{ "64k", 64000, 3 }, { "192k", 192000, 3 }, { "576k", 576000, 3 },
	{ "768k", 768000, 3 }, { "udp 192k", 192000, 42 },
	{ "2M", 2048000, 3 }, { "100M", 100000000, 42 },
};

static double piece_ns(size_t line)
{
	size_t piece = piece_size(lines[line].rate, mono_ms(10),
				  lines[line].overhead, 1500);

	return (double)MIN(piece + lines[line].overhead, FULL + 9) * 8 * NS /
	       (double)lines[line].rate;
}

/* Pings and keys do not wait for files: two pieces below us, one above */
static void test_sparse(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct source *ping, *key;
		/* small pieces: a millisecond's worth may be ahead */
		double most = MAX(2.5 * piece_ns(i), 1e6);

		begin(lines[i].rate, lines[i].overhead, NULL);
		for (unsigned int j = 0; j < SLOTS; j++)
			add((struct source){ .slot = j, .class = 2,
					     .len = 1514, .window = 4 });
		key = add((struct source){ .slot = 1, .class = 1, .len = 67,
					   .every = 200000 });
		ping = add((struct source){ .class = 1, .len = 98,
					    .every = 199900 });
		run(30);
		most += (98 + 67 + 2 * (9 + 42)) * 8. * NS /
			(double)lines[i].rate;
		if ((double)ping->worst > most || (double)key->worst > most)
			fail_msg("%s: %ld and %ld us, expected %.0f",
				 lines[i].name, (long)(ping->worst / 1000),
				 (long)(key->worst / 1000), most / 1000);
		assert_int_equal(ping->lost + key->lost, 0);
		assert_in_range(ping->got, 148, 151);
		finish();
	}
}

/* As a share of what all of them got */
static void check_share(const char *what, const struct source *f,
			double share)
{
	double all = 0, got;

	for (unsigned int i = 0; i < sim.nsources; i++)
		all += (double)sim.sources[i].octets;
	got = (double)f->octets / all;
	if (got < share * .95 || got > share * 1.05)
		fail_msg("%s: %.1f %%, expected %.1f", what, got * 100,
			 share * 100);
}

static void test_channels_share(void **state)
{
	static const struct {
		unsigned int weights[SLOTS];
		size_t len[SLOTS];
	} table[] = {
		{ { 1, 1, 1, 1 }, { 1514, 1514, 1514, 1514 } },
		{ { 1, 1, 1, 1 }, { 1514, 300, 64, 900 } },
		{ { 1, 2, 3, 4 }, { 1514, 1514, 1514, 1514 } },
		{ { 20, 1, 1, 10 }, { 1514, 1514, 700, 1514 } },
	};

	(void)state;
	for (size_t t = 0; t < ARRAY_SIZE(table); t++) {
		unsigned int sum = 0;

		begin(192000, 0, table[t].weights);
		for (unsigned int i = 0; i < SLOTS; i++) {
			add((struct source){ .slot = i, .class = 2,
					     .len = table[t].len[i],
					     .window = 6 });
			sum += table[t].weights[i];
		}
		run(120);
		for (unsigned int i = 0; i < SLOTS; i++) {
			const struct source *f = &sim.sources[i];
			double part = (double)f->len / (double)(f->len + 6);

			/* headers count, too, and are not in its octets */
			check_share("channel", f, table[t].weights[i] /
				    (double)sum * (f->len < 100 ? part : 1));
		}
		finish();
	}
}

static void test_classes_share(void **state)
{
	static const uint8_t weights[] = { 0, 8, 4, 1 };

	(void)state;
	for (uint8_t most = 2; most <= 3; most++) {
		double sum = 0;

		begin(192000, 3, NULL);
		for (uint8_t class = 1; class <= most; class++) {
			add((struct source){ .class = class, .len = 1514,
					     .window = 4 });
			sum += weights[class];
		}
		run(120);
		for (uint8_t class = 1; class <= most; class++)
			check_share("class", &sim.sources[class - 1],
				    weights[class] / sum);
		finish();
	}
}

static void test_flows_share(void **state)
{
	(void)state;
	begin(192000, 3, NULL);
	for (unsigned int i = 0; i < 4; i++)
		add((struct source){ .class = 2, .len = 1514 - 300 * i,
				     .window = 3 + 3 * i });
	run(120);
	for (unsigned int i = 0; i < 4; i++)
		check_share("flow", &sim.sources[i], .25);
	finish();
}

/* Class 0 goes first, but a flood of it does not have all of the line. */
static void test_control(void **state)
{
	struct source *hello, *flood, *file;

	(void)state;
	begin(192000, 3, NULL);
	file = add((struct source){ .class = 2, .len = 1514, .window = 4 });
	hello = add((struct source){ .class = 0, .len = 53,
				     .every = 2000000 });
	run(20);
	assert_true(hello->worst < 30000000);
	assert_int_equal(hello->lost, 0);
	/* 400 kbit/s of it, on another channel */
	flood = add((struct source){ .slot = 1, .class = 0, .len = 100,
				     .every = 2000 });
	file->octets = 0;
	hello->worst = 0;
	run(60);
	assert_in_range(file->octets * 8 / 60, 192000 * 30 / 100, 192000);
	assert_in_range(flood->octets * 8 / 60, 192000 * 25 / 100, 192000);
	assert_int_equal(hello->lost, 0);
	assert_true(hello->worst < 70000000);
	finish();
}

/* One TCP in full frames, and five pings a second: D1 to D3 */
static void test_goodput(void **state)
{
	struct source *file;
	double goodput;

	(void)state;
	/* FCS and a flag; stuffing costs 1.6 %, so the line is that slower */
	begin(192000 * 1000 / 1016, 3, NULL);
	file = add((struct source){ .class = 2, .len = 1514, .window = 4 });
	add((struct source){ .class = 1, .len = 98, .every = 200000 });
	run(120);
	goodput = (double)file->octets / 1514 * 1448 * 8 / 120;
	if (goodput < 161000 || goodput > 166000)
		fail_msg("%.0f bit/s", goodput);
	finish();
}

/* Who does not slow down loses by itself, and the queue stays short. */
static void test_deaf(void **state)
{
	struct source *deaf, *other;

	(void)state;
	begin(192000, 3, NULL);
	deaf = add((struct source){ .class = 2, .len = 1000, .every = 4000 });
	other = add((struct source){ .class = 2, .len = 400,
				     .every = 100000 });
	run(60);
	assert_in_range(other->lost, 0, 6);
	assert_true(other->worst < 200000000);
	assert_true(sim.drops[SCHED_FULL] > 10000);
	assert_in_range(deaf->worst, 0, 800000000);
	finish();
}

/* A queue that does not go away is made shorter before it is full. */
static void test_standing(void **state)
{
	struct source *file;

	(void)state;
	begin(192000, 3, NULL);
	file = add((struct source){ .class = 2, .len = 1514, .window = 6 });
	run(60);
	assert_int_equal(sim.drops[SCHED_FULL], 0);
	assert_in_range(sim.drops[SCHED_LATE], 20, 2000);
	assert_in_range(file->octets * 8 / 60, 192000 * 90 / 100, 192000);
	finish();
}

/* Small windows are left alone: a frame that waits is no standing queue. */
static void test_small_windows(void **state)
{
	(void)state;
	begin(192000, 3, NULL);
	for (unsigned int i = 0; i < 4; i++)
		add((struct source){ .class = 2, .len = 1514, .window = 2 });
	run(60);
	assert_int_equal(sim.drops[SCHED_LATE], 0);
	finish();
}

static uint32_t dice(uint32_t *seed, uint32_t sides)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % sides;
}

static void random_step(uint32_t *seed)
{
	unsigned int i = dice(seed, SOURCES);
	struct sched_slot *slot = sim.slots[dice(seed, SLOTS)];
	struct sched_piece piece;

	switch (dice(seed, 400)) {
	case 0:
		sched_flush(slot);
		__attribute__((fallthrough));
	case 1:
		sched_restart(slot);
		for (unsigned int j = 0; j < SLOTS; j++)
			if (slot == sim.slots[j])
				memset(sim.half[j], 0, sizeof(sim.half[j]));
		break;
	default:
		sim.now.ns += dice(seed, 4000000);
		if (dice(seed, 5) < 2)
			give(i);
		else if (sched_next(sim.s, sim.now, &piece))
			receive(&piece, sim.now.ns);
	}
}

static void test_random(void **state)
{
	uint32_t seed = 1;

	(void)state;
	begin(64000, 3, NULL);
	for (unsigned int i = 0; i < SOURCES; i++)
		add((struct source){
			.slot = dice(&seed, SLOTS),
			.class = (uint8_t)dice(&seed, WIRE_CLASSES),
			.len = 5 + dice(&seed, FULL - 5),
		});
	for (int i = 0; i < 1000000; i++)
		random_step(&seed);
	for (int i = 0; i < SCHED_WHY_NUM; i++)
		if (i == SCHED_REMOVED || i == SCHED_LATE || i == SCHED_FULL)
			assert_true(sim.drops[i] > 0);
		else
			assert_int_equal(sim.drops[i], 0);
	finish();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sparse),
		cmocka_unit_test(test_channels_share),
		cmocka_unit_test(test_classes_share),
		cmocka_unit_test(test_flows_share),
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_goodput),
		cmocka_unit_test(test_deaf),
		cmocka_unit_test(test_standing),
		cmocka_unit_test(test_small_windows),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
