/*
 * What the screen asks for, and every sentence of what it is answered.
 */
#include "fuzz.h"

#include <pwd.h>
#include <stdio.h>
#include "pagetop/base/errand.h"
#include "pagetop/model/explain.h"
#include "pagetop/model/page_image.h"
#include "pagetop/model/sums.h"
#include "pagetop/scan/serve.h"
#include "pagetop/scan/source.h"

enum { MANY = 8, ALL = PT_NEED_PFNS | PT_NEED_ORDER | PT_NEED_NODE | PT_NEED_CGROUP | PT_NEED_PATHS | PT_NEED_SMAPS };

static void explain_mapping(const struct pt_image *img, const struct pt_vma *vma, struct pt_str *out)
{
	struct pt_counts counts = { .lens = img->lens };
	struct pt_sum sums[PT_NCOLS];
	struct pt_not_huge not_huge;

	pt_image_sums(img, vma, sums);
	pt_image_count(img, vma, 0, UINT64_MAX, &counts);
	pt_image_not_huge(img, vma, &not_huge);
	pt_explain_mapping(vma, pt_vma_vpn(vma), out);
}

static void explain_page(const struct pt_image *img, const struct pt_vma *vma, uint64_t vpn, struct pt_str *out)
{
	struct pt_image *page = pt_image_of_page(img, vpn);

	must(page);
	pt_explain_line(img, vma, vpn, out);
	pt_explain_text(page, vma, out);
	pt_explain_words(page, vma, out);
	pt_image_unref(page);
}

static void explain_image(const struct pt_image *img, struct pt_str *out)
{
	for (size_t v = 0; v < img->vmas.n && v < MANY; v++) {
		const struct pt_vma *vma = &img->vmas.v[v];
		uint64_t vpn = pt_vma_vpn(vma);

		explain_mapping(img, vma, out);
		for (int n = 0; n < MANY && vpn < pt_vma_end_vpn(vma); n++, vpn += pt_image_run(img, vma, vpn).npages)
			explain_page(img, vma, vpn, out);
	}
}

/* Of one page the answer is an image of its own. */
static void explain(const struct pt_wish *wish, const struct pt_image *img, struct pt_str *out)
{
	const struct pt_vma *vma = pt_image_vma(img, wish->vpn);

	if (wish->kind == PT_WISH_PROCESS)
		explain_image(img, out);
	else if (vma)
		pt_explain_text(img, vma, out);
	if (wish->kind == PT_WISH_PAGE && vma)
		pt_explain_words(img, vma, out);
}

static void name_processes(const struct pt_table *t, struct pt_str *out)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct pt_process *p = &t->p[i];
		const char *const text[] = { p->command, p->user, p->cgroup, p->why };

		for (size_t k = 0; k < sizeof(text) / sizeof(text[0]); k++)
			pt_str_adds(out, text[k] ? text[k] : "");
	}
}

static void hear(const struct pt_wish *wish, const struct pt_answer *a)
{
	struct pt_str out = PT_STR_INIT;

	must(!a->err == !a->why);
	pt_str_adds(&out, a->why ? a->why : "");
	if (a->img)
		explain(wish, a->img, &out);
	if (a->table)
		name_processes(a->table, &out);
	if (a->who)
		pt_explain_who(a->who, &out);
	fuzz_plain(&out);
	pt_str_done(&out);
}

/* In our own thread: the same each time, and nobody is left behind. */
int __wrap_pt_errand_run(struct pt_errand *e, const atomic_bool *cancel);
int __wrap_pt_errand_run(struct pt_errand *e, const atomic_bool *cancel)
{
	(void)cancel;
	for (size_t i = 0; i < e->nsteps && e->err >= 0; i++) {
		e->err = e->step(e, i);
		e->ndone = i + 1;
	}
	return 0;
}

/* No name service, which may be one of the network: some users have a hostile name, others none. */
int __wrap_getpwuid_r(uid_t uid, struct passwd *pw, char *buf, size_t len, struct passwd **ret);
int __wrap_getpwuid_r(uid_t uid, struct passwd *pw, char *buf, size_t len, struct passwd **ret)
{
	snprintf(buf, len, "\033[m%u", uid);
	pw->pw_name = buf;
	*ret = uid % 2 ? NULL : pw;
	return 0;
}

static void ask(struct pt_server *s, const struct pt_wish *wish)
{
	struct pt_answer a;
	uint64_t interval_ns;

	pt_serve(s, wish, &interval_ns);
	if (pt_mail_take(s->mail, &a)) {
		hear(wish, &a);
		pt_answer_done(&a);
	}
}

void fuzz_look(const struct pt_root *root, struct pt_source *source, size_t moment, size_t lens)
{
	const struct pt_image *base = fuzz_base();
	const enum pt_lens_id lenses[] = { PT_LENS_STATE, PT_LENS_CHANGE, (enum pt_lens_id)(lens % PT_NLENSES) };
	struct pt_wish wish = { .kind = PT_WISH_TABLE, .needs = PT_NEED_CGROUP, .moment = moment };
	struct pt_server s;
	struct pt_mail mail;

	pt_server_init(&s, root, source, &mail);
	must(!pt_mail_init(&mail, 1, s.source));
	pt_server_begin(&s);
	pt_mail_give(&mail, base);
	ask(&s, &wish);
	wish = (struct pt_wish){ .kind = PT_WISH_PROCESS, .pid = base->pid, .starttime = base->starttime, .needs = ALL,
				 .moment = moment };
	for (size_t i = 0; i < sizeof(lenses) / sizeof(lenses[0]); i++) {
		wish.lens = lenses[i];
		ask(&s, &wish);
	}
	wish.needs |= PT_NEED_CONTENTS;
	wish.kind = PT_WISH_PAGE;
	for (wish.vpn = pt_vma_vpn(base->vmas.v); wish.vpn < pt_vma_end_vpn(base->vmas.v); wish.vpn++)
		ask(&s, &wish);
	wish.kind = PT_WISH_WHO;
	wish.vpn = pt_vma_vpn(base->vmas.v) + 1;
	ask(&s, &wish);
	pt_server_done(&s);
	pt_mail_done(&mail);
}
