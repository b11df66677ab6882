// SPDX-License-Identifier: ISC
// Frames out of a capture file.
//
// The interface's name says where a frame was caught, "line:noc/wan", if the
// file is one of ours; the frames of another's are shown all the same.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "cli/dump.h"
#include "codec/filter.h"

/**
 * struct source - A file being read
 * @points:	Of each interface; DUMP_POINT_NUM: not said
 * @locations:	Of each interface
 * @n:		How many of both there are
 */
struct source {
	FILE *file;
	const char *name;
	struct pcapng_reader reader;
	struct filter *filter;
	uint8_t *points;
	struct dump_location **locations;
	size_t n;
	uint8_t block[PCAPNG_BLOCK_MAX];
};

static void take_names(struct dump_location *at, const char *name)
{
	const char *slash = strchr(name, '/');
	size_t len = slash ? (size_t)(slash - name) : strlen(name);

	len = MIN(len, sizeof(at->channel) - 1);
	memcpy(at->channel, name, len);
	if (!slash)
		return;
	strlcpy(at->path, slash + 1, sizeof(at->path));
	at->path[strcspn(at->path, " ")] = '\0';
}

static uint8_t take_name(struct dump_location *at, const char *name)
{
	for (unsigned i = 0; i < DUMP_POINT_NUM; i++) {
		const char *point = dump_point_name((enum dump_point)i);
		size_t len = strlen(point);

		if (strncmp(name, point, len) || name[len] != ':')
			continue;
		take_names(at, name + len + 1);
		return (uint8_t)i;
	}
	strlcpy(at->channel, name, sizeof(at->channel));
	return DUMP_POINT_NUM;
}

static void forget_interfaces(struct source *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->locations[i]);
	s->n = 0;
}

/* The reader has an interface that has no location yet. */
static int add_location(struct source *s)
{
	const struct pcapng_interface *i = &s->reader.interfaces[s->n];
	struct dump_location **more;
	uint8_t *points;

	more = realloc(s->locations, (s->n + 1) * sizeof(*more));
	if (more)
		s->locations = more;
	points = realloc(s->points, s->n + 1);
	if (points)
		s->points = points;
	if (!more || !points)
		return -ENOMEM;
	more[s->n] = calloc(1, sizeof(**more));
	if (!more[s->n])
		return -ENOMEM;
	more[s->n]->number = (uint32_t)s->n + 1;
	points[s->n] = take_name(more[s->n], i->name);
	s->n++;
	return 0;
}

static uint8_t flags_of(uint16_t link)
{
	switch (link) {
	case PCAPNG_USER0:
		return DUMP_F_LINE;
	case PCAPNG_RAW_IP:
	case PCAPNG_IPV4:
	case PCAPNG_IPV6:
		return DUMP_F_IP;
	default:
		return 0;
	}
}

static bool is_wanted(struct source *s, const struct dump_pass *p,
		      const struct dump_record *r)
{
	struct filter_frame f = {
		.data = r->data, .len = r->caplen, .wirelen = r->len,
		.flags = r->flags,
		.stream = r->at->number << 1 | (r->direction == DUMP_OUT),
	};

	if (r->direction && !(p->options->directions & r->direction))
		return false;
	if (p->options->point_given && r->point != p->options->point)
		return false;
	if (!s->filter)
		return true;
	if (!r->flags && r->link != PCAPNG_ETHERNET)
		return false;
	return filter_match(s->filter, &f);
}

static int take_packet(struct source *s, struct dump_pass *p,
		       const struct pcapng_packet *packet)
{
	static const uint8_t directions[] = { 0, DUMP_IN, DUMP_OUT, 0 };
	struct dump_record r = {
		.time_ns = packet->time_ns,
		.at = s->locations[packet->interface],
		.point = s->points[packet->interface],
		.direction = directions[packet->direction],
		.link = s->reader.interfaces[packet->interface].link,
		.data = packet->data,
		.caplen = packet->caplen,
		.len = packet->len,
	};

	r.flags = flags_of(r.link);
	strlcpy(r.reason, packet->comment, sizeof(r.reason));
	if (!is_wanted(s, p, &r))
		return 0;
	p->matched++;
	r.caplen = MIN(r.caplen, (size_t)p->options->snaplen);
	return dump_take(p, &r);
}

/* Returns its octets; 0 at the end of the file; negative if it is corrupt. */
static int next_block(struct source *s)
{
	size_t n = fread(s->block, 1, PCAPNG_HEAD, s->file);
	int len;

	if (!n && feof(s->file))
		return 0;
	if (n < PCAPNG_HEAD)
		return -ENODATA;
	len = pcapng_length(&s->reader, s->block);
	if (len < PCAPNG_HEAD)
		return len < 0 ? len : -EINVAL;
	n = (size_t)len - PCAPNG_HEAD;
	return fread(s->block + PCAPNG_HEAD, 1, n, s->file) == n ? len :
								   -ENODATA;
}

static int corrupt(const struct source *s, int err)
{
	switch (err) {
	case -ENODATA:
		return cli_error("%s: it ends in the middle of a block",
				 s->name);
	case -ENOMEM:
		return cli_error("%s: out of memory", s->name);
	default:
		if (!s->reader.in_section)
			return cli_error("%s: not a pcapng file", s->name);
		return cli_error("%s: not a well-formed pcapng file", s->name);
	}
}

static int read_all(struct source *s, struct dump_pass *p)
{
	struct pcapng_packet packet;
	int len, kind, done = 0;

	while (!done && !dump_interrupted()) {
		len = next_block(s);
		if (len <= 0)
			return len ? corrupt(s, len) : CLI_OK;
		kind = pcapng_read(&s->reader, s->block, (size_t)len, &packet);
		if (kind < 0)
			return corrupt(s, kind);
		if (s->reader.n < s->n)
			forget_interfaces(s);
		while (s->n < s->reader.n)
			if (add_location(s))
				return corrupt(s, -ENOMEM);
		if (kind == 1)
			done = take_packet(s, p, &packet);
	}
	return done < 0 ? CLI_FAILED : CLI_OK;
}

static int take_filter(struct source *s, const struct dump_program *p)
{
	int err = p->n ? filter_new(&s->filter, p->list, p->n) : 0;

	return err ? cli_error("filter: %s", strerror(-err)) : CLI_OK;
}

/**
 * dump_read() - Bring a file's frames to the sink
 * @p:	The run
 *
 * Return: CLI_OK, or CLI_FAILED after telling why
 */
int dump_read(struct dump_pass *p)
{
	struct source *s = calloc(1, sizeof(*s));
	int status;

	if (!s)
		return cli_error("dump: out of memory");
	s->name = p->options->read;
	s->file = strcmp(s->name, "-") ? fopen(s->name, "re") : stdin;
	if (!s->file) {
		free(s);
		return cli_error("%s: %s", p->options->read, strerror(errno));
	}
	status = take_filter(s, &p->program);
	if (status == CLI_OK)
		status = read_all(s, p);
	forget_interfaces(s);
	free(s->locations);
	free(s->points);
	filter_free(s->filter);
	pcapng_reader_free(&s->reader);
	if (s->file != stdin)
		fclose(s->file);
	free(s);
	return status;
}
