#include "pagetop/cli/refuse.h"

#include <errno.h>
#include <stdio.h>
#include "pagetop/base/end.h"
#include "pagetop/base/text.h"
#include "pagetop/cli/option_table.h"

int pt_fail_root(const char *dir, int err)
{
	if (err == -EMEDIUMTYPE)
		return pt_fail(
			"unsupported page size; pagetop supports only 4 KiB pages");
	if (err == -ENODEV)
		return pt_fail("/proc: not a proc file system; mount -t proc proc /proc");
	return pt_fail_word("cannot open \"", dir ? dir : "/proc", "\" as /proc: ",
			    pt_error_text(err));
}

int pt_fail_empty(void)
{
	return pt_fail(
		"no processes found; is --proc-root a copy of /proc?");
}

/* Where a command could have stood it may have been meant for one. */
static void say_missing(const struct pt_options *opt, const char *next)
{
	bool typed = opt->command == PT_SUB_SCREEN && opt->target && !opt->target_is_name;
	struct pt_nearest near = pt_subcommand_nearest(typed ? opt->target : "");
	char after[PT_DISTANCE_MAX + 64] = "\"; ";

	if (near.word[0])
		snprintf(after, sizeof(after), "\" (did you mean the command %s?); ", near.word);
	pt_fail_word("no such process \"", opt->target ? opt->target : "demo", after, next);
}

int pt_fail_no_process(const struct pt_options *opt, const char *next)
{
	uint64_t pid;

	if (opt->target && opt->target_is_name && !pt_parse_dec(opt->target, &pid))
		pt_fail_word("no process named \"", opt->target, "\"; ",
			     "give a PID without -p");
	else
		say_missing(opt, next);
	return PT_NOT_SO;
}
