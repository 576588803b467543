#include "pagetop/batch/picture.h"

#include <errno.h>
#include "pagetop/base/text.h"
#include "pagetop/batch/batch.h"
#include "pagetop/view/map_picture.h"

/* What is wrong with the picture or its file, in a sentence. */
static int fail(const struct pt_batch *b, int err)
{
	if (err == -ENOENT && b->opt->word[0])
		return pt_fail_word("nothing mapped in ", b->opt->word[0], "", "");
	return pt_fail_word("cannot write \"", b->opt->svg, "\": ", pt_output_why(err));
}

static void draw(struct pt_batch *b, const struct pt_image *img)
{
	struct pt_str host = PT_STR_INIT, svg = PT_STR_INIT;
	struct pt_scene sc = { .img = img, .pid = img->pid, .lens = img->lens };
	int err;

	b->source->class->tell(b->source, PT_SOURCE_HOST, &host);
	sc.host = host.s;
	err = pt_map_picture(&sc, b->pick.lo_vpn, b->pick.hi_vpn, b->opt->theme.scheme, &svg);
	if (!err)
		err = pt_output_text(b->opt->svg, &svg,
				     PT_OUTPUT_PUBLIC | PT_OUTPUT_SYNC |
					     (b->opt->force ? 0 : PT_OUTPUT_NEW));
	if (err)
		b->status = fail(b, err);
	pt_str_done(&host);
	pt_str_done(&svg);
}

static void picture(struct pt_batch *b)
{
	struct pt_wish wish = pt_pick_wish(&b->pick, pt_lens_needs(b->opt->lens));
	struct pt_image *img = NULL;
	int err;

	b->nread = 1;		/* what goes wrong is said here */
	wish.lens = b->opt->lens;
	if (b->table->n != 1) {
		b->status = pt_fail_word("several processes named \"", b->opt->target,
					 "\"; ", "give a PID");
		return;
	}
	err = pt_batch_look(b, &b->table->p[0], &wish, &img, NULL);
	if (err || img->why_pages)
		b->status = pt_fail_word("process ", b->opt->target, " ",
					 err ? pt_batch_why(b, err) : img->why_pages);
	else
		draw(b, img);
	pt_image_unref(img);
}

int pt_run_picture(const struct pt_options *opt)
{
	const struct pt_batch_form form = { .kind = "picture", .pages = true, .writes = true };

	return pt_batch(opt, &form, opt->word[0], picture);
}
