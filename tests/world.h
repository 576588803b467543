/*
 * A /proc made of files, and what it takes to scan it:
 *
 *	world_init ──▶ files are written (fixture.h) ──▶ look ──▶ w->env is ready ──▶ world_done
 */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include "fixture.h"
#include "pagetop/scan/target.h"
#include "test.h"

enum { WORLD_PATH_BYTES = 5000 };

struct world {
	struct fix fix;
	struct pt_root root;
	struct pt_probe probe;
	struct pt_scan_env env;
	char path[WORLD_PATH_BYTES];	/* of a file in the same folder, not yet there */
};

/* For cmocka: *state becomes a world in a temporary folder that goes with it. */
int world_init(void **state);
int world_done(void **state);

/* The same, with the /proc and /sys of this machine. */
int world_init_real(void **state);

/* Tests with such a state. */
#define WORLD_TEST(fn) TEST_WITH(fn, world_init, world_done)
#define REAL_TEST(fn) TEST_WITH(fn, world_init_real, world_done)

/* To be called when the fixture's own files are as they shall be; again when they have changed. */
void look(struct world *w);

#endif
