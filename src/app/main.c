/*
 * From the command line to a command, and to the first screen.
 */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/app/config.h"
#include "pagetop/app/demo.h"
#include "pagetop/app/end.h"
#include "pagetop/app/loop.h"
#include "pagetop/app/options.h"
#include "pagetop/app/output.h"
#include "pagetop/app/sandbox.h"
#include "pagetop/app/term.h"
#include "pagetop/app/ui.h"
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/base/users.h"
#include "pagetop/kernel/privilege.h"
#include "pagetop/kernel/trial.h"
#include "pagetop/scan/target.h"
#include "pagetop/store/database.h"
#include "pagetop/view/svg.h"

static int print(const struct pt_str *text)
{
	if (text->err || pt_memory_ran_out())
		return pt_fail_errno("cannot make the text", -ENOMEM);
	if (fputs(text->s, stdout) < 0 || fflush(stdout))
		return pt_fail_errno("cannot write to standard output", -errno);
	return PT_DONE;
}

/* A descriptor that is closed would be given to the next file opened, and be written to. */
static void hold_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", fd == 1 ? O_RDONLY : O_RDWR);
}

/* The first list of processes. It comes from the scanner, as every later one. */
static int wait_for_table(struct pt_ui *ui, int signal_fd)
{
	struct pollfd fd[] = {
		{ .fd = pt_scanner_fd(ui->scanner), .events = POLLIN },
		{ .fd = signal_fd, .events = POLLIN },
	};

	pt_ui_post(ui, false);
	while (!ui->scene.table && !ui->message.len && !pt_memory_ran_out()) {
		if (poll(fd, 2, -1) < 0 && errno != EINTR)
			return -errno;
		if (fd[1].revents)
			pt_loop_ended(signal_fd);
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

static void say_several(struct pt_ui *ui, size_t n)
{
	struct pt_str name = PT_STR_INIT;

	pt_escape(&name, ui->processes.shape.filter.comm, strlen(ui->processes.shape.filter.comm));
	pt_ui_say(ui, "%zu processes are called %s", n, name.s);
	pt_keys_text(": {in} opens one, {show-all} shows all", &ui->message);
	pt_str_done(&name);
}

/* To the process named on the command line. Of several, the list of these. */
static int enter_target(struct pt_ui *ui, const struct pt_options *opt, pid_t demo_pid)
{
	const struct pt_process *p = NULL;
	uint64_t pid = (uint64_t)demo_pid;
	size_t n = 1;

	if (demo_pid || (!opt->target_is_name && !pt_parse_dec(opt->target, &pid)))
		p = pid <= INT32_MAX ? pt_table_find(ui->scene.table, (pid_t)pid, 0) : NULL;
	else
		p = find_name(ui->scene.table, opt->target, &n);
	if (!p)
		return pt_fail_no_process(opt, opt->command == PT_SUB_OPEN ? "without a name all of those in the file are listed" :
					  "pagetop without a name lists all of them");
	if (pt_process_no_memory(p)) {
		pt_say("process %d %s", (int)p->pid, pt_process_no_memory(p));
		return PT_NOT_RUN;
	}
	if (n > 1) {
		pt_ui_show_only(ui, p->comm);
		say_several(ui, n);
		return PT_DONE;
	}
	pt_ui_enter_process(ui, p);
	pt_ui_post(ui, false);
	return PT_DONE;
}

static void say_demo(struct pt_ui *ui)
{
	size_t made = 0;

	for (size_t i = 0; i < ui->scene.nnotes; i++)
		made += ui->scene.notes[i].start != 0;
	pt_ui_say(ui, "%zu states, each in a mapping of its own; what is not possible here is listed at "
		  "the end", made);
}

static int run_term(struct pt_ui *ui, const struct pt_options *opt, int signal_fd)
{
	struct pt_str why = PT_STR_INIT, out = PT_STR_INIT;
	struct pt_term *term = NULL;
	int err, r = opt->screen ? pt_term_script_new(opt->keys ? opt->keys : "", opt->w, opt->h, &term) :
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
		pt_loop_die(r);
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
	r = print(&out);
	pt_str_done(&out);
	return r;
}

/* What the screen is of, besides the processes of the machine. */
struct of {
	struct pt_demo *demo;
	pid_t demo_pid;			/* in the /proc that is looked at */
	const struct pt_file *file;
	size_t moment;
};

static int run_ui(const struct pt_options *opt, const struct pt_root *root,
		  struct pt_scanner *scanner, const struct of *of, int signal_fd)
{
	struct pt_demo *demo = of->demo;
	struct pt_ui ui;
	int r;

	pt_ui_init(&ui, opt, scanner, root);
	if (of->file)
		pt_ui_show_file(&ui, of->file, of->moment);
	if (demo) {
		ui.notes = pt_demo_notes(demo, &ui.nnotes);
		ui.notes_pid = of->demo_pid;
	}
	r = wait_for_table(&ui, signal_fd);
	if (r)
		r = pt_fail_errno("cannot wait for the list of processes", r);
	else if (!ui.scene.table)
		r = pt_fail(ui.message.s);
	else if (!ui.scene.table->n)
		r = pt_fail_empty();
	else if (opt->target || demo)
		r = enter_target(&ui, opt, of->demo_pid);
	if (r == PT_DONE && demo)
		say_demo(&ui);
	if (r == PT_DONE && of->file && pt_snapshot_strange(of->file->snapshot))
		pt_ui_say(&ui, "the file tells what this pagetop does not know: %s; a newer one shows it",
			  pt_snapshot_strange(of->file->snapshot));
	if (opt->config_why)
		pt_ui_say(&ui, "%s", opt->config_why);
	if (r == PT_DONE)
		r = run_term(&ui, opt, signal_fd);
	pt_ui_done(&ui);
	return r;
}

static int run(const struct pt_options *opt, const struct pt_root *root, const struct of *of)
{
	struct pt_scanner *scanner = NULL;
	int signal_fd = pt_loop_block_signals();
	int err = signal_fd < 0 ? signal_fd : pt_scanner_new(root, pt_options_share(opt), of->file ? &of->file->source : NULL,
						   &scanner);
	int r = err ? pt_fail_errno("cannot start the scanner", err) :
		      run_ui(opt, root, scanner, of, signal_fd);

	pt_scanner_free(scanner);
	pt_end_at_once(r);
	if (signal_fd >= 0)
		close(signal_fd);
	return r;
}

/* Where the kernel has none, doctor tells; where it only has no room for it, nothing is run. */
static int enter_sandbox(const struct pt_options *opt, pid_t demo)
{
	int err = opt->no_sandbox ? 0 : pt_sandbox_enter(demo, pt_users_pid());

	return err == -ENOMEM ? pt_fail_errno("cannot enter the sandbox", err) : PT_DONE;
}

int pt_run_screen(const struct pt_options *opt)
{
	struct pt_root root = PT_ROOT_INIT;
	int err = pt_root_init(&root, opt->proc_root, opt->sys_root), r;

	if (err)
		return pt_fail_root(opt->proc_root, err);
	r = run(opt, &root, &(struct of){ .demo = NULL });
	pt_root_done(&root);
	return r;
}

int pt_run_demo(const struct pt_options *opt)
{
	struct pt_root root = PT_ROOT_INIT;
	struct pt_demo *demo = NULL;
	struct of of = { .demo = NULL };
	int err = pt_root_init(&root, NULL, opt->sys_root), r;

	if (err)
		return pt_fail_root(NULL, err);
	err = pt_demo_start(&demo);	/* forks: before there are threads */
	if (!err)
		of = (struct of){ .demo = demo, .demo_pid = pt_pid_here(&root, pt_demo_pid(demo)) };
	r = err ? pt_fail_errno("cannot start the demo's process", err) :
	    enter_sandbox(opt, pt_demo_pid(demo)) ? PT_NOT_RUN :
	    !of.demo_pid ? pt_fail("the demo's process is not in /proc, which has " PT_OTHER_PIDS "; " PT_MOUNT_PROC) :
			   run(opt, &root, &of);
	pt_demo_stop(demo);
	pt_root_done(&root);
	return r;
}

int pt_run_open(const struct pt_options *opt)
{
	struct pt_root root = PT_ROOT_INIT;
	struct pt_str why = PT_STR_INIT;
	struct pt_options o = *opt;
	struct pt_file file;
	struct of of = { .file = &file };
	int err, r;

	if (opt->target && opt->word[1])
		return pt_fail_word("\"", opt->word[1], "\" is one word too many: ", "-p names the process already");
	err = pt_root_init(&root, NULL, NULL);
	if (err && err != -EMEDIUMTYPE)		/* pages in a file are not this machine's */
		return pt_fail_root(NULL, err);
	err = pt_file_open(opt->word[0], &file, &of.moment, &why);
	if (!opt->target)
		o.target = opt->word[1];
	if (err) {
		r = pt_fail(why.len ? why.s : pt_error_text(err));
	} else {
		r = run(&o, &root, &of);
		pt_file_close(&file);
	}
	pt_str_done(&why);
	pt_root_done(&root);
	return r;
}

static bool is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* Whether the environment asks for it, by the name of a locale that may not be installed. */
static bool is_utf8_asked_for(void)
{
	static const char *const variable[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *name = NULL;

	for (size_t i = 0; i < sizeof(variable) / sizeof(variable[0]) && (!name || !*name); i++)
		name = getenv(variable[i]);
	return name && (strcasestr(name, "utf-8") || strcasestr(name, "utf8"));
}

/*
 * A locale that is not there, or for which there was no memory, which is not told, fails for good under its name; another one
 * has the same characters. Where only ASCII is to be printed a script draws as everywhere, and its characters are turned into
 * ASCII at the end.
 */
static void set_locale(struct pt_options *opt)
{
	static const char *const same[] = { "C.UTF-8", "C.utf8", "en_US.UTF-8" };

	setlocale(LC_CTYPE, "");
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]) && !is_utf8() && is_utf8_asked_for(); i++)
		setlocale(LC_CTYPE, same[i]);
	opt->ascii_locale = !is_utf8();
	if (opt->screen && opt->ascii_locale)
		setlocale(LC_CTYPE, "C.UTF-8");
}

static int (*const runs[PT_NSUBS])(const struct pt_options *opt) = {
#define SUBCOMMAND(id, name, args, run, takes, text) [PT_SUB_##id] = pt_run_##run,
#include "pagetop/app/subcommands.def"
#undef SUBCOMMAND
};

/* Whatever the sandbox refuses is done before it. */
static int begin(const struct pt_options *opt)
{
	const char *const file[] = { opt->output, opt->svg, opt->frames };
	int err;

	pt_users_begin();
	pt_trials_begin();
	for (size_t i = 0; i < sizeof(file) / sizeof(file[0]); i++)
		if (file[i] && (err = pt_output_hold(file[i])))
			return pt_fail_word("cannot write \"", file[i], "\": ", pt_output_why(err));
	if (opt->command == PT_SUB_RECORD && opt->output)
		pt_database_hold(opt->output);
	return opt->command == PT_SUB_DEMO ? PT_DONE : enter_sandbox(opt, 0);	/* the demo forks first */
}

int main(int argc, char **argv)
{
	struct pt_options opt = { 0 };
	struct pt_config config = PT_CONFIG_INIT;
	struct pt_str text = PT_STR_INIT;
	uint64_t start_ns = pt_now_ns();
	int r = PT_DONE;

	if (pt_privilege_begin())
		return pt_fail_errno("cannot lower capabilities", -ENOMEM);
	if (pt_users_is_service(argv[0]))	/* which has nothing to do with what is read */
		return pt_privilege_drop(true) ? PT_NOT_RUN : pt_users_serve();
	hold_descriptors();
	if (pt_options_parse(argc, argv, &opt, &text)) {
		pt_fail(text.s);
		pt_str_done(&text);
		return PT_NOT_RUN;
	}
	if (pt_privileged() && (opt.proc_root || opt.sys_root))
		return pt_fail("--proc-root, --sys-root: not allowed with file or ambient capabilities");
	if (pt_privileged() && opt.no_sandbox)
		return pt_fail("--no-sandbox: not allowed with file or ambient capabilities");
	if (opt.drop && (r = pt_privilege_drop(opt.drop == PT_DROP_STRICT)))
		return pt_fail_errno("cannot give up capabilities", r);
	if (pt_options_is_screen(&opt))
		pt_config_read(&config, &opt);
	if (pt_privileged())
		unsetenv("HOME");	/* of whom terminals would be read otherwise, .terminfo there */
	if (opt.help) {
		pt_options_help(opt.command, &text);
		r = print(&text);
	} else if (opt.version) {
		pt_str_adds(&text, PACKAGE_STRING "\n");
		r = print(&text);
	} else {
		opt.start_ns = start_ns;
		set_locale(&opt);
#ifdef __GLIBC__
		mallopt(M_MMAP_THRESHOLD, 1 << 20);	/* large arrays go back to the system at once … */
		mallopt(M_TRIM_THRESHOLD, 1 << 20);	/* … what every scan needs does not */
#endif
		r = begin(&opt);
		if (r == PT_DONE)
			r = runs[opt.command](&opt);
	}
	pt_config_done(&config);
	pt_str_done(&text);
	return pt_end(r);
}
