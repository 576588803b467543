#include "pagetop/store/side.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include "pagetop/base/text.h"
#include "pagetop/kernel/machine.h"
#include "pagetop/scan/census.h"
#include "pagetop/store/save.h"

/* Nobody has the pid: an empty table. */
static int open_live(const struct pt_scan_env *env, uint64_t pid, struct pt_side *ret)
{
	if (pid <= INT32_MAX) {
		ret->pid = (pid_t)pid;
		return pt_census_one(env, ret->pid, &ret->table);
	}
	ret->table = pt_table_new();
	return ret->table ? 0 : -ENOMEM;
}

int pt_side_open(const struct pt_scan_env *env, const char *spec, struct pt_side *ret, struct pt_str *why)
{
	struct stat st;
	uint64_t pid;
	int err;

	*ret = (struct pt_side){ .spec = spec };
	if (stat(spec, &st) && !pt_parse_dec(spec, &pid))
		return open_live(env, pid, ret);
	err = pt_file_open(spec, &ret->file, &ret->moment, why);
	if (!err)
		err = pt_snapshot_table(ret->file.snapshot, ret->moment, &ret->table);
	if (err && !why->len) {
		pt_str_adds(why, "cannot read \"");
		pt_escape(why, spec, strlen(spec));
		pt_str_addf(why, "\": %s", ret->file.source.why ? ret->file.source.why(err) : pt_error_text(err));
	}
	if (err)
		pt_side_close(ret);
	return err;
}

bool pt_side_is_absent(const struct pt_side *s)
{
	return !s->file.snapshot && !s->table->n;
}

void pt_side_absent_words(const struct pt_side *s, struct pt_str *out)
{
	pt_str_addf(out, "there is no process %s, and no file of this name", s->spec);
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

const char *pt_side_pages(const struct pt_scan_env *env, struct pt_side *s, const struct pt_process *p, struct pt_image **ret)
{
	struct pt_image *img = NULL;
	const char *why;
	int err;

	if (p->err)
		return p->why;
	err = pt_side_image(env, s, p, &img);
	if (err)
		return s->file.snapshot ? s->file.source.why(err) : pt_probe_why(env->probe, err);
	why = img->why_pages;
	if (why)
		pt_image_unref(img);
	else
		*ret = img;
	return why;
}

bool pt_side_same(const struct pt_process *a, const struct pt_process *b, bool other_boot)
{
	const bool hidden = (a->err && !a->starttime) || (b->err && !b->starttime);	/* not even stat can be read */

	return a->pid == b->pid && (hidden || (other_boot ? !strcmp(a->comm, b->comm) : a->starttime == b->starttime));
}

void pt_side_process_words(const struct pt_side *s, const struct pt_process *p, struct pt_str *out)
{
	pt_str_addf(out, "%d ", (int)p->pid);
	pt_escape(out, p->comm, strlen(p->comm));
	pt_str_adds(out, " (");
	if (s->file.snapshot)
		pt_escape(out, s->spec, strlen(s->spec));
	else
		pt_str_adds(out, "live");
	pt_str_addc(out, ')');
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
