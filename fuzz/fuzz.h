/*
 * Readers of bytes from outside, each fed with any bytes. What must hold is asserted; sanitizers see the rest.
 *
 *	libfuzzer.c   libFuzzer's way in: --enable-fuzzing, TARGET=maps fuzz/fuzz seeds/maps (see README.md)
 *	replay.c      every seed and every case that was found, once, by any compiler: part of make check
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Ends the program where `held` does not hold, with its text: also where assert() would be compiled out. */
#define must(held) ((held) ? (void)0 : fuzz_failed(#held, __FILE__, __LINE__))
_Noreturn void fuzz_failed(const char *what, const char *file, int line);

#define TARGET(name, text) void fuzz_##name(const char *text_, size_t len);
#include "targets.def"
#undef TARGET

struct fuzz_target {
	const char *name;
	void (*run)(const char *text, size_t len);
};

extern const struct fuzz_target fuzz_targets[];
extern const size_t fuzz_ntargets;

/* A folder of our own in memory, made once; it goes when the program ends. */
const char *fuzz_dir(void);

/* A file in it with these bytes; folders of its name are made. */
void fuzz_write(const char *name, const char *bytes, size_t len);

/* The text with a NUL behind it, of its own length, so that a sanitizer sees its end; the caller frees. */
char *fuzz_copy(const char *text, size_t len);

/* The text up to the first newline; what is behind it goes to *rest. */
char *fuzz_line(const char **rest, size_t *len);

/* An image of the process that stands in every made-up /proc; one reference. */
struct pt_image *fuzz_image(void);

#endif
