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
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/app/sandbox.h"
#include "pagetop/base/clock.h"
#include "pagetop/base/end.h"
#include "pagetop/base/output.h"
#include "pagetop/base/text.h"
#include "pagetop/cli/refuse.h"
#include "pagetop/demo/demo.h"
#include "pagetop/kernel/begun.h"
#include "pagetop/kernel/privilege.h"
#include "pagetop/kernel/trial.h"
#include "pagetop/store/database.h"
#include "pagetop/ui/config.h"
#include "pagetop/ui/keys.h"
#include "pagetop/ui/run.h"

/* A descriptor that is closed would be given to the next file opened, and be written to. */
static void hold_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", fd == 1 ? O_RDONLY : O_RDWR);
}

/* Where the kernel has none, doctor tells; where it only has no room for it, nothing is run. */
static int enter_sandbox(const struct pt_options *opt, pid_t demo)
{
	pid_t names = pt_users_pid(&opt->begun->users);
	int err = opt->no_sandbox ? 0 : pt_sandbox_enter(demo, names);

	return err == -ENOMEM ? pt_fail_errno("cannot enter the sandbox", err) : PT_DONE;
}

int pt_run_demo(const struct pt_options *opt)
{
	struct pt_root root = PT_ROOT_INIT;
	struct pt_demo *demo = NULL;
	struct pt_shown of = { .source = NULL };
	int err = pt_root_init(&root, NULL, opt->sys_root), r;

	if (err)
		return pt_fail_root(NULL, err);
	root.begun = opt->begun;
	err = pt_demo_start(&demo);	/* forks: before there are threads */
	if (!err) {
		of.notes = pt_demo_notes(demo, &of.nnotes);
		of.notes_pid = pt_pid_here(&root, pt_demo_pid(demo));
	}
	if (err)
		r = pt_fail_errno("cannot start the demo process", err);
	else if (enter_sandbox(opt, pt_demo_pid(demo)))
		r = PT_NOT_RUN;
	else if (!of.notes_pid)
		r = pt_fail("the demo process is not in /proc, which shows " PT_OTHER_PIDS
			    "; " PT_MOUNT_PROC);
	else
		r = pt_ui_run(opt, &root, &of);
	pt_demo_stop(demo);
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
 * A locale that is not there, or for which there was no memory, which is not told, fails for good
 * under its name; another one has the same characters. Where only ASCII is to be printed a script
 * draws as everywhere, and its characters are turned into ASCII at the end.
 */
static void set_locale(struct pt_options *opt)
{
	static const char *const same[] = { "C.UTF-8", "C.utf8", "en_US.UTF-8" };

	setlocale(LC_CTYPE, "");
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]) && !is_utf8() && is_utf8_asked_for();
	     i++)
		setlocale(LC_CTYPE, same[i]);
	opt->ascii_locale = !is_utf8();
	if (opt->screen && opt->ascii_locale)
		setlocale(LC_CTYPE, "C.UTF-8");
}

static int (*const runs[PT_NSUBS])(const struct pt_options *opt) = {
#define SUBCOMMAND(id, name, args, run, takes, text) [PT_SUB_##id] = pt_run_##run,
#include "pagetop/cli/subcommands.def"
#undef SUBCOMMAND
};

/* Whatever the sandbox refuses is done before it. */
static int begin(const struct pt_options *opt)
{
	const char *const file[] = { opt->output, opt->svg, opt->frames };
	int err;

	pt_users_begin(&opt->begun->users);
	pt_trials_begin(opt->begun);
	for (size_t i = 0; i < sizeof(file) / sizeof(file[0]); i++)
		if (file[i] && (err = pt_output_hold(file[i])))
			return pt_fail_word("cannot write \"", file[i], "\": ", pt_output_why(err));
	if (opt->command == PT_SUB_RECORD && opt->output)
		pt_database_hold(opt->output);
	/* The demo forks first */
	return opt->command == PT_SUB_DEMO ? PT_DONE : enter_sandbox(opt, 0);
}

int main(int argc, char **argv)
{
	struct pt_begun begun = PT_BEGUN_INIT;
	struct pt_options opt = { 0 };
	struct pt_config config = PT_CONFIG_INIT;
	struct pt_str text = PT_STR_INIT, keys = PT_STR_INIT;
	uint64_t start_ns = pt_now_ns();
	bool privileged = pt_privilege_begin();
	int r = PT_DONE;

	if (pt_users_is_service(argv[0]))	/* which has nothing to do with what is read */
		return pt_privilege_drop(true) ? PT_NOT_RUN : pt_users_serve();
	hold_descriptors();
	if (pt_options_parse(argc, argv, &opt, &text)) {
		pt_fail(text.s);
		pt_str_done(&text);
		return PT_NOT_RUN;
	}
	if (privileged && (opt.proc_root || opt.sys_root))
		return pt_fail(
			"--proc-root, --sys-root: not allowed with file or ambient capabilities");
	if (privileged && opt.no_sandbox)
		return pt_fail("--no-sandbox: not allowed with file or ambient capabilities");
	if (opt.drop && (r = pt_privilege_drop(opt.drop == PT_DROP_STRICT)))
		return pt_fail_errno("cannot drop capabilities", r);
	if (pt_options_is_screen(&opt))
		pt_config_read(&config, &opt);
	if (privileged && opt.drop != PT_DROP_STRICT)
		/* Of whom terminals would be read otherwise, .terminfo there */
		unsetenv("HOME");
	if (opt.help) {
		pt_keys_help(opt.bound, &keys);
		pt_options_help(opt.command, keys.s, &text);
		r = pt_end_print(&text);
	} else if (opt.version) {
		pt_str_adds(&text, PACKAGE_STRING "\n");
		r = pt_end_print(&text);
	} else {
		opt.start_ns = start_ns;
		opt.begun = &begun;
		set_locale(&opt);
#ifdef __GLIBC__
		/* Large arrays go back to the system at once … */
		mallopt(M_MMAP_THRESHOLD, 1 << 20);
		mallopt(M_TRIM_THRESHOLD, 1 << 20);	/* … what every scan needs does not */
#endif
		r = begin(&opt);
		if (r == PT_DONE)
			r = runs[opt.command](&opt);
	}
	pt_config_done(&config);
	pt_str_done(&text);
	pt_str_done(&keys);
	return pt_end(&begun.users, r);
}
