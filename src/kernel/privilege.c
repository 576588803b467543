#include "pagetop/kernel/privilege.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pagetop/base/memory.h"

/* What reading needs: files that only their owner may read, processes of others, frames. */
static const cap_value_t needed[] = { CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_SYS_ADMIN };
enum { NNEEDED = sizeof(needed) / sizeof(needed[0]) };

static cap_t raised, lowered;		/* both NULL: not privileged */

static bool has_any(void)
{
	cap_t mine = cap_get_proc(), none = cap_init();
	/* Where it cannot be told, too */
	bool any = !mine || !none || cap_compare(mine, none) & (1 << CAP_PERMITTED);

	cap_free(mine);
	cap_free(none);
	return any;
}

/* Of what is permitted now only what is needed; effective as well, or not. */
static cap_t make(bool effective)
{
	cap_t mine = cap_get_proc(), made = cap_init();
	cap_flag_value_t has;

	for (int i = 0; mine && made && i < NNEEDED; i++) {
		if (cap_get_flag(mine, needed[i], CAP_PERMITTED, &has) || has != CAP_SET)
			continue;
		cap_set_flag(made, CAP_PERMITTED, 1, &needed[i], CAP_SET);
		if (effective)
			cap_set_flag(made, CAP_EFFECTIVE, 1, &needed[i], CAP_SET);
	}
	cap_free(mine);
	return made;
}

/* A set-uid program, which nobody should make of this one: only the capabilities stay. */
static void become_caller(void)
{
	if (geteuid() == getuid() && getegid() == getgid())
		return;
	prctl(PR_SET_KEEPCAPS, 1);
	if (setresgid(getgid(), getgid(), getgid()) || setresuid(getuid(), getuid(), getuid()))
		abort();
}

int pt_privilege_begin(void)
{
	static const char *const names_files[] = { "TERMINFO", "TERMINFO_DIRS", "TERMCAP",
						   "TERMPATH", "TMPDIR" };

	if (!getauxval(AT_SECURE) && (!getuid() || !has_any()))
		return 0;
	become_caller();
	raised = make(true);
	lowered = make(false);
	if (!raised || !lowered)
		return pt_memory_note();
	if (cap_set_proc(lowered))
		abort();		/* better nothing than everything */
	for (size_t i = 0; i < sizeof(names_files) / sizeof(names_files[0]); i++)
		unsetenv(names_files[i]);
	return 0;
}

bool pt_privileged(void)
{
	return raised;
}

void pt_privilege_raise(void)
{
	if (raised)
		cap_set_proc(raised);
}

/* What the caller was to do in between told its errno. */
void pt_privilege_lower(void)
{
	int saved = errno;

	if (raised && cap_set_proc(lowered))
		abort();
	errno = saved;
}

int pt_privilege_bound(void)
{
	for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
		/* EPERM where we may not: then no_new_privs alone is what holds */
		prctl(PR_CAPBSET_DROP, cap);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : 0;
}

int pt_privilege_drop(bool strict)
{
	cap_t left = strict ? cap_init() : make(!raised);
	int err = left ? pt_privilege_bound() : pt_memory_note();

	if (!err && cap_set_proc(left))
		err = -errno;
	cap_free(left);
	if (!err && strict && raised) {
		cap_free(raised);
		cap_free(lowered);
		raised = lowered = NULL;
	}
	return err;
}

bool pt_privilege_guards_bytes(void)
{
	struct stat st;

	return raised &&
	       (lstat(PT_BYTES_FILE, &st) || !S_ISREG(st.st_mode) || st.st_uid || st.st_mode & 022);
}
