#include "pagetop/ui/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/output.h"
#include "pagetop/base/text.h"
#include "pagetop/cli/option_table.h"
#include "pagetop/ui/keys.h"

enum { MAX_BYTES = 65536 };

static const char blanks[] = " \t\r";

/* ---- where it is */

/*
 * A relative XDG_CONFIG_HOME is to be ignored, says its specification. The length of what the
 * search starts from.
 */
static size_t find_path(struct pt_str *out)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	bool by_xdg = xdg && *xdg == '/';
	const char *base = by_xdg ? xdg : home;

	if (!base || *base != '/')
		return 0;
	pt_str_addf(out, by_xdg ? "%s/pagetop/config" : "%s/.config/pagetop/config", base);
	return strlen(base);
}

/* Why this file is not to be trusted; NULL: it is. */
static const char *distrust(const struct stat *st, bool ours)
{
	if (!S_ISREG(st->st_mode))
		return "not a regular file";
	if (st->st_uid != geteuid() && (ours || st->st_uid != 0))
		return "owned by another user";
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return "writable by others; chmod go-w it";
	return st->st_size > MAX_BYTES ? "larger than 64K" : NULL;
}

static int read_all(int fd, struct pt_str *out)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) && out->len <= MAX_BYTES) {
		if (n < 0 && errno != EINTR)
			return -errno;
		pt_str_add(out, buf, n > 0 ? (size_t)n : 0);
	}
	return out->err;
}

static void tell(struct pt_str *why, const char *path, const char *what)
{
	pt_escape(why, path, strlen(path));
	pt_str_addf(why, ": %s", what);
}

/*
 * `path`: what it is called. `ours`: it must belong to nobody but us. No file is an empty one. 0;
 * or -errno, and the sentence.
 */
static int load(int dir_fd, const char *name, const char *path, bool ours, struct pt_str *text,
		struct pt_str *why)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), err;
	const char *wrong;
	struct stat st;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	err = fd < 0 || fstat(fd, &st) ? -errno : 0;
	wrong = err ? pt_error_text(err) : distrust(&st, ours);
	if (!wrong && (err = read_all(fd, text)))
		wrong = pt_error_text(err);
	else if (!wrong && strlen(text->s) < text->len)
		wrong = "not a text file: it contains a NUL byte";
	if (fd >= 0)
		close(fd);
	if (wrong)
		tell(why, path, wrong);
	return wrong && !err ? -EPERM : err;
}

/* ---- what it says */

struct reader {
	struct pt_config *config;
	struct pt_options *o;
	struct pt_str why;	/* of the first line that is wrong */
	int nwrong;
	int *bound;		/* for each row of keys.def the line that bound its
				   keys; 0: none did */
};

static void is_wrong(struct reader *r, int line, const char *why)
{
	if (r->nwrong++)
		return;
	pt_escape(&r->why, r->config->path.s, r->config->path.len);
	pt_str_addf(&r->why, ":%d: %s", line, why);
}

/* The next word, ended by NUL; *s is moved behind it. */
static char *next_word(char **s)
{
	char *w = *s + strspn(*s, blanks);

	*s = w + strcspn(w, blanks);
	if (**s)
		*(*s)++ = '\0';
	*s += strspn(*s, blanks);
	return w;
}

static void cut_blanks(char *s)
{
	size_t n = strlen(s);

	while (n && strchr(blanks, s[n - 1]))
		s[--n] = '\0';
}

static void quote(struct pt_str *out, const char *before, const char *text, size_t len,
		  const char *after)
{
	pt_str_adds(out, before);
	pt_escape(out, text, len);
	pt_str_adds(out, after);
}

/* "unknown command \"fnd\" (did you mean find?)" */
static void refuse(struct pt_str *why, const char *what, const struct pt_nearest *near,
		   const char *hint)
{
	pt_str_addf(why, "unknown %s", what);
	quote(why, " \"", near->typed, near->len, "\"");
	pt_nearest_say(near, why);
	pt_str_adds(why, near->word[0] ? "" : hint);
}

static void refuse_setting(const char *name, struct pt_str *why)
{
	struct pt_nearest near = pt_nearest_to(name, strlen(name));

	pt_nearest_offer(&near, "key");
	for (int i = pt_setting_next(-1); i >= 0; i = pt_setting_next(i))
		pt_nearest_offer(&near, pt_option_rows[i].name);
	refuse(why, "setting", &near, "; the settings view lists them");
}

/* "find / ^F" */
static void bind(struct reader *r, char *rest, int line, struct pt_str *why)
{
	const char *id = next_word(&rest), *unknown;
	size_t row = pt_command_find(id, strlen(id));
	struct pt_nearest near;

	for (char *s = rest; (s = strchr(s, '\t')); )
		*s = ' ';
	unknown = pt_keys_unknown(rest);
	if (row == PT_NCOMMANDS) {
		near = pt_command_nearest(id);
		refuse(why, "command", &near, "; the help of the settings lists them");
	} else if (!*rest) {
		pt_str_addf(why, "\"%s\": at least one key expected", id);
	} else if (unknown) {
		near = pt_key_nearest(unknown, strcspn(unknown, " "));
		refuse(why, "key", &near, "");
	} else {
		r->config->keys.of[row] = rest;
		r->bound[row] = line;
	}
}

static void read_line(struct reader *r, char *s, int line)
{
	const char *name = next_word(&s);
	int option = pt_setting_find(name);
	struct pt_str why = PT_STR_INIT;

	cut_blanks(s);
	if (!*name || *name == '#')
		return;
	if (!strcmp(name, "key"))
		bind(r, s, line, &why);
	else if (option < 0)
		refuse_setting(name, &why);
	else if (!(r->o->given >> option & 1))
		pt_setting_set(r->o, option, s, &why);
	if (why.len)
		is_wrong(r, line, why.s);
	pt_str_done(&why);
}

/* "/ is bound to \"find\", and cannot be bound to \"go\" in the same view" */
static void tell_clash(struct reader *r, const char *key, size_t loser, size_t other)
{
	struct pt_str why = PT_STR_INIT;

	quote(&why, "", key, strcspn(key, " "), " is bound to \"");
	pt_command_id(other, &why);
	pt_str_adds(&why, "\", and cannot be bound to \"");
	pt_command_id(loser, &why);
	pt_str_adds(&why, "\" in the same view");
	is_wrong(r, r->bound[loser], why.s);
	pt_str_done(&why);
}

/* Only when all lines are read, so that two rows can change places. The later line gives way. */
static void settle_clashes(struct reader *r)
{
	for (size_t i = 0; i < PT_NCOMMANDS; i++) {
		const char *key;
		size_t k = pt_keys_clash(&r->config->keys, i, &key), loser = k;

		if (k == PT_NCOMMANDS)
			continue;
		if (r->bound[i] > r->bound[k])
			loser = i;
		tell_clash(r, key, loser, loser == i ? k : i);
		r->config->keys.of[loser] = NULL;
		r->bound[loser] = 0;
		i = SIZE_MAX;	/* its own keys may be somebody else's by now: from the beginning */
	}
}

static void read_lines(struct reader *r, char *text)
{
	int line = 1;

	for (char *next; text; text = next, line++) {
		next = strchr(text, '\n');
		if (next)
			*next++ = '\0';
		read_line(r, text, line);
	}
	settle_clashes(r);
	if (r->nwrong > 1)
		pt_str_addf(&r->why, " (and %d more)", r->nwrong - 1);
}

void pt_config_read(struct pt_config *c, struct pt_options *o)
{
	struct reader r = { .config = c, .o = o, .why = PT_STR_INIT };

	o->config_base = find_path(&c->path);
	o->config_path = c->path.len ? c->path.s : NULL;
	o->bound = &c->keys;
	if (!c->path.len || o->no_config)
		return;
	r.bound = pt_calloc(PT_NCOMMANDS, sizeof(*r.bound));
	if (r.bound && !load(AT_FDCWD, c->path.s, c->path.s, false, &c->text, &r.why) &&
	    c->text.len)
		read_lines(&r, c->text.s);
	free(r.bound);
	c->why = r.why;
	o->config_why = c->why.len ? c->why.s : NULL;
}

void pt_config_done(struct pt_config *c)
{
	c->keys = (struct pt_keys){ { NULL } };
	pt_str_done(&c->path);
	pt_str_done(&c->text);
	pt_str_done(&c->why);
}

/* ---- what is written */

static void add_setting(const struct pt_options *o, int option, struct pt_str *out)
{
	struct pt_str value = PT_STR_INIT;

	pt_setting_value(o, option, &value);
	if (value.len)
		pt_str_addf(out, "%s %s\n", pt_option_rows[option].name, value.s);
	pt_str_done(&value);
}

static bool is_default(const struct pt_options *o, int option)
{
	const struct pt_options none = pt_options_default();
	struct pt_str a = PT_STR_INIT, b = PT_STR_INIT;
	bool same;

	pt_setting_value(o, option, &a);
	pt_setting_value(&none, option, &b);
	same = !strcmp(a.s, b.s);
	pt_str_done(&a);
	pt_str_done(&b);
	return same;
}

/* The setting that the line is about; -1: none. */
static int setting_of(const char *line, size_t len)
{
	char *copy = pt_strndup(line, len), *s = copy;
	int option = copy ? pt_setting_find(next_word(&s)) : -1;

	free(copy);
	return option;
}

/*
 * The old text with the settings in their lines, the first line of each; what had no line
 * gets one at the end.
 */
static void merge(const struct pt_options *o, const char *old, struct pt_str *out)
{
	uint64_t written = 0;

	while (*old) {
		size_t len = strcspn(old, "\n");
		int option = setting_of(old, len);

		if (option < 0) {
			pt_str_add(out, old, len);
			pt_str_addc(out, '\n');
		} else if (!(written >> option & 1)) {
			add_setting(o, option, out);
			written |= UINT64_C(1) << option;
		}
		old += len + (old[len] == '\n');
	}
	for (int i = pt_setting_next(-1); i >= 0; i = pt_setting_next(i))
		if (!(written >> i & 1) && !is_default(o, i))
			add_setting(o, i, out);
}

/* ---- its folders */

/* A folder of ours, or a link of ours or root's to one; -EPERM: somebody else's. */
static int open_own(int dir_fd, const char *name)
{
	struct stat st;
	bool link = !fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode);
	int fd = openat(dir_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC | (link ? 0 : O_NOFOLLOW));
	int err = fd < 0 ? -errno : 0;

	if (link && st.st_uid && st.st_uid != geteuid())
		err = -EPERM;
	else if (!err && (fstat(fd, &st) || st.st_uid != geteuid()))
		err = -EPERM;
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

/*
 * What there is of the folder that the search starts from; `path` is cut behind it,
 * where *end is then.
 */
static int open_base(char *path, char **end)
{
	for (;;) {
		int fd;

		**end = '\0';
		fd = open_own(AT_FDCWD, *path ? path : "/");
		if (fd != -ENOENT || *end == path)
			return fd;
		**end = '/';
		do
			--*end;
		while (**end != '/');
	}
}

static int make_own(int dir_fd, const char *name)
{
	return mkdirat(dir_fd, name, 0700) && errno != EEXIST ? -errno : open_own(dir_fd, name);
}

static const char *why_no_folder(int err)
{
	return err != -EPERM ? pt_error_text(err) :
	       "owned by another user; use sudo -H, or set XDG_CONFIG_HOME";
}

/*
 * The folder of the file; what is missing of it is made, for us alone. A descriptor; or -errno,
 * and the sentence.
 */
static int open_folder(const struct pt_options *o, struct pt_str *why)
{
	char *path = pt_strdup(o->config_path), *end = path ? path + o->config_base : NULL, *name,
	     *slash;
	int fd = path ? open_base(path, &end) : -ENOMEM;

	while (fd >= 0) {
		int above = fd;

		*end = '/';
		name = end + strspn(end, "/");
		slash = strchr(name, '/');
		if (!slash)		/* the file itself */
			break;
		end = slash;
		*end = '\0';
		fd = make_own(above, name);
		close(above);
	}
	if (fd < 0)
		tell(why, path && *path ? path : "/", why_no_folder(fd));
	free(path);
	return fd;
}

static int put(int dir_fd, const char *name, const struct pt_str *text)
{
	struct pt_output out;
	int err = text->err ? text->err : pt_output_open_at(&out, dir_fd, name, PT_OUTPUT_SYNC);

	return err ? err : pt_output_put(&out, text);
}

static int write_in(int dir_fd, const struct pt_options *o, struct pt_str *why)
{
	const char *path = o->config_path, *name = strrchr(path, '/') + 1;
	struct pt_str old = PT_STR_INIT, text = PT_STR_INIT;
	int err = load(dir_fd, name, path, true, &old, why);

	if (!err) {
		merge(o, old.s, &text);
		err = put(dir_fd, name, &text);
		if (err)
			tell(why, path, pt_output_why(err));
	}
	pt_str_done(&old);
	pt_str_done(&text);
	return err;
}

int pt_config_write(const struct pt_options *o, struct pt_str *why)
{
	int dir_fd, err;

	if (o->readonly) {
		pt_str_adds(why, "--readonly");
		return -EROFS;
	}
	if (!o->config_path) {
		pt_str_adds(
			why,
			"no config file: neither XDG_CONFIG_HOME nor HOME is set");
		return -ENOENT;
	}
	dir_fd = open_folder(o, why);
	if (dir_fd < 0)
		return dir_fd;
	err = write_in(dir_fd, o, why);
	close(dir_fd);
	return err;
}
