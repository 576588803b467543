/* The program driven key by key over a fixture: levels, places, pause. */
#include <string.h>
#include "driver.h"
#include "pagetop/term/term.h"
#include "pagetop/ui/events.h"
#include "pagetop/ui/help.h"
#include "pagetop/ui/ui.h"

/* ---- the program */

DRIVEN(one_goes_in_through_four_levels_and_back_to_where_one_was)
{
	struct app *a = *state;

	assert_level(a, "PROCESSES");
	press(a, "Down Down");
	assert_int_equal(process_here(a)->pid, 1);
	press(a, "Up Up Enter");
	assert_level(a, "MAPPINGS");
	assert_int_equal(a->ui.desk.pid, 4242);
	assert_shows(a, "4242 redis-server");
	press(a, "Down Down Enter");
	assert_level(a, "MAP");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4100);
	press(a, "l l l Enter");
	assert_level(a, "PAGE");
	assert_shows(a, "page 0x55d0c4103000");
	assert_shows(a, "kpagecount");
	press(a, "Right");
	assert_shows(a, "page 0x55d0c4104000");
	press(a, "q");
	assert_level(a, "MAP");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4104);
	press(a, "Esc");
	assert_level(a, "MAPPINGS");
	assert_string_equal(mapping_here(a)->name, "[heap]");
	press(a, "Enter");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4104);		/* the cursor of the map stays, too */
	press(a, "Backspace Backspace");
	assert_level(a, "PROCESSES");
	assert_int_equal(process_here(a)->pid, 4242);
	press(a, "Enter");
	assert_string_equal(mapping_here(a)->name, "[heap]");
	press(a, "q");
	assert_false(a->ui.quit);
	press(a, "q");
	assert_true(a->ui.quit);
}

DRIVEN(one_quits_anywhere)
{
	struct app *a = *state;

	press(a, "Enter Enter Enter ? Q");
	assert_true(a->ui.quit);
}

DRIVEN(what_has_no_memory_cannot_be_entered_and_says_why)
{
	struct app *a = *state;

	press(a, "End");
	while (!process_here(a)->kthread)
		press(a, "Up");
	press(a, "Enter");
	assert_level(a, "PROCESSES");
	assert_shows(a, "2 is a kernel thread: no user address space");
	press(a, "g 3 Enter");
	assert_level(a, "PROCESSES");
	assert_shows(a, "3 is a zombie: its memory is already freed");
}

/* Those without which one is lost. */
TEST(the_bar_of_a_narrow_screen_has_help_in_and_out)
{
	for (const struct pt_view_row *view = pt_views; view < pt_views + PT_NVIEWS; view++) {
		struct pt_canvas c = { 0 };
		struct pt_str s = PT_STR_INIT;

		assert_int_equal(pt_canvas_resize(&c, 40, 1), 0);
		pt_help_bar(NULL, &c, 0, view->where, false);
		pt_canvas_print(&c, &s);
		assert_non_null(strstr(s.s, "F1 Help"));
		assert_non_null(strstr(s.s, view->where & PT_WHERE_BOTTOM ? "q Quit" : "q Back"));
		assert_true(!(view->where & (PT_WHERE_LISTS | PT_WHERE_CELLS)) || strstr(s.s, "Enter Open"));
		pt_str_done(&s);
		pt_canvas_done(&c);
	}
}

DRIVEN(another_lens_in_the_past_goes_back_to_now)
{
	struct app *a = *state;

	press(a, "Enter r r [");
	assert_int_equal(a->ui.kept.back, 1);
	press(a, "2");
	assert_int_equal(a->ui.kept.back, 0);
	assert_int_equal(a->ui.desk.scene.img->lens, PT_LENS_SHARING);
}

/* g with this text: the view and the cursor stay, and the sentence is on the screen. */
static void assert_not_gone(struct app *a, const char *keys, const char *sentence)
{
	const struct pt_view_row *level = pt_desk_level(&a->ui.desk);
	uint64_t vpn = a->ui.desk.map.vpn;

	press(a, keys);
	assert_shows(a, sentence);
	assert_ptr_equal(pt_desk_level(&a->ui.desk), level);
	assert_int_equal(a->ui.desk.map.vpn, vpn);
	if (a->ui.prompt.label)		/* it can be mended */
		press(a, "Esc");
	assert_null(a->ui.prompt.label);
}

DRIVEN(g_goes_to_an_address_or_says_why_not)
{
	struct app *a = *state;

	press(a, "Enter g heap+0x5000 Enter");
	assert_level(a, "MAP");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4105);
	press(a, "g 7f1200400000 Enter");
	assert_int_equal(a->ui.desk.map.vpn, 0x7f1200400);
	press(a, "g pfn:0x1000 Enter");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c2a00);
	press(a, "g 4243:heap Enter");
	assert_int_equal(a->ui.desk.pid, 4243);
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4100);
	press(a, "g 4242:0x7f1200500000 Enter");
	assert_int_equal(a->ui.desk.map.vpn, 0x7f1200500);
	assert_not_gone(a, "g 0x1000 Enter", "not mapped, below the first mapping");
	assert_not_gone(a, "g 55d0c3000000 Enter",
			"in a gap of 23M between redis-server and [heap]");
	assert_not_gone(a, "g nonsense Enter",
			"\"nonsense\": neither an address nor the name of a mapping");
	assert_not_gone(a, "g heap+ffffff Enter", ": outside the mappings of that name");
	assert_not_gone(a, "g pfn:0xabcdef Enter", "pfn 0xabcdef: not mapped in this process");
	assert_not_gone(a, "g 5:heap Enter", "5: no such process");
	assert_not_gone(a, "g Enter", "Help");		/* nothing was typed, nothing is said */
	assert_not_gone(a, "g 0x7f1200500000 Esc", "Help");
	press(a, "Enter g heap Enter");
	assert_level(a, "PAGE");	/* from page to page */
	assert_shows(a, "page 0x55d0c4100000");
}

DRIVEN(among_processes_g_wants_a_process)
{
	struct app *a = *state;

	assert_not_gone(a, "g 0x7f0000 Enter", "no process given");
	assert_not_gone(a, "g 99 Enter", "99: no such process");
	press(a, "g 4242:heap+0x3000 Enter");
	assert_level(a, "MAP");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4103);
	press(a, "q q g 4243 Enter");
	assert_level(a, "MAPPINGS");
	assert_int_equal(a->ui.desk.pid, 4243);
	press(a, "q g 4242:nothing Enter");
	assert_level(a, "MAPPINGS");
	assert_shows(a, "\"nothing\": neither an address nor the name of a mapping");
}

DRIVEN(a_prompt_is_edited_like_any_other)
{
	struct app *a = *state;

	press(a, "Enter g abß Backspace");
	assert_string_equal(a->ui.prompt.text.s, "ab");
	press(a, "Backspace Backspace Backspace");
	assert_string_equal(a->ui.prompt.text.s, "");
	press(a, "xyz ^U heap Space q ?");
	assert_string_equal(a->ui.prompt.text.s, "heap q?");	/* keys are characters here */
	assert_shows(a, "Go to address  heap q?");
	assert_true(a->ui.canvas.cursor_y == 29 && a->ui.canvas.cursor_x > 0);
	press(a, "Up Tab F5");
	assert_string_equal(a->ui.prompt.text.s, "heap q?");
	press(a, "Esc");
	assert_null(a->ui.prompt.label);
	assert_level(a, "MAPPINGS");
}

DRIVEN(what_is_typed_cannot_steer_the_terminal)
{
	static const uint32_t key[] = { 0x1b, 0x7f, 0x9b, 0x90, 0x202e, 0x200b, 7 };
	struct app *a = *state;

	press(a, "/");
	for (size_t i = 0; i < LEN(key); i++)
		if (a->ui.prompt.label)
			pt_ui_event(&a->ui, &(struct pt_event){ .key = key[i] });
	settle(a);
	for (int i = 0; i < a->ui.canvas.w * a->ui.canvas.h; i++) {
		uint32_t ch = a->ui.canvas.cell[i].ch;

		assert_true(ch == 0 || (ch >= ' ' && !(ch >= 0x7f && ch < 0xa0) && ch != 0x202e &&
					ch != 0x200b));
	}
}

DRIVEN(a_long_text_shows_its_end_in_the_prompt)
{
	struct app *a = *state;

	press(a, "Resize=30x10 / abcdefghijklmnopqrstuvwxyz0123456789THEEND");
	assert_shows(a, "THEEND");
}

DRIVEN(processes_are_searched_by_their_command)
{
	struct app *a = *state;

	press(a, "/ bgsave Enter");
	assert_int_equal(process_here(a)->pid, 4243);
	press(a, "/ :6379 Enter");
	assert_int_equal(process_here(a)->pid, 4242);
}

DRIVEN(a_bad_pattern_gets_a_sentence_and_the_old_one_stays)
{
	struct app *a = *state;

	press(a, "n");
	assert_shows(a, "no previous search");
	press(a, "/ bgsave Enter / a(b Enter");
	assert_shows(a, "parenthesis");
	assert_shows(a, "position 3");
	assert_int_equal(process_here(a)->pid, 4243);
	press(a, "x");				/* the text stands there again, to be mended */
	assert_shows(a, "Find  /a(bx");
	press(a, "Esc n");
	assert_shows(a, "the only match");
}

DRIVEN(a_resize_to_nothing_and_back_keeps_everything)
{
	struct app *a = *state;

	needs("MAP");
	press(a, "Enter g heap Enter l l Resize=1x1 l Resize=100x30");
	assert_int_equal(a->ui.desk.map.vpn, 0x55d0c4103);
	assert_true(a->ui.canvas.cursor_x > 0);
	press(a, "/ v Resize=1x1 d Resize=2x2 s Resize=100x30");
	assert_shows(a, "Find  /vds");
	press(a, "o Enter");
	assert_int_equal(a->ui.desk.map.vpn, 0x7ffc00004);
	press(a, "Resize=1x1 ? Resize=300x1 Resize=1x100 Esc Enter Resize=3x3 Esc Esc Esc Resize=100x30");
	assert_level(a, "PROCESSES");
	assert_shows(a, "redis-server");
}

DRIVEN(a_sentence_goes_with_the_next_key)
{
	struct app *a = *state;

	press(a, "n");
	assert_shows(a, "no previous search");
	press(a, "j");
	assert_false(shows(a, "no previous search"));
	assert_shows(a, "F1 Help");
}

DRIVEN(a_process_that_ends_stays_on_the_screen_marked_stale)
{
	struct app *a = *state;

	needs("MAP");
	press(a, "Enter");
	fix_file(&a->fix, "4242/pagemap", "", 0);
	fix_file(&a->fix, "4242/stat",
		 "4242 (redis-server) Z 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5242 0 0 ",
		 strlen("4242 (redis-server) Z 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5242 0 0 "));
	press(a, "r");
	assert_shows(a, "~ stale");
	assert_shows(a, "4242 redis-server has exited; showing its last scan");
	assert_shows(a, "[heap]");
	press(a, "g heap Enter");		/* and one can go on looking at it */
	assert_shows(a, "ppppppppppppcccccccccccccccc");
	assert_shows(a, "~ stale");
	press(a, "Esc Esc");
	assert_false(shows(a, "stale"));
}

DRIVEN(a_process_that_runs_another_program_says_so)
{
	struct app *a = *state;

	press(a, "Enter");
	fix_file(&a->fix, "4242/pagemap", "", 0);
	press(a, "r");
	assert_shows(a, "~ stale");
	assert_shows(a, "4242 redis-server now runs another program (exec)");
}

DRIVEN(a_pid_that_somebody_else_has_now_is_told)
{
	struct app *a = *state;

	press(a, "Enter");
	fix_proc(&a->fix,
		 &(struct fix_proc){
			 .pid = 4242,
			 .comm = "other",
			 .starttime = 99,
			 .map = (struct fix_map[]){
				 { "400000-401000 rw-p 00000000 00:00 0 ", NULL, "p" }, { 0 } } });
	press(a, "r");
	assert_shows(a, "4242 redis-server has exited");
	assert_shows(a, "[heap]");
	assert_false(shows(a, "000000400000"));
}

DRIVEN(only_processes_of_one_name_are_shown_until_esc)
{
	struct app *a = *state;

	pt_ui_show_only(&a->ui, "redis-server");
	settle(a);
	assert_int_equal(nprocesses(a), 2);
	assert_shows(a, "only redis-server");
	assert_false(shows(a, "init"));
	press(a, "r");
	assert_int_equal(nprocesses(a), 2);
	press(a, "Esc");
	assert_shows(a, "init");
}

DRIVEN(to_ask_again_and_again_does_not_begin_anew)
{
	struct app *a = *state;
	const struct pt_event r = { .key = 'r' };
	uint64_t seq = a->ui.wish.seq;

	for (int i = 0; i < 5; i++)
		pt_ui_event(&a->ui, &r);
	assert_int_equal(a->ui.wish.seq, seq + 1);
	settle(a);
	pt_ui_event(&a->ui, &r);
	assert_int_equal(a->ui.wish.seq, seq + 2);
	settle(a);
}

/* ---- pause */

/* Another scan than was on the screen. */
static const struct pt_image *scan_again(struct app *a)
{
	size_t n = a->ui.kept.n;

	pt_ui_post(&a->ui, false);
	settle(a);
	assert_int_equal(a->ui.kept.n, n + 1);
	return a->ui.kept.img[n];
}

DRIVEN(a_paused_screen_stands_still_and_goes_on_with_the_newest)
{
	struct app *a = *state;
	const struct pt_image *shown, *newest;

	press(a, "Enter");
	shown = a->ui.desk.scene.img;
	press(a, "Space Down");
	assert_shows(a, "paused · ");
	assert_shows(a, "1 of 1 kept");
	scan_again(a);
	newest = scan_again(a);
	assert_ptr_equal(a->ui.desk.scene.img, shown);
	assert_shows(a, "1 of 3 kept");
	press(a, "]");
	assert_shows(a, "2 of 3 kept");
	assert_shows(a, "paused · ");
	press(a, "Z");
	assert_ptr_equal(a->ui.desk.scene.img, newest);
	assert_false(shows(a, "paused"));
	assert_false(shows(a, "kept"));
	newest = scan_again(a);
	assert_ptr_equal(a->ui.desk.scene.img, newest);
}

DRIVEN(what_is_held_stays_though_more_comes_than_is_kept)
{
	struct app *a = *state;
	const struct pt_image *shown;

	press(a, "Enter");
	shown = a->ui.desk.scene.img;
	press(a, "Z");
	for (int i = 0; i < PT_NKEPT + 10; i++) {
		pt_ui_post(&a->ui, false);
		settle(a);
	}
	assert_int_equal(a->ui.kept.n, PT_NKEPT);
	assert_true(a->ui.kept.nbytes >= PT_NKEPT * shown->vmas.n * sizeof(*shown->vmas.v));
	assert_ptr_equal(a->ui.desk.scene.img, shown);
	assert_ptr_equal(a->ui.kept.img[0], shown);
	press(a, "]");
	assert_ptr_equal(a->ui.desk.scene.img, a->ui.kept.img[1]);
}

DRIVEN(what_is_asked_anew_is_answered_while_it_is_paused)
{
	struct app *a = *state;
	const struct pt_table *table = a->ui.desk.scene.table;
	const struct pt_image *shown;

	needs("MAP");
	press(a, "Space");
	pt_ui_post(&a->ui, false);
	settle(a);
	assert_ptr_equal(a->ui.desk.scene.table, table);
	press(a, "Enter");				/* a process that was not there yet */
	shown = a->ui.desk.scene.img;
	assert_non_null(shown);
	press(a, "2");					/* another lens */
	assert_ptr_not_equal(a->ui.desk.scene.img, shown);
	assert_int_equal(a->ui.desk.scene.img->lens, PT_LENS_SHARING);
	shown = a->ui.desk.scene.img;
	press(a, "Enter Enter q");			/* to a page and back */
	assert_ptr_equal(a->ui.desk.scene.img, shown);
	press(a, "r");
	assert_ptr_not_equal(a->ui.desk.scene.img, shown);
	assert_shows(a, "paused");
}
