// SPDX-License-Identifier: ISC
// Frames as lines of text.

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/stats.h"
#include "base/util.h"
#include "cli/dump.h"
#include "cli/summary.h"
#include "codec/wire.h"

enum { HOSTS = 256, ETHER_LEN = 14 };

/** struct known_host - An address that has been looked up */
struct known_host {
	uint8_t key[17];		/* family and address; 0: none */
	char name[SUMMARY_NAME];
};

/**
 * struct text_sink - Lines
 * @hosts:	By the hash of their addresses
 */
struct text_sink {
	struct dump_sink sink;
	FILE *out;
	const struct dump_options *options;
	struct summary_names names;
	struct known_host hosts[HOSTS];
};

static void look_up(struct known_host *h, int family, const uint8_t *addr)
{
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} a = { .sa.sa_family = (sa_family_t)family };
	socklen_t len = family == AF_INET ? sizeof(a.in) : sizeof(a.in6);

	if (family == AF_INET)
		memcpy(&a.in.sin_addr, addr, 4);
	else
		memcpy(&a.in6.sin6_addr, addr, 16);
	if (getnameinfo(&a.sa, len, h->name, sizeof(h->name), NULL, 0,
			NI_NAMEREQD))
		inet_ntop(family, addr, h->name, sizeof(h->name));
}

static void host_name(void *arg, int family, const uint8_t *addr,
		      char out[SUMMARY_NAME])
{
	struct text_sink *t = arg;
	uint8_t key[17] = { (uint8_t)family };
	struct known_host *h;

	memcpy(key + 1, addr, family == AF_INET ? 4 : 16);
	h = &t->hosts[hash_bytes(HASH_INIT, key, sizeof(key)) % HOSTS];
	if (memcmp(h->key, key, sizeof(key))) {
		memcpy(h->key, key, sizeof(key));
		look_up(h, family, addr);
	}
	/* a name comes from whoever answers for that address */
	escape(out, SUMMARY_NAME, h->name, strlen(h->name));
}

static void port_name(void *arg, const char *protocol, uint16_t port,
		      char out[SUMMARY_NAME])
{
	const struct servent *s = getservbyport(htons(port), protocol);

	(void)arg;
	if (s)
		strlcpy(out, s->s_name, SUMMARY_NAME);
	else
		snprintf(out, SUMMARY_NAME, "%u", port);
}

static void add_echo(struct summary *s, const char *what, const uint8_t *p,
		     size_t caplen, size_t len)
{
	summary_add(s, "%s", what);
	if (caplen >= WIRE_ECHO_LEN)
		summary_add(s, ", id %u, seq %u",
			    p[WIRE_ECHO_IDENTIFIER] << 8 |
			    p[WIRE_ECHO_IDENTIFIER + 1],
			    (unsigned)p[WIRE_ECHO_SEQUENCE] << 24 |
			    p[WIRE_ECHO_SEQUENCE + 1] << 16 |
			    p[WIRE_ECHO_SEQUENCE + 2] << 8 |
			    p[WIRE_ECHO_SEQUENCE + 3]);
	summary_add(s, ", length %zu", len);
}

static void add_oam(struct summary *s, const uint8_t *p, size_t caplen,
		    size_t len)
{
	static const char *const kinds[] = {
		[WIRE_OAM_LIVENESS] = "liveness",
		[WIRE_OAM_INFORMATION] = "information",
		[WIRE_OAM_ECHO_REQUEST] = "echo request",
		[WIRE_OAM_ECHO_REPLY] = "echo reply",
		[WIRE_OAM_COUNTERS] = "counters",
	};

	summary_add(s, "OAM ");
	if (!caplen)
		summary_add(s, "[|oam] length %zu", len);
	else if (*p == WIRE_OAM_ECHO_REQUEST || *p == WIRE_OAM_ECHO_REPLY)
		add_echo(s, kinds[*p], p, caplen, len);
	else if (*p < ARRAY_SIZE(kinds) && kinds[*p])
		summary_add(s, "%s, length %zu", kinds[*p], len);
	else
		summary_add(s, "kind %u, length %zu", *p, len);
}

static void add_header(struct summary *s, const struct wire_header *h)
{
	static const char *const classes[] = {
		"control", "interactive", "normal", "bulk"
	};

	summary_add(s, "%s seq %u", classes[h->class], h->sequence);
	if (h->fragment)
		summary_add(s, " frag %u%s", h->index, h->last ? " last" : "");
	summary_add(s, "%s%s%s ", h->compressed ? " compressed" : "",
		    h->partial ? " partial" : "",
		    s->verbose && h->zeros ? " zeros" : "");
}

static void add_line(struct summary *s, const struct dump_record *r)
{
	struct wire_header h;
	int n = wire_decode(&h, r->data, r->caplen);
	const uint8_t *data;
	size_t caplen, len;

	if (n < 0) {
		summary_add(s, "malformed (%s), length %zu",
			    wire_error_name(n), r->len);
		return;
	}
	data = r->data + n;
	caplen = r->caplen - (size_t)n;
	len = r->len - (size_t)n;
	add_header(s, &h);
	if (s->verbose)
		summary_add(s, "id %u ", h.channel);
	if (h.type == WIRE_OAM)
		add_oam(s, data, caplen, len);
	else if (h.compressed || (h.fragment && h.index))
		summary_add(s, "length %zu", len);
	else if (h.type == WIRE_ETHERNET)
		summary_ethernet(s, data, caplen, len);
	else if (h.type == WIRE_IP)
		summary_ip(s, data, caplen, len);
	else
		summary_add(s, "%s, length %zu", wire_type_name(h.type), len);
}

static void add_octets(struct summary *s, const struct dump_record *r)
{
	if (r->flags & DUMP_F_LINE)
		add_line(s, r);
	else if (r->flags & DUMP_F_IP)
		summary_ip(s, r->data, r->caplen, r->len);
	else if (!r->link || r->link == PCAPNG_ETHERNET)
		summary_ethernet(s, r->data, r->caplen, r->len);
	else
		summary_add(s, "link type %u, length %zu", r->link, r->len);
}

static void add_reason(struct summary *s, const char *reason)
{
	char safe[PCAPNG_TEXT_MAX];

	escape(safe, sizeof(safe), reason, strlen(reason));
	if (!s->verbose)
		safe[strcspn(safe, ":")] = '\0';
	summary_add(s, "[%s] ", safe);
}

static void add_place(struct summary *s, const struct dump_record *r)
{
	static const char *const directions[] = { "-  ", "in ", "out", "-  " };
	char channel[4 * sizeof(r->at->channel)];
	char path[4 * sizeof(r->at->path)];

	escape(channel, sizeof(channel), r->at->channel,
	       strlen(r->at->channel));
	escape(path, sizeof(path), r->at->path, strlen(r->at->path));
	summary_add(s, "%s %s%s%s ", directions[r->direction & 3],
		    *channel ? channel : "-", *path ? "/" : "", path);
}

static void add_time(struct summary *s, int64_t ns)
{
	time_t seconds = (time_t)(ns / 1000000000);
	struct tm tm;

	if (!localtime_r(&seconds, &tm))
		memset(&tm, 0, sizeof(tm));
	if (s->verbose > 1)
		summary_add(s, "%04d-%02d-%02d ", tm.tm_year + 1900,
			    tm.tm_mon + 1, tm.tm_mday);
	summary_add(s, "%02d:%02d:%02d.%06d ", tm.tm_hour, tm.tm_min,
		    tm.tm_sec, (int)(ns % 1000000000 / 1000));
}

static void print_row(FILE *out, const uint8_t *p, size_t at, size_t n)
{
	fprintf(out, "\t0x%04zx: ", at);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%02x", i % 2 ? "" : " ", p[at + i]);
	fputc('\n', out);
}

/* -x leaves an Ethernet header out, -xx does not. */
static void print_hex(struct text_sink *t, const struct dump_record *r)
{
	bool ether = !(r->flags & (DUMP_F_LINE | DUMP_F_IP));
	size_t skip = ether && t->options->hex == 1 ? ETHER_LEN : 0;
	size_t n = r->caplen - MIN(skip, r->caplen);

	for (size_t at = 0; at < n; at += 16)
		print_row(t->out, r->data + skip, at, MIN(n - at, (size_t)16));
}

static int check(struct text_sink *t)
{
	if (!ferror(t->out))
		return 0;
	if (errno != EPIPE)
		cli_error("standard output: %s", strerror(errno));
	return errno == EPIPE ? -EPIPE : -EIO;
}

static int put(struct dump_sink *sink, const struct dump_record *r)
{
	struct text_sink *t = (struct text_sink *)sink;
	struct summary s = { .verbose = t->options->verbose };

	if (!t->options->numeric)
		s.names = &t->names;
	add_time(&s, r->time_ns);
	add_place(&s, r);
	if (*r->reason)
		add_reason(&s, r->reason);
	add_octets(&s, r);
	if (r->lost)
		fprintf(t->out, "(%u lost here)\n", r->lost);
	fputs(s.text, t->out);
	fputc('\n', t->out);
	if (t->options->hex)
		print_hex(t, r);
	if (t->options->line_buffered)
		fflush(t->out);
	return check(t);
}

static int idle(struct dump_sink *sink)
{
	(void)sink;
	return 0;
}

static int finish(struct dump_sink *sink, uint64_t matched, uint64_t lost)
{
	struct text_sink *t = (struct text_sink *)sink;

	(void)matched;
	(void)lost;
	fflush(t->out);
	return check(t);
}

/**
 * dump_text() - Print a line a frame
 * @cli:	The command, which says where
 * @o:		How; borrowed
 *
 * Return: the sink, for free(); NULL after telling why not
 */
struct dump_sink *dump_text(struct cli *cli, const struct dump_options *o)
{
	struct text_sink *t = calloc(1, sizeof(*t));

	if (!t) {
		cli_error("dump: out of memory");
		return NULL;
	}
	*t = (struct text_sink){
		.sink = { put, idle, finish, fileno(cli->out) },
		.out = cli->out, .options = o,
		.names = { host_name, port_name, t },
	};
	return &t->sink;
}
