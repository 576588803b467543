/*
 * Addresses with a letter each, in this process or another.
 */
#ifndef PAGETOP_UI_BOOKMARKS_H
#define PAGETOP_UI_BOOKMARKS_H

#include <stdint.h>
#include <sys/types.h>
#include "pagetop/ui/prompt.h"

struct pt_bookmarks {
	struct {
		pid_t pid;		/* 0: none of this letter */
		uint64_t starttime, vpn;
		char name[48];		/* of the mapping, escaped */
	} mark[sizeof(PT_PROMPT_LETTERS) - 1];
	struct pt_str label;		/* of the prompt that shows them */
};

#define PT_BOOKMARKS_INIT { .label = PT_STR_INIT }

#endif
