/*
 * The filter of the pages on the desk, by keys and clicks.
 */
#ifndef PAGETOP_VIEW_PAGE_FILTER_H
#define PAGETOP_VIEW_PAGE_FILTER_H

#include "pagetop/view/desk.h"

/*
 * By these words; what is wrong with them, or what to know of them, is said. "": all pages again.
 */
void pt_page_filter_by(struct pt_desk *d, const char *words);

/* It is taken off. False: there was none. */
bool pt_page_filter_all(struct pt_desk *d);

/*
 * The words of the list of mappings become it; where others were asked for here,
 * those stay. "": none.
 */
void pt_page_filter_take(struct pt_desk *d, const char *words);

/* The legend's row becomes it, or no longer is it; the legend is closed. */
void pt_page_filter_choose(struct pt_desk *d);

/* Which pages are meant, in the scene. */
void pt_page_filter_update(struct pt_desk *d);

/* To the next page that it means, or (-1) the one before; what came of it is said. */
void pt_page_filter_step(struct pt_desk *d, int step);

#endif
