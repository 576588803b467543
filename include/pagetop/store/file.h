/*
 * A snapshot file in the place of the kernel: what the scanner's thread asks, and what the screen says of it.
 */
#ifndef PAGETOP_STORE_FILE_H
#define PAGETOP_STORE_FILE_H

#include "pagetop/scan/scanner.h"
#include "pagetop/store/snapshot.h"

struct pt_file {
	const char *path;		/* as the user wrote it, perhaps with @N behind it */
	size_t name_len;		/* bytes of it before that */
	struct pt_snapshot *snapshot;
	const struct pt_moment *moment;
	size_t nmoments;
	uint64_t *history;		/* of the last process that was asked for, by moment and state; or NULL */
	pid_t history_pid;
	uint64_t history_starttime;
	struct pt_scan_source source;
};

/* `spec`: a path; or PATH@N, its N-th moment, 1 the oldest. 0 or -errno, and in `why` the sentence. */
int pt_file_open(const char *spec, struct pt_file *ret, size_t *ret_moment, struct pt_str *why);
void pt_file_close(struct pt_file *f);

/* "moment.pagetop · 2026-11-24 13:05:12 · 2 of 7", by local time, the path escaped. */
void pt_file_words(const struct pt_file *f, size_t moment, struct pt_str *out);

#endif
