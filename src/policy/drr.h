/* SPDX-License-Identifier: ISC */
/* Deficit round robin: who is served next, and for how many octets. */
#ifndef POLICY_DRR_H
#define POLICY_DRR_H

#include <stdint.h>
#include <sys/queue.h>

/** enum drr_place - Where an entry is */
enum drr_place { DRR_IDLE, DRR_NEW, DRR_OLD };

/**
 * struct drr_entry - One of those that share; zeroed is idle
 * @quantum:	Octets of a round, more than 0; the owner sets it
 */
struct drr_entry {
	TAILQ_ENTRY(drr_entry) link;
	enum drr_place place;
	int64_t deficit;
	uint32_t quantum;
};

TAILQ_HEAD(drr_list, drr_entry);

/** struct drr - A set of entries; private to drr.c */
struct drr {
	struct drr_list fresh;
	struct drr_list old;
};

void drr_init(struct drr *d);
void drr_activate(struct drr *d, struct drr_entry *e);
struct drr_entry *drr_pick(struct drr *d);
void drr_charge(struct drr_entry *e, uint32_t octets);
void drr_empty(struct drr *d, struct drr_entry *e);
void drr_remove(struct drr *d, struct drr_entry *e);

#endif
