#include "pagetop/store/save.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/output.h"
#include "pagetop/base/text.h"
#include "pagetop/kernel/proc.h"

void pt_save_machine(const struct pt_source *source, struct pt_str text[static 3],
		     struct pt_snapshot_machine *ret)
{
	static const enum pt_source_text what[] = {
		PT_SOURCE_HOST, PT_SOURCE_MACHINE, PT_SOURCE_BOOT,
	};

	for (int i = 0; i < 3; i++) {
		text[i] = (struct pt_str)PT_STR_INIT;
		source->class->tell(source, what[i], &text[i]);
	}
	*ret = (struct pt_snapshot_machine){ text[0].s, text[1].s, text[2].s };
}

/* ---- a moment */

struct pt_wish pt_save_wish(const struct pt_process *p)
{
	return (struct pt_wish){
		.kind = PT_WISH_PROCESS,
		.pid = p->pid,
		.starttime = p->starttime,
		.lens = PT_LENS_STATE,
		.kflags = UINT64_MAX,
		.needs = PT_NEED_PFNS | PT_NEED_ORDER | PT_NEED_NODE | PT_NEED_SMAPS |
			 PT_NEED_CGROUP,
	};
}

static int look(struct pt_source *source, const struct pt_process *p, const struct pt_saving *s,
		struct pt_image **ret)
{
	struct pt_wish wish = pt_save_wish(p);

	wish.moment = s->moment;
	wish.lo_vpn = s->lo_vpn;
	wish.hi_vpn = s->hi_vpn;
	return source->class->image(source, &wish, ret, NULL);
}

static bool is_named(const struct pt_saving *s, uint64_t inode)
{
	for (size_t i = 0; i < s->ncgroups; i++)
		if (s->cgroup[i] == inode)
			return true;
	return false;
}

/*
 * The paths of cgroups, of which pages tell only inodes; 0 stands for none. What has no path has
 * none in the file.
 */
static int name_cgroups(struct pt_source *source, struct pt_snapshot_writer *w,
			const struct pt_image *img, struct pt_saving *s)
{
	int err = 0;

	for (unsigned i = 1; img->cgroups && i < img->cgroups->n && !err; i++) {
		uint64_t inode = img->cgroups->inode[i];
		struct pt_str path = PT_STR_INIT;

		if (!inode || is_named(s, inode) || s->ncgroups == PT_NCGROUPS)
			continue;
		s->cgroup[s->ncgroups++] = inode;
		if (!source->class->cgroup(source, inode, &path))
			err = pt_snapshot_add_cgroup(w, inode, path.s);
		pt_str_done(&path);
	}
	return err;
}

/* A process that ended meanwhile is not in it; one that cannot be read is, with the reason. */
static int save_process(struct pt_source *source, struct pt_snapshot_writer *w,
			const struct pt_process *p, struct pt_saving *s)
{
	struct pt_process row = *p;
	struct pt_image *img = NULL;
	const char *why;
	int err = pt_process_has_memory(p) ? look(source, p, s, &img) : 0;

	if (pt_is_gone(err))
		return 0;
	if (err == -ECANCELED || err == -ENOMEM)
		return err;
	row.err = err;
	row.why = err ? source->class->why(source, err) : NULL;
	why = img ? img->why_pages : row.why;
	if (why) {
		s->nrefused++;
		s->refusal = why;
	}
	s->nsaved += img && !img->why_pages;
	s->npages += img ? img->npages : 0;
	err = pt_snapshot_add(w, &row, img);
	if (!err && img)
		err = name_cgroups(source, w, img, s);
	pt_image_unref(img);
	return err;
}

int pt_save_moment(struct pt_source *source, struct pt_snapshot_writer *w, const struct pt_table *t,
		   struct pt_saving *s)
{
	struct timespec now;
	int err;

	clock_gettime(CLOCK_REALTIME, &now);
	err = pt_snapshot_begin(w, &now, s->scope);
	for (size_t i = 0; i < t->n && !err; i++) {
		err = pt_source_is_cancelled(source) ? -ECANCELED : 0;
		if (!err)
			err = save_process(source, w, &t->p[i], s);
		if (s->progress)
			s->progress(s->arg, i + 1, t->n);
	}
	return err;
}

/* ---- a file */

static int make_file(struct pt_source *source, const struct pt_table *t, struct pt_saving *s,
		     struct pt_snapshot_writer **ret)
{
	struct pt_snapshot_machine machine;
	struct pt_str text[3];
	int err;

	pt_save_machine(source, text, &machine);
	err = pt_snapshot_create(&machine, ret);
	if (!err)
		err = pt_save_moment(source, *ret, t, s);
	if (!err && !s->nsaved)
		err = -ENODATA;
	if (!err)
		err = pt_snapshot_commit(*ret, 0, 0);
	for (int i = 0; i < 3; i++)
		pt_str_done(&text[i]);
	return err;
}

/* What was made in memory goes to the file. */
static int write_file(struct pt_snapshot_writer *w, struct pt_saving *s,
		      const struct pt_output *out)
{
	size_t n;
	const void *bytes = pt_snapshot_bytes(w, &n);

	s->nbytes = n;
	return bytes ? pt_output_write(out, bytes, n) : pt_memory_note();
}

static void explain(const struct pt_saving *s, int err, struct pt_str *why)
{
	if (err == -ENODATA) {
		pt_str_addf(why, "nothing saved: %s", s->refusal ? s->refusal : "process has exited");
		return;
	}
	pt_str_adds(why, "cannot save to \"");
	pt_escape(why, s->file, strlen(s->file));
	pt_str_addf(why, "\": %s", pt_output_why(err));
}

int pt_save(struct pt_source *source, const struct pt_table *t, struct pt_saving *s,
	    struct pt_str *why)
{
	struct pt_snapshot_writer *w = NULL;
	struct pt_output out;
	unsigned how = PT_OUTPUT_SYNC | (s->replace ? 0 : PT_OUTPUT_NEW) |
		       (s->goes_on ? PT_OUTPUT_HOLD : 0);
	int err = pt_output_open(&out, s->file, how), close_err;

	if (!err)
		err = make_file(source, t, s, &w);
	if (!err)
		err = write_file(w, s, &out);
	pt_snapshot_end(w);
	close_err = pt_output_close(&out, !err);
	err = err ? err : close_err;
	if (err && err != -ECANCELED)
		explain(s, err, why);
	return err;
}

/* ---- words */

enum { NAME_BYTES = 64 };	/* the kernel has no longer ones; a snapshot may */

/*
 * In the name of a file, in every locale; at its beginning it makes neither an option
 * nor a hidden file.
 */
static bool is_tame(char c, bool first)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_' || (!first && (c == '.' || c == '-'));
}

void pt_save_name(const struct pt_process *p, const char *host, struct pt_str *out)
{
	const char *name = p ? p->comm : host;
	const size_t at = out->len;
	time_t now = time(NULL);
	char when[32];
	struct tm tm;

	for (size_t i = 0; i < NAME_BYTES && name[i]; i++)
		pt_str_addc(out, is_tame(name[i], !i) ? name[i] : '_');
	if (out->len == at)
		pt_str_addc(out, '_');
	if (p)
		pt_str_addf(out, "-%d", (int)p->pid);
	strftime(when, sizeof(when), "%Y%m%d-%H%M%S", localtime_r(&now, &tm));
	pt_str_addf(out, "-%s.pagetop", when);
}

void pt_save_words(const struct pt_saving *s, struct pt_str *out)
{
	char pages[PT_SIZE_LEN], file[PT_SIZE_LEN];

	pt_str_addf(out, "saved %zu %s, %s of pages, to ", s->nsaved,
		    pt_noun(s->nsaved, "process", "processes"),
		    pt_size_text(s->npages << PT_PAGE_SHIFT, pages));
	pt_escape(out, s->file, strlen(s->file));
	pt_str_addf(out, " (%s)", pt_size_text(s->nbytes, file));
	if (s->nrefused)
		pt_str_addf(out, "; %zu more without pages: %s", s->nrefused, s->refusal);
}
