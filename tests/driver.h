/*
 * The program over the processes of the fixture "states" (fixture.h), driven key by key:
 *
 *	press(a, "Down Enter");
 *	assert_shows(a, "[heap]");
 *
 * A state of cmocka: app_init() makes it, app_done() frees it.
 */
#ifndef TESTS_DRIVER_H
#define TESTS_DRIVER_H

#include "fixture.h"
#include "pagetop/ui/ui.h"
#include "pagetop/view/desk.h"
#include "test.h"

struct app {
	struct fix fix;
	struct pt_root root;
	struct pt_options opt;
	struct pt_scanner *scanner;
	struct pt_source *source;	/* after look_into() */
	char spec[4400];		/* its name */
	struct pt_ui ui;
};

int app_init(void **state);
int app_done(void **state);

/* From now on what is in the file, FILE or FILE@N. */
void look_into(struct app *a, const char *spec);

/* Until everything that the last key asked for is on the screen. */
void settle(struct app *a);

/* Until the last wish is answered; what waits for somebody still waits. */
void answered(struct app *a);

/* Keys as for --keys; each waits until it is settled. */
void press(struct app *a, const char *keys);

/* The same in a hurry: each is drawn, none is waited for. */
void type_ahead(struct app *a, const char *keys);

/* Whether the text is somewhere on the screen; or the test fails, and shows it. */
bool shows(struct app *a, const char *text);
void assert_shows(struct app *a, const char *text);

/* A test with such a state. */
#define DRIVEN(fn) TEST_WITH(fn, app_init, app_done)

/* The lists, wherever one is; how many processes are shown; the i-th of them, and what is under the cursors. */
struct pt_listing *processes(struct app *a);
struct pt_listing *mappings(struct app *a);
size_t nprocesses(struct app *a);
const struct pt_process *process_at(struct app *a, size_t i);
const struct pt_process *process_here(struct app *a);
const struct pt_vma *mapping_here(struct app *a);

/*
 * Which view is the innermost level; which one is on top: as in views.def. The test needs() that one,
 * as it needs those of the lists above.
 */
void assert_level(struct app *a, const char *view);
void assert_top(struct app *a, const char *view);

#endif
