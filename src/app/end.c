#include "pagetop/app/end.h"

#include <errno.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "pagetop/app/option_table.h"
#include "pagetop/base/errand.h"
#include "pagetop/base/text.h"

int pt_fail(const char *sentence)
{
	fprintf(stderr, "pagetop: %s\n", sentence);
	return PT_NOT_RUN;
}

int pt_fail_errno(const char *what, int err)
{
	fprintf(stderr, "pagetop: %s: %s\n", what, strerror(-err));
	return PT_NOT_RUN;
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
			    strerror(-err));
}

void pt_end_at_once(int status)
{
	if (!pt_errands_out())
		return;
	fflush(NULL);
	_exit(status);
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
