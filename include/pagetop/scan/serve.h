/*
 * What the scanner's thread does with a wish: it asks the source, and publishes what came of it.
 *
 *	wish ─▶ TABLE    list, sum row by row   ─▶ tables, the last one complete
 *	        PROCESS  watch, history         ─▶ an image
 *	        PAGE     watch                  ─▶ an image of one page
 *	        WHO      who_at                 ─▶ how far it is, then who
 *	        JOB      run                    ─▶ that it is done
 */
#ifndef PAGETOP_SCAN_SERVE_H
#define PAGETOP_SCAN_SERVE_H

#include "pagetop/scan/kernel.h"
#include "pagetop/scan/mail.h"
#include "pagetop/scan/source.h"

/* The thread's own. What it holds from one wish to the next makes the next one cheaper. */
struct pt_server {
	struct pt_mail *mail;
	struct pt_source *source;
	struct pt_kernel kernel;	/* the source, if no other is given; jobs ask it, too */
	const struct pt_table *table;	/* the last one, in the order of pids */
	size_t table_moment;
	enum pt_lens_id table_lens;	/* of which it was made */
};

/* Everything given is borrowed; `source` NULL: the kernel. Nothing is read yet. */
void pt_server_init(struct pt_server *s, const struct pt_root *root, struct pt_source *source,
		    struct pt_mail *mail);

/* In the thread: finds out what can be read. */
void pt_server_begin(struct pt_server *s);
void pt_server_done(struct pt_server *s);

/* Serves it once. `ret_interval_ns`: when it is worth being served again. */
void pt_serve(struct pt_server *s, const struct pt_wish *wish, uint64_t *ret_interval_ns);

#endif
