#include "pagetop/model/sharers.h"

#include <errno.h>
#include <stdlib.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/str.h"

struct pt_who *pt_who_new(uint64_t pfn)
{
	struct pt_who *who = pt_calloc(1, sizeof(*who));

	if (who) {
		atomic_init(&who->refs, 1);
		who->pfn = pfn;
		who->count = who->kflags = PT_KPAGE_NONE;
	}
	return who;
}

struct pt_who *pt_who_nobody(void)
{
	struct pt_who *who = pt_who_new(0);

	if (who) {
		who->count = 0;
		who->complete = true;
	}
	return who;
}

const struct pt_who *pt_who_ref(const struct pt_who *who)
{
	atomic_fetch_add(&((struct pt_who *)who)->refs, 1);
	return who;
}

const struct pt_who *pt_who_unref(const struct pt_who *who)
{
	struct pt_who *mine = (struct pt_who *)who;

	if (mine && atomic_fetch_sub(&mine->refs, 1) == 1) {
		while (mine->nnames)
			free(mine->name[--mine->nnames]);
		free(mine->name);
		free(mine->v);
		free(mine->cgroup);
		free(mine);
	}
	return NULL;
}

bool pt_who_is_one(const struct pt_who *who)
{
	for (size_t i = 1; i < who->n; i++)
		if (who->v[i].pid != who->v[0].pid &&
		    (!who->v[0].space_pid || who->v[i].space_pid != who->v[0].space_pid))
			return false;
	return who->n;
}

int pt_who_add_name(struct pt_who *who, char *name)
{
	if (!name || pt_grow(&who->name, &who->name_cap, who->nnames + 1, sizeof(*who->name))) {
		free(name);
		return -ENOMEM;
	}
	who->name[who->nnames++] = name;
	return 0;
}

/* The same address of the same address space is one entry, whoever has it. */
static bool is_listed(const struct pt_who *who, uint64_t addr, pid_t space_pid)
{
	for (size_t i = 0; space_pid && i < who->n; i++)
		if (who->v[i].space_pid == space_pid && who->v[i].addr == addr)
			return true;
	return false;
}

int pt_who_add(struct pt_who *who, pid_t pid, uint64_t starttime, uint64_t addr, pid_t space_pid)
{
	int err = pt_grow(&who->v, &who->cap, who->n + 1, sizeof(*who->v));
	bool again = is_listed(who, addr, space_pid);

	if (err)
		return err;
	who->nagain += again;
	who->v[who->n++] = (struct pt_sharer){
		.pid = pid, .starttime = starttime, .name = who->name[who->nnames - 1],
		.addr = addr, .space_pid = space_pid, .again = again,
	};
	return 0;
}
