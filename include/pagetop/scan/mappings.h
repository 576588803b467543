/*
 * The mappings of an image: what maps tells, what smaps tells where it alone does, and what only
 * their pages show.
 *
 *	pt_mappings_read()     maps; smaps, where something is asked that it alone tells
 *	                       … the pages are read …
 *	pt_mappings_learn()    smaps, where pages were found that it tells more of
 *	pt_mappings_look()     pages that pagemap does not show, copies of files, large pages
 *	pt_mappings_holders()  who else has the files without a name
 *
 * smaps walks every page of the process: what it told a moment ago of the same mappings is good for
 * ten seconds, but where its sums decide.
 */
#ifndef PAGETOP_SCAN_MAPPINGS_H
#define PAGETOP_SCAN_MAPPINGS_H

#include "pagetop/model/image.h"
#include "pagetop/scan/target.h"

/* All of them, into a new image, whose `needs` may grow. 0 or -errno. */
int pt_mappings_read(const struct pt_scan_env *env, const struct pt_target *t,
		     struct pt_image *img);

/*
 * `open`: PT_OPEN_* of the pages that were found. What smaps told since `start_ns` is not asked
 * again; what changed since it was read stays unknown. 0 or -errno.
 */
int pt_mappings_learn(const struct pt_scan_env *env, const struct pt_target *t,
		      struct pt_image *img, unsigned open, uint64_t start_ns);

/* All pages of the image are there. */
void pt_mappings_look(const struct pt_scan_env *env, const struct pt_target *t,
		      struct pt_image *img);

/* The same; where some of their pages may be this process's alone. 0 or -errno: -ECANCELED. */
int pt_mappings_holders(const struct pt_scan_env *env, const struct pt_target *t,
			struct pt_image *img);

#endif
