#include "pagetop/kernel/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

struct walk {
	uint64_t inode;
	dev_t dev;
	int ndirs;
	bool cut;		/* something was left out */
	struct pt_str *path;
};

static int search(struct walk *w, int parent_fd, const char *name, int depth);

/* 0: it is in here, and the path is complete. */
static int search_entry(struct walk *w, int dir_fd, const struct dirent *e, int depth)
{
	size_t before = w->path->len;
	struct stat st;
	int err = -ENOENT;

	if (e->d_type != DT_DIR || !strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
		return -ENOENT;
	if (fstatat(dir_fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) || st.st_dev != w->dev)
		return -ENOENT;		/* gone, or mounted over: other inodes */
	if (w->ndirs++ == PT_CGROUP_MAX_NDIRS) {
		w->cut = true;
		return -ENOENT;
	}
	pt_str_addc(w->path, '/');
	pt_str_adds(w->path, e->d_name);
	if (st.st_ino == w->inode)
		return w->path->err;
	if (st.st_nlink != 2)		/* with two links it has no folders in it */
		err = search(w, dir_fd, e->d_name, depth + 1);
	if (err == -ENOENT)
		pt_str_cut(w->path, before);
	return err;
}

static int search(struct walk *w, int parent_fd, const char *name, int depth)
{
	struct dirent *e;
	int err = -ENOENT;
	DIR *dir;

	if (depth > PT_CGROUP_MAX_DEPTH) {
		w->cut = true;
		return -ENOENT;
	}
	if (pt_dir_at(parent_fd, name, &dir))	/* cgroups come and go */
		return -ENOENT;
	while (err == -ENOENT && w->ndirs <= PT_CGROUP_MAX_NDIRS && (e = readdir(dir)))
		err = search_entry(w, dirfd(dir), e, depth);
	closedir(dir);
	return err;
}

int pt_cgroup_path(const struct pt_root *root, uint64_t inode, struct pt_str *ret_path)
{
	struct walk w = { .inode = inode, .path = ret_path };
	const char *top = "fs/cgroup";
	struct stat st;
	int err;

	if (root->sys_fd < 0 || !inode)
		return -ENOENT;
	if (fstatat(root->sys_fd, "fs/cgroup/cgroup.controllers", &st, 0))
		top = "fs/cgroup/memory";
	if (fstatat(root->sys_fd, top, &st, 0))
		return -errno;
	if (st.st_ino == inode) {
		pt_str_addc(ret_path, '/');
		return ret_path->err;
	}
	w.dev = st.st_dev;
	err = search(&w, root->sys_fd, top, 1);
	return err == -ENOENT && w.cut ? -E2BIG : err;
}
