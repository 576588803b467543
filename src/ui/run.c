#include "pagetop/ui/run.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/base/end.h"
#include "pagetop/base/memory.h"
#include "pagetop/base/output.h"
#include "pagetop/base/text.h"
#include "pagetop/cli/refuse.h"
#include "pagetop/kernel/begun.h"
#include "pagetop/store/open.h"
#include "pagetop/term/term.h"
#include "pagetop/ui/loop.h"
#include "pagetop/ui/ui.h"
#include "pagetop/view/svg.h"

/* The first list of processes. It comes from the scanner, as every later one. */
static int wait_for_table(struct pt_ui *ui, int signal_fd)
{
	struct pollfd fd[] = {
		{ .fd = pt_scanner_fd(ui->scanner), .events = POLLIN },
		{ .fd = signal_fd, .events = POLLIN },
	};

	pt_ui_post(ui, false);
	while (!ui->desk.scene.table && !ui->desk.message.len && !pt_memory_ran_out()) {
		if (poll(fd, 2, -1) < 0 && errno != EINTR)
			return -errno;
		if (fd[1].revents)
			pt_loop_ended(pt_begun_users(ui->opt->begun), signal_fd);
		pt_ui_answers(ui);
	}
	return 0;
}

static const struct pt_process *find_name(const struct pt_table *t, const char *name, size_t *ret_n)
{
	const struct pt_process *first = NULL;

	*ret_n = 0;
	for (size_t i = 0; i < t->n; i++)
		if (pt_process_is_called(&t->p[i], name) && !(*ret_n)++)
			first = &t->p[i];
	return first;
}

static void say_several(struct pt_ui *ui, const char *comm, size_t n)
{
	struct pt_str name = PT_STR_INIT;

	pt_escape(&name, comm, strlen(comm));
	pt_desk_say(&ui->desk, "%zu processes named %s", n, name.s);
	pt_keys_in(&ui->desk.scene, "; {in} opens one, {show-all} shows all", &ui->desk.message);
	pt_str_done(&name);
}

/* To the process named on the command line. Of several, the list of these. */
static int enter_target(struct pt_ui *ui, const struct pt_options *opt, pid_t demo_pid)
{
	const struct pt_process *p = NULL;
	uint64_t pid = (uint64_t)demo_pid;
	size_t n = 1;

	if (demo_pid || (!opt->target_is_name && !pt_parse_dec(opt->target, &pid)))
		p = pid <= INT32_MAX ? pt_table_find(ui->desk.scene.table, (pid_t)pid, 0) : NULL;
	else
		p = find_name(ui->desk.scene.table, opt->target, &n);
	if (!p)
		return pt_fail_no_process(
			opt, opt->command == PT_SUB_OPEN ?
				     "without a name, all processes of the file are listed" :
				     "pagetop without a name lists all");
	if (pt_process_no_memory(p)) {
		pt_say("process %d %s", (int)p->pid, pt_process_no_memory(p));
		return PT_NOT_RUN;
	}
	if (n > 1) {
		pt_ui_show_only(ui, p->comm);
		say_several(ui, p->comm, n);
		return PT_DONE;
	}
	pt_ui_enter_process(ui, p);
	pt_ui_post(ui, false);
	return PT_DONE;
}

static void say_demo(struct pt_ui *ui)
{
	size_t made = 0;

	for (size_t i = 0; i < ui->desk.scene.nnotes; i++)
		made += ui->desk.scene.notes[i].start != 0;
	pt_desk_say(
		&ui->desk,
		"%zu page states, one mapping each; those not possible here are listed at the end",
		made);
}

static int run_term(struct pt_ui *ui, const struct pt_options *opt, int signal_fd)
{
	struct pt_str why = PT_STR_INIT, out = PT_STR_INIT;
	struct pt_term *term = NULL;
	int err, r = opt->screen ?
			     pt_term_script_new(opt->keys ? opt->keys : "", opt->w, opt->h, &term) :
			     pt_term_curses_new(&opt->theme, &term, &why);

	if (r) {
		r = why.len ? pt_fail(why.s) : pt_fail_errno("cannot set up the screen", r);
		pt_str_done(&why);
		return r;
	}
	term->ascii = opt->ascii_locale;
	r = pt_loop(ui, term, signal_fd, &why);
	term->class->free(term);
	err = opt->frames ? pt_frames_write(&ui->frames, opt->frames) : 0;
	if (r > 0)
		pt_loop_die(pt_begun_users(opt->begun), r);
	if (err)
		return pt_fail_word("cannot write \"", opt->frames, "\": ", pt_output_why(err));
	if (r < 0) {
		r = why.len ? pt_fail(why.s) : pt_fail_errno("cannot wait for keys", r);
		pt_str_done(&why);
		return r;
	}
	if (opt->as_svg)
		pt_svg_screen(&out, &ui->canvas, opt->theme.scheme);
	else if (opt->screen)
		pt_canvas_print(&ui->canvas, &out);
	if (opt->styles)
		pt_canvas_print_styles(&ui->canvas, &out);
	r = pt_end_print(&out);
	pt_str_done(&out);
	return r;
}

static int run_ui(const struct pt_options *opt, const struct pt_root *root,
		  struct pt_scanner *scanner, const struct pt_shown *of, int signal_fd)
{
	struct pt_ui ui;
	int r = pt_ui_init(&ui, opt, scanner, root);

	if (r) {
		pt_ui_done(&ui);
		return pt_fail_errno("cannot set up the screen", r);
	}
	if (ui.source->nmoments)
		pt_ui_show_moment(&ui, of->moment);
	ui.notes = of->notes;
	ui.nnotes = of->nnotes;
	ui.notes_pid = of->notes_pid;
	r = wait_for_table(&ui, signal_fd);
	if (r)
		r = pt_fail_errno("cannot read the process list", r);
	else if (!ui.desk.scene.table)
		r = pt_fail(ui.desk.message.s);
	else if (!ui.desk.scene.table->n)
		r = pt_fail_empty();
	else if (opt->target || of->notes_pid)
		r = enter_target(&ui, opt, of->notes_pid);
	if (r == PT_DONE && of->notes_pid)
		say_demo(&ui);
	if (r == PT_DONE && ui.source->strange)
		pt_desk_say(
			&ui.desk,
			"the file holds what this version does not know: %s; a newer pagetop shows "
			"it",
			ui.source->strange);
	if (opt->config_why)
		pt_desk_say(&ui.desk, "%s", opt->config_why);
	if (r == PT_DONE)
		r = run_term(&ui, opt, signal_fd);
	pt_ui_done(&ui);
	return r;
}

int pt_ui_run(const struct pt_options *opt, const struct pt_root *root, const struct pt_shown *of)
{
	struct pt_scanner *scanner = NULL;
	int signal_fd = pt_loop_block_signals();
	int err = signal_fd < 0 ? signal_fd : pt_scanner_new(root, pt_options_share(opt),
							     of->source, &scanner);
	int r = err ? pt_fail_errno("cannot start the scanner", err) :
		      run_ui(opt, root, scanner, of, signal_fd);

	pt_scanner_free(scanner);
	pt_end_at_once(pt_begun_users(opt->begun), r);
	if (signal_fd >= 0)
		close(signal_fd);
	return r;
}

int pt_run_screen(const struct pt_options *opt)
{
	struct pt_root root = PT_ROOT_INIT;
	int err = pt_root_init(&root, opt->proc_root, opt->sys_root), r;

	if (err)
		return pt_fail_root(opt->proc_root, err);
	root.begun = opt->begun;
	r = pt_ui_run(opt, &root, &(struct pt_shown){ .source = NULL });
	pt_root_done(&root);
	return r;
}

int pt_run_open(const struct pt_options *opt)
{
	struct pt_root root = PT_ROOT_INIT;
	struct pt_str why = PT_STR_INIT;
	struct pt_options o = *opt;
	struct pt_shown of = { .source = NULL };
	int err, r;

	if (opt->target && opt->word[1])
		return pt_fail_word("unexpected argument \"", opt->word[1],
				    "\"; ", "-p already names the process");
	err = pt_root_init(&root, NULL, NULL);
	if (err && err != -EMEDIUMTYPE)		/* pages in a file are not this machine's */
		return pt_fail_root(NULL, err);
	root.begun = opt->begun;
	err = pt_source_open(opt->word[0], &of.source, &of.moment, &why);
	if (!opt->target)
		o.target = opt->word[1];
	if (err) {
		r = pt_fail(why.len ? why.s : pt_error_text(err));
	} else {
		r = pt_ui_run(&o, &root, &of);
		of.source->class->free(of.source);
	}
	pt_str_done(&why);
	pt_root_done(&root);
	return r;
}
