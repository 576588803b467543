#include "pagetop/ui/bookmarks.h"

#include <inttypes.h>
#include <string.h>
#include "pagetop/kernel/abi.h"

static const char letters[] = PT_BOOKMARK_LETTERS;
enum { NMARKS = sizeof(letters) - 1 };

struct pt_bookmark *pt_bookmark_of(struct pt_bookmarks *b, char letter)
{
	return &b->mark[strchr(letters, letter) - letters];
}

bool pt_bookmarks_list(struct pt_bookmarks *b, pid_t pid, uint64_t starttime)
{
	const char *before = "Go to bookmark: ";

	pt_str_reset(&b->label);
	for (int i = 0; i < NMARKS; i++) {
		if (!b->mark[i].pid)
			continue;
		pt_str_addf(&b->label, "%s%c ", before, letters[i]);
		if (b->mark[i].pid != pid || b->mark[i].starttime != starttime)
			pt_str_addf(&b->label, "%d ", (int)b->mark[i].pid);
		pt_str_addf(&b->label, "%" PRIx64 " %s", b->mark[i].vpn << PT_PAGE_SHIFT,
			    b->mark[i].name);
		before = " · ";
	}
	pt_str_adds(&b->label, "  ");
	return *before == ' ';
}
