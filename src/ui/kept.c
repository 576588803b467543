#include "pagetop/ui/kept.h"

#include <string.h>
#include "pagetop/scan/target.h"
#include "pagetop/ui/commands.h"
#include "pagetop/ui/ui.h"

enum { KEPT_BYTES = 16 << 20 };		/* of all images that are kept, besides the one that is shown */

/* What flashes and fades in the image that is shown, if it is one of those that are kept. */
static void find_fresh(struct pt_ui *ui)
{
	struct pt_kept *k = &ui->kept;
	size_t left = k->n - k->back;	/* the one shown, and those before it */

	for (size_t i = 0; i < 2; i++) {
		pt_fresh_find(left > i + 1 ? k->img[left - i - 2] : NULL, left > i ? k->img[left - i - 1] : NULL,
			      &k->fresh[i]);
		ui->scene.fresh[i] = &k->fresh[i];
	}
}

void pt_ui_show_kept(struct pt_ui *ui, size_t back)
{
	struct pt_kept *k = &ui->kept;
	const struct pt_image *img = k->n > back ? k->img[k->n - 1 - back] : NULL;

	if (!img)
		return;
	k->back = back;
	pt_image_unref(ui->scene.img);
	ui->scene.img = pt_image_ref(img);
	ui->scene.version++;
	find_fresh(ui);
}

void pt_kept_forget(struct pt_ui *ui)
{
	while (ui->kept.n)
		pt_image_unref(ui->kept.img[--ui->kept.n]);
	ui->kept.back = ui->kept.nbytes = 0;
	find_fresh(ui);
}

void pt_kept_done(struct pt_ui *ui)
{
	pt_kept_forget(ui);
	pt_fresh_done(&ui->kept.fresh[0]);
	pt_fresh_done(&ui->kept.fresh[1]);
}

static size_t bytes_of(const struct pt_image *img)
{
	return img->runs.n * sizeof(*img->runs.r) + img->vmas.n * sizeof(*img->vmas.v) + img->vmas.names.len;
}

static void drop(struct pt_kept *k, size_t i)
{
	k->nbytes -= bytes_of(k->img[i]);
	pt_image_unref(k->img[i]);
	memmove(k->img + i, k->img + i + 1, (--k->n - i) * sizeof(k->img[0]));
}

/* The oldest go first, but never the one that is to stay on the screen. */
static void make_room(struct pt_kept *k, size_t nbytes, bool hold)
{
	while (k->n > hold && (k->n == PT_NKEPT || k->nbytes + nbytes > KEPT_BYTES)) {
		bool shown = hold && k->back == k->n - 1;

		drop(k, shown);
		k->back -= shown;
	}
}

void pt_kept_add(struct pt_ui *ui, const struct pt_image *img, bool hold)
{
	struct pt_kept *k = &ui->kept;

	hold = (hold || (k->back && !k->paused)) && k->n;
	if (!ui->file) {
		make_room(k, bytes_of(img), hold);
		k->img[k->n++] = pt_image_ref(img);
		k->nbytes += bytes_of(img);
		if (hold)
			k->back++;
	}
	if (!hold) {
		k->back = 0;
		k->lens = img->lens;
		pt_image_unref(ui->scene.img);
		ui->scene.img = pt_image_ref(img);
		find_fresh(ui);
	}
}

/* When what is on the screen was so. */
static uint64_t shown_ns(const struct pt_ui *ui)
{
	const struct pt_image *img = ui->level == PT_LEVEL_PAGE ? ui->scene.page : ui->scene.img;

	if (ui->level == PT_LEVEL_PROCESSES)
		return ui->scene.table ? ui->scene.table->mono_ns : ui->scene.now_ns;
	return img ? img->mono_ns : ui->scene.now_ns;
}

void pt_kept_words(struct pt_ui *ui)
{
	const struct pt_kept *k = &ui->kept;
	struct pt_str *s = &ui->moment_words;
	bool steps = ui->level == PT_LEVEL_MAPPINGS || ui->level == PT_LEVEL_MAP;

	if (ui->file)
		return;
	ui->scene.moment = NULL;
	if (!k->paused && !k->back)
		return;
	pt_str_reset(s);
	pt_str_addf(s, "%s%.1f s ago", k->paused ? "paused · " : "", (double)(ui->scene.now_ns - shown_ns(ui)) / 1e9);
	if (steps && k->n)
		pt_str_addf(s, " · %zu of %zu kept", k->n - k->back, k->n);
	if (!k->paused)
		pt_keys_text(" · {step-on} goes on", s);
	ui->scene.moment = s->s;
}

void pt_cmd_pause(struct pt_ui *ui, int arg)
{
	struct pt_kept *k = &ui->kept;

	(void)arg;
	if (ui->file) {
		pt_ui_say(ui, "what is in a file stands still anyway");
		return;
	}
	k->paused = !k->paused;
	if (k->paused) {
		pt_ui_hint(ui, "paused: scanning goes on; {pause} again shows what is then");
		return;
	}
	pt_ui_show_kept(ui, 0);
	pt_ui_show_table(ui);
}
