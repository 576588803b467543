#include "pagetop/kernel/kcmp.h"

#include <errno.h>
#include <linux/kcmp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int pt_kcmp_vm(pid_t a, pid_t b)
{
	long r = syscall(SYS_kcmp, a, b, KCMP_VM, 0, 0);

	if (r < 0)
		return -errno;
	return r > 2 ? -ENOTSUP : (int)r;
}

/* In a namespace below that of this /proc we have two pids: "NSpid:\t4242\t7". */
static bool has_one_pid(int pid_dir_fd)
{
	struct pt_str s = PT_STR_INIT;
	const char *at = pt_read_at(pid_dir_fd, "status", &s) ? NULL : strstr(s.s, "\nNSpid:\t");
	bool one = !at || !memchr(at + 8, '\t', strcspn(at + 8, "\n"));

	pt_str_done(&s);
	return one;
}

int pt_kcmp_try(const struct pt_root *root)
{
	int self = pt_is_procfs(root->proc_fd) && pt_self_pid(root->proc_fd) == getpid() ?
			   pt_self_at(root->proc_fd) :
			   -1;
	bool ours = self >= 0 && has_one_pid(self);

	if (self >= 0)
		close(self);
	return ours ? pt_kcmp_vm(getpid(), getpid()) : -EXDEV;
}
