/*
 * Readers of bytes from outside, each fed with any bytes. What must hold is asserted; sanitizers see the rest.
 *
 *	text ──▶ fuzz_<target>() ──▶ files in a folder of our own ──▶ the reader ──▶ what must hold of what it says
 *
 *	libfuzzer.c   libFuzzer's way in, started by fuzz/run
 *	replay.c      every seed and every found case, once, by any compiler: part of make check
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pt_image;
struct pt_root;
struct pt_source;
struct pt_str;

/* Ends the program where `held` does not hold, with its text: also where assert() would be compiled out. */
#define must(held) ((held) ? (void)0 : fuzz_failed(#held, __FILE__, __LINE__))
_Noreturn void fuzz_failed(const char *what, const char *file, int line);

#define TARGET(name, words, text) void fuzz_##name(const char *text_, size_t len);
#include "targets.def"
#undef TARGET

struct fuzz_target {
	const char *name;
	void (*run)(const char *text, size_t len);
};

extern const struct fuzz_target fuzz_targets[];
extern const size_t fuzz_ntargets;

/* Once. It leaves no descriptor open, the first time aside. */
void fuzz_run(const struct fuzz_target *t, const char *text, size_t len);

/* A folder of our own in TMPDIR, or in memory; made once, the only one that is written to. It goes when the program ends. */
const char *fuzz_dir(void);

/* The path of what has this name in it; good until the next call. */
const char *fuzz_path(const char *name);

/* The name of something in it, and not of what is above or too long. */
bool fuzz_is_name(const char *name);

/* A file in it with these bytes; folders of its name are made. False: it is no name, or that of something else. */
bool fuzz_write(const char *name, const char *bytes, size_t len);

/* Removes a file or a folder with all that is in it. */
void fuzz_drop(const char *name);

/* The text with a NUL behind it, of its own length, so that a sanitizer sees its end; the caller frees. */
char *fuzz_copy(const char *text, size_t len);

/* The text up to the first newline; what is behind it goes to *rest. */
char *fuzz_line(const char **rest, size_t *len);

/* Nothing in it steers a terminal; a newline and a tab, where lines are made of it, aside. */
void fuzz_plain(const struct pt_str *text);

/* Process 42 or 43 in a made-up /proc (kernel.c), as it is after the text; complete, one reference. */
struct pt_image *fuzz_image(const char *text, pid_t pid);

/* Process 42 as it is without a text; kept for the next one. */
const struct pt_image *fuzz_base(void);

/*
 * All that the screen asks for, of the kernel or of a moment in a file (look.c): as states, as changes since fuzz_base(), and
 * by one more lens.
 */
void fuzz_look(const struct pt_root *root, struct pt_source *source, size_t moment, size_t lens);

#endif
