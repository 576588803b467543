#include "pagetop/ui/complete.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"

/* Of what was found before, only as much as this one has, too. */
static void narrow(struct pt_str *common, bool *first, const char *name)
{
	size_t n = 0;

	if (*first) {
		pt_str_adds(common, name);
		*first = false;
		return;
	}
	while (n < common->len && common->s[n] == name[n])
		n++;
	while (n && (common->s[n] & 0xc0) == 0x80)	/* no half of a character */
		n--;
	pt_str_cut(common, n);
}

/* It can be typed, and shown as it is. */
static bool is_text(const char *name)
{
	size_t left = strlen(name), n;
	uint32_t ch;

	while (left && (n = pt_utf8_decode(name, left, &ch)) && !pt_is_control(ch)) {
		name += n;
		left -= n;
	}
	return !left;
}

/*
 * What the names in the folder that begin with `prefix` have in common; true: there
 * is one at least.
 */
static bool look(const char *folder, const char *prefix, struct pt_str *common)
{
	DIR *dir = opendir(folder);
	bool first = true;
	struct dirent *e;

	if (!dir) {
		pt_memory_note_err(-errno);
		return false;
	}
	while ((e = readdir(dir)))
		if (!strncmp(e->d_name, prefix, strlen(prefix)) &&
		    (e->d_name[0] != '.' || *prefix == '.') && is_text(e->d_name))
			narrow(common, &first, e->d_name);
	closedir(dir);
	return !first;
}

void pt_complete_path(struct pt_str *path)
{
	const char *slash = strrchr(path->s, '/');
	size_t n = slash ? (size_t)(slash - path->s) + 1 : 0;
	struct pt_str folder = PT_STR_INIT, common = PT_STR_INIT;
	struct stat st;

	pt_str_add(&folder, path->s, n);
	if (look(n ? folder.s : ".", path->s + n, &common)) {
		pt_str_cut(path, n);
		pt_str_adds(path, common.s);
		if (!stat(path->s, &st) && S_ISDIR(st.st_mode) && path->len &&
		    path->s[path->len - 1] != '/')
			pt_str_addc(path, '/');
	}
	pt_str_done(&folder);
	pt_str_done(&common);
}
