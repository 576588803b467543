/*
 * Scenes made of fixtures, and what is asked of a canvas that views drew into.
 */
#ifndef TESTS_SCENE_H
#define TESTS_SCENE_H

#include "pagetop/model/wish.h"
#include "pagetop/view/view.h"
#include "test.h"

/* Process 42 with one mapping, as text. */
extern const char one_mapping[];

/* A process made of text (fix_text()) or of a scenario's name, scanned. */
struct pt_image *image_of(const char *text, pid_t pid, const struct pt_wish *wish);

/* The same as all that views see; img is to be given back. */
struct pt_scene scene_of(const char *text, pid_t pid);

/* Process 42: several mappings of random pages. */
struct pt_scene random_scene(uint64_t *x);

struct pt_canvas canvas_of(int w, int h);

/* One row of the canvas as text. */
const char *row_of(const struct pt_canvas *c, int y, struct pt_str *ret);
void assert_row(const struct pt_canvas *c, int y, const char *want);

bool has(const struct pt_canvas *c, const char *text);
void assert_has(const struct pt_canvas *c, const char *text);

/* The one cell that is marked as the cursor's, and the terminal's cursor on it. */
void assert_cursor_shown(const struct pt_canvas *c);

/* Nothing of a character of two columns stands alone. */
void assert_no_half_characters(const struct pt_canvas *c);

#endif
