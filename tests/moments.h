/*
 * Moments of a fixture in the file w->path, and what else can be done to that file.
 */
#ifndef TESTS_MOMENTS_H
#define TESTS_MOMENTS_H

#include "pagetop/store/snapshot.h"
#include "world.h"

extern const struct pt_snapshot_machine machine;

/* The process with all that a file keeps of it. 0 or -errno. */
int scan_whole(struct world *w, pid_t pid, struct pt_image **ret);
struct pt_image *image_of(struct world *w, pid_t pid);		/* after look(); it must be there */
struct pt_process row_of(const struct pt_image *img);

void make_empty(const char *path);
struct pt_snapshot_writer *begin_file(const struct world *w);
void add_moment(struct pt_snapshot_writer *f, const struct pt_image *img, unsigned keep);

/* What was made in memory becomes the file; what was appended is there. 0 or -errno. */
int end_file(const struct world *w, struct pt_snapshot_writer *f);

/* A file with one moment: of the image; of process 42, which has a [heap] of ten pages and 9000 behind it. */
void save(const struct world *w, const struct pt_image *img);
void db(struct world *w);
void save_db(struct world *w);

int go_on(const struct world *w, const struct pt_snapshot_machine *m, struct pt_snapshot_writer **ret);
struct pt_snapshot *open_file(const struct world *w);
void assert_refused(const struct world *w, const char *sentence);

/* SQLite on the file, without pagetop: a number, a change. */
int64_t ask(const struct world *w, const char *question);
void change(const struct world *w, const char *sql);

#endif
