#include "pagetop/demo/demo_child.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/base/signals.h"
#include "pagetop/demo/demo_check.h"
#include "pagetop/demo/demo_states.h"
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/maps.h"
#include "pagetop/model/note.h"

#ifndef SYS_close_range
#define SYS_close_range 436			/* Linux 5.9 */
#endif
#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67			/* Linux 6.4 */
#endif

enum { MAX_SLOTS = 96, GAP_BYTES = 16 * PT_PAGE_BYTES };
enum { NOTES_FD = 3, LEASH_FD };

/*
 * One reserved stretch of addresses, so that the mappings lie in the order of the table:
 *
 *	base │ gap │ slot │ gap │ slot │ … │ gap │
 *
 * Reserved with PROT_NONE while the makers run, so that nothing else lands in between; in the
 * end everything but the slots is unmapped, and no two mappings touch.
 */
struct arena {
	char *base;
	size_t len, nslots;
	struct pt_demo_slot slot[MAX_SLOTS];
	pid_t sharer;		/* 0: there is none */
};

static size_t align_up(size_t n, size_t align)
{
	return (n + align - 1) / align * align;
}

/* Puts a slot at or above `at`, counted from `base`; where the next one may start. */
static size_t lay_slot(struct pt_demo_slot *s, const struct pt_demo_state *state, char *base,
		       size_t at)
{
	bool huge = state->size == PT_DEMO_HUGE;

	s->state = state;
	s->len = huge ? PT_DEMO_HUGE_BYTES : PT_DEMO_NPAGES * PT_PAGE_BYTES;
	at = align_up(at + GAP_BYTES, huge ? PT_DEMO_HUGE_BYTES : GAP_BYTES);
	s->mem = base + at;
	return at + s->len;
}

static int reserve(struct arena *a)
{
	const struct pt_demo_state *state = pt_demo_states(&a->nslots);
	size_t at = 0;
	char *mem;

	a->len = (a->nslots + 1) * 2 * PT_DEMO_HUGE_BYTES;
	mem = mmap(NULL, a->len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (mem == MAP_FAILED || a->nslots > MAX_SLOTS)
		return -ENOMEM;
	a->base = mem;
	mem += -(uintptr_t)mem % PT_DEMO_HUGE_BYTES;
	for (size_t i = 0; i < a->nslots; i++)
		at = lay_slot(&a->slot[i], &state[i], mem, at);
	return 0;
}

/* Unmaps all of the arena that is not a slot that was made. */
static void trim(const struct arena *a)
{
	char *from = a->base;

	for (size_t i = 0; i < a->nslots; i++) {
		const struct pt_demo_slot *s = &a->slot[i];

		if (!s->made || s->mem < a->base || s->mem >= a->base + a->len)
			continue;
		munmap(from, (size_t)(s->mem - from));
		from = s->mem + s->len;
	}
	munmap(from, (size_t)(a->base + a->len - from));
}

static void on_crash(int sig)
{
	sigjmp_buf *back = pt_signal_given(PT_GIVEN_MAKER);

	if (back)
		siglongjmp(*back, sig);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void set_crash_handler(void (*handler)(int))
{
	struct sigaction sa = { .sa_handler = handler };

	sigaction(SIGBUS, &sa, NULL);
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGSYS, &sa, NULL);
}

/* A maker that dies of a signal loses its own state only. */
static void run(struct pt_demo_slot *s, int (*maker)(struct pt_demo_slot *))
{
	sigjmp_buf back;
	int sig = sigsetjmp(back, 1);

	if (!sig)
		pt_signal_give(PT_GIVEN_MAKER, &back);
	s->made = !sig && !maker(s);
	pt_signal_give(PT_GIVEN_MAKER, NULL);
	if (sig)
		snprintf(s->why, sizeof(s->why), "its maker was killed by a signal: %s", strsignal(sig));
}

static void make_early(struct arena *a)
{
	for (size_t i = 0; i < a->nslots; i++)
		if (a->slot[i].state->early)
			run(&a->slot[i], a->slot[i].state->early);
}

static void make_late(struct arena *a)
{
	for (size_t i = 0; i < a->nslots; i++) {
		const struct pt_demo_state *state = a->slot[i].state;

		if (state->late && (!state->early || a->slot[i].made))
			run(&a->slot[i], state->late);
	}
}

static void lose_early(struct arena *a, int err)
{
	for (size_t i = 0; i < a->nslots; i++) {
		struct pt_demo_slot *s = &a->slot[i];

		if (!s->made)
			continue;
		s->made = false;
		snprintf(s->why, sizeof(s->why), "no second process to share with: %s",
			 strerror(-err));
	}
}

static void sleep_until_end(int fd)
{
	ssize_t n;
	char c;

	do
		n = read(fd, &c, 1);
	while (n > 0 || (n < 0 && errno == EINTR));
}

/* What is shared afterwards is read; what the child has alone then is given up. */
static void share_slot(const struct pt_demo_slot *s)
{
	if (pt_demo_sign(s->state, PT_LENS_STATE) == 'h')
		pt_demo_touch(s);
	else if (pt_demo_sign(s->state, PT_LENS_STATE) == 'p' && !s->state->late)
		munmap(s->mem, s->len);
}

/* Ends with the child: by signal, or with the pipe where it died before the signal was set. */
static _Noreturn void share(const struct arena *a, const int ready[2], const int life[2])
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "pagetop-sharer");
	close(ready[0]);
	close(life[1]);
	close(LEASH_FD);
	for (size_t i = 0; i < a->nslots; i++)
		if (a->slot[i].made)
			share_slot(&a->slot[i]);
	trim(a);
	if (write(ready[1], "", 1) == 1)
		sleep_until_end(life[0]);
	_exit(0);
}

/* 0 when the sharer has what it shall share, or -errno. The pipe it waits on is never closed. */
static int fork_sharer(struct arena *a)
{
	int ready[2], life[2];
	ssize_t n;
	pid_t pid;
	char c;

	if (pipe2(ready, O_CLOEXEC) || pipe2(life, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid)
		share(a, ready, life);
	a->sharer = pid;
	close(ready[1]);
	close(life[0]);
	do
		n = read(ready[0], &c, 1);
	while (n < 0 && errno == EINTR);
	close(ready[0]);
	return n == 1 ? 0 : -ECHILD;
}

/* Ended by us rather than by our end, it leaves no zombie to others. */
static void end_sharer(const struct arena *a)
{
	if (!a->sharer)
		return;
	kill(a->sharer, SIGKILL);
	while (waitpid(a->sharer, NULL, 0) < 0 && errno == EINTR)
		;
}

/* What the pagemap words of each page of a state look like, even where PFNs are hidden. */
static const struct { char sign; uint64_t mask, want; } word_of[] = {
#define P PT_PM_PRESENT
#define S PT_PM_SWAP
#define F PT_PM_FILE
#define E PT_PM_EXCLUSIVE
	{ 'p', P | S | F | E, P | E },
	{ 'w', P | S | F | E, P | E },
	{ 'f', P | S | F | E, P | E },
	{ 'c', P | S | F | E, P },
	{ 'k', P | S | F | E, P },
	{ 'z', P | S | E, P },
	{ 'm', P | S | F, P | F },
	{ 'x', P | S | F, P | F },
	{ 'i', P | S | F | E, P | F | E },
	{ 'h', P | S | F | E, P | F },
	{ 'g', P | S, S },
	{ '!', P | S, S },
	{ 'o', P | S, S },
	{ 's', P | S, S },
	{ '.', P | S, 0 },
	{ 'u', P | S, 0 },
#undef P
#undef S
#undef F
#undef E
};

static size_t pages_as_promised(const struct pt_demo_slot *s)
{
	for (size_t i = 0; i < sizeof(word_of) / sizeof(word_of[0]); i++)
		if (word_of[i].sign == pt_demo_sign(s->state, PT_LENS_STATE))
			return pt_demo_count(s->mem, s->len, word_of[i].mask, word_of[i].want);
	return 0;
}

static bool overlays_as_promised(const struct pt_demo_slot *s)
{
	uint64_t huge = s->state->over & PT_OVER_HUGE ? s->len : 0;
	bool lock = s->state->over & PT_OVER_LOCKED;
	struct pt_demo_look look;

	if (pt_demo_look(s->mem, s->len, &look))
		return false;
	/* smaps counts neither the huge zero page nor, of absent pages, whether they are locked */
	if (strchr("z.", pt_demo_sign(s->state, PT_LENS_STATE)))
		return true;
	return look.huge_bytes == huge && !!(look.vmflags & PT_VMF(LO)) == lock;
}

static void check(struct pt_demo_slot *s)
{
	size_t npages = s->len >> PT_PAGE_SHIFT, good = pages_as_promised(s);

	/* an entry that is just being migrated is back soon */
	for (int i = 0; i < 10 && good < npages; i++) {
		usleep(5000);
		good = pages_as_promised(s);
	}
	s->made = good == npages && overlays_as_promised(s);
	if (good < npages)
		snprintf(s->why, sizeof(s->why),
			 "only %zu of %zu pages came out as expected", good, npages);
	else if (!s->made)
		snprintf(s->why, sizeof(s->why), "huge or locked differs from what was expected");
}

static struct pt_note note_of(const struct pt_demo_slot *s)
{
	struct pt_note n = { .sign = pt_demo_sign(s->state, PT_LENS_STATE),
			     .over = s->state->over };

	if (s->made) {
		n.start = (uintptr_t)s->mem;
		n.end = n.start + s->len;
	}
	snprintf(n.text, sizeof(n.text), "%s%s%s", s->state->title, s->why[0] ? ": " : "",
		 s->made ? "" : s->why);
	return n;
}

static bool send_notes(const struct arena *a)
{
	uint32_t size = sizeof(struct pt_note);
	bool ok = true;

	for (size_t i = 0; ok && i < a->nslots; i++) {
		struct pt_note n = note_of(&a->slot[i]);

		ok = write(NOTES_FD, &size, sizeof(size)) == sizeof(size) &&
		     write(NOTES_FD, &n, sizeof(n)) == sizeof(n);
	}
	size = 0;
	return ok && write(NOTES_FD, &size, sizeof(size)) == sizeof(size);
}

/* Pages wait in per-CPU batches before their flags change: on one CPU they can be flushed. */
static void pin_to_one_cpu(void)
{
	cpu_set_t set;
	int cpu = sched_getcpu();

	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void make_all(struct arena *a)
{
	int err;

	set_crash_handler(on_crash);
	make_early(a);
	err = fork_sharer(a);
	if (err)
		lose_early(a, err);
	make_late(a);
	set_crash_handler(SIG_DFL);
	for (size_t i = 0; i < a->nslots; i++)
		if (a->slot[i].made)
			check(&a->slot[i]);
}

static void default_signals(void)
{
	struct sigaction sa = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &sa, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_from(unsigned first)
{
	if (!syscall(SYS_close_range, first, ~0U, 0))
		return;
	for (int fd = getdtablesize(); fd >= (int)first; fd--)
		close(fd);
}

/* Nothing open but /dev/null three times and our two pipes. */
static int clean_descriptors(int notes_fd, int leash_fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int high[] = {
		fcntl(notes_fd, F_DUPFD, LEASH_FD + 1),
		fcntl(leash_fd, F_DUPFD, LEASH_FD + 1),
	};

	if (null < 0 || high[0] < 0 || high[1] < 0)
		return -errno;
	for (int fd = 0; fd < 3; fd++)
		if (dup2(null, fd) < 0)
			return -errno;
	if (dup2(high[0], NOTES_FD) < 0 || dup2(high[1], LEASH_FD) < 0)
		return -errno;
	close_from(LEASH_FD + 1);
	return 0;
}

_Noreturn void pt_demo_child(pid_t parent, int notes_fd, int leash_fd)
{
	struct arena a = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	setsid();	/* the keys ^C and ^Z are for pagetop */
	prctl(PR_SET_NAME, "pagetop-demo");
	prctl(PR_SET_MEMORY_MERGE, 0, 0, 0, 0);
	prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
	default_signals();
	pin_to_one_cpu();
	if (clean_descriptors(notes_fd, leash_fd) || reserve(&a))
		_exit(1);
	make_all(&a);
	trim(&a);
	if (!send_notes(&a))
		_exit(1);
	sleep_until_end(LEASH_FD);
	end_sharer(&a);
	_exit(0);
}
