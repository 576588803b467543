#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fixture.h"
#include "pagetop/base/text.h"
#include "pagetop/scan/scan.h"

const char one_mapping[] =
	"process 42 db\n"
	"55d0c4100000-55d0c4140000 rw-p 00000000 00:00 0   [heap]\n"
	"ppppppppppppcccccccccccccccczzz.ssssssss....kkffpppppppppppppppp\n";

/* A process made of text, scanned. */
struct pt_image *image_of(const char *text, pid_t pid, const struct pt_wish *wish)
{
	struct pt_target t = PT_TARGET_INIT;
	struct pt_root root = PT_ROOT_INIT;
	struct pt_image *img = NULL;
	struct pt_probe probe;
	struct pt_scan_env env = { .root = &root, .probe = &probe };
	struct fix f;

	fix_init(&f, NULL);
	if (strchr(text, '\n'))
		fix_text(&f, text);
	else
		assert_true(fix_scenario(&f, text));
	assert_int_equal(pt_root_init(&root, f.dir, NULL), 0);
	pt_probe_init(&root, &probe);
	assert_int_equal(pt_target_open(&env, pid, 0, &t), 0);
	assert_int_equal(pt_scan(&env, &t, wish, &img), 0);
	pt_target_close(&t);
	pt_probe_done(&probe);
	pt_root_done(&root);
	fix_done(&f, true);
	return img;
}

struct pt_scene scene_of(const char *text, pid_t pid)
{
	const struct pt_wish wish = { .kind = PT_WISH_PROCESS, .needs = PT_NEED_PFNS };

	return (struct pt_scene){ .host = "db1", .machine = "Linux 6.18 · 24G",
				  .img = image_of(text, pid, &wish) };
}

struct pt_canvas canvas_of(int w, int h)
{
	struct pt_canvas c = { 0 };

	assert_int_equal(pt_canvas_resize(&c, w, h), 0);
	return c;
}

/* One row of the canvas as text. */
const char *row_of(const struct pt_canvas *c, int y, struct pt_str *ret)
{
	const struct pt_canvas one = { .w = c->w, .h = 1, .cell = c->cell + y * c->w };

	pt_str_reset(ret);
	pt_canvas_print(&one, ret);
	pt_str_cut(ret, ret->len - 1);
	return ret->s;
}

void assert_row(const struct pt_canvas *c, int y, const char *want)
{
	struct pt_str s = PT_STR_INIT;

	assert_string_equal(row_of(c, y, &s), want);
	pt_str_done(&s);
}

bool has(const struct pt_canvas *c, const char *text)
{
	struct pt_str s = PT_STR_INIT;
	bool found;

	pt_canvas_print(c, &s);
	found = strstr(s.s, text);
	pt_str_done(&s);
	return found;
}

void assert_has(const struct pt_canvas *c, const char *text)
{
	struct pt_str s = PT_STR_INIT;

	pt_canvas_print(c, &s);
	if (!strstr(s.s, text))
		fail_msg("\"%s\" is not on the screen:\n%s", text, s.s);
	pt_str_done(&s);
}

/* The one cell that is marked as the cursor's, and the terminal's cursor on it. */
void assert_cursor_shown(const struct pt_canvas *c)
{
	int n = 0;

	for (int i = 0; i < c->w * c->h; i++)
		n += !!(c->cell[i].style & PT_STYLE_CURSOR);
	if (n != 1 || c->cursor_x < 0 || c->cursor_x >= c->w || c->cursor_y < 0 || c->cursor_y >= c->h)
		fail_msg("%dx%d: %d cells are the cursor's, it is at %d,%d", c->w, c->h, n, c->cursor_x,
			 c->cursor_y);
	assert_true(c->cell[c->cursor_y * c->w + c->cursor_x].style & PT_STYLE_CURSOR);
}

/* Nothing of a character of two columns stands alone. */
void assert_no_half_characters(const struct pt_canvas *c)
{
	for (int y = 0; y < c->h; y++)
		for (int x = 0; x < c->w; x++) {
			uint32_t ch = c->cell[y * c->w + x].ch;
			uint32_t next = x + 1 < c->w ? c->cell[y * c->w + x + 1].ch : 'x';

			if (ch && pt_char_width(ch) == 2)
				assert_int_equal(next, 0);
			if (!ch)
				assert_true(x > 0 && pt_char_width(c->cell[y * c->w + x - 1].ch) == 2);
		}
}

/* Several mappings of random pages. */
struct pt_scene random_scene(uint64_t *x)
{
	struct pt_str text = PT_STR_INIT;
	uint64_t addr = 0x600000000000;
	struct pt_scene sc;

	pt_str_adds(&text, "process 42 db\n");
	for (int i = 0; i < 6; i++) {
		uint64_t n = 1 + random_next(x) % (i == 3 ? 3000 : 90);

		addr += random_next(x) % 3 * 0x10000;
		pt_str_addf(&text, "%llx-%llx rw-p 00000000 00:00 0   %s\n", (unsigned long long)addr,
			    (unsigned long long)(addr + n * 4096), i % 2 ? "" : "[heap]");
		addr += n * 4096;
		for (char sign = 'p'; n; n--) {
			if (!(random_next(x) % 4))
				sign = "pcszg.k."[random_next(x) % 8];
			pt_str_addc(&text, sign);
		}
		pt_str_addc(&text, '\n');
	}
	sc = scene_of(text.s, 42);
	pt_str_done(&text);
	return sc;
}
