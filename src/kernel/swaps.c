#include "pagetop/kernel/swaps.h"

#include <errno.h>
#include <string.h>
#include <sys/sysinfo.h>

static bool is_octal(const char *s)
{
	return s[0] >= '0' && s[0] <= '3' && strspn(s + 1, "01234567") >= 2;
}

/* The kernel writes blank, tab, newline and backslash as \ooo (seq_file_path). */
static void add_name(struct pt_str *out, const char *s, size_t len)
{
	for (const char *end = s + len; s < end; s++) {
		if (*s == '\\' && end - s > 3 && is_octal(s + 1)) {
			pt_str_addc(out, (char)((s[1] & 7) << 6 | (s[2] & 7) << 3 | (s[3] & 7)));
			s += 3;
		} else {
			pt_str_addc(out, *s);
		}
	}
}

static const char *next_line(const char *s)
{
	s += strcspn(s, "\n");
	return *s ? s + 1 : s;
}

int pt_swap_device(const struct pt_root *root, unsigned type, struct pt_str *ret_name)
{
	struct pt_str s = PT_STR_INIT;
	int err = pt_read_at(root->proc_fd, "swaps", &s);
	const char *row = next_line(s.s);	/* the first line holds the titles */
	size_t len = strcspn(row, " \t\n");

	if (!err && !*row)
		err = -ENOENT;
	else if (!err && type && *next_line(row))	/* before type 0 there is none */
		err = -ENOTUNIQ;
	else if (!err && !len)
		err = -EINVAL;
	if (!err) {
		add_name(ret_name, row, len);
		err = ret_name->err;
	}
	pt_str_done(&s);
	return err;
}

/* Type, size, used: what follows the name, which has no blanks. */
static bool is_used(const char *row)
{
	enum { USED = 3 };

	for (int i = 0; i < USED; i++) {
		row += strcspn(row, " \t\n");
		row += strspn(row, " \t");
	}
	return *row != '0';
}

enum pt_told pt_swap_any(const struct pt_root *root)
{
	struct pt_str s = PT_STR_INIT;
	int err = pt_read_at(root->proc_fd, "swaps", &s);
	enum pt_told told = PT_UNTOLD;
	struct sysinfo si;

	if (!err)
		told = *next_line(s.s) ? PT_YES : PT_NO;

	/*
	 * a container's own /proc/swaps may hide the machine's, and a kernel without swap
	 * has no such file
	 */
	if (told != PT_YES && pt_is_procfs(root->proc_fd)) {
		told = PT_UNTOLD;
		if (!sysinfo(&si))
			told = si.totalswap ? PT_YES : PT_NO;
	}
	pt_str_done(&s);
	return told;
}

bool pt_swap_in_use(const struct pt_root *root)
{
	struct pt_str s = PT_STR_INIT;
	bool yes = pt_read_at(root->proc_fd, "swaps", &s);
	struct sysinfo si;

	for (const char *row = next_line(s.s); !yes && *row; row = next_line(row))
		yes = is_used(row);
	/* a container's own /proc/swaps may hide the machine's */
	yes = yes || (root->real && (sysinfo(&si) || si.totalswap != si.freeswap));
	pt_str_done(&s);
	return yes;
}
