/* The machine: swap areas, mounts, cgroups, NUMA nodes. */
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/kernel/cgroup.h"
#include "pagetop/kernel/mounts.h"
#include "pagetop/kernel/swaps.h"
#include "hooks.h"

/* ---- swap areas */

#define SWAPS_TITLES "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
#define SWAPS_ROW(name) name "                              partition\t262140\t\t0\t\t-2\n"

static void assert_swap(struct world *w, const char *rows, unsigned type, int err, const char *want)
{
	struct pt_str text = PT_STR_INIT, name = PT_STR_INIT;

	pt_str_addf(&text, "%s%s", SWAPS_TITLES, rows);
	fix_file(&w->fix, "swaps", text.s, text.len);
	assert_int_equal(pt_swap_device(&w->root, type, &name), err);
	assert_string_equal(name.s, want);
	pt_str_done(&text);
	pt_str_done(&name);
}

HOOKED(the_only_swap_area_has_every_type)
{
	assert_swap(*state, SWAPS_ROW("/dev/zram0"), 0, 0, "/dev/zram0");
	assert_swap(*state, SWAPS_ROW("/dev/zram0"), 5, 0, "/dev/zram0");
	assert_swap(*state, SWAPS_ROW("/a\\040b\\011\\012\\134040\\x\\04"), 1, 0,
		    "/a b\t\n\\040\\x\\04");
	assert_swap(*state, SWAPS_ROW("/swap\\040(deleted)"), 0, 0, "/swap (deleted)");
	assert_swap(*state, "/swapfile\t", 0, 0, "/swapfile");
}

HOOKED(of_several_swap_areas_only_type_0_is_certain)
{
	static const char rows[] = SWAPS_ROW("/dev/zram0") SWAPS_ROW("/swapfile");

	assert_swap(*state, rows, 0, 0, "/dev/zram0");
	assert_swap(*state, rows, 1, -ENOTUNIQ, "");	/* it may be the first row: type 0 gone */
	assert_swap(*state, rows, 2, -ENOTUNIQ, "");
}

HOOKED(without_swap_areas_no_type_has_a_device)
{
	struct world *w = *state;
	struct pt_str name = PT_STR_INIT;

	assert_int_equal(pt_swap_device(&w->root, 0, &name), -ENOENT);
	assert_swap(w, "", 0, -ENOENT, "");
	assert_swap(w, "", 1, -ENOENT, "");
	assert_swap(w, " partition\n", 0, -EINVAL, "");
}

static bool in_use(struct world *w, const char *rows)
{
	struct pt_str text = PT_STR_INIT;
	bool yes;

	pt_str_addf(&text, "%s%s", SWAPS_TITLES, rows);
	fix_file(&w->fix, "swaps", text.s, text.len);
	pt_str_done(&text);
	yes = pt_swap_in_use(&w->root);
	return yes;
}

HOOKED(swap_is_in_use_where_an_area_is_or_nobody_tells)
{
	struct world *w = *state;

	assert_true(pt_swap_in_use(&w->root));		/* no such file */
	assert_false(in_use(w, ""));
	assert_false(in_use(w, SWAPS_ROW("/dev/zram0") SWAPS_ROW("/a\\040b")));
	assert_true(in_use(w, SWAPS_ROW("/dev/zram0") "/swapfile\tfile\t262140\t4\t-2\n"));
	assert_true(in_use(w, "/swapfile\n"));
}

/* ---- mounts */

HOOKED(file_systems_that_never_swap_are_known_by_their_number)
{
	static const char text[] =
		"21 1 0:31 / / rw,relatime shared:1 - btrfs /dev/sda1 rw\n"
		"22 21 0:32 / /tmp rw - tmpfs tmpfs rw\n"
		"23 21 0:33 / /a\\040-\\040btrfs rw shared:2 master:3 - overlay overlay rw\n"
		"24 21 0:34 / /n rw - nfs4 host:/x rw\n"
		"25 21 0:35 / /n rw - nfs4x host:/x rw\n"
		"no such line\n";
	struct world *w = *state;
	struct pt_mounts *m;

	assert_null(pt_mounts_new(&w->root));
	assert_false(pt_mounts_never_swap(NULL, 0, 31));
	fix_file(&w->fix, "self/mountinfo", text, sizeof(text) - 1);
	m = pt_mounts_new(&w->root);
	assert_true(pt_mounts_never_swap(m, 0, 31));
	assert_false(pt_mounts_never_swap(m, 0, 32));
	assert_false(pt_mounts_never_swap(m, 0, 33));
	assert_true(pt_mounts_never_swap(m, 0, 34));
	assert_false(pt_mounts_never_swap(m, 0, 35));
	assert_false(pt_mounts_never_swap(m, 31, 0));
	pt_mounts_free(m);
	pt_mounts_free(NULL);
}

/* Mounts where nobody else sees it: 0 it is found, and no more once it is gone. */
static int mount_and_look(void)
{
	struct pt_root real = PT_ROOT_INIT;
	struct pt_mounts *m;
	struct stat st;
	bool seen;

	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) || pt_root_init(&real, NULL, NULL))
		return 77;
	m = pt_mounts_new(&real);
	pt_mounts_never_swap(m, 0, 0);
	if (mount("none", "/mnt", "ramfs", 0, NULL) || stat("/mnt", &st))
		return 77;
	seen = pt_mounts_never_swap(m, major(st.st_dev), minor(st.st_dev));
	umount("/mnt");
	seen = seen && !pt_mounts_never_swap(m, major(st.st_dev), minor(st.st_dev));
	pt_mounts_free(m);
	pt_root_done(&real);
	return seen ? 0 : 1;
}

/* A file system mounted later may take a number that was another's. */
HOOKED(mounts_are_looked_up_again_when_they_change)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(mount_and_look());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
}

/* ---- cgroups */

static uint64_t inode_of(const struct world *w, const char *path)
{
	struct stat st;

	assert_int_equal(fstatat(w->root.sys_fd, path, &st, 0), 0);
	return st.st_ino;
}

static void assert_cgroup(const struct world *w, uint64_t inode, int err, const char *want)
{
	struct pt_str path = PT_STR_INIT;

	pt_str_adds(&path, "in ");	/* it is appended to */
	assert_int_equal(pt_cgroup_path(&w->root, inode, &path), err);
	assert_string_equal(path.s + 3, want);
	pt_str_done(&path);
}

HOOKED(a_cgroup_is_found_by_its_inode_at_any_depth)
{
	static const char *const path[] = { "/a.slice", "/a.slice/b", "/a.slice/b/c d\033", "/memory",
					    "/z", "/z/z" };
	struct world *w = *state;
	char name[128];

	fix_file(&w->fix, "fs/cgroup/cgroup.controllers", "", 0);
	for (size_t i = 0; i < LEN(path); i++) {
		snprintf(name, sizeof(name), "fs/cgroup%s/cgroup.procs", path[i]);
		fix_file(&w->fix, name, "", 0);
	}
	for (size_t i = 0; i < LEN(path); i++) {
		snprintf(name, sizeof(name), "fs/cgroup%s", path[i]);
		assert_cgroup(w, inode_of(w, name), 0, path[i]);
	}
	assert_cgroup(w, inode_of(w, "fs/cgroup"), 0, "/");
	assert_cgroup(w, inode_of(w, "fs"), -ENOENT, "");
	assert_cgroup(w, inode_of(w, "fs/cgroup/z/cgroup.procs"), -ENOENT, "");
	assert_cgroup(w, 0, -ENOENT, "");
}

HOOKED(the_memory_hierarchy_of_version_1_is_searched_alone)
{
	struct world *w = *state;

	assert_cgroup(w, 1, -ENOENT, "");
	fix_file(&w->fix, "fs/cgroup/memory/a/b/tasks", "", 0);
	fix_file(&w->fix, "fs/cgroup/cpu/a/tasks", "", 0);
	assert_cgroup(w, inode_of(w, "fs/cgroup/memory/a/b"), 0, "/a/b");
	assert_cgroup(w, inode_of(w, "fs/cgroup/memory"), 0, "/");
	assert_cgroup(w, inode_of(w, "fs/cgroup/cpu/a"), -ENOENT, "");
	assert_cgroup(w, inode_of(w, "fs/cgroup"), -ENOENT, "");
	close(w->root.sys_fd);
	w->root.sys_fd = -1;
	assert_cgroup(w, 1, -ENOENT, "");
}

HOOKED(a_search_for_a_cgroup_leaves_the_hierarchy_by_no_link)
{
	struct world *w = *state;

	fix_file(&w->fix, "fs/cgroup/cgroup.controllers", "", 0);
	fix_file(&w->fix, "fs/cgroup/a/tasks", "", 0);
	fix_file(&w->fix, "fs/outside/b/tasks", "", 0);
	assert_int_equal(symlinkat("../../outside", w->root.sys_fd, "fs/cgroup/a/link"), 0);
	assert_int_equal(symlinkat("..", w->root.sys_fd, "fs/cgroup/a/up"), 0);
	assert_cgroup(w, inode_of(w, "fs/outside"), -ENOENT, "");
	assert_cgroup(w, inode_of(w, "fs/outside/b"), -ENOENT, "");
}

HOOKED(a_hierarchy_without_end_is_left_in_time)
{
	struct world *w = *state;
	char name[1024] = "fs/cgroup", wide[64];
	const uint64_t none = UINT64_MAX;
	uint64_t last = 0;

	fix_file(&w->fix, "fs/cgroup/cgroup.controllers", "", 0);
	for (int depth = 1; depth <= PT_CGROUP_MAX_DEPTH + 1; depth++) {
		strcat(name, "/d");
		assert_int_equal(mkdirat(w->root.sys_fd, name, 0755), 0);
		if (depth == PT_CGROUP_MAX_DEPTH)
			last = inode_of(w, name);
	}
	assert_cgroup(w, last, 0, name + strlen("fs/cgroup") + 2);	/* one level less */
	assert_cgroup(w, none, -E2BIG, "");
	assert_cgroup(w, 0, -ENOENT, "");	/* not looked for */
	assert_int_equal(unlinkat(w->root.sys_fd, name, AT_REMOVEDIR), 0);
	assert_cgroup(w, none, -ENOENT, "");
	for (int i = PT_CGROUP_MAX_DEPTH; i <= PT_CGROUP_MAX_NDIRS; i++) {
		if (i == PT_CGROUP_MAX_NDIRS)
			assert_cgroup(w, none, -ENOENT, "");
		snprintf(wide, sizeof(wide), "fs/cgroup/w%d", i);
		assert_int_equal(mkdirat(w->root.sys_fd, wide, 0755), 0);
	}
	assert_cgroup(w, none, -E2BIG, "");
}

/* ---- NUMA nodes */

HOOKED(each_block_of_memory_has_its_node)
{
	static const char *const blocks[] = { "node0/memory0", "node0/memory1", "node0/memory4",
		"node2/memory2", "node10/memory3", "node3/cpu0", "node0/memory", "node0/memory7x",
		"node0/memories8", "nodes/memory5", "node2048/memory6", NULL };
	static const int want[] = { 0, 0, 2, 10, 0, -ENOENT, -ENOENT, -ENOENT, -ENOENT };
	struct world *w = *state;
	struct pt_nodes nodes;

	put_blocks(w, "8000000\n", blocks);
	assert_int_equal(pt_nodes_init(&w->root, &nodes), 0);
	assert_int_equal(nodes.block_npages, 0x8000);
	assert_int_equal(nodes.nnodes, 4);
	for (size_t i = 0; i < LEN(want); i++) {
		assert_int_equal(pt_node_of_pfn(&nodes, i * 0x8000), want[i]);
		assert_int_equal(pt_node_of_pfn(&nodes, i * 0x8000 + 0x7fff), want[i]);
	}
	assert_int_equal(pt_node_of_pfn(&nodes, UINT64_MAX), -ENOENT);
	pt_nodes_done(&nodes);
	assert_int_equal(pt_node_of_pfn(&nodes, 0), -ENOENT);
}

HOOKED(a_block_without_one_node_of_its_own_is_unknown)
{
	static const char *const blocks[] = { "node0/memory0", "node0/memory1", "node1/memory1",
		"node2/memory1", "node1/memory2", "node1/memory4194304",
		"node1/memory18446744073709551615", "node1/memory99999999999999999999", NULL };
	struct world *w = *state;
	struct pt_nodes nodes;

	put_blocks(w, "8000000\n", blocks);
	assert_int_equal(pt_nodes_init(&w->root, &nodes), 0);
	assert_int_equal(nodes.nblocks, 3);	/* no memory is taken for numbers out of a fable */
	assert_int_equal(pt_node_of_pfn(&nodes, 0), 0);
	assert_int_equal(pt_node_of_pfn(&nodes, 0x8000), -ENOENT);
	assert_int_equal(pt_node_of_pfn(&nodes, 2 * 0x8000), 1);
	assert_int_equal(pt_node_of_pfn(&nodes, UINT64_C(4194304) * 0x8000), -ENOENT);
	pt_nodes_done(&nodes);
}

HOOKED(without_lists_of_blocks_no_node_is_known)
{
	static const char *const blocks[] = { "node0/memory0", NULL }, *const none[] = { NULL };
	static const struct { const char *size; int err; } row[] = {
		{ "0\n", -EINVAL }, { "fff\n", -EINVAL }, { "", -EINVAL }, { "many\n", -EINVAL },
	};
	struct world *w = *state;
	struct pt_nodes nodes;

	assert_int_equal(pt_nodes_init(&w->root, &nodes), -ENOENT);
	assert_int_equal(pt_node_of_pfn(&nodes, 0), -ENOENT);
	put_blocks(w, "8000000\n", none);
	assert_int_equal(pt_nodes_init(&w->root, &nodes), -ENOENT);
	for (size_t i = 0; i < LEN(row); i++) {
		put_blocks(w, row[i].size, blocks);
		assert_int_equal(pt_nodes_init(&w->root, &nodes), row[i].err);
		assert_int_equal(pt_node_of_pfn(&nodes, 0), -ENOENT);
	}
	close(w->root.sys_fd);
	w->root.sys_fd = -1;
	assert_int_equal(pt_nodes_init(&w->root, &nodes), -ENOENT);
}
