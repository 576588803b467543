/*
 * What the scanner's thread does with a wish: it reads the kernel, or a file, and publishes what came of it.
 *
 *	wish ─▶ TABLE    census, row by row      ─▶ tables, the last one complete
 *	        PROCESS  scan, beside the last   ─▶ an image
 *	        PAGE     scan of one page        ─▶ an image
 *	        WHO      index of all processes  ─▶ how far it is, then who
 *	        JOB      run                     ─▶ that it is done
 */
#ifndef PAGETOP_SCAN_SERVE_H
#define PAGETOP_SCAN_SERVE_H

#include "pagetop/scan/holders.h"
#include "pagetop/scan/mail.h"
#include "pagetop/scan/pulse.h"
#include "pagetop/scan/sharers.h"
#include "pagetop/scan/source.h"
#include "pagetop/scan/spaces.h"

/* The thread's own. What it holds from one wish to the next makes the next one cheaper. */
struct pt_server {
	struct pt_mail *mail;
	const struct pt_scan_source *source;	/* NULL: the kernel */
	struct pt_probe probe;
	struct pt_scan_env env;
	struct pt_spaces spaces;
	struct pt_holders holders;
	struct pt_target target;
	const struct pt_table *table;	/* the last one, in the order of pids */
	struct pt_pulse pulse;		/* up to the last one */
	size_t table_moment;
	enum pt_lens_id table_lens;	/* of which it was made */
	const struct pt_image *base;	/* what the change lens compares with */
	const struct pt_image *last;	/* of the target */
	struct pt_sharers *sharers;	/* the last index of all processes */
	const struct pt_image *loaded;	/* the last one from the source */
	size_t loaded_moment;
};

/* In the thread; everything given is borrowed. */
void pt_server_init(struct pt_server *s, const struct pt_root *root, const struct pt_scan_source *source,
		    struct pt_mail *mail);

void pt_server_done(struct pt_server *s);

/* Serves it once. `ret_interval_ns`: when it is worth being served again. */
void pt_serve(struct pt_server *s, const struct pt_wish *wish, uint64_t *ret_interval_ns);

#endif
