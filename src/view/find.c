#include "pagetop/view/find.h"

#include <string.h>

/* What is to be shown now; "": all pages. */
static void words_now(const struct pt_find *f, struct pt_map_view *map, const struct pt_scene *sc,
		      struct pt_str *out)
{
	pt_legend_fit(&map->legend, sc->img, map->vpn);
	if (map->legend.open)
		pt_legend_words(map->legend.chosen, out);
	else
		pt_str_adds(out, f->words.s);
}

static void make(struct pt_find *f, const struct pt_image *img)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_filter filter;

	if (!pt_filter_parse(f->shown.s, &filter, &why))
		pt_matches_make(&f->matches, img, &filter);
	pt_str_done(&why);
}

void pt_find_update(struct pt_find *f, struct pt_map_view *map, struct pt_scene *sc, bool pages)
{
	struct pt_str words = PT_STR_INIT;

	if (pages && sc->img)
		words_now(f, map, sc, &words);
	if (!words.len) {
		pt_matches_done(&f->matches);
	} else if (f->matches.img != sc->img || strcmp(words.s, f->shown.s)) {
		pt_str_reset(&f->shown);
		pt_str_adds(&f->shown, words.s);
		make(f, sc->img);
	}
	sc->matches = f->matches.img ? &f->matches : NULL;
	sc->filter = f->shown.s;
	pt_str_done(&words);
}

void pt_find_free(struct pt_find *f)
{
	pt_matches_done(&f->matches);
	pt_str_done(&f->words);
	pt_str_done(&f->shown);
}
