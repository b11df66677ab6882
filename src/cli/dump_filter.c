// SPDX-License-Identifier: ISC
// Filters of dccbridge dump: pcap-filter(7) expressions, compiled by libpcap.

#include <stdlib.h>

#include "cli/dump.h"

#ifdef HAVE_PCAP

#include <pcap/pcap.h>

static int take_program(struct dump_program *p, const struct bpf_program *bpf)
{
	if (bpf->bf_len > DUMP_INSTRUCTIONS_MAX)
		return cli_error("filter: %u instructions; the daemon takes "
				 "%d at most, so ask for less", bpf->bf_len,
				 DUMP_INSTRUCTIONS_MAX);
	p->list = calloc(bpf->bf_len, sizeof(*p->list));
	if (!p->list)
		return cli_error("filter: out of memory");
	p->n = bpf->bf_len;
	for (size_t i = 0; i < p->n; i++)
		p->list[i] = (struct dump_instruction){
			bpf->bf_insns[i].code, bpf->bf_insns[i].jt,
			bpf->bf_insns[i].jf, bpf->bf_insns[i].k
		};
	return CLI_OK;
}

/**
 * dump_compile() - Make a program of an expression
 * @p:		Gets the program; its list is the caller's to free
 * @filter:	Expression, or NULL: no program
 *
 * Return: CLI_OK, or CLI_FAILED after telling what is wrong with it
 */
int dump_compile(struct dump_program *p, const char *filter)
{
	struct bpf_program bpf;
	pcap_t *pcap;
	int status;

	*p = (struct dump_program){ 0 };
	if (!filter || !*filter)
		return CLI_OK;
	pcap = pcap_open_dead(DLT_EN10MB, DUMP_SNAPLEN_MAX);
	if (!pcap)
		return cli_error("filter: out of memory");
	if (pcap_compile(pcap, &bpf, filter, 1, PCAP_NETMASK_UNKNOWN)) {
		status = cli_error("filter: %s", pcap_geterr(pcap));
	} else {
		status = take_program(p, &bpf);
		pcap_freecode(&bpf);
	}
	pcap_close(pcap);
	return status;
}

#else

int dump_compile(struct dump_program *p, const char *filter)
{
	*p = (struct dump_program){ 0 };
	if (!filter || !*filter)
		return CLI_OK;
	return cli_error("filter: this dccbridge was built without libpcap, "
			 "and so without filters; leave \"%s\" out", filter);
}

#endif
