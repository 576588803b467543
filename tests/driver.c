#include "driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <poll.h>
#include "pagetop/store/open.h"
#include "pagetop/term/term.h"
#include "pagetop/ui/events.h"

enum { PATIENCE_MS = 20000 };

void settle(struct app *a)
{
	struct pollfd fd = { .fd = pt_scanner_fd(a->scanner), .events = POLLIN };

	while (!pt_ui_settled(&a->ui)) {
		assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
		pt_ui_answers(&a->ui);
	}
	pt_ui_draw(&a->ui);
}

void answered(struct app *a)
{
	struct pollfd fd = { .fd = pt_scanner_fd(a->scanner), .events = POLLIN };

	while (a->ui.settled_seq != a->ui.wish.seq || a->ui.task) {
		assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
		pt_ui_answers(&a->ui);
	}
	pt_ui_draw(&a->ui);
}

static void send(struct app *a, const char *keys, bool wait)
{
	struct pt_term *t = NULL;
	struct pt_event e;

	needs("PROCESSES");
	assert_int_equal(pt_term_script_new(keys, a->opt.w, a->opt.h, &t), 0);
	while ((e = t->class->next(t)).key != PT_KEY_NONE) {
		pt_ui_event(&a->ui, &e);
		if (wait)
			settle(a);
		else
			pt_ui_draw(&a->ui);
	}
	t->class->free(t);
}

void press(struct app *a, const char *keys)
{
	send(a, keys, true);
}

void type_ahead(struct app *a, const char *keys)
{
	send(a, keys, false);
}

static int begin(struct app *a, size_t moment)
{
	if (pt_scanner_new(&a->root, 1, a->source, &a->scanner))
		return -1;
	pt_ui_init(&a->ui, &a->opt, a->scanner, &a->root);
	if (a->source)
		pt_ui_show_moment(&a->ui, moment);
	pt_ui_event(&a->ui, &(struct pt_event){ .key = PT_KEY_RESIZE, .w = a->opt.w, .h = a->opt.h });
	pt_ui_post(&a->ui, false);
	settle(a);
	return 0;
}

static void end(struct app *a)
{
	pt_ui_done(&a->ui);
	pt_scanner_free(a->scanner);
	if (a->source)
		a->source->class->free(a->source);
	a->source = NULL;
}

void look_into(struct app *a, const char *spec)
{
	struct pt_str why = PT_STR_INIT;
	size_t moment;

	needs("snapshot");
	end(a);
	snprintf(a->spec, sizeof(a->spec), "%s", spec);
	assert_int_equal(pt_source_open(a->spec, &a->source, &moment, &why), 0);
	assert_int_equal(begin(a, moment), 0);
	pt_str_done(&why);
}

int app_init(void **state)
{
	struct app *a = calloc(1, sizeof(*a));

	fix_init(&a->fix, NULL);
	fix_scenario(&a->fix, "states");
	fix_proc(&a->fix, &(struct fix_proc){ .pid = 2, .comm = "kthreadd", .kthread = true });
	fix_proc(&a->fix, &(struct fix_proc){ .pid = 3, .comm = "dead", .state = 'Z' });
	a->root = (struct pt_root)PT_ROOT_INIT;
	a->opt = (struct pt_options){ .interval_s = 3600, .budget = 1, .w = 100, .h = 30 };
	*state = a;
	return pt_root_init(&a->root, a->fix.dir, a->fix.dir) ? -1 : begin(a, 0);
}

int app_done(void **state)
{
	struct app *a = *state;

	end(a);
	pt_root_done(&a->root);
	fix_done(&a->fix, true);
	free(a);
	return 0;
}

bool shows(struct app *a, const char *text)
{
	struct pt_str s = PT_STR_INIT;
	bool yes;

	pt_canvas_print(&a->ui.canvas, &s);
	yes = strstr(s.s, text);
	pt_str_done(&s);
	return yes;
}

void assert_shows(struct app *a, const char *text)
{
	struct pt_str s = PT_STR_INIT;

	pt_canvas_print(&a->ui.canvas, &s);
	if (!strstr(s.s, text))
		fail_msg("\"%s\" is not on the screen:\n%s", text, s.s);
	pt_str_done(&s);
}

struct pt_listing *processes(struct app *a)
{
	needs("PROCESSES");
	return pt_desk_list(&a->ui.desk, PT_IN_PROCESSES);
}

struct pt_listing *mappings(struct app *a)
{
	needs("MAPPINGS");
	return pt_desk_list(&a->ui.desk, PT_IN_MAPPINGS);
}

/* The row under the cursor, or the i-th; NULL: there is none. */
static const void *row_of(struct app *a, enum pt_list_id list, const size_t *i)
{
	const struct pt_scene *sc = &a->ui.desk.scene;
	struct pt_listing *r = pt_desk_list(&a->ui.desk, list);

	needs("PROCESSES");
	for (int v = 0; v < PT_NVIEWS; v++) {
		const struct pt_listing_class *class = pt_views[v].class->listing;

		if (class && class->id == list && pt_listing_current(r, sc))
			return class->row(r, sc, i ? *i : r->list.cur);
	}
	return NULL;
}

size_t nprocesses(struct app *a)
{
	return process_here(a) ? processes(a)->order.n : 0;
}

const struct pt_process *process_at(struct app *a, size_t i)
{
	return row_of(a, PT_IN_PROCESSES, &i);
}

const struct pt_process *process_here(struct app *a)
{
	return row_of(a, PT_IN_PROCESSES, NULL);
}

const struct pt_vma *mapping_here(struct app *a)
{
	needs("MAPPINGS");
	return row_of(a, PT_IN_MAPPINGS, NULL);
}

void assert_level(struct app *a, const char *view)
{
	needs(view);
	assert_string_equal(pt_desk_level(&a->ui.desk)->id, view);
}

void assert_top(struct app *a, const char *view)
{
	needs(view);
	assert_string_equal(pt_desk_top(&a->ui.desk)->id, view);
}
