/*
 * The config file: what it says, what is wrong with it, and what is written.
 */
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pagetop/ui/config.h"
#include "pagetop/ui/keys.h"
#include "pagetop/view/view.h"
#include "test.h"

/* A home of its own for each test. */
struct home {
	char dir[32], file[64];
	struct pt_config config;
	struct pt_options o;
};

static int home_init(void **state)
{
	struct home *h = calloc(1, sizeof(*h));

	strcpy(h->dir, "/tmp/pt.XXXXXX");
	assert_non_null(mkdtemp(h->dir));
	snprintf(h->file, sizeof(h->file), "%s/pagetop/config", h->dir);
	setenv("XDG_CONFIG_HOME", h->dir, 1);
	h->config = (struct pt_config)PT_CONFIG_INIT;
	h->o = pt_options_default();
	*state = h;
	return 0;
}

static int home_done(void **state)
{
	struct home *h = *state;

	pt_config_done(&h->config);
	unlink(h->file);
	*strrchr(h->file, '/') = '\0';
	rmdir(h->file);
	assert_int_equal(rmdir(h->dir), 0);	/* nothing else was left there */
	free(h);
	return 0;
}

#define AT_HOME(fn) TEST_WITH(fn, home_init, home_done)

static void put(struct home *h, const char *text)
{
	char folder[64];
	FILE *f;

	snprintf(folder, sizeof(folder), "%s/pagetop", h->dir);
	mkdir(folder, 0700);
	f = fopen(h->file, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	chmod(h->file, 0600);
}

static void assert_holds(struct home *h, const char *want)
{
	char text[512] = "";
	FILE *f = fopen(h->file, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	assert_string_equal(text, want);
}

static const char *again(struct home *h)
{
	pt_config_done(&h->config);
	h->config = (struct pt_config)PT_CONFIG_INIT;
	h->o = (struct pt_options){ .interval_s = 1, .given = h->o.given, .no_config = h->o.no_config };
	pt_config_read(&h->config, &h->o);
	return h->o.config_why ? h->o.config_why : "";
}

static const char *said(struct home *h, const char *text)
{
	put(h, text);
	return again(h);
}

/* What a view may be: the list of processes, say; the map. */
enum {
	LISTS = PT_WHERE_LEVEL | PT_WHERE_BOTTOM | PT_WHERE_LISTS,
	CELLS = PT_WHERE_LEVEL | PT_WHERE_ABOVE | PT_WHERE_CELLS,
};

static const char *id_of(struct home *h, uint32_t key, unsigned where)
{
	const struct pt_command *cmd = pt_command_of(&h->config.keys, key, where);

	return cmd ? cmd->id : "";
}

AT_HOME(without_a_file_everything_is_as_it_was)
{
	struct home *h = *state;

	assert_string_equal(again(h), "");
	assert_string_equal(h->o.config_path, h->file);
	assert_true(h->o.interval_s == 1 && h->o.mouse == PT_ON);
}

AT_HOME(a_file_sets_options_and_keys)
{
	struct home *h = *state;

	assert_string_equal(said(h, "# mine\n\n  interval   0.5 \r\n\tbudget\t0.2\nmouse off\n"
				    "key find F3\t^F\nkey show-all Esc"), "");
	assert_true(h->o.interval_s == 0.5 && h->o.budget == 0.2 && h->o.mouse == PT_OFF);
	assert_string_equal(id_of(h, PT_KEY_F1 + 2, LISTS), "FIND");
	assert_string_equal(id_of(h, 'F' & 31, CELLS), "FIND");
	assert_string_equal(id_of(h, '/', LISTS), "");
	assert_string_equal(id_of(h, PT_KEY_BACKSPACE, LISTS), "");
	pt_config_done(&h->config);
	h->config = (struct pt_config)PT_CONFIG_INIT;
	assert_string_equal(id_of(h, '/', LISTS), "FIND");
}

AT_HOME(a_key_is_bound_by_what_it_was_called_too)
{
	struct home *h = *state;
	struct pt_str id = PT_STR_INIT;

	assert_string_equal(said(h, "key last-value b\n"), "");
	assert_string_equal(id_of(h, 'b', PT_WHERE_SETTINGS), "PREVIOUS_VALUE");
	assert_string_equal(said(h, "key previous-value c\n"), "");
	assert_string_equal(id_of(h, 'c', PT_WHERE_SETTINGS), "PREVIOUS_VALUE");
	assert_string_equal(id_of(h, 'b', PT_WHERE_SETTINGS), "");
	pt_command_id(pt_command_find("last-value", strlen("last-value")), &id);
	assert_string_equal(id.s, "previous-value");
	pt_str_done(&id);
}

AT_HOME(the_command_line_goes_first_and_may_leave_it_out)
{
	struct home *h = *state;

	h->o.given = UINT64_C(1) << PT_OPT_INTERVAL;
	assert_string_equal(said(h, "interval 0.5\nbudget 0.2\n"), "");
	assert_true(h->o.interval_s == 1 && h->o.budget == 0.2);
	h->o.given = 0;
	h->o.no_config = true;
	assert_string_equal(said(h, "interval 0.5\nkey find F3\n"), "");
	assert_true(h->o.interval_s == 1);
	assert_string_equal(id_of(h, '/', LISTS), "FIND");
}

/* Of what is wrong one sentence is said, and the other lines hold. */
AT_HOME(what_is_wrong_is_told_with_its_line)
{
	static const struct {
		const char *text, *why;
	} row[] = {
		{ "colour blue\ninterval 2\n", ":1: unknown setting \"colour\" (did you mean colors?)" },
		{ "interval 2\nproc-root /x\n", ":2: unknown setting \"proc-root\"; the settings view lists them" },
		{ "interval 2\n\n\033[2J\n", ":3: unknown setting \"\\x1B[2J\"" },
		{ "interval 2\nbudget much\n", ":2: --budget: invalid value \"much\"; expected 0.01 to 1" },
		{ "interval 2\nbudget\n", ":2: --budget: invalid value \"\"; expected 0.01 to 1" },
		{ "interval 2\nmouse on off\n", ":2: --mouse: invalid value \"on off\"; expected on or off" },
		{ "interval 2\nmouse o\n", "invalid value \"o\"" },
		{ "interval 2\nkey fly F3\n", ":2: unknown command \"fly\" (did you mean fit?)" },
		{ "interval 2\nkey find\n", ":2: \"find\": at least one key expected" },
		{ "interval 2\nkey fnid /\n", ":2: unknown command \"fnid\" (did you mean find?)" },
		{ "interval 2\nkey nothing-like-it /\n",
		  ":2: unknown command \"nothing-like-it\"; the help of the settings lists them" },
		{ "interval 2\nkey find Entr\n", ":2: unknown key \"Entr\" (did you mean Enter?)" },
		{ "interval 2\nkeys find /\n", ":2: unknown setting \"keys\" (did you mean key?)" },
		{ "interval 2\nkey find F3 Fly\n", ":2: unknown key \"Fly\"" },
		{ "interval 2\nkey find g\n", ":2: g is bound to \"go\", and cannot be bound to \"find\" in the same view" },
		{ "key go F3\ninterval 2\nkey find x F3\n",
		  ":3: F3 is bound to \"go\", and cannot be bound to \"find\" in the same view" },
		{ "x 1\ny 2\ninterval 2\nz 3\n", ":1: unknown setting \"x\"; the settings view lists them (and 2 more)" },
	};
	struct home *h = *state;

	for (size_t i = 0; i < LEN(row); i++) {
		const char *why = said(h, row[i].text);

		if (strncmp(why, h->file, strlen(h->file)) || !strstr(why, row[i].why))
			fail_msg("%s: %s", row[i].text, why);
		assert_true(h->o.interval_s == 2);
	}
}

AT_HOME(keys_may_change_places)
{
	struct home *h = *state;

	assert_string_equal(said(h, "key find g\nkey go /\n"), "");
	assert_string_equal(id_of(h, 'g', CELLS), "FIND");
	assert_string_equal(id_of(h, '/', CELLS), "GO");
	assert_string_equal(said(h, "key contents /\n"), "");	/* in other views than find */
}

/* What gives way leaves its key to whoever had it; so another line may have to give way, too. */
AT_HOME(after_a_clash_no_key_does_two_things)
{
	struct home *h = *state;
	const char *key;

	assert_non_null(strstr(said(h, "key find g\nkey go w\nkey save r\n"), ":3: r is bound to \"scan\""));
	assert_non_null(strstr(h->o.config_why, "(and 2 more)"));
	for (size_t i = 0; i < PT_NCOMMANDS; i++)
		assert_int_equal(pt_keys_clash(&h->config.keys, i, &key), PT_NCOMMANDS);
	assert_string_equal(id_of(h, 'w', CELLS), "SAVE");
}

AT_HOME(a_clash_names_the_key_whichever_it_is)
{
	struct home *h = *state;

	assert_non_null(strstr(said(h, "key up Up j"), ":1: j is bound to \"down\""));
	assert_non_null(strstr(said(h, "key find / ^U"), ":1: ^U is bound to \"pgup\""));
}

AT_HOME(a_file_that_others_could_have_written_is_not_read)
{
	struct home *h = *state;

	put(h, "interval 2\n");
	chmod(h->file, 0620);
	assert_non_null(strstr(again(h), "/pagetop/config: writable by others"));
	assert_true(h->o.interval_s == 1);
	chmod(h->file, 0644);
	assert_string_equal(again(h), "");
	assert_true(h->o.interval_s == 2);
	unlink(h->file);
	assert_int_equal(mkfifo(h->file, 0600), 0);	/* nor does it wait for somebody to write */
	assert_non_null(strstr(again(h), "not a regular file"));
	unlink(h->file);
	if (geteuid())
		skip();
	put(h, "interval 2\n");
	assert_int_equal(chown(h->file, 12345, 12345), 0);
	assert_non_null(strstr(again(h), "owned by another user"));
	assert_true(h->o.interval_s == 1);
}

AT_HOME(only_an_absolute_folder_counts)
{
	struct home *h = *state;

	setenv("XDG_CONFIG_HOME", "relative", 1);
	setenv("HOME", h->dir, 1);
	again(h);
	assert_non_null(strstr(h->o.config_path, "/.config/pagetop/config"));
	unsetenv("HOME");
	again(h);
	assert_null(h->o.config_path);
}

/* ---- writing */

static void write_ok(struct home *h)
{
	struct pt_str why = PT_STR_INIT;

	if (pt_config_write(&h->o, &why))
		fail_msg("%s", why.s);
	pt_str_done(&why);
}

AT_HOME(what_was_changed_is_written_and_nothing_else)
{
	struct home *h = *state;
	struct stat st;

	again(h);
	h->o.mouse = PT_OFF;
	write_ok(h);				/* makes the folder */
	assert_holds(h, "mouse off\n");
	assert_int_equal(stat(h->file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_string_equal(again(h), "");
	assert_int_equal(h->o.mouse, PT_OFF);
}

AT_HOME(the_users_own_lines_stay)
{
	struct home *h = *state;

	said(h, "# fast\ninterval 0.5\n\nnonsense 5\nmouse  off\nkey find F3\n# end");
	h->o.interval_s = 1;			/* it had a line, so it keeps it */
	h->o.mouse = PT_ON;
	h->o.budget = 0.25;
	write_ok(h);
	assert_holds(h, "# fast\ninterval 1\n\nnonsense 5\nmouse on\nkey find F3\n# end\nbudget 0.25\n");
}

AT_HOME(what_is_no_text_is_neither_read_nor_written)
{
	static const char bytes[] = "interval 2\n\0key find F3\n";
	struct home *h = *state;
	struct pt_str why = PT_STR_INIT;
	FILE *f;

	said(h, "");
	f = fopen(h->file, "w");
	fwrite(bytes, 1, sizeof(bytes) - 1, f);
	fclose(f);
	assert_non_null(strstr(again(h), "not a text file: it contains a NUL byte"));
	assert_int_not_equal(pt_config_write(&h->o, &why), 0);
	assert_non_null(strstr(why.s, "not a text file"));
	pt_str_done(&why);
}

AT_HOME(a_file_of_somebody_else_is_not_written)
{
	struct home *h = *state;
	struct pt_str why = PT_STR_INIT;

	said(h, "interval 0.5\n");
	chmod(h->file, 0666);
	assert_int_equal(pt_config_write(&h->o, &why), -EPERM);
	assert_non_null(strstr(why.s, "writable by others"));
	pt_str_reset(&why);
	if (!geteuid()) {
		chmod(h->file, 0600);
		assert_int_equal(chown(h->file, 12345, 12345), 0);
		assert_int_equal(pt_config_write(&h->o, &why), -EPERM);
		assert_non_null(strstr(why.s, "owned by another user"));
	}
	pt_str_done(&why);
	assert_holds(h, "interval 0.5\n");
}

/* ---- whose folders they are */

enum { STRANGER = 12345 };

static void assert_not_written(struct home *h, const char *whose)
{
	struct pt_str why = PT_STR_INIT;

	again(h);
	h->o.mouse = PT_OFF;
	assert_int_equal(pt_config_write(&h->o, &why), -EPERM);
	if (strncmp(why.s, whose, strlen(whose)) || !strstr(why.s, ": owned by another user; use sudo -H"))
		fail_msg("%s: %s", whose, why.s);
	pt_str_done(&why);
}

/* As under a sudo that keeps HOME. That nothing was made, home_done() sees. */
AT_HOME(the_home_of_somebody_else_is_left_alone)
{
	struct home *h = *state;
	char folder[64];

	if (geteuid())
		skip();
	assert_int_equal(chown(h->dir, STRANGER, STRANGER), 0);
	assert_not_written(h, h->dir);
	snprintf(folder, sizeof(folder), "%s/not/there", h->dir);
	setenv("XDG_CONFIG_HOME", folder, 1);
	assert_not_written(h, h->dir);
	unsetenv("XDG_CONFIG_HOME");
	setenv("HOME", h->dir, 1);
	assert_not_written(h, h->dir);
	snprintf(folder, sizeof(folder), "%s/.config", h->dir);
	assert_int_equal(mkdir(folder, 0700), 0);		/* ours, but in there */
	assert_not_written(h, h->dir);
	assert_int_equal(rmdir(folder), 0);
}

AT_HOME(folders_are_made_as_far_as_they_are_missing)
{
	struct home *h = *state;
	char folder[64];
	struct stat st;

	snprintf(folder, sizeof(folder), "%s/not/there", h->dir);
	setenv("XDG_CONFIG_HOME", folder, 1);
	again(h);
	h->o.mouse = PT_OFF;
	write_ok(h);
	assert_string_equal(again(h), "");
	assert_int_equal(h->o.mouse, PT_OFF);
	assert_true(!stat(folder, &st) && st.st_mode == (S_IFDIR | 0700));
	assert_int_equal(unlink(h->o.config_path), 0);
	for (char *slash; (slash = strrchr(h->config.path.s, '/')) > h->config.path.s + strlen(h->dir); ) {
		*slash = '\0';
		assert_int_equal(rmdir(h->config.path.s), 0);
	}
}

/* dotfiles: the folder is a link of one's own to a folder of one's own. */
AT_HOME(links_are_followed_where_all_is_ones_own)
{
	struct home *h = *state;
	char link[64], target[64], file[96];

	if (geteuid())
		skip();
	snprintf(link, sizeof(link), "%s/pagetop", h->dir);
	snprintf(target, sizeof(target), "%s/dotfiles", h->dir);
	snprintf(file, sizeof(file), "%s/config", target);
	assert_int_equal(mkdir(target, 0700), 0);
	assert_int_equal(symlink("dotfiles", link), 0);
	assert_int_equal(lchown(link, STRANGER, STRANGER), 0);
	assert_not_written(h, link);
	assert_int_equal(chown(h->dir, STRANGER, STRANGER), 0);
	assert_int_equal(seteuid(STRANGER), 0);
	assert_not_written(h, link);				/* his link, but root's folder */
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(access(file, F_OK), -1);
	assert_int_equal(chown(target, STRANGER, STRANGER), 0);
	assert_int_equal(seteuid(STRANGER), 0);
	write_ok(h);
	assert_string_equal(again(h), "");
	assert_int_equal(h->o.mouse, PT_OFF);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(rmdir(target), 0);
}

/* ---- settings by their text */

TEST(every_setting_takes_back_its_own_text)
{
	int n = 0;

	for (int i = pt_setting_next(-1); i >= 0; i = pt_setting_next(i), n++) {
		struct pt_options o = pt_options_default();
		struct pt_str value = PT_STR_INIT, again = PT_STR_INIT, why = PT_STR_INIT;
		const char *words = pt_setting_words(i), *word;
		size_t len;

		pt_setting_value(&o, i, &value);
		if (value.len && pt_setting_set(&o, i, value.s, &why))
			fail_msg("%s", why.s);
		for (int k = 0; words && (word = pt_option_word(words, k, &len)); k++) {
			pt_str_reset(&value);
			pt_str_add(&value, word, len);
			if (pt_setting_set(&o, i, value.s, &why))
				fail_msg("%s", why.s);
		}
		pt_setting_value(&o, i, &again);
		assert_string_equal(again.s, value.s);
		if (words)
			assert_int_equal(pt_setting_set(&o, i, "neither", &why), -EINVAL);
		pt_str_done(&value);
		pt_str_done(&again);
		pt_str_done(&why);
	}
	assert_true(n >= 3);
}

