/*
 * The thread that reads the kernel, or what is in its place, so that the screen never waits for it.
 *
 *	UI ── pt_scanner_post(wish) ──▶ [ wish ] ──▶ scanner: scan … scan …
 *	UI ◀── pt_scanner_take() ────── [ answer ] ◀──┘   eventfd tells that one is there
 *
 * Both mailboxes hold one thing, the newest: an unserved wish is replaced and cancels the scan
 * that no longer matters; an answer that was not taken is dropped by the next. The thread makes
 * the capability probe first, and answers a wish again and again until the next one comes, no
 * more often than the wish says, and taking no more than a share of one core.
 */
#ifndef PAGETOP_SCAN_SCANNER_H
#define PAGETOP_SCAN_SCANNER_H

#include "pagetop/kernel/root.h"
#include "pagetop/scan/mail.h"
#include "pagetop/scan/source.h"

struct pt_scanner;

/*
 * `root` and `source` are borrowed until the scanner is freed; `source` NULL: the kernel. `share`:
 * of one core, 0 to 1. 0 or -errno.
 */
int pt_scanner_new(const struct pt_root *root, double share, struct pt_source *source,
		   struct pt_scanner **ret);
struct pt_scanner *pt_scanner_free(struct pt_scanner *s);	/* returns NULL; takes NULL */

/* Of one core, from the next scan on. */
void pt_scanner_set_share(struct pt_scanner *s, double share);

void pt_scanner_post(struct pt_scanner *s, const struct pt_wish *wish);

/* What runs now is to end, -ECANCELED; nothing else is wished. */
void pt_scanner_cancel(struct pt_scanner *s);

/* True: an answer, whose references are now the caller's. */
bool pt_scanner_take(struct pt_scanner *s, struct pt_answer *ret);

/*
 * What the change lens compares with, of its process, from the next wish on; NULL: again the moment
 * when it is chosen.
 */
void pt_scanner_compare(struct pt_scanner *s, const struct pt_image *base);

/* What it asks: for its words and what its class says, while the thread asks for all else. */
const struct pt_source *pt_scanner_source(const struct pt_scanner *s);

/* Becomes readable when there is something to take. */
int pt_scanner_fd(const struct pt_scanner *s);

#endif
