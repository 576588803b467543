#include "pagetop/kernel/mem.h"

#include <errno.h>
#include <unistd.h>
#include "pagetop/kernel/root.h"

ssize_t pt_mem_read(int pid_dir_fd, uint64_t addr, void *buf, size_t len)
{
	int fd = pt_open_at(pid_dir_fd, "mem");
	size_t done = 0;
	ssize_t n = 1;

	if (fd < 0)
		return fd;
	while (done < len && n > 0) {
		do
			n = pread(fd, (char *)buf + done, len - done, (off_t)(addr + done));
		while (n < 0 && errno == EINTR);
		if (n > 0)
			done += (size_t)n;
	}
	n = n < 0 ? -errno : -ESRCH;	/* no byte: the address space this was opened for has ended */
	close(fd);
	return done || !len ? (ssize_t)done : n;
}
