#include "pagetop/app/side.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include "pagetop/app/save.h"
#include "pagetop/base/text.h"
#include "pagetop/kernel/machine.h"
#include "pagetop/scan/census.h"

static int open_live(const struct pt_scan_env *env, uint64_t pid, struct pt_side *ret, struct pt_str *why)
{
	int err = pid > INT32_MAX ? -ESRCH : pt_census_one(env, (pid_t)pid, &ret->table);

	if (!err && !ret->table->n)
		err = -ESRCH;
	if (err == -ESRCH)
		pt_str_addf(why, "there is no process %llu, and no file of this name", (unsigned long long)pid);
	return err;
}

int pt_side_open(const struct pt_scan_env *env, const char *spec, struct pt_side *ret, struct pt_str *why)
{
	struct stat st;
	uint64_t pid;
	int err;

	*ret = (struct pt_side){ .spec = spec };
	if (stat(spec, &st) && !pt_parse_dec(spec, &pid))
		return open_live(env, pid, ret, why);
	err = pt_file_open(spec, &ret->file, &ret->moment, why);
	if (!err)
		err = pt_snapshot_table(ret->file.snapshot, ret->moment, &ret->table);
	if (err && !why->len)
		pt_str_addf(why, "cannot read \"%s\": %s", spec, ret->file.source.why ? ret->file.source.why(err) : strerror(-err));
	if (err)
		pt_side_close(ret);
	return err;
}

void pt_side_close(struct pt_side *s)
{
	s->table = (struct pt_table *)pt_table_unref(s->table);
	pt_file_close(&s->file);
}

int pt_side_image(const struct pt_scan_env *env, struct pt_side *s, const struct pt_process *p, struct pt_image **ret)
{
	if (!s->file.snapshot)
		return pt_save_look(env, p, ret);
	return pt_snapshot_image(s->file.snapshot, s->moment, p->pid, p->starttime, ret);
}

void pt_side_boot(const struct pt_scan_env *env, const struct pt_side *s, struct pt_str *out)
{
	if (s->file.snapshot)
		pt_str_adds(out, pt_snapshot_machine(s->file.snapshot)->boot);
	else
		pt_machine_boot(env->root, out);
}

void pt_side_forget_frames(struct pt_image *img)
{
	pt_pfns_done(&img->pfns);
	img->pfns = (struct pt_pfns){ .n = 0 };
}
