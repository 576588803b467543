#include "pagetop/model/sharers.h"

#include <errno.h>
#include <stdlib.h>
#include "pagetop/base/str.h"

struct pt_who *pt_who_new(uint64_t pfn)
{
	struct pt_who *who = calloc(1, sizeof(*who));

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

int pt_who_add_name(struct pt_who *who, char *name)
{
	if (!name || pt_grow(&who->name, &who->name_cap, who->nnames + 1, sizeof(*who->name))) {
		free(name);
		return -ENOMEM;
	}
	who->name[who->nnames++] = name;
	return 0;
}

int pt_who_add(struct pt_who *who, pid_t pid, uint64_t starttime, uint64_t addr)
{
	int err = pt_grow(&who->v, &who->cap, who->n + 1, sizeof(*who->v));

	if (!err)
		who->v[who->n++] = (struct pt_sharer){
			.pid = pid, .starttime = starttime, .name = who->name[who->nnames - 1],
			.addr = addr,
		};
	return err;
}
