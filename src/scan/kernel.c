#include "pagetop/scan/kernel.h"

#include <errno.h>
#include "pagetop/base/text.h"
#include "pagetop/kernel/cgroup.h"
#include "pagetop/kernel/machine.h"
#include "pagetop/scan/census.h"
#include "pagetop/scan/forks.h"
#include "pagetop/scan/look.h"
#include "pagetop/scan/pulse.h"
#include "pagetop/scan/visit.h"

static struct pt_kernel *kernel_of(struct pt_source *s)
{
	return (struct pt_kernel *)s;
}

static const struct pt_kernel *kernel(const struct pt_source *s)
{
	return (const struct pt_kernel *)s;
}

/* ---- words */

static const char *why(const struct pt_source *s, int err)
{
	return pt_probe_why(&kernel(s)->probe, err);
}

static void tell(const struct pt_source *s, enum pt_source_text what, struct pt_str *out)
{
	static void (*const of[])(const struct pt_root *, struct pt_str *) = {
		[PT_SOURCE_HOST] = pt_machine_host, [PT_SOURCE_MACHINE] = pt_machine_text,
		[PT_SOURCE_BOOT] = pt_machine_boot,
	};

	of[what](kernel(s)->env.root, out);
}

static void words(const struct pt_source *s, size_t moment, struct pt_str *out)
{
	(void)s;
	(void)moment;
	pt_str_adds(out, "now");
}

static struct timespec when(const struct pt_source *s, size_t moment)
{
	struct timespec now;

	(void)s;
	(void)moment;
	clock_gettime(CLOCK_REALTIME, &now);
	return now;
}

static bool has_all(const struct pt_source *s, size_t moment)
{
	(void)s;
	(void)moment;
	return true;
}

static pid_t self(const struct pt_source *s)
{
	const struct pt_root *root = kernel(s)->env.root;

	return root->real ? pt_self_pid(root->proc_fd) : 0;
}

static const char *undecided(const struct pt_source *s, const char *refusal, unsigned needs,
			     unsigned got)
{
	const struct pt_probe *probe = &kernel(s)->probe;
	const char *why_not = refusal;

	if (!why_not)		/* names all that is lacking */
		why_not = pt_probe_why_kpage(probe, PT_KPAGE_FLAGS);
	if (!why_not && needs & PT_NEED_CGROUP)
		why_not = pt_probe_why_kpage(probe, PT_KPAGE_CGROUP);
	if (!why_not && !(got >> PT_GOT_PFN & 1))
		why_not = pt_probe_why_pfn(probe);
	return why_not ? why_not : "readable data is inconclusive";
}

static int cgroup(struct pt_source *s, uint64_t inode, struct pt_str *out)
{
	struct pt_str path = PT_STR_INIT;
	int err = pt_cgroup_path(kernel_of(s)->env.root, inode, &path);

	if (!err)
		pt_escape(out, path.s, path.len);
	pt_str_done(&path);
	return err;
}

/* ---- processes */

static int list(struct pt_source *s, const struct pt_wish *wish, const struct pt_table *before,
		struct pt_table **ret)
{
	struct pt_kernel *k = kernel_of(s);

	k->env.last = NULL;
	k->env.alone = before;		/* the first time as fast as can be, then out of the way */
	return pt_census_list(&k->env, wish->needs, before, ret);
}

static int one(struct pt_source *s, size_t moment, pid_t pid, struct pt_table **ret)
{
	(void)moment;
	return pt_census_one(&kernel_of(s)->env, pid, ret);
}

static int sum(struct pt_source *s, const struct pt_wish *wish, struct pt_process *p)
{
	return pt_census_scan(&kernel_of(s)->env, wish->lens, p);
}

static void pulse(struct pt_source *s, struct pt_table *t)
{
	struct pt_kernel *k = kernel_of(s);

	pt_pulse_take(&k->env, &k->pulse);
	t->pulse = k->pulse;
}

/* ---- a look by itself */

/* Whether PFNs are shown: by a page that has one; without any page, by the privilege. */
static bool shows_pfn(const struct pt_kernel *k, const struct pt_image *img)
{
	for (size_t i = 0; i < img->runs.n; i++)
		if (img->runs.r[i].pm & PT_RUN(PRESENT))
			return img->runs.r[i].pm & PT_RUN(PFN);
	return k->probe.sys_admin;
}

/* Without PFNs nothing can be looked up in the files by PFN. */
static unsigned got_of(const struct pt_kernel *k, const struct pt_target *t,
		       const struct pt_image *img)
{
	bool pfn = !t->pm_err && shows_pfn(k, img);
	unsigned got = (!t->pm_err << PT_GOT_PAGEMAP) |
		       ((!t->pm_err && !t->pm.no_scan) << PT_GOT_SCAN) | (pfn << PT_GOT_PFN);

	for (int i = 0; i < PT_NKPAGE; i++)
		got |= (unsigned)(pfn && k->probe.kpage.fd[i] >= 0) << (PT_GOT_KPAGEFLAGS + i);
	for (size_t i = 0; i < img->vmas.n; i++)
		got |= (unsigned)img->vmas.v[i].got_smaps << PT_GOT_SMAPS;
	return got;
}

static int image(struct pt_source *s, const struct pt_wish *wish, struct pt_image **ret,
		 unsigned *ret_got)
{
	struct pt_kernel *k = kernel_of(s);
	struct pt_target t = pt_target_closed(wish->pid, wish->starttime);
	int err;

	k->env.last = NULL;
	k->env.alone = false;
	err = pt_look_process(&k->env, &t, wish, ret);
	if (!err && ret_got)
		*ret_got = got_of(k, &t, *ret);
	pt_target_close(&t);
	return err;
}

static int load(struct pt_source *s, const struct pt_wish *wish, struct pt_image **ret)
{
	return image(s, wish, ret, NULL);
}

static int settle(struct pt_source *s, size_t moment, const struct pt_table *t,
		  struct pt_image *now, const struct pt_image *base)
{
	(void)moment;
	(void)t;		/* who has come since then counts, too */
	return pt_forks_settle(&kernel_of(s)->env, now, base);
}

/* ---- the same again and again */

/* The process stays open from scan to scan: that is how its end, and exec, are seen. */
static int open_target(struct pt_kernel *k, const struct pt_wish *wish)
{
	bool same = k->target.dir_fd >= 0 && k->target.pid == wish->pid &&
		    (!wish->starttime || wish->starttime == k->target.starttime);

	if (same && !wish->reopen)
		return 0;
	pt_target_close(&k->target);
	k->last = pt_image_unref(k->last);
	return pt_visit_open(&k->env, wish->pid, wish->starttime, &k->target);
}

static bool is_of_target(const struct pt_kernel *k, const struct pt_image *img)
{
	return img && img->pid == k->target.pid && img->starttime == k->target.starttime;
}

/* The change lens compares with the moment when it was chosen, or with what was given. */
static int keep_base(struct pt_kernel *k, const struct pt_wish *wish, const struct pt_image *given)
{
	bool compares = wish->lens == PT_LENS_CHANGE;
	struct pt_image *img = NULL;
	int err = 0;

	if (is_of_target(k, given)) {
		given = pt_image_ref(given);
		pt_image_unref(k->base);
		k->env.base = k->base = given;
		k->env.last = NULL;
		return 0;
	}
	if (compares && is_of_target(k, k->base) && !wish->reopen)
		return 0;
	k->env.base = k->base = pt_image_unref(k->base);
	k->env.last = NULL;
	if (compares)
		err = pt_look(&k->env, &k->target, wish, &img);
	k->env.base = k->base = img;
	return err;
}

static int watch(struct pt_source *s, const struct pt_wish *wish, const struct pt_image *given,
		 struct pt_image **ret)
{
	struct pt_kernel *k = kernel_of(s);
	int err = open_target(k, wish);

	if (!err && wish->kind == PT_WISH_PROCESS)
		err = keep_base(k, wish, given);
	k->env.last = k->last;
	k->env.alone = k->last;		/* the first time as fast as can be, then out of the way */
	if (!err)
		err = pt_look(&k->env, &k->target, wish, ret);
	if (!err && wish->kind == PT_WISH_PROCESS) {
		pt_image_unref(k->last);
		k->last = pt_image_ref(*ret);
	}
	return err;
}

/* ---- who */

static int who(struct pt_source *s, size_t moment, uint64_t pfn, struct pt_who **ret)
{
	struct pt_kernel *k = kernel_of(s);
	struct pt_sharers *index = NULL;
	int err = pt_sharers_build(&k->env, &index, NULL, NULL);

	(void)moment;
	if (!err)
		err = pt_sharers_ask(&k->env, index, pfn, ret);
	pt_sharers_free(index);
	return err;
}

static int build_sharers(struct pt_kernel *k, pt_source_told_fn *told, void *arg)
{
	k->sharers = pt_sharers_free(k->sharers);
	return pt_sharers_build(&k->env, &k->sharers, told, arg);
}

/* From the index that is there; where that does not know all of them, from a new one. */
static int ask_sharers(struct pt_kernel *k, uint64_t pfn, pt_source_told_fn *told, void *arg,
		       struct pt_who **ret)
{
	bool old = k->sharers;
	int err = old ? 0 : build_sharers(k, told, arg);

	if (!err)
		err = pt_sharers_ask(&k->env, k->sharers, pfn, ret);
	if (!err && old && !(*ret)->complete) {
		pt_who_unref(*ret);
		*ret = NULL;
		err = build_sharers(k, told, arg);
		if (!err)
			err = pt_sharers_ask(&k->env, k->sharers, pfn, ret);
	}
	return err;
}

static int who_at(struct pt_source *s, const struct pt_wish *wish, pt_source_told_fn *told,
		  void *arg, struct pt_who **ret)
{
	struct pt_kernel *k = kernel_of(s);
	uint64_t word = 0;		/* what pagemap says of the page now */
	int err = open_target(k, wish);

	if (!err)
		err = pt_visit_words(&k->env, &k->target, wish->vpn, 1, &word);
	if (err)
		return err;
	if (word & PT_PM_PRESENT)
		return ask_sharers(k, word & PT_PM_PFN_MASK, told, arg, ret);
	*ret = pt_who_nobody();
	return *ret ? 0 : -ENOMEM;
}

/* ---- */

static void free_nothing(struct pt_source *s)
{
	(void)s;		/* it is part of whoever has it: pt_kernel_done() */
}

static const struct pt_source_class class = {
	.live = true,
	.free = free_nothing, .why = why, .tell = tell, .words = words, .when = when,
	.has_all = has_all, .self = self, .undecided = undecided, .list = list, .one = one,
	.sum = sum, .pulse = pulse, .image = image, .load = load, .watch = watch, .settle = settle,
	.who = who, .who_at = who_at, .cgroup = cgroup,
};

void pt_kernel_init(struct pt_kernel *k, const struct pt_root *root)
{
	*k = (struct pt_kernel){ .source.class = &class, .target = PT_TARGET_INIT };
	k->env = (struct pt_scan_env){
		.root = root, .probe = &k->probe, .spaces = &k->spaces, .holders = &k->holders,
	};
}

void pt_kernel_probe(struct pt_kernel *k)
{
	pt_probe_init(k->env.root, &k->probe);
}

void pt_kernel_heed(struct pt_kernel *k, const atomic_bool *cancel)
{
	k->source.cancel = k->env.cancel = cancel;
}

void pt_kernel_done(struct pt_kernel *k)
{
	pt_target_close(&k->target);
	pt_image_unref(k->base);
	pt_image_unref(k->last);
	pt_sharers_free(k->sharers);
	pt_spaces_done(&k->spaces);
	pt_holders_done(&k->holders);
	pt_probe_done(&k->probe);
}
