/*
 * A snapshot file as a source. What it is asked for often is kept: the history of the last process.
 */
#include "pagetop/scan/still.h"
#include "pagetop/store/open.h"
#include "pagetop/store/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"

struct file {
	struct pt_still still;
	char *path;
	struct pt_snapshot *snapshot;
	const struct pt_moment *moment;
	uint64_t *history;		/* of the last process asked for, by moment and state */
	pid_t history_pid;
	uint64_t history_starttime;
};

static struct file *file_of(struct pt_source *s)
{
	return (struct file *)s;
}

static const struct file *file(const struct pt_source *s)
{
	return (const struct file *)s;
}

static void free_file(struct pt_source *s)
{
	struct file *f = file_of(s);

	pt_still_done(&f->still);
	pt_snapshot_close(f->snapshot);
	free(f->history);
	free(f->path);
	free(f);
}

/* ---- words */

static const char *why(const struct pt_source *s, int err)
{
	(void)s;
	switch (err) {
	case -ESRCH:
		return "is not in this snapshot";
	case -ENODATA:
		return "has no saved pages";
	case -EBADMSG:
		return "is corrupt in the file";
	default:
		return pt_error_text(err);
	}
}

static void tell(const struct pt_source *s, enum pt_source_text what, struct pt_str *out)
{
	const struct pt_snapshot_machine *m = pt_snapshot_machine(file(s)->snapshot);
	const char *const text[] = {
		[PT_SOURCE_HOST] = m->host,
		[PT_SOURCE_MACHINE] = m->description,
		[PT_SOURCE_BOOT] = m->boot,
	};

	pt_str_adds(out, text[what]);
}

/* "moment.pagetop · 2026-11-24 13:05:12 · 2 of 7", by local time, the path escaped. */
static void words(const struct pt_source *s, size_t moment, struct pt_str *out)
{
	const struct file *f = file(s);
	const char *slash = strrchr(f->path, '/'), *name = slash && slash[1] ? slash + 1 : f->path;
	char text[32];
	struct tm tm;

	pt_escape(out, name, strlen(name));
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S",
		 localtime_r(&f->moment[moment].when.tv_sec, &tm));
	pt_str_addf(out, " · %s", text);
	if (s->nmoments > 1)
		pt_str_addf(out, " · %zu of %zu", moment + 1, s->nmoments);
}

static struct timespec when(const struct pt_source *s, size_t moment)
{
	return file(s)->moment[moment].when;
}

static bool has_all(const struct pt_source *s, size_t moment)
{
	return !strcmp(file(s)->moment[moment].scope, "all");
}

static const char *undecided(const struct pt_source *s, const char *refusal, unsigned needs,
			     unsigned got)
{
	(void)s;
	(void)refusal;
	(void)needs;
	(void)got;
	return "data in the file is inconclusive";
}

static int cgroup(struct pt_source *s, uint64_t inode, struct pt_str *out)
{
	const char *path = pt_snapshot_cgroup(file(s)->snapshot, inode);

	if (!path)
		return -ENOENT;
	pt_str_adds(out, path);
	return 0;
}

/* ---- answers */

static int list(struct pt_source *s, const struct pt_wish *wish, const struct pt_table *before,
		struct pt_table **ret)
{
	(void)before;
	return pt_snapshot_table(file(s)->snapshot, wish->moment, ret);
}

static int load(struct pt_source *s, const struct pt_wish *wish, struct pt_image **ret)
{
	return pt_snapshot_image(file(s)->snapshot, wish->moment, wish->pid, wish->starttime, ret);
}

static int who(struct pt_source *s, size_t moment, uint64_t pfn, struct pt_who **ret)
{
	return pt_snapshot_who(file(s)->snapshot, moment, pfn, ret);
}

/* It takes a look at all moments, so it is kept for the next one. */
static int history(struct pt_source *s, const struct pt_wish *wish, uint64_t **ret)
{
	struct file *f = file_of(s);
	const size_t bytes = s->nmoments * PT_NSTATES * sizeof(*f->history);
	int err = 0;

	*ret = NULL;
	if (s->nmoments < 2)
		return 0;
	if (!f->history || f->history_pid != wish->pid || f->history_starttime != wish->starttime) {
		free(f->history);
		f->history = NULL;
		err = pt_snapshot_history(f->snapshot, wish->pid, wish->starttime, &f->history);
		f->history_pid = wish->pid;
		f->history_starttime = wish->starttime;
	}
	if (err)
		return err;
	*ret = pt_malloc(bytes);
	if (!*ret)
		return -ENOMEM;
	memcpy(*ret, f->history, bytes);
	return 0;
}

static void interrupt(struct pt_source *s)
{
	pt_snapshot_interrupt(file(s)->snapshot);
}

static const struct pt_source_class class = {
	.no_contents = "a saved file has no page contents",
	.no_saving = "already viewing a saved file",
	.no_pausing = "a saved file does not change",
	.lacks = "\" in the file; ",
	.free = free_file, .why = why, .tell = tell, .words = words, .when = when,
	.has_all = has_all, .self = pt_still_self, .undecided = undecided, .list = list,
	.one = pt_still_one, .sum = pt_still_sum, .image = pt_still_image, .load = load,
	.watch = pt_still_watch, .settle = pt_still_settle, .who = who,
	.who_at = pt_still_who_at, .history = history, .cgroup = cgroup, .interrupt = interrupt,
};

int pt_open_snapshot(const char *path, struct pt_source **ret, struct pt_str *why_not)
{
	struct file *f = pt_calloc(1, sizeof(*f));
	int err;

	if (!f)
		return -ENOMEM;
	f->still.source.class = &class;
	f->path = pt_strdup(path);
	err = f->path ? pt_snapshot_open(path, &f->snapshot, why_not) : -ENOMEM;
	if (err) {
		free_file(&f->still.source);
		return err;
	}
	f->moment = pt_snapshot_moments(f->snapshot, &f->still.source.nmoments);
	f->still.source.strange = pt_snapshot_strange(f->snapshot);
	*ret = &f->still.source;
	return 0;
}
