/* Lists and the mouse. */
#include "driver.h"
#include "pagetop/term/term.h"
#include "pagetop/ui/events.h"

/* ---- lists */

static pid_t chosen(struct app *a)
{
	const struct pt_process *p = process_here(a);

	return p ? p->pid : 0;
}

static pid_t pid_at(struct app *a, size_t i)
{
	return i < nprocesses(a) ?
	       process_at(a, i)->pid : 0;
}

DRIVEN(the_cursor_stays_on_its_process_through_sort_filter_and_tree)
{
	struct app *a = *state;

	press(a, "Down");
	assert_int_equal(chosen(a), 4243);
	press(a, "I");
	assert_int_equal(chosen(a), 4243);
	press(a, "< < <");
	assert_int_equal(processes(a)->shape.heading, PT_HEADING_PID);
	assert_int_equal(pid_at(a, 0), 1);
	assert_int_equal(chosen(a), 4243);
	press(a, "t");
	assert_int_equal(chosen(a), 4243);
	press(a, "t \\ redis Enter");
	assert_int_equal(nprocesses(a), 2);
	assert_int_equal(chosen(a), 4243);
	assert_shows(a, "matching redis · 2 of ");
	press(a, "Backspace");
	assert_int_equal(chosen(a), 4243);
	assert_int_equal(pid_at(a, 0), 1);
}

DRIVEN(a_filter_that_is_wrong_is_a_sentence)
{
	struct app *a = *state;

	press(a, "\\ cow,nonsense Enter");
	assert_shows(a, "unknown filter \"nonsense\"; use a column such as cow");
	assert_shows(a, "init");
	press(a, "^U nobody-has-this Enter");		/* what was wrong is asked for again */
	assert_shows(a, "no command line matches this pattern");
	assert_shows(a, "Esc clears the filter");
	press(a, "Enter");		/* there is nothing to enter */
	assert_level(a, "PROCESSES");
	press(a, "\\ ^U Enter");
	assert_shows(a, "init");
}

DRIVEN(a_user_that_nobody_is_is_told_at_once)
{
	struct app *a = *state;

	press(a, "\\ user:nosuch Enter");
	assert_shows(a, "unknown user \"nosuch\"");
	assert_shows(a, "Filter  user:nosuch");	/* to be mended */
	assert_shows(a, "init");
	press(a, "^U cow,user:rot Enter");
	assert_shows(a, "unknown user \"rot\" (did you mean root?)");
	press(a, "^U user:12345 Enter");		/* any number is a user */
	assert_shows(a, "no process of this user; Esc clears the filter");
	press(a, "\\ ^U user:root Enter");
	assert_shows(a, "init");
}

DRIVEN(a_row_of_another_lens_shows_the_list_through_it)
{
	struct app *a = *state;

	press(a, "\\ not Space on Space a Space list Enter");
	assert_shows(a, "the filter needs lens 6 reclaim");
	assert_int_equal(a->ui.desk.scene.lens, PT_LENS_RECLAIM);
	assert_int_equal(nprocesses(a), 1);
	press(a, "2");
	assert_shows(a, "the filter needs lens 6 reclaim");
	assert_int_equal(a->ui.desk.scene.lens, PT_LENS_RECLAIM);
	press(a, "Esc");
	assert_int_equal(a->ui.desk.scene.lens, PT_LENS_SHARING);
	press(a, "\\ hloe Enter");
	assert_shows(a, "which is not a filter word (did you mean hole?); Esc");
	press(a, "\\ ^U size:65K Enter");
	assert_shows(a, "unknown filter \"size:65K\" (did you mean size:64K?)");
	assert_shows(a, "Filter (^U clears)  size:65K");
}

DRIVEN(an_order_that_is_as_by_default_is_no_setting)
{
	struct app *a = *state;

	press(a, "I");
	assert_string_equal(a->ui.opt->sort[PT_IN_PROCESSES], "~rss");
	press(a, "I");
	assert_string_equal(a->ui.opt->sort[PT_IN_PROCESSES], "");
	press(a, "o Down Down Right q");		/* and stays so when another setting changes */
	assert_int_equal(processes(a)->shape.heading, PT_HEADING_RSS);
	assert_false(processes(a)->shape.invert);
}

/* ---- the mouse */

static void event(struct app *a, enum pt_button button, int x, int y)
{
	pt_ui_event(&a->ui, &(struct pt_event){ .key = PT_KEY_MOUSE, .button = button, .x = x, .y = y });
	settle(a);
}

DRIVEN(a_click_chooses_and_one_more_goes_in)
{
	struct app *a = *state;
	const struct pt_process *p;

	press(a, "Click=40x5");		/* two rows are the header's */
	p = process_here(a);
	assert_ptr_equal(p, &a->ui.desk.scene.table->p[1]);
	press(a, "Click=5x4 Click=9x4");
	assert_level(a, "MAPPINGS");
	assert_int_equal(a->ui.desk.pid, 4242);
	press(a, "Click=50x5");				/* a gap lies above */
	assert_string_equal(mapping_here(a)->name, "[heap]");
	press(a, "Click=50x5");
	assert_level(a, "MAP");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4100);
	press(a, "Click=18x3");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4105);
	press(a, "Click=18x3");
	assert_level(a, "PAGE");
	press(a, "Click=18x3");				/* nothing to click on */
	assert_level(a, "PAGE");
}

DRIVEN(two_clicks_go_in_once)
{
	struct app *a = *state;

	event(a, PT_BUTTON_CLICK, 5, 5);
	event(a, PT_BUTTON_DOUBLE, 5, 5);
	assert_level(a, "MAPPINGS");
	press(a, "q Home");
	event(a, PT_BUTTON_CLICK, 5, 4);		/* it was chosen already */
	assert_level(a, "MAPPINGS");
	event(a, PT_BUTTON_DOUBLE, 5, 4);
	assert_level(a, "MAPPINGS");
}

DRIVEN(names_of_keys_can_be_clicked)
{
	struct app *a = *state;
	int y = a->ui.canvas.h - 1;

	needs("PROCESSES HELP");
	event(a, PT_BUTTON_CLICK, 3, y);
	assert_shows(a, "Help: process list");
	event(a, PT_BUTTON_CLICK, 3, y);
	assert_shows(a, "COMMAND");
	press(a, "/");				/* a prompt is no place for the mouse */
	event(a, PT_BUTTON_CLICK, 5, 5);
	assert_shows(a, "Find  /");
	press(a, "Esc");
	assert_int_equal(process_here(a)->pid, 4242);
}

DRIVEN(the_wheel_moves_what_is_on_the_screen)
{
	struct app *a = *state;

	needs("MAPPINGS");
	press(a, "Wheel=1");
	assert_ptr_equal(process_here(a), &a->ui.desk.scene.table->p[3]);
	press(a, "Wheel=-1 Wheel=-1");
	assert_ptr_equal(process_here(a), &a->ui.desk.scene.table->p[0]);
	press(a, "Resize=100x7 Enter Wheel=1");
	assert_int_equal(mappings(a)->list.cur, 3);
	assert_int_equal(mappings(a)->list.top, 3);	/* the list moved, not the cursor in it */
	press(a, "Wheel=-1");
	assert_int_equal(mappings(a)->list.top, 0);
}

DRIVEN(what_lies_where_is_known_by_the_canvas)
{
	struct app *a = *state;
	const struct pt_hit *hit;
	bool legend = false, title = false;

	needs("MAPPINGS MAP");
	press(a, "Enter");
	for (int x = 0; x < a->ui.canvas.w; x++)
		if ((hit = pt_canvas_hit_at(&a->ui.canvas, x, 1)) && hit->what == PT_HIT_TITLE)
			title |= hit->arg == PT_HEADING_RSS && a->ui.canvas.cell[a->ui.canvas.w + x].ch == 'R';
	press(a, "Down Down Enter");
	for (int y = 0; y < a->ui.canvas.h; y++)
		for (int x = 0; x < a->ui.canvas.w; x++) {
			hit = pt_canvas_hit_at(&a->ui.canvas, x, y);
			if (hit && hit->what == PT_HIT_LEGEND && x == hit->x) {
				assert_int_equal(a->ui.canvas.cell[y * a->ui.canvas.w + x].ch, pt_rows[hit->arg].sign);
				legend = true;
			}
		}
	assert_true(title && legend);
	assert_null(pt_canvas_hit_at(&a->ui.canvas, -1, 3));
	assert_null(pt_canvas_hit_at(&a->ui.canvas, 5000, 3));
}
