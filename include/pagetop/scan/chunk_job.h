/*
 * What all chunks of a scan have in common: constant, and shared by its threads.
 */
#ifndef PAGETOP_SCAN_CHUNK_JOB_H
#define PAGETOP_SCAN_CHUNK_JOB_H

#include "pagetop/model/image.h"
#include "pagetop/scan/keep.h"
#include "pagetop/scan/target.h"

struct pt_chunk_job {
	const struct pt_scan_env *env;
	const struct pt_image *img;	/* its mappings, and the bits of flags that are kept */
	unsigned needs;			/* PT_NEED_* */
	bool ksm_noise;			/* the flag KSM says nothing */
	bool none_merged;		/* nothing was ever merged on this machine */
	bool words;			/* one page: each word is read, none is told by another */
	struct pt_keep keep;		/* what need not be read again */
};

#endif
