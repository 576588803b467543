/*
 * A world (world.h) whose pages change while they are read, and whose PAGEMAP_SCAN answers.
 *
 * For programs linked with -Wl,--wrap=pt_pagemap_read -Wl,--wrap=pt_pagemap_find.
 */
#ifndef TESTS_HOOKS_H
#define TESTS_HOOKS_H

#include "pagetop/scan/scanner.h"
#include "test.h"
#include "world.h"

#define B(n) (UINT64_C(1) << (n))
#define P B(63)
#define S B(62)
#define F B(61)
#define E B(56)

int hooks_init(void **state);

#define HOOKED(fn) TEST_WITH(fn, hooks_init, world_done)

/* Called after each read of pagemap words; may change them. */
extern void (*after_read)(uint64_t vpn, size_t npages, uint64_t *words);

/* What PAGEMAP_SCAN would say, in ascending order; none: the real one is asked. */
extern const struct pt_region *found;
extern size_t nfound;

void forget(const struct world *w, const char *name);
extern const char two_mappings[];

/* Blocks of 128 MiB have 0x8000 pages. */
void put_blocks(struct world *w, const char *size, const char *const *name);

int scan_with(struct world *w, pid_t pid, const struct pt_wish *wish, struct pt_image **ret);
struct pt_image *scan_all_of(struct world *w, pid_t pid);

/* A mapping page by page, as the map shows it. */
void signs(const struct pt_image *img, size_t nth, struct pt_str *ret);

void assert_signs(const struct pt_image *img, size_t nth, const char *want);

#endif
