/*
 * What lies before the user: views, one over the other, and what they share. No input or output.
 *
 *	processes ▸ mappings ▸ map ▸ page ┊ who ┊ help       the last one is on top: it is drawn, and takes the keys
 *	└── levels, each inside the one before ──┘ └── what lies over them, and goes first
 *
 * A view is one file with one struct pt_view_class, and a row in views.def. Whoever has to do with
 * a view asks its class, and never which one it is.
 */
#ifndef PAGETOP_VIEW_DESK_H
#define PAGETOP_VIEW_DESK_H

#include "pagetop/model/wish.h"
#include "pagetop/view/find.h"
#include "pagetop/view/map_parts.h"
#include "pagetop/view/listing.h"
#include "pagetop/view/view.h"

struct pt_desk;

/*
 * What a click did: nothing that goes further; chose something; hit what was chosen already. Into
 * the last two one can go.
 */
enum pt_click { PT_CLICK_DONE, PT_CLICK_CHOSE, PT_CLICK_AGAIN };

/* What keys of its own a view may have. */
enum pt_act {
	PT_ACT_SORT, PT_ACT_SHOW, PT_ACT_LEFT, PT_ACT_RIGHT, PT_ACT_RESET,	/* of a column */
	PT_ACT_CHANGE, PT_ACT_NEXT, PT_ACT_PREVIOUS, PT_ACT_SAVE,			/* of a setting */
};

/* What is NULL, the view does not do. */
struct pt_view_class {
	size_t size;		/* of its state, which is zeroed first */
	void (*init)(void *state);
	void (*done)(void *state);

	/*
	 * Of a list, whose state begins with its struct pt_listing. It has no move, click, names,
	 * name and select of its own.
	 */
	const struct pt_listing_class *listing;

	/* It comes on top; false: not now. It was taken away. */
	bool (*open)(struct pt_desk *d);
	void (*close)(struct pt_desk *d);
	/* True: something in it was closed, and it stays. */
	bool (*shut)(struct pt_desk *d);
	/* To it, from the level inside. */
	void (*back)(struct pt_desk *d);
	/* Pages are shown from the cursor on, the border above it first. */
	void (*begin)(struct pt_desk *d);
	/* The process of the desk; whether it is another than before. */
	void (*entered)(struct pt_desk *d, bool other);

	void (*draw)(struct pt_desk *d, struct pt_canvas *c);
	void (*move)(struct pt_desk *d, enum pt_move move);
	/* Enter: true: the next level may come; false: that was all. */
	bool (*enter)(struct pt_desk *d);
	/* True: the list below has another shape. */
	bool (*act)(struct pt_desk *d, enum pt_act act);
	enum pt_click (*click)(struct pt_desk *d, const struct pt_hit *hit, int x);
	/* Its filter is taken off; false: there was none. Of a list: NULL. */
	bool (*show_all)(struct pt_desk *d);

	/* False, or no function: what the view below wishes. */
	bool (*wish)(struct pt_desk *d, struct pt_wish *w);
	/* For more than that one asks for. */
	bool (*waits)(struct pt_desk *d, const struct pt_wish *posted);

	/* The process under the cursor, or that was entered; the mapping likewise. */
	const struct pt_process *(*process)(struct pt_desk *d);
	const struct pt_vma *(*vma)(struct pt_desk *d);

	/* That can be found: how many, and which one is under the cursor. */
	size_t (*names)(struct pt_desk *d, size_t *ret_cur);
	void (*name)(struct pt_desk *d, size_t i, struct pt_str *out);
	void (*select)(struct pt_desk *d, size_t i);

	/* When what it shows was so; 0: there is nothing yet. */
	uint64_t (*shown_ns)(const struct pt_desk *d);
	/* For the last row: what it has no room for. */
	void (*remark)(struct pt_desk *d, struct pt_str *out);
	/* The lens was chosen, or the filter was; true: it has said what the lens is here. */
	bool (*lens)(struct pt_desk *d, bool chosen);
	/* What its help tells before the signs of pages. */
	void (*help)(struct pt_str *out);
	/* For its filter: words that other views do not know. */
	void (*words)(struct pt_str *out);
	/* What is under the cursor. */
	void (*about)(struct pt_desk *d, struct pt_str *title, struct pt_str *out);
};

struct pt_desk {
	struct pt_scene scene;		/* references to table, img, page and who are held */
	enum pt_lens_id lens;		/* chosen; an image of it may be still to come */
	pid_t pid;			/* the process that was entered */
	uint64_t starttime;
	struct pt_map_view map;		/* where one is among its pages; its cursor is also the
					   page that was entered */
	struct pt_find find;		/* which of them are meant */
	bool contents;			/* a page is shown with its bytes */
	enum pt_view_id form;		/* of the pages, chosen last; PT_NVIEWS: the first */
	struct pt_str message;		/* a sentence, until the next key */
	bool refused;			/* it is about what was asked for: it can be mended */
	uint8_t stack[PT_NVIEWS];	/* which views, the first at the bottom; none twice */
	int n;
	void *state[PT_NVIEWS];
};

/* The first level alone. 0 or -ENOMEM; pt_desk_done() either way. */
int pt_desk_init(struct pt_desk *d);
void pt_desk_done(struct pt_desk *d);

/* The view on top; the innermost level, which may lie below it. */
const struct pt_view_row *pt_desk_top(const struct pt_desk *d);
const struct pt_view_row *pt_desk_level(const struct pt_desk *d);
bool pt_desk_is_covered(const struct pt_desk *d);		/* something lies over the level */

/* What lies below the view; NULL: nothing. */
const struct pt_view_row *pt_desk_below(const struct pt_desk *d, enum pt_view_id view);

/*
 * It comes on top; where it is there already, what lies over it goes. False: it
 * cannot be opened now.
 */
bool pt_desk_open(struct pt_desk *d, const struct pt_view_row *view);

/* The view on top goes; the first level stays. */
void pt_desk_close(struct pt_desk *d);

/* The level inside the one on top; NULL: there is none. And it is opened. */
const struct pt_view_row *pt_desk_next(const struct pt_desk *d);
void pt_desk_deeper(struct pt_desk *d);

/* Out of levels until one is (one of) `where`; what lies over them goes. */
void pt_desk_out_to(struct pt_desk *d, unsigned where);

/* The pages from this one on, where their mapping begins, in any form. */
void pt_desk_begin(struct pt_desk *d, uint64_t vpn);

/* The pages in their next form. */
void pt_desk_next_form(struct pt_desk *d);

/* The rows of a view that is a list; those of this list, wherever it lies. NULL: there are none. */
struct pt_listing *pt_desk_listing(const struct pt_desk *d, const struct pt_view_row *view);
struct pt_listing *pt_desk_list(const struct pt_desk *d, enum pt_list_id list);

/* What the view on top does with it. */
void pt_desk_move(struct pt_desk *d, enum pt_move move);
enum pt_click pt_desk_click(struct pt_desk *d, const struct pt_hit *hit, int x);
size_t pt_desk_names(struct pt_desk *d, size_t *ret_cur);
void pt_desk_name(struct pt_desk *d, size_t i, struct pt_str *out);
void pt_desk_select(struct pt_desk *d, size_t i);

/* The list on the desk by this heading; the other way round where it was already. */
void pt_desk_sort(struct pt_desk *d, int heading);

/* What the view below this one wishes. */
void pt_desk_wish_below(struct pt_desk *d, enum pt_view_id view, struct pt_wish *w);

/*
 * A sentence for the last row; with {command}s as the keys that run them; or about
 * what was asked for.
 */
void pt_desk_say(struct pt_desk *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void pt_desk_hint(struct pt_desk *d, const char *text);
void pt_desk_refuse(struct pt_desk *d, const char *why);

/* A wish for the image, with what the filter asks for. */
void pt_desk_wish_image(const struct pt_filter *filter, struct pt_wish *w);

/* The mapping under the cursor of the pages; the process one is in. NULL: not there. */
const struct pt_vma *pt_desk_vma(struct pt_desk *d);
const struct pt_process *pt_desk_process(struct pt_desk *d);

#endif
