/*
 * What people write: filters, places, keys, options, the config file; and the escape.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/re.h"
#include "pagetop/base/text.h"
#include "pagetop/batch/pick.h"
#include "pagetop/model/filter.h"
#include "pagetop/model/kinds.h"
#include "pagetop/model/list_filter.h"
#include "pagetop/model/place.h"
#include "pagetop/model/table.h"
#include "pagetop/ui/complete.h"
#include "pagetop/ui/config.h"
#include "pagetop/ui/keys.h"

/* What was refused has a sentence, what was taken has none. */
static void check_answer(int err, struct pt_str *why)
{
	must(!err == !why->len);
	fuzz_plain(why);
	must(!memchr(why->s, '\n', why->len));
	pt_str_done(why);
}

void fuzz_filter(const char *text, size_t len)
{
	char *copy = fuzz_copy(text, len);
	struct pt_str why = PT_STR_INIT;
	struct pt_filter f;
	int err = pt_filter_parse(copy, &f, &why);

	check_answer(err, &why);
	for (uint64_t x = 1; !err && x; x <<= 7) {
		struct pt_facts facts = { .yes = { x, x >> 3 }, .known = { x | x >> 1, UINT64_MAX } };
		int match = pt_filter_match(&f, &facts);

		must(match >= -1 && match <= 1);
	}
	if (!err)
		must(f.n >= 0 && f.n <= PT_FILTER_WORDS);
	free(copy);
}

static bool is_answer(int match)
{
	return (match >= -1 && match <= 1) || match == -E2BIG;
}

static void filter_processes(const struct pt_list_filter *f)
{
	static char name[] = "redis-server", user[] = "redis", cgroup[] = "/system.slice/redis";
	const struct pt_process p = { .pid = 42, .user = user, .command = name, .comm = name, .cgroup = cgroup };

	pt_list_filter_lens(f, PT_LENS_STATE);
	must(is_answer(pt_list_filter_process(f, &p)));
}

static void filter_mappings(const struct pt_list_filter *f)
{
	const struct pt_image *img = fuzz_base();
	struct pt_kinds kinds;

	pt_kinds_init(&kinds);
	for (size_t v = 0; v < img->vmas.n; v++) {
		struct pt_str name = PT_STR_INIT;

		pt_str_adds(&name, img->vmas.v[v].name);
		must(is_answer(pt_list_filter_vma(f, img, &img->vmas.v[v], &name, &kinds)));
		pt_str_done(&name);
	}
}

void fuzz_list_filter(const char *text, size_t len)
{
	char *copy = fuzz_copy(text, len);

	for (int list = 0; list < PT_NLISTS; list++) {
		struct pt_str why = PT_STR_INIT;
		struct pt_list_filter f = { .n = 0 };
		int err = pt_list_filter_set(&f, copy, (enum pt_list_id)list, &why);

		check_answer(err, &why);
		if (f.re)
			pt_re_start(f.re);
		if (!err)
			(list == PT_IN_PROCESSES ? filter_processes : filter_mappings)(&f);
		pt_list_filter_reset(&f);
	}
	free(copy);
}

/* The first line is the pattern, each other one is asked. */
void fuzz_pattern(const char *text, size_t len)
{
	char *pattern = fuzz_line(&text, &len), *line;
	struct pt_str why = PT_STR_INIT;
	struct pt_re *re = NULL;
	int err = pt_re_new(pattern, &re, &why);

	check_answer(err, &why);
	if (!err)
		pt_re_start(re);
	for (int i = 0; len && i < 100; i++, free(line)) {
		line = fuzz_line(&text, &len);
		if (!err)
			pt_re_match(re, line, strlen(line));
	}
	pt_re_free(re);
	free(pattern);
}

/* What was taken is written as it was meant. */
void fuzz_columns(const char *text, size_t len)
{
	char *copy = fuzz_copy(text, len);

	for (int list = 0; list < PT_NLISTS; list++) {
		struct pt_str why = PT_STR_INIT, out = PT_STR_INIT;
		struct pt_columns c = { .n = 0 }, again = { .n = 0 };
		int err = pt_columns_parse(copy, (enum pt_list_id)list, &c, &why);

		check_answer(err, &why);
		why = (struct pt_str)PT_STR_INIT;
		pt_columns_text(&c, &out);
		if (!err && c.n)
			must(!pt_columns_parse(out.s, (enum pt_list_id)list, &again, &why) &&
			     !memcmp(&c, &again, sizeof(c.heading[0]) * (size_t)c.n) && c.n == again.n);
		pt_str_reset(&why);
		check_answer(pt_heading_parse(copy, (enum pt_list_id)list, &why) < 0, &why);
		pt_str_done(&out);
	}
	free(copy);
}

void fuzz_place(const char *text, size_t len)
{
	char *copy = fuzz_copy(text, len);
	const struct pt_image *img = fuzz_base();
	uint64_t start, end;

	must(pt_parse_range(copy, &start, &end) || start < end);

	for (int pid_wanted = 0; pid_wanted < 2; pid_wanted++) {
		struct pt_str why = PT_STR_INIT;
		struct pt_place place;
		uint64_t vpn = 0;
		int err = pt_place_parse(copy, pid_wanted, &place, &why);

		check_answer(err, &why);
		why = (struct pt_str)PT_STR_INIT;
		if (!err) {
			err = pt_place_find(&place, img, &vpn, &why);
			must(err || pt_image_vma(img, vpn));
			check_answer(err, &why);
		}
	}
	free(copy);
}

/* Every key that is understood is written so that it is the same one. */
void fuzz_keys(const char *text, size_t len)
{
	char *copy = fuzz_copy(text, len);
	struct pt_str out = PT_STR_INIT;
	const char *at = copy, *again;
	uint32_t key;

	while ((key = pt_key_parse(&at)) != PT_KEY_NONE) {
		must(at > copy && at <= copy + len);
		pt_str_reset(&out);
		pt_key_text(key, &out);
		again = out.s;
		must(pt_key_parse(&again) == key);
		pt_command_of(NULL, key, UINT32_MAX);
	}
	for (at = copy; *at; pt_key_type(&at))
		must(at < copy + len);
	pt_keys_unknown(copy);
	pt_str_reset(&out);
	pt_keys_text(NULL, copy, &out);
	pt_str_done(&out);
	free(copy);
}

/* And written again. */
void fuzz_config(const char *text, size_t len)
{
	struct pt_config c = PT_CONFIG_INIT;
	struct pt_options o = pt_options_default();
	struct pt_str why = PT_STR_INIT;

	must(fuzz_write("pagetop/config", text, len));
	pt_config_read(&c, &o);
	must(o.interval_s > 0 && o.w > 0 && o.h > 0 && o.budget >= 0);
	fuzz_plain(&c.why);
	check_answer(pt_config_write(&o, &why), &why);
	pt_config_done(&c);
}

/* A word a line. */
void fuzz_options(const char *text, size_t len)
{
	enum { MAX = 64 };
	struct pt_options o = pt_options_default();
	struct pt_str why = PT_STR_INIT;
	struct pt_pick pick = { .name = NULL };
	char *argv[MAX + 2] = { fuzz_copy("pagetop", 7) };
	int argc = 1, err;

	while (len && argc <= MAX)
		argv[argc++] = fuzz_line(&text, &len);
	err = pt_options_parse(argc, argv, &o, &why);
	must(err || (o.w > 0 && o.h > 0 && o.interval_s > 0));
	check_answer(err, &why);
	why = (struct pt_str)PT_STR_INIT;
	if (!err)
		check_answer(pt_pick_init(&pick, &o, o.command == PT_SUB_PAGES ? o.word[0] : NULL, &why), &why);
	pt_pick_done(&pick);
	while (argc)
		free(argv[--argc]);
}

/* As a person types it: no half of a character. */
static bool is_text(const char *s)
{
	uint32_t ch;

	for (size_t n; *s && (n = pt_utf8_decode(s, strlen(s), &ch)); s += n)
		;
	return !*s;
}

/* The first line is completed; each other one is the name of a file. */
void fuzz_complete(const char *text, size_t len)
{
	char *begin = fuzz_line(&text, &len);
	struct pt_str name = PT_STR_INIT, path = PT_STR_INIT;

	for (int i = 0; len && i < 32; i++) {
		char *line = fuzz_line(&text, &len);

		pt_str_reset(&name);
		pt_str_addf(&name, "names/%s", line);
		if (fuzz_is_name(name.s))
			fuzz_write(name.s, "", 0);
		free(line);
	}
	pt_str_reset(&name);
	pt_str_addf(&name, "names/%sx", begin);
	pt_str_addf(&path, "%s/names/%s", fuzz_dir(), begin);
	if (fuzz_is_name(name.s) && is_text(begin)) {
		pt_str_reset(&name);
		pt_str_adds(&name, path.s);
		pt_complete_path(&path);
		must(path.len >= name.len && !memcmp(path.s, name.s, name.len));
	}
	fuzz_drop("names");
	pt_str_done(&path);
	pt_str_done(&name);
	free(begin);
}

/* Of bytes with nothing behind them. */
void fuzz_escape(const char *text, size_t len)
{
	struct pt_str out = PT_STR_INIT, back = PT_STR_INIT;
	char *copy = fuzz_copy(text, len);

	pt_escape(&out, text, len);
	fuzz_plain(&out);
	must(!memchr(out.s, '\n', out.len) && !memchr(out.s, '\t', out.len));
	must(pt_text_width(out.s) >= 0);
	must(!pt_unescape(&back, out.s) && back.len == len && !memcmp(back.s, copy, len));
	pt_str_reset(&back);
	pt_unescape(&back, copy);		/* what nobody has escaped may be refused */
	pt_str_done(&out);
	pt_str_done(&back);
	free(copy);
}
