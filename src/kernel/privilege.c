#include "pagetop/kernel/privilege.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CAP(cap) (UINT64_C(1) << (cap))

/* What reading needs: files that only their owner may read, processes of others, frames. */
#define NEEDED (CAP(CAP_DAC_READ_SEARCH) | CAP(CAP_SYS_PTRACE) | CAP(CAP_SYS_ADMIN))

/* By the calls themselves, which take no memory. */
struct sets {
	uint64_t permitted, effective;
};

static struct sets sets_now(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct half[2];

	if (capget(&head, half))	/* all that there may be */
		return (struct sets){ UINT64_MAX, UINT64_MAX };
	return (struct sets){ half[0].permitted | (uint64_t)half[1].permitted << 32,
			      half[0].effective | (uint64_t)half[1].effective << 32 };
}

static int set(struct sets s)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct half[2] = {
		{ .permitted = (uint32_t)s.permitted, .effective = (uint32_t)s.effective },
		{ .permitted = s.permitted >> 32, .effective = s.effective >> 32 },
	};

	return capset(&head, half);
}

/* Root is so by himself, unless this is a program that gives him more. */
static bool is_given(void)
{
	return getauxval(AT_SECURE) || getuid();
}

/* As pt_privilege_begin() leaves them, and nobody else does. */
static bool is_lowered(struct sets s)
{
	return is_given() && s.permitted && !s.effective;
}

/*
 * What there is to raise; 0: not privileged. The kernel is asked once, by whoever comes first: what
 * is left by then stays.
 */
static uint64_t to_raise(void)
{
	enum { UNTOLD = 1 };	/* CAP_CHOWN alone, which is not needed */
	static atomic_uint_least64_t told = UNTOLD;
	uint64_t caps = atomic_load(&told);
	struct sets now;

	if (caps != UNTOLD)
		return caps;
	now = sets_now();
	caps = is_lowered(now) ? now.permitted & NEEDED : 0;
	atomic_store(&told, caps);
	return caps;
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

bool pt_privilege_begin(void)
{
	static const char *const names_files[] = { "TERMINFO", "TERMINFO_DIRS", "TERMCAP",
						   "TERMPATH", "TMPDIR" };

	if (!is_given() || (!getauxval(AT_SECURE) && !sets_now().permitted))
		return false;
	become_caller();
	if (set((struct sets){ .permitted = sets_now().permitted & NEEDED }))
		abort();		/* better nothing than everything */
	for (size_t i = 0; i < sizeof(names_files) / sizeof(names_files[0]); i++)
		unsetenv(names_files[i]);
	return true;
}

bool pt_privileged(void)
{
	return to_raise();
}

void pt_privilege_raise(void)
{
	uint64_t caps = to_raise();

	if (caps)
		set((struct sets){ .permitted = caps, .effective = caps });
}

/* What the caller was to do in between told its errno. */
void pt_privilege_lower(void)
{
	uint64_t caps = to_raise();
	int saved = errno;

	if (caps && set((struct sets){ .permitted = caps }))
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
	struct sets now = sets_now();
	uint64_t left = strict ? 0 : now.permitted & NEEDED;
	int err = pt_privilege_bound();

	if (!err && set((struct sets){ left, is_lowered(now) ? 0 : left }))
		err = -errno;
	return err;
}

bool pt_privilege_guards_bytes(void)
{
	struct stat st;

	return pt_privileged() &&
	       (lstat(PT_BYTES_FILE, &st) || !S_ISREG(st.st_mode) || st.st_uid || st.st_mode & 022);
}
