/*
 * The map of a process, or of a part of it, as a picture of its own: all of it, and every row of
 * its legend explained.
 *
 *	db1 ▸ 4242 redis-server
 *	lens 1 state: what each page is · 1 cell = 16K · 61 mappings, 2.1G · 2026-11-24 13:15:00 UTC
 *	── 55d0c4100000 rw-p 2.0M [heap] ────────
 *	55d0c4100000 pppppppppppccccccccccc....
 *	p private   149  596K  anonymous, this process's alone
 */
#ifndef PAGETOP_VIEW_MAP_PICTURE_H
#define PAGETOP_VIEW_MAP_PICTURE_H

#include "pagetop/view/theme.h"
#include "pagetop/view/view.h"

/*
 * Of sc->img the pages from `lo_vpn` to `hi_vpn` (0 and 0: all), as SVG, through the lens of the
 * image. A cell is as many pages as it takes to have few lines; of too many mappings only the first
 * are drawn, and the picture says so. 0; -ENOENT: nothing is mapped there; or -ENOMEM.
 */
int pt_map_picture(const struct pt_scene *sc, uint64_t lo_vpn, uint64_t hi_vpn,
		   enum pt_scheme scheme, struct pt_str *out);

#endif
