// SPDX-License-Identifier: ISC
// Datagrams of a hostile far end: header, fragments, OAM payloads.
//
// The input is one octet of settings, then records: two octets, whose upper
// two bits are how much time passes and whose lower fourteen are a length,
// and a datagram of that length.

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "codec/ether.h"
#include "codec/fragment.h"
#include "codec/oam_counters.h"
#include "codec/oam_information.h"
#include "codec/oam_liveness.h"
#include "codec/wire.h"

enum { FRAME_SIZE = 2000, POOL_CAP = 5, DATAGRAM_MAX = 0x3fff };

struct far_end {
	struct reassembly_pool pool;
	struct reassembly classes[WIRE_CLASSES];
	struct mono now;
	size_t sum;		/* of all octets: each is looked at */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void look_at(struct far_end *f, const uint8_t *data, size_t len)
{
	while (len--)
		f->sum += *data++;
}

static void check_echo(struct far_end *f, const uint8_t *data, size_t len)
{
	uint8_t reply[100], again[WIRE_ECHO_LEN];
	struct oam_echo e;
	int n;

	if (oam_echo_decode(&e, data, len) == 0) {
		must(oam_kind(data, len) == e.kind);
		must(oam_echo_encode(again, sizeof(again), &e) ==
		     WIRE_ECHO_LEN);
		must(!memcmp(again, data, sizeof(again)));
	}
	n = oam_echo_reply(reply, sizeof(reply), data, len);
	must(n <= (int)MIN(len, sizeof(reply)));
	if (n > 0)
		look_at(f, reply, (size_t)n);
}

static void check_counters(const uint8_t *data, size_t len)
{
	uint8_t once[WIRE_COUNTERS_LEN], again[WIRE_COUNTERS_LEN];
	struct oam_counters c, same;

	if (oam_counters_decode(&c, data, len))
		return;
	must(oam_kind(data, len) == WIRE_OAM_COUNTERS);
	oam_counters_encode(once, &c);
	must(!memcmp(once, data, WIRE_COUNTERS_YOURS));
	must(!oam_counters_decode(&same, once, sizeof(once)));
	oam_counters_encode(again, &same);
	must(!memcmp(once, again, sizeof(once)));
}

static void check_liveness(const uint8_t *data, size_t len)
{
	uint8_t again[WIRE_LIVENESS_LEN];
	struct oam_liveness m, back;

	if (oam_liveness_decode(&m, data, len))
		return;
	must(m.mine && m.multiplier && m.state < WIRE_SESSION_NUM);
	oam_liveness_encode(again, &m);
	must(!oam_liveness_decode(&back, again, sizeof(again)));
	must(back.mine == m.mine && back.yours == m.yours &&
	     back.tx_us == m.tx_us && back.rx_us == m.rx_us);
}

static void check_information(const uint8_t *data, size_t len)
{
	uint8_t again[WIRE_INFO_LEN_MAX];
	struct oam_information m, back;
	size_t n;

	if (oam_information_decode(&m, data, len))
		return;
	must(*m.node && *m.channel && m.number);
	n = oam_information_encode(again, &m);
	must(n <= sizeof(again));
	must(!oam_information_decode(&back, again, n));
	must(!memcmp(&m, &back, sizeof(m)));
}

static void check_oam(struct far_end *f, const uint8_t *data, size_t len)
{
	check_echo(f, data, len);
	check_liveness(data, len);
	check_information(data, len);
	check_counters(data, len);
}

static void check_ether(struct far_end *f, const struct reassembled *frame)
{
	uint8_t whole[ETHER_FRAME_PADDED];
	bool zeros;
	size_t n;

	if (!frame->zeros)
		return;
	n = ether_restore(whole, sizeof(whole), frame->data, frame->len);
	if (!n)
		return;
	must(n == ETHER_FRAME_PADDED);
	look_at(f, whole, n);
	must(ether_strip(whole, n, &zeros) <= frame->len && zeros);
}

static void check_frame(struct far_end *f, const struct wire_header *h,
			const uint8_t *data, size_t len)
{
	struct reassembly *r = &f->classes[h->class];
	struct reassembled out;
	int n = reassembly_add(r, f->now, h, data, len, &out);

	must(n <= 1 && n > -REASSEMBLY_COUNT_NUM);
	must(r->pending <= WIRE_WINDOW);
	must(f->pool.made <= POOL_CAP);
	if (n != 1)
		return;
	must(out.sequence == h->sequence && out.type == h->type);
	must(!h->fragment || out.len <= FRAME_SIZE);
	look_at(f, out.data, out.len);
	check_ether(f, &out);
	f->sum += (size_t)(ip_check(out.data, out.len) > 0);
}

static void check_datagram(struct far_end *f, const uint8_t *data, size_t len)
{
	uint8_t again[WIRE_HEADER_MAX];
	struct wire_header h;
	int n = wire_decode(&h, data, len);

	if (n < 0) {
		must(n >= -WIRE_ERROR_NUM);
		must(strcmp(wire_error_name(n), "unknown"));
		return;
	}
	must((size_t)n <= len);
	must(wire_encode(again, &h) == (size_t)n);
	must(!memcmp(again, data, (size_t)n));
	if (h.type == WIRE_OAM)
		check_oam(f, data + n, len - (size_t)n);
	else if (h.type < WIRE_OAM)
		check_frame(f, &h, data + n, len - (size_t)n);
}

/* A datagram in memory of its own size, so that a read beyond it is seen */
static void give_datagram(struct far_end *f, const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	must(copy);
	memcpy(copy, data, len);
	check_datagram(f, copy, len);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct far_end f = { .now = MONO_ZERO };

	if (!size)
		return 0;
	reassembly_pool_init(&f.pool, FRAME_SIZE, POOL_CAP, mono_ms(100));
	for (size_t i = 0; i < WIRE_CLASSES; i++)
		reassembly_init(&f.classes[i], &f.pool, data[0] >> i & 1);
	data++;
	size--;
	while (size >= 2) {
		size_t word = (size_t)(data[0] << 8 | data[1]);
		size_t len = MIN(word & DATAGRAM_MAX, size - 2);

		f.now = mono_add(f.now, mono_ms((int64_t)(word >> 14) * 40));
		reassembly_pool_expire(&f.pool, f.now);
		give_datagram(&f, data + 2, len);
		data += 2 + len;
		size -= 2 + len;
	}
	for (size_t i = 0; i < WIRE_CLASSES; i++)
		reassembly_reset(&f.classes[i]);
	reassembly_pool_free(&f.pool);
	return 0;
}
