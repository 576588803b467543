#include "pagetop/model/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"

enum { COMM_LEN = 15 };	/* TASK_COMM_LEN, less the NUL */

struct pt_table *pt_table_new(void)
{
	struct pt_table *t = pt_calloc(1, sizeof(*t));

	if (t)
		atomic_init(&t->refs, 1);
	return t;
}

const struct pt_table *pt_table_ref(const struct pt_table *t)
{
	atomic_fetch_add(&((struct pt_table *)t)->refs, 1);
	return t;
}

void pt_table_drop(struct pt_table *t)
{
	struct pt_process *p = &t->p[--t->n];

	free(p->user);
	free(p->command);
	free(p->comm);
	free(p->cgroup);
}

const struct pt_table *pt_table_unref(const struct pt_table *t)
{
	struct pt_table *mine = (struct pt_table *)t;

	if (!mine || atomic_fetch_sub(&mine->refs, 1) != 1)
		return NULL;
	while (mine->n)
		pt_table_drop(mine);
	free(mine->p);
	free(mine);
	return NULL;
}

struct pt_process *pt_table_add(struct pt_table *t)
{
	if (pt_grow(&t->p, &t->cap, t->n + 1, sizeof(*t->p)))
		return NULL;
	t->p[t->n] = (struct pt_process){ .faults_per_s = -1 };
	return &t->p[t->n++];
}

int pt_table_add_copy(struct pt_table *t, const struct pt_process *row)
{
	struct pt_process *p = pt_table_add(t);

	if (!p)
		return -ENOMEM;
	*p = *row;
	p->user = pt_strdup(row->user);
	p->command = pt_strdup(row->command);
	p->comm = pt_strdup(row->comm);
	p->cgroup = row->cgroup ? pt_strdup(row->cgroup) : NULL;
	return p->user && p->command && p->comm && !p->cgroup == !row->cgroup ? 0 : -ENOMEM;
}

struct pt_table *pt_table_copy(const struct pt_table *t)
{
	struct pt_table *copy = pt_table_new();
	bool ok = copy;

	for (size_t i = 0; ok && i < t->n; i++)
		ok = !pt_table_add_copy(copy, &t->p[i]);
	if (!ok) {
		pt_table_unref(copy);
		return NULL;
	}
	copy->when = t->when;
	copy->mono_ns = t->mono_ns;
	copy->cost_ns = t->cost_ns;
	copy->cpu_ns = t->cpu_ns;
	copy->pulse = t->pulse;
	copy->complete = t->complete;
	return copy;
}

const struct pt_process *pt_table_find(const struct pt_table *t, pid_t pid, uint64_t starttime)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->p[i].pid == pid && (!starttime || t->p[i].starttime == starttime))
			return &t->p[i];
	return NULL;
}

bool pt_table_descends(const struct pt_table *t, const struct pt_process *p, pid_t pid)
{
	const struct pt_process *at = p;

	/* A file may hold a circle */
	for (size_t i = 0; at && at->ppid && at->ppid != pid && i < t->n; i++)
		at = pt_table_find(t, at->ppid, 0);
	return p->pid != pid && at && at->ppid == pid;
}

static uint64_t size_of(const struct pt_process *p)
{
	return p->scanned ? pt_sum_bytes(PT_COL_RSS, &p->sum[PT_COL_RSS]) : p->rss_bytes;
}

static int largest_first(const void *a, const void *b)
{
	const struct pt_process *x = a, *y = b;
	uint64_t sx = size_of(x), sy = size_of(y);

	bool no_x = !pt_process_has_memory(x), no_y = !pt_process_has_memory(y);

	if (no_x != no_y)
		return no_x - no_y;
	if (sx != sy)
		return sx < sy ? 1 : -1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

void pt_table_sort(struct pt_table *t)
{
	if (t->n)
		qsort(t->p, t->n, sizeof(*t->p), largest_first);
}

const char *pt_process_no_memory(const struct pt_process *p)
{
	if (p->kthread)
		return "is a kernel thread: no user address space";
	return p->zombie ? "is a zombie: its memory is already freed" : NULL;
}

void pt_process_text(const struct pt_process *p, struct pt_str *out)
{
	struct pt_str name = PT_STR_INIT;

	pt_escape(&name, p->comm, strlen(p->comm));
	pt_str_adds(out, p->command);
	if (!strstr(p->command, name.s))
		pt_str_addf(out, " [%s]", name.s);
	pt_str_done(&name);
}

/* The last part of the path that stands in this word of the command. */
static bool is_word_called(const char *word, const char *name)
{
	size_t len = strcspn(word, " ");
	const char *slash = memrchr(word, '/', len), *base = slash ? slash + 1 : word;

	return strlen(name) == len - (size_t)(base - word) && !strncmp(base, name, strlen(name));
}

/*
 * Of a longer name the kernel keeps 15 bytes: there the command decides, and of a script the word
 * behind its interpreter.
 */
bool pt_process_is_called(const struct pt_process *p, const char *name)
{
	const char *second = p->command + strcspn(p->command, " ");
	struct pt_str text = PT_STR_INIT;
	bool called;

	if (strlen(name) <= COMM_LEN || strncmp(p->comm, name, COMM_LEN))
		return !strcmp(p->comm, name);
	pt_escape(&text, name, strlen(name));
	called = is_word_called(p->command, text.s) ||
		 (*second && is_word_called(second + 1, text.s));
	pt_str_done(&text);
	return called;
}
