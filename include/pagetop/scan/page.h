/*
 * What is read around a single page, for its explanation: names for numbers, and its contents.
 */
#ifndef PAGETOP_SCAN_PAGE_H
#define PAGETOP_SCAN_PAGE_H

#include "pagetop/model/image.h"
#include "pagetop/model/wish.h"
#include "pagetop/scan/target.h"

/*
 * Fills img->page, whose words are read already. The contents only if the wish asks for them, and
 * only of a page that pagemap shows present again just before. What cannot be had stays NULL.
 */
void pt_page_read_around(const struct pt_scan_env *env, struct pt_target *t,
			 const struct pt_wish *wish, struct pt_image *img);

/* Paths that were looked up, for whoever looks at many processes. By one thread only. */
struct pt_cgroup_names {
	unsigned n;
	uint64_t inode[PT_NCGROUPS];
	char *path[PT_NCGROUPS];	/* escaped; NULL: none was found */
};

void pt_cgroup_names_done(struct pt_cgroup_names *names);

/* The paths of the cgroups of the image. What cannot be had stays NULL. */
void pt_page_name_cgroups(const struct pt_scan_env *env, struct pt_image *img);

#endif
