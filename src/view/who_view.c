#include "pagetop/view/who_view.h"

#include <stdio.h>
#include "pagetop/model/explain.h"

void pt_who_draw(struct pt_text_view *v, const struct pt_scene *sc, uint64_t vpn, struct pt_canvas *c)
{
	struct pt_str s = PT_STR_INIT;
	char title[64];

	snprintf(title, sizeof(title), "Who maps page 0x%llx", (unsigned long long)vpn << PT_PAGE_SHIFT);
	if (sc->who)
		pt_explain_who(sc->who, &s);
	else if (sc->stale)
		pt_str_addf(&s, "%s\n", sc->stale);
	else if (sc->who_all)
		pt_str_addf(&s, "reading all processes: %zu of %zu …\n", sc->who_done, sc->who_all);
	else
		pt_str_adds(&s, "reading all processes …\n");
	pt_text_draw(v, sc, title, s.s, c);
	pt_str_done(&s);
}
