// SPDX-License-Identifier: ISC
// What all kinds of DCC lines have in common: prefix, trim, cost.
//
// Whether a driver or we make the HDLC, the octets on the line are the same,
// so what a packet costs there is computed in one place: prefix, header,
// payload, FCS, what is stuffed in, and a flag.

#include "transport/dcc.h"

#include <string.h>

#include "base/util.h"

/**
 * dcc_wrap_init() - What is put round the packets of a line
 * @w:		Filled in
 * @cfg:	The line's settings; copied
 */
void dcc_wrap_init(struct dcc_wrap *w, const struct config_dcc *cfg)
{
	memcpy(w->prefix, cfg->prefix, sizeof(w->prefix));
	w->prefix_len = cfg->prefix_len;
	w->trim = cfg->trim;
}

/**
 * dcc_unwrap() - Take off a received frame what is not our packet
 * @w:	What that is
 * @f:	Frame; brought up to date
 *
 * Some drivers take the prefix off themselves, others leave it: it goes
 * where it is there. None of our packets begins like a sensible prefix.
 *
 * Return: false if nothing of the frame would be left
 */
bool dcc_unwrap(const struct dcc_wrap *w, struct frame *f)
{
	if (f->len <= w->trim)
		return false;
	f->len -= w->trim;
	if (f->len > w->prefix_len &&
	    !memcmp(f->data, w->prefix, w->prefix_len)) {
		f->data += w->prefix_len;
		f->len -= w->prefix_len;
	}
	return true;
}

/**
 * dcc_hdlc() - The HDLC of a line, whoever makes it
 * @cfg:	The line's settings
 *
 * Return: what both ends agree about
 */
struct hdlc_config dcc_hdlc(const struct config_dcc *cfg)
{
	const bool octet = cfg->framing == FRAMING_OCTET;

	return (struct hdlc_config){
		.framing = octet ? &hdlc_octet : &hdlc_bit,
		.fcs = cfg->fcs == 32 ? &fcs32 : &fcs16,
		.order = cfg->bit_order == ORDER_LSB || octet ?
			 HDLC_LSB_FIRST : HDLC_MSB_FIRST,
		/* a line that waits for us repeats octets of flags */
		.idle = HDLC_IDLE_ALIGNED,
		/* octet-stuffed lines are silent between frames */
		.two_flags = octet,
	};
}

/**
 * dcc_overhead() - Octets that a DCC adds to each packet, without stuffing
 * @cfg:	Path
 * @to:		Not looked at
 *
 * Return: octets
 */
size_t dcc_overhead(const struct config_path *cfg, const struct far_end *to)
{
	const struct hdlc_config h = dcc_hdlc(&cfg->dcc);

	(void)to;
	return (h.two_flags ? 2 : 1) + h.fcs->size + cfg->dcc.prefix_len;
}

/**
 * dcc_cost() - Octets of the line that a packet takes, stuffing included
 * @cfg:	Path
 * @to:		Not looked at
 * @p:		Packet
 *
 * Return: octets, rounded up
 */
size_t dcc_cost(const struct config_path *cfg, const struct far_end *to,
		const struct packet *p)
{
	const struct hdlc_config h = dcc_hdlc(&cfg->dcc);
	const struct hdlc_part parts[DCC_PARTS] = {
		{ cfg->dcc.prefix, cfg->dcc.prefix_len },
		{ p->head, p->head_len },
		{ p->data, p->len },
	};

	(void)to;
	return (size_t)DIV_ROUND_UP(hdlc_line_bits(&h, parts, DCC_PARTS), 8);
}
