/*
 * The last images of a process, for going back in time, and for a screen that stands still while scanning goes on.
 *
 *	img[0] … img[n-1-back], which is shown … img[n-1], the newest
 */
#ifndef PAGETOP_UI_KEPT_H
#define PAGETOP_UI_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include "pagetop/model/fresh.h"
#include "pagetop/model/image.h"

enum { PT_NKEPT = 64 };

struct pt_kept {
	const struct pt_image *img[PT_NKEPT];	/* the oldest first */
	size_t n, nbytes;
	size_t back;			/* which is shown: so many before the newest; 0: the newest */
	bool paused;			/* what is shown stays, whatever comes */
	enum pt_lens_id lens;		/* of what was shown when it came */
	struct pt_fresh fresh[2];	/* between the one shown and the one before it, and one further back */
};

struct pt_ui;

/* Takes the newest. `hold`: the one that is shown stays; else it gives way, unless an older one is looked at. */
void pt_kept_add(struct pt_ui *ui, const struct pt_image *img, bool hold);
void pt_kept_forget(struct pt_ui *ui);
void pt_kept_done(struct pt_ui *ui);

/* So many before the newest; 0: the newest. */
void pt_ui_show_kept(struct pt_ui *ui, size_t back);

/* For the first row of the screen: "paused · 3.0 s ago · 4 of 9 kept"; nothing while what is live is shown. */
void pt_kept_words(struct pt_ui *ui);

#endif
