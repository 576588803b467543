#include "machine.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Pages of zeros are not counted as mapped once: bit 56. */
bool maps_zero_pages(void)
{
	const volatile char *mem = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t word = UINT64_MAX;

	if (mem != MAP_FAILED)
		(void)*mem;
	if (pread(fd, &word, sizeof(word), (off_t)((uintptr_t)mem / 4096 * 8)) != sizeof(word))
		word = UINT64_MAX;
	close(fd);
	munmap((void *)mem, 4096);
	return !(word >> 56 & 1);
}
