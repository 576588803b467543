/*
 * What the running kernel's pages are told to be, beside what the demo made of them: one line a state that is not
 * right, and a line of sums. For kernels-test, on each kernel that it boots; by hand on the one that runs.
 *
 *	# unknown  hugezero  lens size: ? for y: …why
 *	# wrong    written   lens state: k for p
 *	33 made, 32 right, 1 unknown, 0 wrong
 *
 * Right: in every lens each page has its sign, and its overlays. Unknown: a page is in the row "unknown" or in one
 * for what hidden facts leave open, and in no wrong one; the reason is the program's own. Exit status 1: one is wrong.
 */
#include <stdio.h>
#include <string.h>
#include "pagetop/demo/demo.h"
#include "pagetop/demo/demo_states.h"
#include "pagetop/model/explain.h"
#include "pagetop/scan/scan.h"

enum outcome { RIGHT, UNKNOWN, WRONG, NOUTCOMES };

static const char *const outcome_word[NOUTCOMES] = { "right", "unknown", "wrong" };

struct verdict {
	enum outcome outcome;
	char what[512];
};

/* The worst holds, and of its kind the first. */
static void judge(struct verdict *v, enum outcome outcome, const char *what)
{
	if (outcome <= v->outcome)
		return;
	v->outcome = outcome;
	snprintf(v->what, sizeof(v->what), "%s", what);
}

static void judge_lens(struct verdict *v, enum pt_lens_id lens, const struct pt_facts *f, char want)
{
	const struct pt_row *row = &pt_rows[pt_lens_row(lens, f)];
	bool free = want == '*' || lens == PT_LENS_CHANGE;
	char what[128];

	snprintf(what, sizeof(what), "lens %s: %c for %c", pt_lenses[lens].name, row->sign, want);
	if (row->sign != want && (!free || (row->last && lens != PT_LENS_CHANGE)))
		judge(v, row->last ? UNKNOWN : WRONG, what);
}

static void judge_overlays(struct verdict *v, const struct pt_facts *f, uint8_t want)
{
	uint8_t over = pt_overlays_of(f), open = pt_overlays_open(f);
	char what[128];

	for (int o = 0; o < PT_NOVERS; o++) {
		bool is = over >> o & 1, wanted = want >> o & 1;

		snprintf(what, sizeof(what), "%s: %s for %s", pt_overlays[o].name,
			 open >> o & 1 ? "unknown" : is ? "yes" : "no", wanted ? "yes" : "no");
		if (open >> o & 1 || is != wanted)
			judge(v, open >> o & 1 ? UNKNOWN : WRONG, what);
	}
}

static struct pt_image *scan(const struct pt_scan_env *env, const struct pt_wish *wish)
{
	struct pt_target t = pt_target_closed(wish->pid, 0);
	struct pt_image *img = NULL;
	int err = pt_scan_process(env, &t, wish, &img);

	if (err)
		fprintf(stderr, "matrix: the demo cannot be scanned: %s\n", strerror(-err));
	pt_target_close(&t);
	return img;
}

/* What the program itself says of such a page. */
static void add_reason(const struct pt_scan_env *env, pid_t pid, uint64_t vpn, struct verdict *v)
{
	const struct pt_wish wish = { .kind = PT_WISH_PAGE, .pid = pid, .vpn = vpn };
	struct pt_image *page = scan(env, &wish);
	struct pt_str s = PT_STR_INIT;
	size_t len = strlen(v->what);

	if (page && page->vmas.n)
		pt_explain_text(page, pt_image_vma(page, vpn), &s);
	snprintf(v->what + len, sizeof(v->what) - len, ": %s", s.s);
	pt_str_done(&s);
	pt_image_unref(page);
}

static struct verdict judge_state(const struct pt_scan_env *env, const struct pt_image *img,
				  const struct pt_demo_state *state, const struct pt_note *note)
{
	struct verdict v = { .outcome = RIGHT };
	uint64_t end = note->end >> PT_PAGE_SHIFT;

	for (uint64_t vpn = note->start >> PT_PAGE_SHIFT, n; vpn < end; vpn += n) {
		const struct pt_vma *vma = pt_image_vma(img, vpn);
		enum outcome before = v.outcome;
		struct pt_facts f;
		struct pt_run run;

		if (!vma) {
			judge(&v, WRONG, "no mapping");
			break;
		}
		run = pt_image_run(img, vma, vpn);
		f = pt_facts_of(&run, vma, &img->ctx);
		for (int lens = 0; lens < PT_NLENSES; lens++)
			judge_lens(&v, (enum pt_lens_id)lens, &f, pt_demo_sign(state, (enum pt_lens_id)lens));
		judge_overlays(&v, &f, state->over);
		if (v.outcome != before)
			add_reason(env, img->pid, vpn, &v);
		n = run.npages;
	}
	return v;
}

/* 0: no state is wrong. */
static int judge_all(const struct pt_scan_env *env, const struct pt_demo *demo)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .pid = pt_demo_pid(demo), .kflags = UINT64_MAX,
		.needs = PT_NEED_ORDER | PT_NEED_NODE | PT_NEED_SMAPS | PT_NEED_PFNS };
	size_t nstates, nnotes, n[NOUTCOMES] = { 0 };
	const struct pt_demo_state *state = pt_demo_states(&nstates);
	const struct pt_note *note = pt_demo_notes(demo, &nnotes);
	struct pt_image *img = scan(env, &wish);

	for (size_t i = 0; img && i < nstates && i < nnotes; i++) {
		struct verdict v;

		if (!note[i].start) {
			printf("# not made %-14s %s\n", state[i].id, note[i].text);
			continue;
		}
		v = judge_state(env, img, &state[i], &note[i]);
		n[v.outcome]++;
		if (v.outcome != RIGHT)
			printf("# %-8s %-14s %s\n", outcome_word[v.outcome], state[i].id, v.what);
	}
	pt_image_unref(img);
	printf("%zu made, %zu right, %zu unknown, %zu wrong\n", n[RIGHT] + n[UNKNOWN] + n[WRONG], n[RIGHT], n[UNKNOWN],
	       n[WRONG]);
	return n[WRONG] || !n[RIGHT];
}

int main(void)
{
	struct pt_root root = PT_ROOT_INIT;
	struct pt_probe probe;
	struct pt_scan_env env = { .root = &root, .probe = &probe };
	struct pt_demo *demo = NULL;
	int err = pt_demo_start(&demo), r = 2;

	if (!err)
		err = pt_root_init(&root, NULL, NULL);
	if (err) {
		fprintf(stderr, "matrix: no demo: %s\n", strerror(-err));
	} else {
		pt_probe_init(&root, &probe);
		r = judge_all(&env, demo);
		pt_probe_done(&probe);
	}
	pt_root_done(&root);
	pt_demo_stop(demo);
	return r;
}
