#include "pagetop/base/end.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
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

int pt_end(const struct pt_users *users, int status)
{
	pt_users_end(users);
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

void pt_end_at_once(const struct pt_users *users, int status)
{
	if (!pt_errands_out())
		return;
	fflush(NULL);
	_exit(pt_end(users, status));
}

int pt_end_print(const struct pt_str *text)
{
	if (text->err || pt_memory_ran_out())
		return pt_fail_errno("cannot format the text", -ENOMEM);
	if (fputs(text->s, stdout) < 0 || fflush(stdout))
		return pt_fail_errno("cannot write to standard output", -errno);
	return PT_DONE;
}
