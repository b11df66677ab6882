// SPDX-License-Identifier: ISC
// Which frames a classic BPF program selects, fragments included.
//
// Theory of operation
// -------------------
// A program comes from outside, so it is checked before it runs: each
// instruction must be one that the interpreter knows (libpcap's aborts on
// others), and jumps lead forward only (libpcap's own check lets a jump lead
// back, which its "protochain" needs, and a loop would never end). So a
// program runs for at most as many steps as it has instructions.
//
// It is one for Ethernet. Of what bears our header it sees the frame within;
// an IP packet gets a link header without addresses first. Only the first
// fragment has what a filter looks at: its verdict is kept for the others,
// in a table of fixed size where a newer frame may push an older one out.

#include "codec/filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "codec/ether.h"
#include "codec/wire.h"

#ifdef HAVE_PCAP

#include <pcap/bpf.h>

enum {
	LINK_LEN = 14,		/* of the header that an IP packet gets */
	SCRATCH = 16384,	/* the largest frame and that header */
};

/** struct verdict - On the first fragment of a frame */
struct verdict {
	struct frame_key {
		uint32_t stream;
		uint16_t channel, sequence;
		uint16_t type, class;
	} key;
	bool given, selected;
};

/**
 * struct filter - A checked program
 * @program:	Its @n instructions
 * @verdicts:	By the hash of their keys
 */
struct filter {
	struct bpf_insn *program;
	size_t n;
	struct verdict verdicts[FILTER_VERDICTS];
	uint8_t scratch[SCRATCH];
};

static const uint16_t known[] = {
	BPF_LD | BPF_W | BPF_ABS, BPF_LD | BPF_H | BPF_ABS,
	BPF_LD | BPF_B | BPF_ABS, BPF_LD | BPF_W | BPF_IND,
	BPF_LD | BPF_H | BPF_IND, BPF_LD | BPF_B | BPF_IND,
	BPF_LD | BPF_W | BPF_LEN, BPF_LD | BPF_IMM, BPF_LD | BPF_MEM,
	BPF_LDX | BPF_W | BPF_LEN, BPF_LDX | BPF_B | BPF_MSH,
	BPF_LDX | BPF_IMM, BPF_LDX | BPF_MEM, BPF_ST, BPF_STX,
	BPF_ALU | BPF_ADD | BPF_K, BPF_ALU | BPF_ADD | BPF_X,
	BPF_ALU | BPF_SUB | BPF_K, BPF_ALU | BPF_SUB | BPF_X,
	BPF_ALU | BPF_MUL | BPF_K, BPF_ALU | BPF_MUL | BPF_X,
	BPF_ALU | BPF_DIV | BPF_K, BPF_ALU | BPF_DIV | BPF_X,
	BPF_ALU | BPF_MOD | BPF_K, BPF_ALU | BPF_MOD | BPF_X,
	BPF_ALU | BPF_AND | BPF_K, BPF_ALU | BPF_AND | BPF_X,
	BPF_ALU | BPF_OR | BPF_K, BPF_ALU | BPF_OR | BPF_X,
	BPF_ALU | BPF_XOR | BPF_K, BPF_ALU | BPF_XOR | BPF_X,
	BPF_ALU | BPF_LSH | BPF_K, BPF_ALU | BPF_LSH | BPF_X,
	BPF_ALU | BPF_RSH | BPF_K, BPF_ALU | BPF_RSH | BPF_X,
	BPF_ALU | BPF_NEG,
	BPF_JMP | BPF_JA,
	BPF_JMP | BPF_JEQ | BPF_K, BPF_JMP | BPF_JEQ | BPF_X,
	BPF_JMP | BPF_JGT | BPF_K, BPF_JMP | BPF_JGT | BPF_X,
	BPF_JMP | BPF_JGE | BPF_K, BPF_JMP | BPF_JGE | BPF_X,
	BPF_JMP | BPF_JSET | BPF_K, BPF_JMP | BPF_JSET | BPF_X,
	BPF_RET | BPF_K, BPF_RET | BPF_A,
	BPF_MISC | BPF_TAX, BPF_MISC | BPF_TXA,
};

static bool is_known(uint16_t code)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i] == code)
			return true;
	return false;
}

/* A shift by more than a register has bits is undefined in C. */
static bool is_harmless(const struct dump_instruction *in, size_t left)
{
	uint16_t op = in->code & 0xf0;

	if (!is_known(in->code))
		return false;
	if (in->code == (BPF_JMP | BPF_JA))
		return in->k < left;
	if (BPF_CLASS(in->code) == BPF_ALU && BPF_SRC(in->code) == BPF_K &&
	    (op == BPF_LSH || op == BPF_RSH))
		return in->k < 32;
	return true;
}

/**
 * filter_available() - Was it built with libpcap?
 *
 * Return: true if so
 */
bool filter_available(void)
{
	return true;
}

/**
 * filter_new() - Check a program and keep it
 * @f:		Gets the filter, for filter_free()
 * @program:	Instructions, as hostile as can be; copied
 * @n:		How many
 *
 * Return: 0; -EINVAL if it is not one that can be run safely; -E2BIG over
 * DUMP_INSTRUCTIONS_MAX; -ENOMEM; -ENOSYS when built without libpcap
 */
int filter_new(struct filter **f, const struct dump_instruction *program,
	       size_t n)
{
	struct filter *new;

	if (n > DUMP_INSTRUCTIONS_MAX)
		return -E2BIG;
	for (size_t i = 0; i < n; i++)
		if (!is_harmless(&program[i], n - i - 1))
			return -EINVAL;
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->n = n;
	new->program = calloc(n + 1, sizeof(*new->program));
	for (size_t i = 0; new->program && i < n; i++)
		new->program[i] = (struct bpf_insn){
			program[i].code, program[i].jt, program[i].jf,
			program[i].k
		};
	if (!new->program || !n || !bpf_validate(new->program, (int)n)) {
		int err = new->program ? -EINVAL : -ENOMEM;

		filter_free(new);
		return err;
	}
	*f = new;
	return 0;
}

static bool run(const struct filter *f, const uint8_t *data, size_t len,
		size_t wirelen)
{
	return bpf_filter(f->program, data, (u_int)wirelen, (u_int)len);
}

/* An IP packet: as if it came with a link header. */
static bool run_ip(struct filter *f, const uint8_t *data, size_t len,
		   size_t wirelen)
{
	int type = ip_check(data, len);

	if (type < 0)
		return false;
	len = MIN(len, (size_t)SCRATCH - LINK_LEN);
	memset(f->scratch, 0, LINK_LEN - 2);
	f->scratch[LINK_LEN - 2] = (uint8_t)(type >> 8);
	f->scratch[LINK_LEN - 1] = (uint8_t)type;
	memmove(f->scratch + LINK_LEN, data, len);
	return run(f, f->scratch, len + LINK_LEN, wirelen + LINK_LEN);
}

static struct verdict *verdict_of(struct filter *f,
				  const struct frame_key *key)
{
	return &f->verdicts[hash_bytes(HASH_INIT, key, sizeof(*key)) %
			    FILTER_VERDICTS];
}

static bool inner(struct filter *f, const struct wire_header *h,
		  const uint8_t *data, size_t len, size_t wirelen)
{
	if (h->compressed)
		return false;
	if (h->type == WIRE_ETHERNET)
		return run(f, data, len, wirelen);
	return h->type == WIRE_IP && run_ip(f, data, len, wirelen);
}

static bool match_line(struct filter *f, const struct filter_frame *fr)
{
	struct wire_header h;
	struct frame_key key;
	struct verdict *v;
	int n = wire_decode(&h, fr->data, fr->len);
	size_t skip = n > 0 ? (size_t)n : 0;

	if (n < 0)
		return false;
	if (!h.fragment)
		return inner(f, &h, fr->data + skip, fr->len - skip,
			     fr->wirelen - skip);
	key = (struct frame_key){ fr->stream, h.channel, h.sequence, h.type,
				  h.class };
	v = verdict_of(f, &key);
	if (!h.index)
		*v = (struct verdict){
			key, true, inner(f, &h, fr->data + skip, fr->len - skip,
				   fr->wirelen - skip)
		};
	return v->given && !memcmp(&v->key, &key, sizeof(key)) &&
	       v->selected;
}

/* A frame whose first octets stand apart is put together. */
static bool gather(struct filter *f, struct filter_frame *fr)
{
	uint8_t *to = f->scratch + LINK_LEN;
	size_t room = SCRATCH - LINK_LEN, head = fr->head_len;

	if (head > room)
		return false;
	fr->len = MIN(fr->len, room - head);
	memcpy(to, fr->head, head);
	memcpy(to + head, fr->data, fr->len);
	fr->data = to;
	fr->len += head;
	fr->wirelen += head;
	return true;
}

/**
 * filter_match() - Does the filter select a frame?
 * @f:		Filter
 * @frame:	The frame; borrowed
 *
 * What has no frame within, as an OAM message, is never selected; nor is a
 * fragment whose first was not seen before it.
 *
 * Return: true if so
 */
bool filter_match(struct filter *f, const struct filter_frame *frame)
{
	struct filter_frame fr = *frame;

	if (fr.head_len && !gather(f, &fr))
		return false;
	if (fr.flags & DUMP_F_LINE)
		return match_line(f, &fr);
	if (fr.flags & DUMP_F_IP)
		return run_ip(f, fr.data, fr.len, fr.wirelen);
	return run(f, fr.data, fr.len, fr.wirelen);
}

/**
 * filter_free() - Forget a filter
 * @f:	Filter, or NULL
 */
void filter_free(struct filter *f)
{
	if (!f)
		return;
	free(f->program);
	free(f);
}

#else

bool filter_available(void)
{
	return false;
}

int filter_new(struct filter **f, const struct dump_instruction *program,
	       size_t n)
{
	(void)f;
	(void)program;
	(void)n;
	return -ENOSYS;
}

bool filter_match(struct filter *f, const struct filter_frame *frame)
{
	(void)f;
	(void)frame;
	return false;
}

void filter_free(struct filter *f)
{
	(void)f;
}

#endif
