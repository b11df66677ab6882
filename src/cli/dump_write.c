// SPDX-License-Identifier: ISC
// Frames into capture files.
//
// Whole blocks are gathered and written at once, when much has been gathered
// or nothing more comes. When a write fails, the file is cut to its last
// whole block, so that a full disk leaves a file that can be read.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/stats.h"
#include "base/util.h"
#include "cli/dump.h"
#include "codec/ether.h"
#include "codec/wire.h"

enum {
	FLUSH_AT = 256 * 1024,
	ROOM = FLUSH_AT + 2 * PCAPNG_BLOCK_MAX,
};

static const uint16_t links[DUMP_LINKS] = {
	PCAPNG_ETHERNET, PCAPNG_USER0, PCAPNG_RAW_IP
};

/**
 * struct file_sink - A capture file, or a row of them
 * @number:	Of the file in the row
 * @serial:	Counts the files, from 1
 * @interfaces:	How many the file has
 * @written:	Octets that it has
 * @used:	Octets of @buffer
 */
struct file_sink {
	struct dump_sink sink;
	const struct dump_options *options;
	const char *name;
	unsigned number;
	uint32_t serial, interfaces;
	uint64_t written;
	size_t used;
	uint8_t buffer[ROOM];
	uint8_t scratch[PCAPNG_BLOCK_MAX];
};

/* Octets of whole blocks in the first LEN. */
static size_t whole_blocks(const struct file_sink *f, size_t len)
{
	size_t at = 0;
	uint32_t block;

	while (at + 8 <= len) {
		memcpy(&block, f->buffer + at + 4, sizeof(block));
		if (at + block > len)
			break;
		at += block;
	}
	return at;
}

static int cannot_write(struct file_sink *f, size_t done)
{
	int err = errno;
	off_t end = (off_t)(f->written + whole_blocks(f, done));

	f->used = 0;
	if (err == EPIPE || err == EINTR)
		return -EPIPE;
	/* what is no file cannot be cut, nor can it be full */
	if (ftruncate(f->sink.fd, end) == 0)
		lseek(f->sink.fd, end, SEEK_SET);
	cli_error("%s: %s; it ends with the last frame that fitted",
		  f->name, strerror(err));
	return -err;
}

static int flush(struct file_sink *f)
{
	size_t done = 0;

	while (done < f->used) {
		ssize_t n = write(f->sink.fd, f->buffer + done,
				  f->used - done);

		if (n < 0 && errno == EINTR && !dump_interrupted())
			continue;
		if (n < 0)
			return cannot_write(f, done);
		done += (size_t)n;
	}
	f->written += f->used;
	f->used = 0;
	return 0;
}

/* As tcpdump numbers them. */
static char *file_name(const struct file_sink *f)
{
	const struct dump_options *o = f->options;
	char *name = NULL;
	int digits = 0;

	if (!o->max_file || (!o->max_files && !f->number))
		return strdup(o->write);
	if (o->max_files)
		for (unsigned n = o->max_files - 1; n; n /= 10)
			digits++;
	if (asprintf(&name, "%s%0*u", o->write, digits, f->number) < 0)
		return NULL;
	return name;
}

static int open_file(struct file_sink *f)
{
	bool standard = !strcmp(f->options->write, "-");
	char *name = standard ? NULL : file_name(f);
	int err = 0;

	f->name = f->options->write;
	if (standard)
		f->sink.fd = STDOUT_FILENO;
	else
		f->sink.fd = name ? open(name, O_WRONLY | O_CREAT | O_TRUNC |
					 O_CLOEXEC, 0666) : -1;
	if (f->sink.fd < 0) {
		err = -errno;
		cli_error("%s: %s", name ? name : f->name, strerror(errno));
	}
	free(name);
	f->serial++;
	f->interfaces = 0;
	f->written = 0;
	if (!err)
		f->used = pcapng_section(f->buffer, PACKAGE_STRING);
	return err;
}

static size_t link_index(uint16_t link)
{
	for (size_t i = 0; i < DUMP_LINKS; i++)
		if (links[i] == link)
			return i;
	return 0;
}

static void add_interface(struct file_sink *f, uint16_t link,
			  const char *name)
{
	struct pcapng_interface i = {
		.link = link, .snaplen = f->options->snaplen, .resolution = 9,
	};

	strlcpy(i.name, name, sizeof(i.name));
	f->used += pcapng_interface(f->buffer + f->used, &i);
	f->interfaces++;
}

/* "line:noc/wan"; at a line itself the path is one that uses it. */
static uint32_t interface_of(struct file_sink *f, const struct dump_record *r,
			     uint16_t link)
{
	struct dump_location *at = r->at;
	char name[PCAPNG_TEXT_MAX];
	size_t i = link_index(link);

	if (at->serial[i] == f->serial)
		return at->interface[i];
	snprintf(name, sizeof(name), "%s:%s%s%s%s",
		 dump_point_name((enum dump_point)r->point), at->channel,
		 *at->path ? "/" : "", at->path,
		 (r->flags & DUMP_F_LINE) && !at->id && *at->channel ?
		 " (line)" : "");
	at->serial[i] = f->serial;
	at->interface[i] = f->interfaces;
	add_interface(f, link, name);
	return at->interface[i];
}

static void add_headers(struct file_sink *f, const struct dump_record *r,
			struct pcapng_packet *p)
{
	size_t n = dump_headers(f->scratch, r);

	memcpy(f->scratch + n, r->data, r->caplen);
	p->data = f->scratch;
	p->caplen = (uint32_t)(n + r->caplen);
	p->len = (uint32_t)(n + r->len);
}

/* Padding that was cut off comes back, unless the frame was cut as well. */
static void restore(struct file_sink *f, struct pcapng_packet *p)
{
	size_t len = ether_restore(f->scratch, sizeof(f->scratch), p->data,
				   p->caplen);

	if (p->caplen < p->len)
		return;
	p->data = f->scratch;
	p->caplen = p->len = (uint32_t)len;
}

/* What was dropped is shown as the frame that was on its way, if all of it
 * is there. Returns the link type. */
static uint16_t unwrap(struct file_sink *f, const struct dump_record *r,
		       struct pcapng_packet *p)
{
	struct wire_header h;
	int n = wire_decode(&h, r->data, r->caplen);

	if (n < 0 || h.fragment || h.compressed || h.type != WIRE_ETHERNET)
		return 0;
	p->data += n;
	p->caplen -= (uint32_t)n;
	p->len -= (uint32_t)n;
	if (h.zeros)
		restore(f, p);
	return PCAPNG_ETHERNET;
}

/* Find the form in which the record's octets go to the file. */
static uint16_t shape(struct file_sink *f, const struct dump_record *r,
		      struct pcapng_packet *p)
{
	if (r->link)
		return r->link;
	if (r->flags & DUMP_F_IP)
		return PCAPNG_RAW_IP;
	if (!(r->flags & DUMP_F_LINE))
		return PCAPNG_ETHERNET;
	if (r->point == DUMP_LINE && !f->options->headers)
		return PCAPNG_USER0;
	if (r->point == DUMP_DROP && unwrap(f, r, p))
		return PCAPNG_ETHERNET;
	add_headers(f, r, p);
	return PCAPNG_ETHERNET;
}

static void comment(char out[PCAPNG_TEXT_MAX], const char *reason)
{
	strlcpy(out, reason, PCAPNG_TEXT_MAX);
	for (unsigned i = 0; i < STAT_NUM; i++) {
		enum stat_id id = (enum stat_id)i;

		if (!stat_is_drop(id) || strcmp(stat_name(id), reason))
			continue;
		strlcat(out, ": ", PCAPNG_TEXT_MAX);
		strlcat(out, stat_help(id), PCAPNG_TEXT_MAX);
	}
}

static int end_file(struct file_sink *f, uint64_t matched, uint64_t lost)
{
	int64_t now = clock_utc_ns();
	int err;

	/* a file of no frame is one all the same */
	if (!f->interfaces)
		add_interface(f, f->options->point == DUMP_LINE &&
			      !f->options->headers ? PCAPNG_USER0 :
			      PCAPNG_ETHERNET,
			      dump_point_name(f->options->point));
	f->used += pcapng_statistics(f->buffer + f->used, 0, now, matched,
				     lost);
	for (uint32_t i = 1; i < f->interfaces; i++) {
		if (f->used > FLUSH_AT && flush(f))
			break;
		f->used += pcapng_statistics(f->buffer + f->used, i, now, 0,
					     0);
	}
	err = flush(f);
	if (f->sink.fd != STDOUT_FILENO && close(f->sink.fd) && !err)
		err = cli_error("%s: %s", f->name, strerror(errno)) ? -EIO : 0;
	return err;
}

static int rotate(struct file_sink *f)
{
	int err = end_file(f, 0, 0);

	if (err)
		return err;
	f->number++;
	if (f->options->max_files && f->number >= f->options->max_files)
		f->number = 0;
	return open_file(f);
}

static int put(struct dump_sink *sink, const struct dump_record *r)
{
	struct file_sink *f = (struct file_sink *)sink;
	struct pcapng_packet p = {
		.time_ns = r->time_ns, .data = r->data,
		.caplen = (uint32_t)r->caplen, .len = (uint32_t)r->len,
		.direction = r->direction == DUMP_IN ? PCAPNG_INBOUND :
			     r->direction == DUMP_OUT ? PCAPNG_OUTBOUND :
			     PCAPNG_UNKNOWN,
	};
	int err;

	if (f->options->max_file &&
	    f->written + f->used > f->options->max_file) {
		err = rotate(f);
		if (err)
			return err;
	}
	p.interface = interface_of(f, r, shape(f, r, &p));
	if (*r->reason)
		comment(p.comment, r->reason);
	f->used += pcapng_packet(f->buffer + f->used, &p);
	return f->used < FLUSH_AT ? 0 : flush(f);
}

static int idle(struct dump_sink *sink)
{
	return flush((struct file_sink *)sink);
}

static int finish(struct dump_sink *sink, uint64_t matched, uint64_t lost)
{
	return end_file((struct file_sink *)sink, matched, lost);
}

/**
 * dump_write() - Begin a capture file
 * @o:	Its name and limits; borrowed
 *
 * Return: the sink, for free(); NULL after telling why not
 */
struct dump_sink *dump_write(const struct dump_options *o)
{
	struct file_sink *f = calloc(1, sizeof(*f));

	if (!f) {
		cli_error("dump: out of memory");
		return NULL;
	}
	f->sink = (struct dump_sink){ put, idle, finish, -1 };
	f->options = o;
	if (open_file(f) < 0) {
		free(f);
		return NULL;
	}
	return &f->sink;
}
