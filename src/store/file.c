#include "pagetop/store/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"

static int table(void *arg, size_t moment, struct pt_table **ret)
{
	return pt_snapshot_table(((struct pt_file *)arg)->snapshot, moment, ret);
}

static int image(void *arg, const struct pt_wish *wish, struct pt_image **ret)
{
	return pt_snapshot_image(((struct pt_file *)arg)->snapshot, wish->moment, wish->pid, wish->starttime, ret);
}

static void page(void *arg, struct pt_image *img)
{
	uint64_t inode = img->page.kpage[PT_KPAGE_CGROUP];
	const char *path = inode == PT_KPAGE_NONE ? NULL : pt_snapshot_cgroup(((struct pt_file *)arg)->snapshot, inode);

	img->page.cgroup = path ? pt_strdup(path) : NULL;
}

static int who(void *arg, size_t moment, uint64_t pfn, struct pt_who **ret)
{
	return pt_snapshot_who(((struct pt_file *)arg)->snapshot, moment, pfn, ret);
}

/* It takes a look at all moments, so it is kept for the next one. */
static int history(void *arg, const struct pt_wish *wish, uint64_t **ret)
{
	struct pt_file *f = arg;
	size_t bytes = f->nmoments * PT_NSTATES * sizeof(*f->history);
	int err = 0;

	*ret = NULL;
	if (f->nmoments < 2)
		return 0;
	if (!f->history || f->history_pid != wish->pid || f->history_starttime != wish->starttime) {
		free(f->history);
		f->history = NULL;
		err = pt_snapshot_history(f->snapshot, wish->pid, wish->starttime, &f->history);
		f->history_pid = wish->pid;
		f->history_starttime = wish->starttime;
	}
	*ret = err ? NULL : pt_malloc(bytes);
	if (*ret)
		memcpy(*ret, f->history, bytes);
	return err ? err : *ret ? 0 : -ENOMEM;
}

static void interrupt(void *arg)
{
	pt_snapshot_interrupt(((struct pt_file *)arg)->snapshot);
}

static const char *why(int err)
{
	return err == -ESRCH ? "is not in this moment" : err == -ENODATA ? "its pages were not saved" :
	       err == -EBADMSG ? "is damaged in the file" : pt_error_text(err);
}

/* The path without "@N", and N - 1; SIZE_MAX: the last one. A file whose name ends so is a file. */
static char *split(const char *spec, size_t *ret_moment)
{
	const char *at = strrchr(spec, '@');
	struct stat st;
	uint64_t n;

	*ret_moment = SIZE_MAX;
	if (!at || !stat(spec, &st) || pt_parse_dec(at + 1, &n) || !n)
		return pt_strdup(spec);
	*ret_moment = (size_t)n - 1;
	return pt_strndup(spec, (size_t)(at - spec));
}

int pt_file_open(const char *spec, struct pt_file *ret, size_t *ret_moment, struct pt_str *why_not)
{
	char *path = split(spec, ret_moment);
	int err = path ? pt_snapshot_open(path, &ret->snapshot, why_not) : -ENOMEM;

	ret->name_len = path ? strlen(path) : 0;
	free(path);
	if (err)
		return err;
	ret->path = spec;
	ret->history = NULL;
	ret->moment = pt_snapshot_moments(ret->snapshot, &ret->nmoments);
	ret->source = (struct pt_scan_source){ ret, table, image, page, who, history, interrupt, why };
	if (*ret_moment == SIZE_MAX)
		*ret_moment = ret->nmoments - 1;
	if (*ret_moment < ret->nmoments)
		return 0;
	pt_str_addf(why_not, "there is no moment %zu in it: it has %zu", *ret_moment + 1, ret->nmoments);
	pt_file_close(ret);
	return -ENOENT;
}

void pt_file_close(struct pt_file *f)
{
	pt_snapshot_close(f->snapshot);
	f->snapshot = NULL;
	free(f->history);
	f->history = NULL;
}

void pt_file_words(const struct pt_file *f, size_t moment, struct pt_str *out)
{
	const char *slash = strrchr(f->path, '/'), *name = slash && slash[1] ? slash + 1 : f->path;
	char when[32];
	struct tm tm;

	pt_escape(out, name, f->name_len - (size_t)(name - f->path));
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", localtime_r(&f->moment[moment].when.tv_sec, &tm));
	pt_str_addf(out, " · %s", when);
	if (f->nmoments > 1)
		pt_str_addf(out, " · %zu of %zu", moment + 1, f->nmoments);
}
