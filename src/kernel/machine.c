#include "pagetop/kernel/machine.h"

#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/kernel/counters.h"

/* The first line of a file, escaped; "?" without one. */
static void add_line(const struct pt_root *root, const char *name, struct pt_str *out)
{
	struct pt_str s = PT_STR_INIT;
	int err = pt_read_at(root->proc_fd, name, &s);

	if (err || !strcspn(s.s, "\n"))
		pt_str_addc(out, '?');
	else
		pt_escape(out, s.s, strcspn(s.s, "\n"));
	pt_str_done(&s);
}

void pt_machine_host(const struct pt_root *root, struct pt_str *out)
{
	add_line(root, "sys/kernel/hostname", out);
}

void pt_machine_text(const struct pt_root *root, struct pt_str *out)
{
	struct pt_str meminfo = PT_STR_INIT;
	char size[PT_SIZE_LEN];
	uint64_t total = PT_COUNTER_NONE;

	pt_str_adds(out, "Linux ");
	add_line(root, "sys/kernel/osrelease", out);
	if (!pt_read_at(root->proc_fd, "meminfo", &meminfo))
		total = pt_counter(meminfo.s, "MemTotal", strlen("MemTotal"));
	if (total != PT_COUNTER_NONE)
		pt_str_addf(out, " · %s", pt_size_text(total, size));
	pt_str_done(&meminfo);
}

void pt_machine_boot(const struct pt_root *root, struct pt_str *out)
{
	add_line(root, "sys/kernel/random/boot_id", out);
}
