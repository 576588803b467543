/*
 * A place in memory as a person writes it:
 *
 *	0x7f12a000  7f12a000        an address
 *	heap+0x1000  libc.so.6+26000  an offset from the first mapping of that name
 *	[heap]  libc.so.6           the first mapping of that name
 *	pfn:0x14dedc                where this PFN is mapped
 *	1234:…  1234                any of these in process 1234; its mappings
 *
 * Numbers are hexadecimal, but for the pid.
 */
#ifndef PAGETOP_MODEL_PLACE_H
#define PAGETOP_MODEL_PLACE_H

#include "pagetop/base/str.h"
#include "pagetop/model/image.h"

struct pt_place {
	pid_t pid;		/* 0: none named */
	char text[256];		/* what is to be found in the process; "": its beginning */
};

/* `pid_wanted`: a number alone is a pid. 0; or -EINVAL and in `why` a sentence. */
int pt_place_parse(const char *text, bool pid_wanted, struct pt_place *ret, struct pt_str *why);

/* 0 and the page; or -ENOENT, -EINVAL and in `why` a sentence. */
int pt_place_find(const struct pt_place *place, const struct pt_image *img, uint64_t *ret_vpn,
		  struct pt_str *why);

#endif
