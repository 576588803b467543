#include "pagetop/ui/kept.h"

#include <string.h>

/* Of all images that are kept, besides the one that is shown */
enum { KEPT_BYTES = 16 << 20 };

/* What flashes and fades in the image that is shown, if it is one of those that are kept. */
static void find_fresh(struct pt_kept *k, struct pt_scene *sc)
{
	size_t left = k->n - k->back;	/* the one shown, and those before it */

	for (size_t i = 0; i < 2; i++) {
		pt_fresh_find(left > i + 1 ? k->img[left - i - 2] : NULL,
			      left > i ? k->img[left - i - 1] : NULL, &k->fresh[i]);
		sc->fresh[i] = &k->fresh[i];
	}
}

void pt_kept_show(struct pt_kept *k, size_t back, struct pt_scene *sc)
{
	const struct pt_image *img = k->n > back ? k->img[k->n - 1 - back] : NULL;

	if (!img)
		return;
	k->back = back;
	pt_image_unref(sc->img);
	sc->img = pt_image_ref(img);
	sc->version++;
	find_fresh(k, sc);
}

static void drop_all(struct pt_kept *k)
{
	while (k->n)
		pt_image_unref(k->img[--k->n]);
	k->back = k->nbytes = 0;
}

void pt_kept_forget(struct pt_kept *k, struct pt_scene *sc)
{
	drop_all(k);
	find_fresh(k, sc);
}

void pt_kept_done(struct pt_kept *k)
{
	drop_all(k);
	pt_fresh_done(&k->fresh[0]);
	pt_fresh_done(&k->fresh[1]);
}

static size_t bytes_of(const struct pt_image *img)
{
	return img->runs.n * sizeof(*img->runs.r) + img->vmas.n * sizeof(*img->vmas.v) +
	       img->vmas.names.len;
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

void pt_kept_add(struct pt_kept *k, const struct pt_image *img, bool hold, bool keep,
		 struct pt_scene *sc)
{
	hold = (hold || (k->back && !k->paused)) && k->n;
	if (keep) {
		make_room(k, bytes_of(img), hold);
		k->img[k->n++] = pt_image_ref(img);
		k->nbytes += bytes_of(img);
		if (hold)
			k->back++;
	}
	if (!hold) {
		k->back = 0;
		k->lens = img->lens;
		pt_image_unref(sc->img);
		sc->img = pt_image_ref(img);
		find_fresh(k, sc);
	}
}
