#include "pagetop/scan/chunk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/scan/chunk_doubt.h"
#include "pagetop/scan/chunk_frames.h"
#include "pagetop/scan/chunk_pages.h"
#include "pagetop/scan/chunk_pieces.h"
#include "pagetop/scan/chunk_runs.h"

enum { NTRIES = 3 };	/* how often a page that changed under our eyes is asked again */

/* Not by calloc(): it is buffers. */
struct pt_chunk *pt_chunk_new(const struct pt_chunk_job *job, struct pt_pagemap *pm)
{
	struct pt_chunk *c = pt_malloc(sizeof(*c));

	if (c) {
		c->job = job;
		c->pm = pm;
		c->word = c->words[0];
		c->again = c->words[1];
		c->last_cgroup = 0;
	}
	return c;
}

struct pt_chunk *pt_chunk_free(struct pt_chunk *c)
{
	free(c);
	return NULL;
}

/* All but the first words, which are in c->again. */
static int look(struct pt_chunk *c, bool first)
{
	const struct pt_kpage *kp = &c->job->env->probe->kpage;
	int err;

	pt_pieces_turn(c, first);
	for (size_t i = 0; i < c->n && !first; i++)
		c->scan[i] &= (uint16_t)~PT_RUN(UNSTABLE);
	pt_stretches_find(c);
	pt_stretches_read(c);
	c->held_still = true;
	if (!c->nstretches)
		return 0;
	if (kp->fd[PT_KPAGE_FLAGS] < 0 && kp->fd[PT_KPAGE_COUNT] < 0) {
		/* nothing can disagree with the words */
		memcpy(c->again, c->word, c->n * sizeof(*c->word));
		return 0;
	}
	pt_chunk_ask_anew(c);
	err = pt_pieces_read(c, c->again);
	c->held_still = !err && pt_pieces_held_still(c);
	return err;
}

/* One mapping's, as kept or by their words. */
static size_t count_dense(const struct pt_chunk *c)
{
	const struct pt_piece *first = &c->piece[0], *last = &c->piece[c->npieces - 1];
	size_t n = 0;

	for (size_t i = 0; i < c->npieces; i++)
		if (c->piece[i].keep && !(c->piece[i].keep->pm & PT_RUN(PMD)))
			n += c->piece[i].n;
	for (size_t i = 0; i < c->nstretches; i++)
		if (c->stretch[i].has_pfns && !(c->scan[c->stretch[i].at] & PT_RUN(PMD)))
			n += c->stretch[i].n;
	return last->vpn + last->n - first->vpn == c->n ? n : 0;
}

/*
 * The pages of all pieces: words, frames, words again, until the words hold still and all sources
 * agree.
 */
static int read_pages(struct pt_chunk *c, struct pt_part *part)
{
	const struct pt_part_mark before = pt_part_mark(part);
	int err = pt_pieces_read(c, c->again);

	if (!err && c->job->keep.last)
		pt_pieces_keep(c);
	for (int i = 1; !err; i++) {
		err = look(c, i == 1);
		if (!err)
			err = pt_chunk_add_runs(c, i == NTRIES, part);
		if (err != -EAGAIN)
			break;
		pt_part_take_back(part, &before);
		err = 0;
	}
	c->ndense = err ? 0 : count_dense(c);
	c->n = c->npieces = 0;
	return err;
}

int pt_chunk_read(struct pt_chunk *c, const struct pt_region *region, size_t n,
		  struct pt_part *add_to)
{
	int err = 0;

	c->n = c->npieces = c->ndense = 0;
	c->asked_anew = false;
	for (size_t i = 0; i < n && !err; i++) {
		uint64_t vpn = region[i].vpn, end = vpn + region[i].npages;

		while (vpn < end && !err) {
			vpn = pt_pieces_add(c, vpn, end, region[i].categories);
			if (c->n == PT_CHUNK_NPAGES)
				err = read_pages(c, add_to);
		}
	}
	return !err && c->n ? read_pages(c, add_to) : err;
}

bool pt_chunk_is_dense(const struct pt_chunk *c)
{
	return c->ndense > PT_CHUNK_NPAGES / 8 * 7;
}

void pt_chunk_words(const struct pt_chunk *c, uint64_t *ret_word, uint64_t *ret_kflags,
		    uint64_t *ret_count)
{
	*ret_word = c->word[0];
	*ret_kflags = c->kflags[0];
	*ret_count = c->count[0];
}
