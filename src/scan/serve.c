#include "pagetop/scan/serve.h"

#include <errno.h>
#include "pagetop/base/clock.h"
#include "pagetop/model/change.h"
#include "pagetop/model/page_image.h"
#include "pagetop/model/sums.h"
#include "pagetop/scan/census.h"
#include "pagetop/scan/forks.h"
#include "pagetop/scan/look.h"
#include "pagetop/scan/visit.h"

#define PUBLISH_NS UINT64_C(100000000)	/* a long pass over all processes is shown this often */

/* A copy goes to the screen, ours is filled on. */
static int publish_table(struct pt_server *s, const struct pt_wish *wish, const struct pt_table *t,
			 uint64_t interval_ns)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind, .interval_ns = interval_ns };

	a.table = pt_table_copy(t);
	if (!a.table)
		return -ENOMEM;
	pt_table_sort((struct pt_table *)a.table);	/* not published yet: still ours */
	pt_mail_publish(s->mail, &a);
	return 0;
}

static bool is_first(const struct pt_wish *wish, pid_t pid)
{
	for (unsigned i = 0; i < wish->nfirst; i++)
		if (wish->first[i] == pid)
			return true;
	return false;
}

/* A change is of two moments, of which one may be another now. */
static bool is_loaded(const struct pt_server *s, const struct pt_wish *wish)
{
	return s->loaded && s->loaded_moment == wish->moment && s->loaded->pid == wish->pid &&
	       s->loaded->starttime == wish->starttime && s->loaded->lens == wish->lens && wish->lens != PT_LENS_CHANGE;
}

static int compare(struct pt_server *s, const struct pt_wish *wish, const struct pt_image *base, struct pt_image *img)
{
	struct pt_table *t = NULL;
	int err = pt_change_mark(img, base);

	if (!err && pt_change_is_open(img))
		err = s->source->table(s->source->arg, wish->moment, &t);
	if (!err && t)
		err = pt_forks_settle_from(s->source, wish->moment, t, img, base);
	pt_table_unref(t);
	return err;
}

/* The image as the wish wants to look at it. */
static int image_from_source(struct pt_server *s, const struct pt_wish *wish, const struct pt_image *base,
			     struct pt_image **ret)
{
	struct pt_image *img = NULL;
	int err;

	if (is_loaded(s, wish)) {
		*ret = (struct pt_image *)pt_image_ref(s->loaded);
		return 0;
	}
	err = s->source->image(s->source->arg, wish, &img);
	if (err)
		return err;
	img->lens = wish->lens;
	img->mono_ns = pt_now_ns();
	if (wish->lens == PT_LENS_CHANGE && base && !img->why_pages && !base->why_pages)
		err = compare(s, wish, base, img);
	if (err) {
		pt_image_unref(img);
		return err;
	}
	pt_image_complete(img);
	pt_image_unref(s->loaded);
	s->loaded = pt_image_ref(img);
	s->loaded_moment = wish->moment;
	*ret = img;
	return 0;
}

static int row_from_source(struct pt_server *s, const struct pt_wish *wish, struct pt_process *p)
{
	struct pt_wish one = *wish;
	struct pt_image *img = NULL;
	int err;

	if (pt_scan_cancelled(&s->env))
		return -ECANCELED;
	if (p->err || p->kthread || p->zombie)
		return 0;
	one.pid = p->pid;
	one.starttime = p->starttime;
	err = image_from_source(s, &one, NULL, &img);
	if (err == -ECANCELED || err == -ENOMEM)
		return err;
	p->err = err ? err : img->why_pages ? -EACCES : 0;
	p->why = err ? s->source->why(err) : img->why_pages;
	if (!p->err)
		pt_census_sum(p, img);
	pt_image_unref(img);
	return 0;
}

/* Those on the screen first, then all others. */
static int scan_rows(struct pt_server *s, const struct pt_wish *wish, struct pt_table *t)
{
	uint64_t shown_ns = pt_now_ns();
	int err = 0;

	for (int pass = 0; pass < 2 && !err; pass++)
		for (size_t i = 0; i < t->n && !err; i++) {
			if (is_first(wish, t->p[i].pid) != (pass == 0))
				continue;
			err = s->source ? row_from_source(s, wish, &t->p[i]) :
					  pt_census_scan(&s->env, wish->lens, &t->p[i]);
			if (!err && pt_now_ns() - shown_ns > PUBLISH_NS) {
				err = publish_table(s, wish, t, 0);
				shown_ns = pt_now_ns();
			}
		}
	return err;
}

static uint64_t interval(struct pt_server *s, const struct pt_wish *wish, uint64_t cpu_ns)
{
	uint64_t least = (uint64_t)wish->interval_ms * 1000000;
	uint64_t fair = (uint64_t)((double)cpu_ns / pt_mail_share(s->mail));

	return fair > least ? fair : least;
}

/* A file says the same each time: its list is made once for each moment and lens. */
static bool is_made(const struct pt_server *s, const struct pt_wish *wish)
{
	return s->source && s->table && s->table->complete && s->table_moment == wish->moment &&
	       s->table_lens == wish->lens;
}

static int serve_table(struct pt_server *s, const struct pt_wish *wish, uint64_t *ret_interval_ns)
{
	uint64_t start_ns = pt_now_ns(), cpu_ns = pt_cpu_ns();
	bool first = !s->table;
	struct pt_table *t = NULL;
	int err;

	if (is_made(s, wish))
		return publish_table(s, wish, s->table, 0);
	err = s->source ? s->source->table(s->source->arg, wish->moment, &t) :
			  pt_census_list(&s->env, wish->needs, s->table, &t);
	if (!err && !s->source) {
		pt_pulse_take(&s->env, &s->pulse);
		t->pulse = s->pulse;
	}
	first |= s->source != NULL;
	s->env.last = NULL;
	s->env.alone = !first;	/* the first time as fast as can be, then out of the way */
	if (!err && first)	/* names at once, pages as they come */
		err = publish_table(s, wish, t, 0);
	if (!err)
		err = scan_rows(s, wish, t);
	if (!err) {
		t->complete = true;
		t->cost_ns = pt_now_ns() - start_ns;
		t->cpu_ns = pt_cpu_ns() - cpu_ns;
		*ret_interval_ns = interval(s, wish, t->cpu_ns);
		err = publish_table(s, wish, t, *ret_interval_ns);
	}
	if (t) {	/* what was found so far is kept, also when cancelled */
		pt_table_unref(s->table);
		s->table = t;
		s->table_moment = wish->moment;
		s->table_lens = wish->lens;
	}
	return err;
}

/* The process stays open from scan to scan: that is how its end, and exec, are seen. */
static int open_target(struct pt_server *s, const struct pt_wish *wish)
{
	bool same = s->target.dir_fd >= 0 && s->target.pid == wish->pid &&
		    (!wish->starttime || wish->starttime == s->target.starttime);

	if (same && !wish->reopen)
		return 0;
	pt_target_close(&s->target);
	s->last = pt_image_unref(s->last);
	return pt_visit_open(&s->env, wish->pid, wish->starttime, &s->target);
}

/* The change lens compares with the moment when it was chosen, or with what was given. */
static int keep_base(struct pt_server *s, const struct pt_wish *wish)
{
	bool same = s->base && s->base->pid == s->target.pid && s->base->starttime == s->target.starttime;
	const struct pt_image *given = wish->lens == PT_LENS_CHANGE ?
				       pt_mail_given(s->mail, s->target.pid, s->target.starttime) : NULL;
	struct pt_image *img = NULL;
	int err = 0;

	if (given) {
		pt_image_unref(s->base);
		s->env.base = s->base = given;
		s->env.last = NULL;
		return 0;
	}
	if (wish->lens == PT_LENS_CHANGE && same && !wish->reopen)
		return 0;
	s->env.base = s->base = pt_image_unref(s->base);
	s->env.last = NULL;
	if (wish->lens == PT_LENS_CHANGE)
		err = pt_look(&s->env, &s->target, wish, &img);
	s->env.base = s->base = img;
	return err;
}

static int serve_process(struct pt_server *s, const struct pt_wish *wish, uint64_t *ret_interval_ns)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };
	struct pt_image *img = NULL;
	int err = open_target(s, wish);

	if (!err && wish->kind == PT_WISH_PROCESS)
		err = keep_base(s, wish);
	s->env.last = s->last;
	s->env.alone = s->last;		/* the first time as fast as can be, then out of the way */
	if (!err)
		err = pt_look(&s->env, &s->target, wish, &img);
	if (err)
		return err;
	if (wish->kind == PT_WISH_PROCESS) {
		pt_image_unref(s->last);
		s->last = pt_image_ref(img);
	}
	*ret_interval_ns = a.interval_ns = interval(s, wish, img->cpu_ns);
	a.img = img;
	pt_mail_publish(s->mail, &a);
	return 0;
}

/* The same from a file, of which also a page, and who maps it, are told by the image. */
static int image_of_source(struct pt_server *s, const struct pt_wish *wish, struct pt_image **ret)
{
	const struct pt_image *given = wish->lens == PT_LENS_CHANGE ? pt_mail_given(s->mail, wish->pid, wish->starttime) : NULL;
	int err = image_from_source(s, wish, given, ret);

	pt_image_unref(given);
	return err;
}

static int who_of_source(struct pt_server *s, const struct pt_wish *wish, const struct pt_image *img, struct pt_who **ret)
{
	const struct pt_vma *vma = pt_image_vma(img, wish->vpn);

	if (vma && pt_image_run(img, vma, wish->vpn).pm & PT_RUN(PRESENT))
		return s->source->who(s->source->arg, wish->moment, pt_image_pfn(img, wish->vpn), ret);
	*ret = pt_who_nobody();
	return *ret ? 0 : -ENOMEM;
}

static int serve_from_source(struct pt_server *s, const struct pt_wish *wish)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };
	struct pt_image *img = NULL;
	struct pt_who *who = NULL;
	int err = image_of_source(s, wish, &img);

	if (!err && wish->kind == PT_WISH_WHO)
		err = who_of_source(s, wish, img, &who);
	if (!err && wish->kind == PT_WISH_PAGE) {
		struct pt_image *page = pt_image_of_page(img, wish->vpn);

		err = page ? 0 : -ENOMEM;
		if (page)
			s->source->page(s->source->arg, page);
		a.img = page;
	}
	if (!err && wish->kind == PT_WISH_PROCESS) {
		a.img = pt_image_ref(img);
		if (s->source->history(s->source->arg, wish, &a.history))
			a.history = NULL;	/* the image is worth more */
	}
	a.who = who;
	if (!err)
		pt_mail_publish(s->mail, &a);
	pt_image_unref(img);
	return err;
}

/* Its answer says only that it is done; that it was cancelled, too. */
static void serve_job(struct pt_server *s, const struct pt_wish *wish)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };

	s->env.last = NULL;
	s->env.alone = false;
	wish->job->err = wish->job->run(wish->job, &s->env);
	atomic_store(&wish->job->done, true);
	pt_mail_publish(s->mail, &a);
}

struct progress {
	struct pt_server *s;
	const struct pt_wish *wish;
	uint64_t shown_ns;
};

static void show_progress(void *arg, size_t ndone, size_t nall)
{
	struct progress *p = arg;
	struct pt_answer a = { .seq = p->wish->seq, .kind = p->wish->kind, .ndone = ndone, .nall = nall };

	if (pt_now_ns() - p->shown_ns < PUBLISH_NS)
		return;
	p->shown_ns = pt_now_ns();
	pt_mail_publish(p->s->mail, &a);
}

static int build_sharers(struct pt_server *s, const struct pt_wish *wish)
{
	struct progress p = { s, wish, pt_now_ns() };

	s->sharers = pt_sharers_free(s->sharers);
	return pt_sharers_build(&s->env, &s->sharers, show_progress, &p);
}

/* What pagemap says of the page now. */
static int word_now(struct pt_server *s, const struct pt_wish *wish, uint64_t *ret)
{
	int err = open_target(s, wish);

	if (!err)
		err = pt_visit_words(&s->env, &s->target, wish->vpn, 1, ret);
	return err;
}

/* From the index that is there; where that does not know all of them, from a new one. */
static int ask_sharers(struct pt_server *s, const struct pt_wish *wish, uint64_t pfn, struct pt_who **ret)
{
	bool old = s->sharers;
	int err = old ? 0 : build_sharers(s, wish);

	if (!err)
		err = pt_sharers_ask(&s->env, s->sharers, pfn, ret);
	if (!err && old && !(*ret)->complete) {
		pt_who_unref(*ret);
		*ret = NULL;
		err = build_sharers(s, wish);
		if (!err)
			err = pt_sharers_ask(&s->env, s->sharers, pfn, ret);
	}
	return err;
}

static int serve_who(struct pt_server *s, const struct pt_wish *wish)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };
	struct pt_who *who = NULL;
	uint64_t word = 0;
	int err = word_now(s, wish, &word);

	if (!err && !(word & PT_PM_PRESENT))
		err = (who = pt_who_nobody()) ? 0 : -ENOMEM;
	else if (!err)
		err = ask_sharers(s, wish, word & PT_PM_PFN_MASK, &who);
	a.who = who;
	if (!err)
		pt_mail_publish(s->mail, &a);
	return err;
}

void pt_serve(struct pt_server *s, const struct pt_wish *wish, uint64_t *ret_interval_ns)
{
	struct pt_answer a = { .seq = wish->seq, .kind = wish->kind };

	*ret_interval_ns = (uint64_t)wish->interval_ms * 1000000;
	if (wish->kind == PT_WISH_JOB) {
		serve_job(s, wish);
		return;
	}
	a.err = s->source && wish->kind != PT_WISH_TABLE ? serve_from_source(s, wish) :
		wish->kind == PT_WISH_TABLE ? serve_table(s, wish, ret_interval_ns) :
		wish->kind == PT_WISH_WHO ? serve_who(s, wish) :
					      serve_process(s, wish, ret_interval_ns);
	if (a.err && a.err != -ECANCELED) {
		a.why = s->source ? s->source->why(a.err) : pt_probe_why(&s->probe, a.err);
		a.interval_ns = *ret_interval_ns;
		pt_mail_publish(s->mail, &a);
	}
}

void pt_server_init(struct pt_server *s, const struct pt_root *root, const struct pt_scan_source *source,
		    struct pt_mail *mail)
{
	*s = (struct pt_server){ .mail = mail, .source = source, .target = PT_TARGET_INIT };
	s->env = (struct pt_scan_env){ .root = root, .probe = &s->probe, .spaces = &s->spaces, .holders = &s->holders, .cancel = &mail->cancel };
	pt_probe_init(root, &s->probe);
}

void pt_server_done(struct pt_server *s)
{
	pt_target_close(&s->target);
	pt_table_unref(s->table);
	pt_image_unref(s->base);
	pt_image_unref(s->last);
	pt_image_unref(s->loaded);
	pt_sharers_free(s->sharers);
	pt_spaces_done(&s->spaces);
	pt_holders_done(&s->holders);
	pt_probe_done(&s->probe);
}
