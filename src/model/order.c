#include "pagetop/model/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/model/kinds.h"
#include "pagetop/model/needs.h"
#include "pagetop/model/sums.h"

enum { UNKNOWN = 1, NONE };

/* What a row is sorted by; equal ones stay in the order of the list. */
struct key {
	double n;
	const char *text;		/* in place of n */
	uint32_t row;
	int last;			/* UNKNOWN, or NONE, has no memory: below all others,
					   whichever way it is sorted */
};

struct pt_shape pt_shape_default(enum pt_list_id list)
{
	return (struct pt_shape){ .list = list,
				  .heading = list == PT_IN_PROCESSES ? PT_HEADING_RSS :
								       PT_HEADING_RANGE };
}

unsigned pt_shape_needs(const struct pt_shape *shape)
{
	unsigned needs = pt_headings[shape->heading].needs;

	for (int i = 0; i < shape->columns.n; i++)
		needs |= pt_headings[shape->columns.heading[i]].needs;
	return needs | (pt_list_filter_cgroups(&shape->filter) ? PT_NEED_CGROUP : 0);
}

void pt_order_done(struct pt_order *o)
{
	free(o->r);
	*o = (struct pt_order){ .n = 0 };
}

size_t pt_order_find(const struct pt_order *o, size_t row)
{
	size_t i = 0;

	while (i < o->n && o->r[i].row != row)
		i++;
	return i;
}

static int compare(const void *a, const void *b, void *down)
{
	const struct key *x = a, *y = b;
	int by;

	if (x->last != y->last)
		return x->last - y->last;
	by = x->text ? strcoll(x->text, y->text) : (x->n > y->n) - (x->n < y->n);
	if (by)
		return *(bool *)down ? -by : by;
	return (x->row > y->row) - (x->row < y->row);
}

static double sum_of(const struct pt_sum *sum, int column)
{
	return (double)pt_sum_bytes((enum pt_column)column, sum);
}

static struct key value_key(int heading, const void *row)
{
	const struct pt_heading_row *h = &pt_headings[heading];
	struct pt_value v = h->value(row);
	struct key key = { .n = (double)v.n,
			   .last = pt_value_is_open(&v, (enum pt_heading_kind)h->kind) };

	if (h->order == PT_ORDER_TEXT)
		key.text = v.text ? v.text : "";
	if (h->kind == PT_IS_RATE)
		key.n = v.rate;
	return key;
}

static struct key process_key(const struct pt_process *p, int heading)
{
	int sum = pt_heading_sum(heading);
	struct key key = { .last = !p->scanned || p->err ? UNKNOWN : 0 };

	if (sum < 0)
		return value_key(heading, p);
	key.n = sum_of(&p->sum[sum], sum);
	if (sum == PT_COL_RSS && !p->scanned) {	/* until then the kernel's quick count */
		key.n = (double)p->rss_bytes;
		key.last = p->err ? UNKNOWN : 0;
	}
	if (!pt_process_has_memory(p))
		key.last = NONE;
	return key;
}

static struct key vma_key(const struct pt_image *img, const struct pt_vma *vma, int heading,
			  struct pt_kinds *kinds)
{
	struct pt_sum of;
	int sum = pt_heading_sum(heading);

	if (sum < 0)
		return value_key(heading, vma);
	of = pt_image_sum(img, vma, (enum pt_column)sum, kinds);
	return (struct key){ .n = sum_of(&of, sum), .last = of.unknown && !of.value };
}

/* Takes the rows over, sorted. */
static int take(struct pt_order *o, const struct pt_shape *shape, struct key *key, size_t n)
{
	bool down = (pt_headings[shape->heading].order == PT_ORDER_HIGH) != shape->invert;
	int err = pt_grow(&o->r, &o->cap, n + 1, sizeof(*o->r));

	if (n)
		qsort_r(key, n, sizeof(*key), compare, &down);
	for (size_t i = 0; i < n && !err; i++)
		o->r[i] = (struct pt_order_row){ .row = key[i].row };
	o->n = err ? 0 : n;
	return err;
}

/* ---- the tree */

struct tree {
	const struct pt_table *t;
	const struct pt_order *flat;
	uint32_t *parent;		/* by place in `flat`; flat->n: none */
	uint32_t *seen;			/* it is among `out` */
	uint32_t *first, *next;		/* children by place; the last element is that of those
					   without a parent */
	struct pt_order_row *out;
	size_t n;
};

struct by_pid {
	pid_t pid;
	uint32_t place;
};

static int by_pid(const void *a, const void *b)
{
	const struct by_pid *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* Who started a process that is not shown is looked for above it, as far as that is known. */
static void find_parents(struct tree *t, struct by_pid *shown, struct by_pid *all)
{
	size_t n = t->flat->n;

	for (size_t i = 0; i < n; i++)
		shown[i] = (struct by_pid){ t->t->p[t->flat->r[i].row].pid, (uint32_t)i };
	for (size_t i = 0; i < t->t->n; i++)
		all[i] = (struct by_pid){ t->t->p[i].pid, (uint32_t)i };
	qsort(shown, n, sizeof(*shown), by_pid);
	qsort(all, t->t->n, sizeof(*all), by_pid);
	for (size_t i = 0; i < n; i++) {
		struct by_pid key = { t->t->p[t->flat->r[i].row].ppid, 0 };
		const struct by_pid *found = NULL, *up;

		for (int steps = 0; key.pid && steps < PT_TREE_DEPTH; steps++) {
			found = bsearch(&key, shown, n, sizeof(*shown), by_pid);
			up = found ? NULL : bsearch(&key, all, t->t->n, sizeof(*all), by_pid);
			if (!up)
				break;
			key.pid = t->t->p[up->place].ppid;
		}
		t->parent[i] = found ? found->place : (uint32_t)n;
	}
}

/* Backwards, so that children stand in the order of the list. */
static void link_children(struct tree *t)
{
	uint32_t n = (uint32_t)t->flat->n;

	for (uint32_t i = 0; i <= n; i++)
		t->first[i] = n;
	for (uint32_t i = n; i-- > 0;) {
		t->next[i] = t->first[t->parent[i]];
		t->first[t->parent[i]] = i;
	}
}

/*
 * Down, on, and up again. Pids that name each other as parents, of two moments, are never reached;
 * they come at the end.
 */
static void walk(struct tree *t)
{
	uint32_t none = (uint32_t)t->flat->n, at = t->first[none], depth = 0;
	uint64_t open = 0;

	while (at < none) {
		uint32_t shown = depth < PT_TREE_DEPTH ? depth : PT_TREE_DEPTH;
		uint64_t bit = UINT64_C(1) << shown;

		open = (open & (bit - 1)) | (t->next[at] < none ? bit : 0);
		t->out[t->n++] = (struct pt_order_row){ t->flat->r[at].row, (uint8_t)shown, open };
		t->seen[at] = 1;
		if (t->first[at] < none) {
			at = t->first[at];
			depth++;
			continue;
		}
		for (; at < none && t->next[at] >= none; depth--)
			at = t->parent[at];
		at = at < none ? t->next[at] : none;
	}
}

static int make_tree(struct pt_order *o, const struct pt_table *table)
{
	struct tree t = { .t = table, .flat = o };
	size_t n = o->n + 1, cap = 0;
	uint32_t *numbers = pt_calloc(4 * n, sizeof(*numbers));
	struct by_pid *pids = pt_calloc(n + table->n, sizeof(*pids));
	int err = numbers && pids ? pt_grow(&t.out, &cap, n, sizeof(*t.out)) : -ENOMEM;

	if (!err) {
		t.parent = numbers;
		t.first = numbers + n;
		t.next = numbers + 2 * n;
		t.seen = numbers + 3 * n;
		find_parents(&t, pids, pids + n);
		link_children(&t);
		walk(&t);
		for (uint32_t i = 0; i < o->n; i++)
			if (!t.seen[i])
				t.out[t.n++] = (struct pt_order_row){ .row = o->r[i].row };
		free(o->r);
		o->r = t.out;
		o->cap = cap;
	}
	free(numbers);
	free(pids);
	return err;
}

/* ---- from the data */

static bool is_current(struct pt_order *o, const struct pt_shape *shape, const void *of,
		       uint64_t version)
{
	if (o->r && o->of == of && o->of_version == version && o->shape_version == shape->version)
		return true;
	o->of = of;
	o->of_version = version;
	o->shape_version = shape->version;
	o->n = o->nopen = 0;
	o->too_long = false;
	return false;
}

/* Whether the row is to be shown, by what the filter says of it. */
static bool is_meant(struct pt_order *o, int match)
{
	if (match == -E2BIG)
		o->too_long = true;
	else if (match < 0)
		o->nopen++;
	return match > 0;
}

int pt_order_processes(struct pt_order *o, const struct pt_shape *shape, const struct pt_table *t,
		       uint64_t version)
{
	struct key *key;
	size_t n = 0;
	int err;

	if (is_current(o, shape, t, version))
		return 0;
	key = pt_calloc(t->n + 1, sizeof(*key));
	if (!key)
		return -ENOMEM;
	if (shape->filter.re)
		pt_re_start(shape->filter.re);
	for (size_t i = 0; i < t->n && !o->too_long; i++)
		if (is_meant(o, pt_list_filter_process(&shape->filter, &t->p[i]))) {
			key[n] = process_key(&t->p[i], shape->heading);
			key[n++].row = (uint32_t)i;
		}
	err = take(o, shape, key, n);
	free(key);
	if (!err && shape->tree)
		err = make_tree(o, t);
	return err;
}

int pt_order_mappings(struct pt_order *o, const struct pt_shape *shape, const struct pt_image *img,
		      uint64_t version,
		      void (*name)(const void *arg, const struct pt_vma *vma, struct pt_str *out),
		      const void *arg)
{
	struct pt_str s = PT_STR_INIT;
	struct pt_kinds summed, filtered;	/* one for each use */
	struct key *key;
	size_t n = 0;
	int err;

	if (is_current(o, shape, img, version))
		return 0;
	key = pt_calloc(img->vmas.n + 1, sizeof(*key));
	if (!key)
		return -ENOMEM;
	if (shape->filter.re)
		pt_re_start(shape->filter.re);
	pt_kinds_init(&summed);
	pt_kinds_init(&filtered);
	for (size_t i = 0; i < img->vmas.n && !o->too_long; i++) {
		pt_str_reset(&s);
		if (shape->filter.re)
			name(arg, &img->vmas.v[i], &s);
		if (is_meant(o, pt_list_filter_vma(&shape->filter, img, &img->vmas.v[i], &s,
						   &filtered))) {
			key[n] = vma_key(img, &img->vmas.v[i], shape->heading, &summed);
			key[n++].row = (uint32_t)i;
		}
	}
	err = take(o, shape, key, n);
	free(key);
	pt_str_done(&s);
	return err;
}

int pt_shape_next(const struct pt_shape *shape, const struct pt_columns *shown, int step)
{
	int at = 0;

	while (at < shown->n && shown->heading[at] != shape->heading)
		at++;
	if (at == shown->n && step > 0)	/* it is not shown: the first one */
		at = -1;
	for (int i = at;;) {
		i += step;
		if (i < 0 || i >= shown->n)
			return shape->heading;
		if (pt_headings[shown->heading[i]].order != PT_ORDER_NOT)
			return shown->heading[i];
	}
}
