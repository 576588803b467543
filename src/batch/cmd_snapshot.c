/*
 * pagetop snapshot: processes, or all of them, to a file.
 */
#include "pagetop/batch/batch.h"
#include "pagetop/store/save.h"

#include <errno.h>
#include <stdio.h>

static void tell(const struct pt_saving *s)
{
	struct pt_str words = PT_STR_INIT;

	pt_save_words(s, &words);
	pt_say("%s", words.s);
	pt_str_done(&words);
}

static void snapshot(struct pt_batch *b)
{
	struct pt_str host = PT_STR_INIT, name = PT_STR_INIT, why = PT_STR_INIT;
	struct pt_saving s = { .scope = b->opt->all ? "all" : "process", .replace = b->opt->force };
	int err;

	b->source->class->tell(b->source, PT_SOURCE_HOST, &host);
	pt_save_name(b->table->n == 1 ? &b->table->p[0] : NULL, host.s, &name);
	s.file = b->opt->output ? b->opt->output : name.s;
	err = pt_save(b->source, b->table, &s, &why);
	if (err)
		b->status = pt_fail(why.len ? why.s : "cannot save: not enough memory");
	else
		tell(&s);
	b->nread = b->table->n;		/* what there is to say is said */
	pt_str_done(&host);
	pt_str_done(&name);
	pt_str_done(&why);
}

int pt_run_snapshot(const struct pt_options *opt)
{
	const struct pt_batch_form form = { .kind = "snapshot", .writes = true };

	return pt_batch(opt, &form, NULL, snapshot);
}
