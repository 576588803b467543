/*
 * Moments in a file: an SQLite database that anyone can ask anything; docs/SNAPSHOT.md describes
 * it, schema.h draws it.
 *
 *	scan ─▶ image ─▶ pt_snapshot_add() ─▶ FILE ─▶ pt_snapshot_image() ─▶ the same image
 *
 * Raw words are stored, as they are in an image; states are stored by name beside them, for SQL,
 * and worked out anew when the file is opened. Facts, flags of mappings and types of entries are
 * found by their stored names, so an old file says the same in a newer program; a name that this
 * program does not know is told, not lost from the file.
 *
 * Nothing that stands in a file is believed: a value that cannot be is -EBADMSG.
 */
#ifndef PAGETOP_STORE_SNAPSHOT_H
#define PAGETOP_STORE_SNAPSHOT_H

#include <time.h>
#include "pagetop/model/image.h"
#include "pagetop/model/sharers.h"
#include "pagetop/model/table.h"

/* Whose pages these are: escaped texts. */
struct pt_snapshot_machine {
	const char *host, *description, *boot;
};

/* ---- writing */

struct pt_snapshot_writer;

/*
 * Begins a file in memory: SQLite opens by name, and a name in a folder of others may be somebody
 * else's file by then. What it holds is for the caller to write. 0 or -errno.
 */
int pt_snapshot_create(const struct pt_snapshot_machine *machine, struct pt_snapshot_writer **ret);

/*
 * All of it, when its moments are committed; good until the end. NULL: no memory, or it
 * is not in memory.
 */
const void *pt_snapshot_bytes(struct pt_snapshot_writer *w, size_t *ret_n);

/*
 * Goes on with a file: each moment becomes part of it as a whole, on the disk, or not at all.
 * 0 or -errno; -EXDEV: it holds moments of another machine, from before it was started anew, or
 * by another version of this program; -EPERM: others may write to it. `why` may hold a sentence
 * then.
 */
int pt_snapshot_append(const char *path, const struct pt_snapshot_machine *machine,
		       struct pt_snapshot_writer **ret, struct pt_str *why);

/* A moment; `scope`: what was to be saved, in a word. 0 or -errno. */
int pt_snapshot_begin(struct pt_snapshot_writer *w, const struct timespec *when, const char *scope);

/* A process of it; `img` NULL: its pages were not read, the row says why. 0 or -errno. */
int pt_snapshot_add(struct pt_snapshot_writer *w, const struct pt_process *p,
		    const struct pt_image *img);

/* The path of a memory cgroup that pages of the moment are charged to, escaped. 0 or -errno. */
int pt_snapshot_add_cgroup(struct pt_snapshot_writer *w, uint64_t inode, const char *path);

/*
 * The moment is whole. Of all moments the newest `keep` stay, and only as many as `max_bytes` hold,
 * but this one always; 0: all. 0 or -errno.
 */
int pt_snapshot_commit(struct pt_snapshot_writer *w, unsigned keep, uint64_t max_bytes);

/* How many moments the file holds. 0 or -errno. */
int pt_snapshot_count(struct pt_snapshot_writer *w, size_t *ret);

/* A moment that was not committed is gone. 0 or -errno. Takes NULL. */
int pt_snapshot_end(struct pt_snapshot_writer *w);

/* ---- reading */

struct pt_snapshot;

struct pt_moment {
	int64_t id;
	struct timespec when;
	char *scope;
};

/* 0 or -errno, and then in `why` a sentence: what was tried, why not. */
int pt_snapshot_open(const char *path, struct pt_snapshot **ret, struct pt_str *why);

/*
 * Takes NULL. Images and tables from it must be gone: what they say of why something is
 * unknown lives in it.
 */
void pt_snapshot_close(struct pt_snapshot *s);

/* From another thread: what is being read ends, -ECANCELED. */
void pt_snapshot_interrupt(struct pt_snapshot *s);

const struct pt_snapshot_machine *pt_snapshot_machine(const struct pt_snapshot *s);

/* In the order of time; at least one. */
const struct pt_moment *pt_snapshot_moments(const struct pt_snapshot *s, size_t *ret_n);

/* Names of facts in it that this program does not know, with commas between; NULL: it knows all. */
const char *pt_snapshot_strange(const struct pt_snapshot *s);

/*
 * Whether numbers of facts, flags or types of entries mean something else in it than
 * in this program.
 */
bool pt_snapshot_differs(const struct pt_snapshot *s);

/*
 * The processes of a moment, in the order of pids, none of them scanned. 0 and one
 * reference, or -errno.
 */
int pt_snapshot_table(struct pt_snapshot *s, size_t moment, struct pt_table **ret);

/*
 * A process of it, but for what depends on the lens: the caller sets that and calls
 * pt_image_complete(). 0 and one reference; -ESRCH: it is not in it; -ENODATA: its pages are not;
 * or -errno.
 */
int pt_snapshot_image(struct pt_snapshot *s, size_t moment, pid_t pid, uint64_t starttime,
		      struct pt_image **ret);

/*
 * How many pages of each state a process had, moment by moment: npages[moment * PT_NSTATES +
 * state]. The caller frees it. 0 or -errno. Pages of states that this program does not have are not
 * counted.
 */
int pt_snapshot_history(struct pt_snapshot *s, pid_t pid, uint64_t starttime,
			uint64_t **ret_npages);

/* The path of a cgroup, escaped, which lives in the file; NULL: it is not in it. */
const char *pt_snapshot_cgroup(struct pt_snapshot *s, uint64_t inode);

/* Who maps the frame, as far as was saved. 0 and one reference, or -errno. */
int pt_snapshot_who(struct pt_snapshot *s, size_t moment, uint64_t pfn, struct pt_who **ret);

#endif
