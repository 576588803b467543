#include "pagetop/app/end.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/app/option_table.h"
#include "pagetop/base/errand.h"
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"
#include "pagetop/base/users.h"

/* Once memory ran out, sentences are cut and reasons wrong: this one holds, and is enough. */
static bool say_memory(void)
{
	static atomic_bool said;

	if (!pt_memory_ran_out())
		return false;
	if (!atomic_exchange(&said, true))
		fputs("pagetop: not enough memory\n", stderr);
	return true;
}

void pt_say(const char *fmt, ...)
{
	va_list ap;

	if (say_memory())
		return;
	va_start(ap, fmt);
	fputs("pagetop: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
}

int pt_fail(const char *sentence)
{
	pt_say("%s", sentence);
	return PT_NOT_RUN;
}

int pt_fail_errno(const char *what, int err)
{
	pt_say("%s: %s", what, pt_error_text(err));
	return PT_NOT_RUN;
}

int pt_end(int status)
{
	pt_users_end();
	return say_memory() ? PT_NOT_RUN : status;
}

int pt_fail_word(const char *before, const char *word, const char *after, const char *why)
{
	struct pt_str s = PT_STR_INIT;

	pt_str_adds(&s, before);
	pt_escape(&s, word, strlen(word));
	pt_str_adds(&s, after);
	pt_str_adds(&s, why);
	pt_fail(s.s);
	pt_str_done(&s);
	return PT_NOT_RUN;
}

int pt_fail_root(const char *dir, int err)
{
	if (err == -EMEDIUMTYPE)
		return pt_fail("the pages of this machine are not of 4 KiB, and pagetop understands no others yet");
	if (err == -ENODEV)
		return pt_fail("/proc: not a proc file system; mount -t proc proc /proc");
	return pt_fail_word("cannot open \"", dir ? dir : "/proc", "\" in place of /proc: ",
			    pt_error_text(err));
}

void pt_end_at_once(int status)
{
	if (!pt_errands_out())
		return;
	fflush(NULL);
	_exit(pt_end(status));
}

int pt_fail_empty(void)
{
	return pt_fail("there is no process in the folder that stands for /proc: is it a copy of one?");
}

/* Where a command could have stood it may have been meant for one. */
static void say_missing(const struct pt_options *opt, const char *next)
{
	bool typed = opt->command == PT_SUB_SCREEN && opt->target && !opt->target_is_name;
	struct pt_nearest near = pt_subcommand_nearest(typed ? opt->target : "");
	char after[PT_DISTANCE_MAX + 64] = "\"; ";

	if (near.word[0])
		snprintf(after, sizeof(after), "\" (did you mean the command %s?); ", near.word);
	pt_fail_word("there is no process \"", opt->target ? opt->target : "demo", after, next);
}

int pt_fail_no_process(const struct pt_options *opt, const char *next)
{
	uint64_t pid;

	if (opt->target && opt->target_is_name && !pt_parse_dec(opt->target, &pid))
		pt_fail_word("no process is called \"", opt->target, "\"; ", "a pid is given without -p");
	else
		say_missing(opt, next);
	return PT_NOT_SO;
}
