/*
 * What comes while somebody is doing something else: keys typed ahead, answers below an open prompt, ends of what takes long,
 * processes and moments that were left.
 */
#include <string.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "driver.h"
#include "pagetop/ui/events.h"

/* ---- a place that waits for its process */

DRIVEN(a_prompt_is_about_the_screen_that_it_was_opened_on)
{
	struct app *a = *state;

	type_ahead(a, "g 4242:heap Enter \\");
	answered(a);
	assert_level(a, "MAPPINGS");
	assert_shows(a, "\nFilter");
	type_ahead(a, "v d s o Enter");
	answered(a);
	assert_string_equal(mappings(a)->shape.filter.text, "vdso");
	assert_level(a, "MAP");		/* now there is nothing in the way */
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4100);
}

DRIVEN(a_place_is_of_the_process_it_was_asked_for)
{
	struct app *a = *state;

	type_ahead(a, "g 4242:heap+c000 Enter q");
	settle(a);
	assert_level(a, "PROCESSES");
	press(a, "Home Down Enter");
	assert_int_equal(a->ui.desk.pid, 4243);
	assert_level(a, "MAPPINGS");
	assert_false(a->ui.place_waits);
}

/* ---- the end of what takes long */

static void touch(struct app *a, char *path, size_t size)
{
	FILE *f;

	snprintf(path, size, "%s/there", a->fix.dir);
	f = fopen(path, "w");
	fputs("precious", f);
	fclose(f);
}

static long size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : (long)st.st_size;
}

DRIVEN(an_open_prompt_stays_the_one_that_is_answered)
{
	struct app *a = *state;
	char path[4200], keys[4400];

	touch(a, path, sizeof(path));
	snprintf(keys, sizeof(keys), "w p ^U %s Enter / s", path);
	type_ahead(a, keys);
	answered(a);
	assert_shows(a, "Find  /s");
	type_ahead(a, "y");
	answered(a);
	assert_shows(a, "Find  /sy");
	assert_int_equal(size_of(path), 8);
	press(a, "Esc");
	assert_shows(a, "not saved: ");		/* read when the prompt is gone */
	press(a, "Down");
	assert_false(shows(a, "not saved"));
}

DRIVEN(a_refused_text_is_told_until_it_is_mended)
{
	struct app *a = *state;

	press(a, "\\ cow,nonsense Enter");
	assert_shows(a, "unknown filter \"nonsense\"");
	press(a, "Left");
	assert_shows(a, "Filter  cow,nonsense");
	assert_false(shows(a, "unknown filter"));
}

DRIVEN(no_picture_is_made_while_something_is_saved)
{
	struct app *a = *state;
	char keys[4400];

	press(a, "Enter g heap Enter");
	snprintf(keys, sizeof(keys), "w p ^U %s/new Enter P", a->fix.dir);
	type_ahead(a, keys);
	assert_shows(a, "saving … Esc cancels");
	assert_null(a->ui.prompt.label);
	answered(a);
	assert_shows(a, "saved 1 process");
	press(a, "P");
	assert_shows(a, "Picture: m this mapping");
}

/* ---- what was left */

/* All processes in a file. */
static void save_all(struct app *a, char *path, size_t size)
{
	char keys[4400];

	snprintf(path, size, "%s/all", a->fix.dir);
	snprintf(keys, sizeof(keys), "w a ^U %s Enter", path);
	press(a, keys);
	assert_shows(a, "saved ");
}

/* The same after a change by SQL. */
static void look_into_changed(struct app *a, const char *sql, const char *moment)
{
	char path[4200], spec[4300];
	sqlite3 *db = NULL;

	save_all(a, path, sizeof(path));
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
	snprintf(spec, sizeof(spec), "%s%s", path, moment);
	look_into(a, spec);
}

static const char without_pages[] = "UPDATE process SET list = NULL, pages = NULL WHERE pid = 4243";

/* A second moment like the first one, without 4243. */
static const char two_moments[] =
	"INSERT INTO moment SELECT 2, when_ns + 1000000000, scope FROM moment;"
	"CREATE TEMP TABLE later AS SELECT * FROM process WHERE pid != 4243;"
	"UPDATE later SET id = id + 100, moment = 2; INSERT INTO process SELECT * FROM later";

DRIVEN(a_place_in_what_is_not_in_the_file_is_given_up)
{
	struct app *a = *state;

	look_into_changed(a, without_pages, "");
	type_ahead(a, "g 4243:1000 Enter \\");
	answered(a);
	assert_false(shows(a, "cannot go there"));
	press(a, "Esc");			/* now it is about what is on the screen */
	assert_shows(a, "cannot go there: 4243 redis-server has no saved pages");
	press(a, "Down");
	press(a, "g 1000 Enter");		/* nothing is asked for any more, so nothing comes */
	assert_shows(a, "cannot go there: 4243 redis-server has no saved pages");
	press(a, "q g 4242:heap Enter");
	assert_level(a, "MAP");
}

DRIVEN(a_place_in_what_cannot_be_read_is_given_up)
{
	struct app *a = *state;
	char path[4200];

	snprintf(path, sizeof(path), "%s/4243/maps", a->fix.dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/4243/smaps", a->fix.dir);
	unlink(path);
	press(a, "Home Down Enter g 1000 Enter");
	assert_int_equal(a->ui.desk.pid, 4243);
	assert_shows(a, "cannot go there: 4243 redis-server ");
}

DRIVEN(a_bookmark_in_what_is_not_in_this_moment_is_given_up)
{
	struct app *a = *state;

	look_into_changed(a, two_moments, "@1");
	press(a, "g 4243:heap Enter m a ] ' a");
	assert_shows(a, "cannot go there: 4243 redis-server is not in this snapshot");
	press(a, "[");
	assert_level(a, "MAP");
	assert_non_null(a->ui.desk.scene.img);
}

DRIVEN(a_page_of_another_moment_is_one_of_its_process)
{
	struct app *a = *state;

	needs("PAGE");
	look_into_changed(a, two_moments, "@1");
	press(a, "g 4242:heap Enter Enter ]");
	assert_shows(a, "page 0x55d0c4100000");
	assert_shows(a, "  pagemap ");
	press(a, "Right");
	assert_shows(a, "page 0x55d0c4101000");
	press(a, "g heap+5000 Enter");
	assert_shows(a, "page 0x55d0c4105000");
	press(a, "[ W");
	assert_top(a, "WHO");
}

DRIVEN(what_is_compared_is_the_process_that_it_was_asked_for)
{
	struct app *a = *state;
	char path[4200], keys[4400];

	needs("snapshot");
	save_all(a, path, sizeof(path));
	press(a, "g 4242:heap Enter");
	snprintf(keys, sizeof(keys), "d ^U %s Enter", path);
	press(a, keys);
	assert_shows(a, "since ");
	press(a, "Esc Esc g 4243:heap Enter");
	assert_int_equal(a->ui.desk.scene.lens, PT_LENS_CHANGE);
	assert_null(a->ui.desk.scene.since);
	press(a, "Esc Esc g 4242:heap Enter");
	assert_non_null(a->ui.desk.scene.since);
}

DRIVEN(nothing_is_compared_where_somebody_went_away)
{
	struct app *a = *state;
	char path[4200], keys[4400];

	needs("snapshot");
	save_all(a, path, sizeof(path));
	press(a, "g 4242:heap Enter");
	snprintf(keys, sizeof(keys), "d ^U %s Enter q q Down Enter", path);
	type_ahead(a, keys);
	answered(a);
	assert_int_equal(a->ui.desk.pid, 4243);
	assert_shows(a, "not compared: 4242 is no longer on the screen");
	assert_int_equal(a->ui.desk.lens, PT_LENS_STATE);
}

DRIVEN(a_kept_image_stays_though_it_is_of_another_lens)
{
	struct app *a = *state;
	const struct pt_image *shown;

	press(a, "Enter g heap Enter");
	pt_ui_post(&a->ui, false);
	settle(a);
	press(a, "Z 2");
	assert_int_equal(a->ui.desk.scene.img->lens, PT_LENS_SHARING);	/* another lens is looked through at once */
	press(a, "[");
	shown = a->ui.desk.scene.img;
	assert_int_equal(shown->lens, PT_LENS_STATE);
	for (int i = 0; i < 3; i++) {
		pt_ui_post(&a->ui, false);
		settle(a);
		assert_ptr_equal(a->ui.desk.scene.img, shown);
	}
}

/* ---- the list changes under the mouse */

DRIVEN(a_click_is_on_what_was_drawn)
{
	struct app *a = *state;
	const struct pt_hit *hit;
	pid_t pid;

	needs("PROCESSES");
	hit = pt_canvas_hit_at(&a->ui.canvas, 20, 5);
	pid = (pid_t)hit->arg;
	processes(a)->shape.invert = !processes(a)->shape.invert;	/* in another order, and not drawn yet */
	processes(a)->shape.version++;
	type_ahead(a, "Click=20x5");
	assert_int_equal(process_here(a)->pid, pid);
}

DRIVEN(the_second_click_goes_only_into_what_can_be_entered)
{
	struct app *a = *state;
	struct pt_event twice[] = {
		{ .key = PT_KEY_MOUSE, .button = PT_BUTTON_CLICK, .x = 34, .y = 3 },
		{ .key = PT_KEY_MOUSE, .button = PT_BUTTON_DOUBLE, .x = 34, .y = 3 },
	};
	bool was = processes(a)->shape.invert;

	assert_int_equal(pt_canvas_hit_at(&a->ui.canvas, 34, 3)->what, PT_HIT_TITLE);
	for (int i = 0; i < 2; i++) {
		pt_ui_event(&a->ui, &twice[i]);
		settle(a);
	}
	assert_level(a, "PROCESSES");
	assert_true(processes(a)->shape.invert != was);
}
