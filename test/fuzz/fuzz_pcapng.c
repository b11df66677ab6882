// SPDX-License-Identifier: ISC
// fuzz_pcapng - any octets as a capture file, and what is in it as frames
//
// Each packet goes through the filter, the header of ours and the summary,
// from memory of just its size.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/summary.h"
#include "codec/filter.h"
#include "codec/pcapng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* udp port 53, roughly: loads at fixed and at computed places */
static const struct dump_instruction program[] = {
	{ 0x28, 0, 0, 12 }, { 0x15, 0, 5, 0x0800 }, { 0xb1, 0, 0, 14 },
	{ 0x48, 0, 0, 14 }, { 0x15, 1, 0, 53 }, { 0x48, 0, 0, 16 },
	{ 0x06, 0, 0, 1 }, { 0x06, 0, 0, 0 },
};

static void look_at(struct filter *f, const struct pcapng_packet *p)
{
	struct summary s = { .verbose = p->interface & 1 };
	uint8_t *own = malloc(p->caplen + 1U);

	if (!own)
		abort();
	memcpy(own, p->data, p->caplen);
	own = realloc(own, p->caplen ? p->caplen : 1);
	for (unsigned flags = 0; f && flags <= DUMP_F_IP; flags++)
		filter_match(f, &(struct filter_frame){
			.data = own, .len = p->caplen, .wirelen = p->len,
			.flags = (uint8_t)flags,
		});
	summary_ethernet(&s, own, p->caplen, p->len);
	summary_ip(&s, own, p->caplen, p->len);
	free(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pcapng_reader r = { 0 };
	struct pcapng_packet p;
	struct filter *f = NULL;
	size_t at = 0;
	int len, kind = 0;

	if (filter_available() &&
	    filter_new(&f, program, sizeof(program) / sizeof(program[0])))
		abort();
	while (kind >= 0 && size - at >= PCAPNG_HEAD) {
		len = pcapng_length(&r, data + at);
		if (len < PCAPNG_HEAD || (size_t)len > size - at)
			break;
		kind = pcapng_read(&r, data + at, (size_t)len, &p);
		if (kind == 1)
			look_at(f, &p);
		at += (size_t)len;
	}
	filter_free(f);
	pcapng_reader_free(&r);
	return 0;
}
