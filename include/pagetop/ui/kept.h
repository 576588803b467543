/*
 * The last images of a process, for going back in time, and for a screen that stands still while
 * scanning goes on.
 *
 *	img[0] … img[n-1-back], which is shown … img[n-1], the newest
 */
#ifndef PAGETOP_UI_KEPT_H
#define PAGETOP_UI_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include "pagetop/model/fresh.h"
#include "pagetop/model/image.h"
#include "pagetop/view/view.h"

enum { PT_NKEPT = 64 };

struct pt_kept {
	const struct pt_image *img[PT_NKEPT];	/* the oldest first */
	size_t n, nbytes;
	size_t back;			/* which is shown: so many before the
					   newest; 0: the newest */
	bool paused;			/* what is shown stays, whatever comes */
	enum pt_lens_id lens;		/* of what was shown when it came */
	struct pt_fresh fresh[2];	/* between the one shown and the one before it, and
					   one further back */
};

/*
 * Takes the newest, and shows it in the scene. `hold`: the one that is shown stays; else it gives
 * way, unless an older one is looked at. `keep`: else it is shown and not kept.
 */
void pt_kept_add(struct pt_kept *k, const struct pt_image *img, bool hold, bool keep,
		 struct pt_scene *sc);
void pt_kept_forget(struct pt_kept *k, struct pt_scene *sc);
void pt_kept_done(struct pt_kept *k);

/* So many before the newest; 0: the newest. */
void pt_kept_show(struct pt_kept *k, size_t back, struct pt_scene *sc);

#endif
