#include "pagetop/kernel/mem.h"

#include <errno.h>
#include <unistd.h>
#include "pagetop/kernel/privilege.h"
#include "pagetop/kernel/root.h"

int pt_mem_open(int pid_dir_fd)
{
	return pt_privilege_guards_bytes() ? pt_open_as_caller_at(pid_dir_fd, "mem") :
					     pt_open_at(pid_dir_fd, "mem");
}

ssize_t pt_mem_read(int pid_dir_fd, uint64_t addr, void *buf, size_t len)
{
	int fd = pt_mem_open(pid_dir_fd);
	ssize_t n;

	if (fd < 0)
		return fd;
	do
		n = pread(fd, buf, len, (off_t)addr);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		n = -errno;
	close(fd);
	return n || !len ? n : -ESRCH;
}
