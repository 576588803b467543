/*
 * Threads that read the pages of one process together, in order.
 *
 *	addresses ──▶ window 5 ──▶ a thread: walk, chunk, chunk … ──▶ part 5 ┐
 *	         └──▶ window 6 ──▶ a thread: walk, chunk          ──▶ part 6 ┴──▶ the image
 *
 * Who comes next takes the next window of addresses: small where pages lie close together, ever
 * larger where there are few, so that 16 TiB with a page here and there are shared out as well as a
 * dense gigabyte. Parts wait in a ring until those before them are there. The caller is one of the
 * threads; others join when there is more to do than two milliseconds' work, and live as long as
 * the call.
 */
#ifndef PAGETOP_SCAN_CREW_H
#define PAGETOP_SCAN_CREW_H

#include "pagetop/scan/chunk.h"

enum { PT_CREW_MAX = 4 };	/* more threads wait for memory, and for one another */

struct pt_crew_result {
	uint64_t nkept;			/* pages that were as before */
	uint64_t cpu_ns;		/* of the helpers; the caller knows its own */
	unsigned open;			/* PT_OPEN_*, of all parts */
};

/*
 * All pages from img->lo_vpn to before img->hi_vpn, added to the image. Where one page is asked for
 * (job->words), its words go to img->page. 0 or -errno.
 */
int pt_crew_run(const struct pt_chunk_job *job, struct pt_pagemap *pm, struct pt_image *img,
		struct pt_crew_result *ret);

#endif
