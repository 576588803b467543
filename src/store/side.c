#include "pagetop/store/side.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include "pagetop/base/text.h"
#include "pagetop/store/open.h"
#include "pagetop/store/save.h"

/* ---- what was said */

/* Nobody has the pid: an empty table. */
static int open_pid(uint64_t pid, struct pt_side *s)
{
	s->by_pid = true;
	if (pid <= INT32_MAX) {
		s->pid = (pid_t)pid;
		return s->source->class->one(s->source, 0, s->pid, &s->table);
	}
	s->table = pt_table_new();
	return s->table ? 0 : -ENOMEM;
}

static void explain(const char *spec, const char *text, struct pt_str *why)
{
	if (why->len)
		return;
	pt_str_adds(why, "cannot read \"");
	pt_escape(why, spec, strlen(spec));
	pt_str_addf(why, "\": %s", text);
}

static int open_file(const char *spec, struct pt_side *s, struct pt_str *why)
{
	struct pt_source *file = NULL;
	int err = pt_source_open(spec, &file, &s->moment, why);
	const struct pt_wish wish = { .kind = PT_WISH_TABLE, .moment = s->moment };

	if (err) {
		explain(spec, pt_error_text(err), why);
		return err;
	}
	s->source = file;
	err = file->class->list(file, &wish, NULL, &s->table);
	if (err)
		explain(spec, file->class->why(file, err), why);
	return err;
}

int pt_side_open(struct pt_source *kernel, const char *spec, struct pt_side *ret,
		 struct pt_str *why)
{
	struct stat st;
	uint64_t pid;
	int err;

	*ret = (struct pt_side){ .spec = spec, .source = kernel };
	if (!spec)
		return 0;
	if (stat(spec, &st) && !pt_parse_dec(spec, &pid))
		return open_pid(pid, ret);
	err = open_file(spec, ret, why);
	if (err)
		pt_side_close(ret);
	return err;
}

void pt_side_close(struct pt_side *s)
{
	s->table = (struct pt_table *)pt_table_unref(s->table);
	if (s->source)
		s->source->class->free(s->source);
	s->source = NULL;
}

bool pt_side_is_absent(const struct pt_side *s)
{
	return s->by_pid && !s->table->n;
}

void pt_side_absent_words(const struct pt_side *s, struct pt_str *out)
{
	pt_str_addf(out, "no such process or file: %s", s->spec);
}

bool pt_side_has_all(const struct pt_side *s)
{
	return !s->by_pid && s->source->class->has_all(s->source, s->moment);
}

/* ---- its processes */

int pt_side_image(const struct pt_side *s, const struct pt_process *p, struct pt_image **ret)
{
	struct pt_wish wish = pt_save_wish(p);

	wish.moment = s->moment;
	return s->source->class->load(s->source, &wish, ret);
}

const char *pt_side_pages(const struct pt_side *s, const struct pt_process *p,
			  struct pt_image **ret)
{
	struct pt_image *img = NULL;
	const char *why;
	int err;

	if (p->err)
		return p->why;
	err = pt_side_image(s, p, &img);
	if (err)
		return s->source->class->why(s->source, err);
	why = img->why_pages;
	if (why)
		pt_image_unref(img);
	else
		*ret = img;
	return why;
}

bool pt_side_same(const struct pt_process *a, const struct pt_process *b, bool other_boot)
{
	/* Not even stat can be read */
	const bool hidden = (a->err && !a->starttime) || (b->err && !b->starttime);

	return a->pid == b->pid &&
	       (hidden || (other_boot ? !strcmp(a->comm, b->comm) : a->starttime == b->starttime));
}

void pt_side_process_words(const struct pt_side *s, const struct pt_process *p, struct pt_str *out)
{
	const char *of = s->by_pid ? "live" : s->spec;

	pt_str_addf(out, "%d ", (int)p->pid);
	pt_escape(out, p->comm, strlen(p->comm));
	pt_str_adds(out, " (");
	pt_escape(out, of, strlen(of));
	pt_str_addc(out, ')');
}

void pt_side_words(const struct pt_side *s, struct pt_str *out)
{
	if (s->by_pid)
		pt_str_addf(out, "live process %s", s->spec);
	else
		s->source->class->words(s->source, s->moment, out);
}

void pt_side_forget_frames(struct pt_image *img)
{
	pt_pfns_done(&img->pfns);
	img->pfns = (struct pt_pfns){ .n = 0 };
}
