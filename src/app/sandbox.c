#include "pagetop/app/sandbox.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/privilege.h"

#ifdef __s390__
#define FLAGS_OF_CLONE 1	/* its first two arguments are the other way round */
#else
#define FLAGS_OF_CLONE 0
#endif

struct row {
	const char *name;
	uint32_t action;
	bool any;		/* whatever the arguments */
	unsigned arg;
	uint64_t mask, value;
};

static int add(scmp_filter_ctx filter, const struct row *r)
{
	const struct scmp_arg_cmp cmp = { .arg = r->arg, .op = SCMP_CMP_MASKED_EQ, .datum_a = r->mask, .datum_b = r->value };
	int call = seccomp_syscall_resolve_name(r->name);

	return call < 0 ? 0 : seccomp_rule_add_array(filter, r->action, call, !r->any, &cmp);
}

static int add_all(scmp_filter_ctx filter, pid_t child)
{
	const struct row rows[] = {
#define CALL(name) { #name, SCMP_ACT_ALLOW, true, 0, 0, 0 },
#define CALL_IF(name, arg, mask, value) { #name, SCMP_ACT_ALLOW, false, arg, mask, value },
#define ABSENT(name) { #name, SCMP_ACT_ERRNO(ENOSYS), true, 0, 0, 0 },
#include "pagetop/app/sandbox.def"
#undef CALL
#undef CALL_IF
#undef ABSENT
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && !err; i++)
		err = add(filter, &rows[i]);
	return err;
}

int pt_sandbox_enter(pid_t child)
{
	scmp_filter_ctx filter = sizeof(long) == 8 ? seccomp_init(SCMP_ACT_ERRNO(EPERM)) : NULL;	/* others have calls that are not listed */
	int err = filter ? pt_privilege_bound() : -ENOSYS;

	if (!err)
		err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (!err)
		err = add_all(filter, child ? child : getpid());
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}
