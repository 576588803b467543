#include "pagetop/app/sandbox.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/privilege.h"

/*
 * Processors whose calls sandbox.def lists; all have 64 bits, the lower half of an argument
 * first. 0: another one.
 */
#if defined(__x86_64__) && defined(__LP64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__LP64__) && !defined(__AARCH64EB__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && defined(__LP64__)
#define ARCH AUDIT_ARCH_RISCV64
#else
#define ARCH 0
#endif

enum { MOST = 1024 };		/* instructions */

/*
 * A program of the kernel's (seccomp(2), Documentation/networking/filter.rst). Not by libseccomp:
 * it takes 1.5 ms of the start, and ends the process where memory runs out.
 */
struct program {
	struct sock_filter code[MOST];
	unsigned short n;
};

static void add(struct program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	if (p->n < MOST)
		p->code[p->n++] = (struct sock_filter){ .code = code, .k = k, .jt = yes, .jf = no };
}

static void load(struct program *p, size_t at)
{
	add(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)at, 0, 0);
}

static void answer(struct program *p, uint32_t what)
{
	add(p, BPF_RET | BPF_K, what, 0, 0);
}

/* Of what was loaded: if it is not `value`, `skip` instructions are passed over. */
static void unless(struct program *p, uint32_t value, uint8_t skip)
{
	add(p, BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip);
}

static void load_call(struct program *p)
{
	load(p, offsetof(struct seccomp_data, nr));
}

/* The number of the call is loaded before each of these, and after it. */
static void call(struct program *p, uint32_t nr, uint32_t what)
{
	unless(p, nr, 1);
	answer(p, what);
}

static void call_if(struct program *p, uint32_t nr, unsigned arg, uint64_t mask, uint64_t value)
{
	unless(p, nr, 8);
	load(p, offsetof(struct seccomp_data, args[arg]));
	add(p, BPF_ALU | BPF_AND | BPF_K, (uint32_t)mask, 0, 0);
	unless(p, (uint32_t)value, 4);
	load(p, offsetof(struct seccomp_data, args[arg]) + sizeof(uint32_t));
	add(p, BPF_ALU | BPF_AND | BPF_K, (uint32_t)(mask >> 32), 0, 0);
	unless(p, (uint32_t)(value >> 32), 1);
	answer(p, SECCOMP_RET_ALLOW);
	load_call(p);
}

/* A number from the table of another processor (32 bits, x32) is none of these. */
static void add_all(struct program *p, pid_t demo, pid_t names)
{
	load(p, offsetof(struct seccomp_data, arch));
	add(p, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	answer(p, SECCOMP_RET_KILL_PROCESS);
	load_call(p);
#define CALL(name) call(p, SYS_##name, SECCOMP_RET_ALLOW);
#define CALL_IF(name, arg, mask, value) call_if(p, SYS_##name, arg, mask, value);
#define ABSENT(name) call(p, SYS_##name, SECCOMP_RET_ERRNO | ENOSYS);
#include "pagetop/app/sandbox.def"
#undef CALL
#undef CALL_IF
#undef ABSENT
	answer(p, SECCOMP_RET_ERRNO | EPERM);
}

/* No code of others runs here: the processor need not be slowed down against it (SPEC_ALLOW). */
int pt_sandbox_enter(pid_t demo, pid_t names)
{
	struct program p = { .n = 0 };
	const unsigned flags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	int err = ARCH ? pt_privilege_bound() : -ENOSYS;
	long r;

	if (err)
		return err;
	add_all(&p, demo ? demo : getpid(), names ? names : getpid());
	r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags,
		    &(struct sock_fprog){ p.n, p.code });
	if (r < 0)
		return errno == EINVAL ? -ENOSYS : -errno;
	return r ? -EBUSY : 0;		/* a thread that could not be brought along */
}
