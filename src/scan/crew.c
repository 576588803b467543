#include "pagetop/scan/crew.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <time.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/memory.h"
#include "pagetop/scan/walk.h"

enum {
	NSLOTS = 16,			/* parts that wait for those before them,
					   or for the caller */
	NSTEPS = 2,			/* of a window that was cut well: about a millisecond */
	FEW_REGIONS = PT_MAX_REGIONS / 4,	/* so few of a window: the next one may be larger */
};

#define REST_NS UINT64_C(20000000)	/* at a time */
#define ALONE_NS UINT64_C(2000000)	/* what takes longer is worth a second thread */

/* Addresses that one thread reads. */
struct window {
	uint64_t vpn, end_vpn;
	struct slot *slot;
	size_t nsteps, nregions, npages;	/* what was found in it */
};

struct slot {
	struct pt_part part;
	bool done;
};

struct crew {
	const struct pt_chunk_job *job;
	struct pt_pagemap *pm;
	struct pt_image *img;
	uint64_t start_ns;
	unsigned nthreads;		/* at most */
	pthread_t helper[PT_CREW_MAX];
	pthread_mutex_t lock;		/* over all that follows, but for slots that
					   are being filled */
	pthread_cond_t wake;
	unsigned nhelpers;
	bool no_scan;			/* what the caller found, for it to keep */
	struct slot slot[NSLOTS];
	uint64_t ntaken, ngiven;	/* windows; parts that are in the image */
	unsigned nreading;		/* windows that somebody is at */
	uint64_t vpn, end_vpn;		/* what is left */
	uint64_t width;			/* of the next window, in pages */
	int err;
	struct pt_crew_result result;
};

/* Begins with a mapping, and leaves enough of a large one for the others. */
static void cut_window(struct crew *crew, struct window *ret)
{
	const struct pt_vmas *vmas = &crew->img->vmas;
	size_t i = pt_vma_at_or_above(vmas->v, vmas->n, crew->vpn << PT_PAGE_SHIFT);
	uint64_t from = i < vmas->n ? pt_vma_vpn(&vmas->v[i]) : crew->end_vpn, width = crew->width,
		 most;

	from = from > crew->vpn ? from : crew->vpn;
	from = from < crew->end_vpn ? from : crew->end_vpn;
	most = i < vmas->n ? (pt_vma_end_vpn(&vmas->v[i]) - from) / (2 * crew->nthreads) : 0;
	if (width > most && most > PT_STEP_NPAGES)
		width = most;
	if (crew->pm->no_scan || width > crew->end_vpn - from)
		width = crew->end_vpn - from;
	*ret = (struct window){ .vpn = from,
				.end_vpn = from + width,
				.slot = &crew->slot[crew->ntaken % NSLOTS] };
	crew->vpn = from + width;
}

/* The next one is as wide as this one should have been. */
static void set_width(struct crew *crew, const struct window *w)
{
	if (w->nregions < FEW_REGIONS && w->npages < PT_STEP_NPAGES / 4)
		crew->width *= 4;
	else if (w->nsteps > NSTEPS)
		crew->width = crew->width * NSTEPS / w->nsteps;
	if (crew->width < PT_STEP_NPAGES)
		crew->width = PT_STEP_NPAGES;
}

static int append(struct pt_image *img, const struct pt_part *p)
{
	const struct pt_vma *vma = p->runs.n ? pt_image_vma(img, p->runs.r[0].vpn) : NULL;
	struct pt_run *last = img->runs.n ? &img->runs.r[img->runs.n - 1] : NULL;
	int err = 0;

	for (size_t i = 0; i < p->runs.n && !err; i++)
		err = pt_runs_append(&img->runs, &p->runs.r[i],
				     !i && last && last->vpn >= pt_vma_vpn(vma));
	for (size_t i = 0; i < p->nframes && !err; i++)
		err = pt_pfns_add(&img->pfns, p->frames[i].vpn, p->frames[i].pfn,
				  p->frames[i].npages);
	img->nunstable += p->nunstable;
	return err;
}

/* This part is done. */
static void give(struct crew *crew, const struct window *w, int err)
{
	pthread_mutex_lock(&crew->lock);
	w->slot->done = true;
	crew->nreading--;
	set_width(crew, w);
	crew->err = crew->err ? crew->err : err;
	pthread_cond_broadcast(&crew->wake);
	pthread_mutex_unlock(&crew->lock);
}

/* The part whose turn it is; NULL: it is not there yet. */
static struct slot *next_part(struct crew *crew, bool *ret_useful)
{
	struct slot *s;
	bool yes;

	pthread_mutex_lock(&crew->lock);
	s = &crew->slot[crew->ngiven % NSLOTS];
	yes = crew->ngiven < crew->ntaken && s->done;
	*ret_useful = !crew->err;
	pthread_mutex_unlock(&crew->lock);
	return yes ? s : NULL;
}

/*
 * All parts whose turn it is. Only the caller does this: nobody waits for it, as long as
 * there are slots.
 */
static void collect(struct crew *crew)
{
	bool useful;

	for (struct slot *s; (s = next_part(crew, &useful));) {
		int err = useful ? append(crew->img, &s->part) : 0;

		crew->result.nkept += s->part.nkept;
		crew->result.open |= s->part.open;
		pt_part_reset(&s->part);
		pthread_mutex_lock(&crew->lock);
		crew->err = crew->err ? crew->err : err;
		s->done = false;
		crew->ngiven++;
		pthread_cond_broadcast(&crew->wake);
		pthread_mutex_unlock(&crew->lock);
	}
}

/*
 * The next window; false: there is none, or it is of no use any more. Nobody but the caller makes
 * room, and others may give back what they cannot finish alone: it stays until nobody reads any
 * more.
 */
static bool take(struct crew *crew, bool boss, struct window *ret)
{
	bool yes = false;

	pthread_mutex_lock(&crew->lock);
	while (!crew->err) {
		bool left = crew->vpn < crew->end_vpn;

		yes = left && crew->ntaken - crew->ngiven < NSLOTS;
		if (yes || (!left && (!boss || !crew->nreading)))
			break;
		if (!boss || !crew->slot[crew->ngiven % NSLOTS].done) {
			pthread_cond_wait(&crew->wake, &crew->lock);
			continue;
		}
		pthread_mutex_unlock(&crew->lock);
		collect(crew);
		pthread_mutex_lock(&crew->lock);
	}
	if (yes) {
		cut_window(crew, ret);
		crew->ntaken++;
		crew->nreading++;
	}
	pthread_mutex_unlock(&crew->lock);
	return yes;
}

/*
 * So that no more than a share of a core is used. In steps: who does nothing for long is
 * taken to be stuck.
 */
static void rest(const struct pt_scan_env *env, uint64_t cpu_ns)
{
	uint64_t ns = env->share > 0 && env->share < 1 ?
			      (uint64_t)((double)cpu_ns * (1 / env->share - 1)) :
			      0;

	for (uint64_t step; ns && !pt_scan_cancelled(env); ns -= step) {
		step = ns < REST_NS ? ns : REST_NS;
		nanosleep(&(struct timespec){ .tv_nsec = (long)step }, NULL);
	}
}

/* The words from which the run was made, and the cgroup. */
static void keep_words(const struct pt_chunk_job *job, const struct pt_chunk *c,
		       struct pt_page_words *w)
{
	const struct pt_probe *probe = job->env->probe;
	uint64_t count, pfn;

	pt_chunk_words(c, &w->pagemap, &w->kpage[PT_KPAGE_FLAGS], &count);
	if (!job->img->why_kpage[PT_KPAGE_COUNT])
		w->kpage[PT_KPAGE_COUNT] = count;
	pfn = w->pagemap & PT_PM_PRESENT ? w->pagemap & PT_PM_PFN_MASK : 0;
	pt_kpage_read(&probe->kpage, PT_KPAGE_CGROUP, &pfn, 1, &w->kpage[PT_KPAGE_CGROUP]);
	if (pfn)
		w->node = pt_node_of_pfn(&probe->nodes, pfn);
}

/*
 * The window is fuller than was thought: what is left of it is for all, if nobody has begun
 * with what follows.
 */
static void give_back(struct crew *crew, struct window *win, struct pt_walk *walk)
{
	pthread_mutex_lock(&crew->lock);
	if (crew->vpn == win->end_vpn && walk->vpn < walk->end_vpn) {
		crew->width = walk->vpn - win->vpn;
		crew->vpn = win->end_vpn = walk->end_vpn = walk->vpn;
		pthread_cond_broadcast(&crew->wake);
	}
	pthread_mutex_unlock(&crew->lock);
}

/* The pages of a window become a part. */
static int read_window(struct crew *crew, struct window *win, struct pt_walk *walk,
		       struct pt_chunk *c)
{
	struct pt_region region[PT_MAX_REGIONS];
	int err = 0;

	pt_walk_from(walk, win->vpn, win->end_vpn);
	while (!err && walk->vpn < walk->end_vpn) {
		uint64_t cpu_ns = pt_cpu_ns();
		ssize_t n = pt_walk_next(walk, region);

		err = n < 0 ? (int)n : pt_chunk_read(c, region, (size_t)n, &win->slot->part);
		walk->dense = !err && pt_chunk_is_dense(c);
		win->nsteps++;
		win->nregions += n > 0 ? (size_t)n : 0;
		for (ssize_t i = 0; i < n; i++)
			win->npages += region[i].npages;
		if (win->nsteps == NSTEPS && crew->nthreads > 1 && !walk->pm->no_scan)
			give_back(crew, win, walk);
		rest(crew->job->env, pt_cpu_ns() - cpu_ns);
	}
	if (!err && crew->job->words && win->slot->part.runs.n)
		keep_words(crew->job, c, &crew->img->page);
	return err;
}

static void *help(void *arg);

static void get_help(struct crew *crew)
{
	pthread_mutex_lock(&crew->lock);
	while (crew->nhelpers + 1 < crew->nthreads && crew->vpn < crew->end_vpn &&
	       !pthread_create(&crew->helper[crew->nhelpers], NULL, help, crew))
		crew->nhelpers++;
	pthread_mutex_unlock(&crew->lock);
}

static void work(struct crew *crew, bool boss)
{
	struct pt_pagemap pm = *crew->pm;
	struct pt_walk *walk = pt_malloc(sizeof(*walk));
	struct pt_chunk *c = pt_chunk_new(crew->job, &pm);
	struct window w;

	if (walk) {
		walk->env = crew->job->env;
		walk->pm = &pm;
		walk->vmas = &crew->img->vmas;
		walk->dense = false;
	}
	while (take(crew, boss, &w)) {
		int err = walk && c ? read_window(crew, &w, walk, c) : -ENOMEM;

		give(crew, &w, err);
		if (boss)
			collect(crew);
		if (boss && crew->nthreads > 1 && !pm.no_scan &&
		    pt_now_ns() - crew->start_ns > ALONE_NS)
			get_help(crew);
	}
	if (boss)
		crew->no_scan = pm.no_scan;
	free(walk);
	pt_chunk_free(c);
}

static void *help(void *arg)
{
	struct crew *crew = arg;
	uint64_t cpu_ns = pt_cpu_ns();

	work(crew, false);
	cpu_ns = pt_cpu_ns() - cpu_ns;
	pthread_mutex_lock(&crew->lock);
	crew->result.cpu_ns += cpu_ns;
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

static unsigned threads_of(const struct pt_scan_env *env, const struct pt_pagemap *pm)
{
	int n = env->share > 0 || env->alone || pm->no_scan ? 1 : get_nprocs();

	if (n < 1)
		return 1;
	return n < PT_CREW_MAX ? (unsigned)n : PT_CREW_MAX;
}

int pt_crew_run(const struct pt_chunk_job *job, struct pt_pagemap *pm, struct pt_image *img,
		struct pt_crew_result *ret)
{
	uint64_t last = pt_walk_last_vpn(&img->vmas);
	struct crew crew = { .job = job,
			     .pm = pm,
			     .img = img,
			     .start_ns = pt_now_ns(),
			     .nthreads = threads_of(job->env, pm),
			     .lock = PTHREAD_MUTEX_INITIALIZER,
			     .wake = PTHREAD_COND_INITIALIZER,
			     .vpn = img->lo_vpn,
			     .end_vpn = img->hi_vpn < last ? img->hi_vpn : last,
			     .width = PT_STEP_NPAGES };

	img->pfns.like = job->keep.last ? &job->keep.last->pfns : NULL;
	work(&crew, true);
	while (crew.nhelpers)
		pthread_join(crew.helper[--crew.nhelpers], NULL);
	collect(&crew);
	pm->no_scan = crew.no_scan;
	crew.err = crew.err ? crew.err : pt_pfns_close(&img->pfns);
	for (size_t i = 0; i < NSLOTS; i++)
		pt_part_done(&crew.slot[i].part);
	pthread_mutex_destroy(&crew.lock);
	pthread_cond_destroy(&crew.wake);
	*ret = crew.result;
	return crew.err;
}
