/*
 * Addresses with a letter each, in this process or another.
 */
#ifndef PAGETOP_UI_BOOKMARKS_H
#define PAGETOP_UI_BOOKMARKS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "pagetop/base/str.h"

#define PT_BOOKMARK_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

struct pt_bookmark {
	pid_t pid;			/* 0: none of this letter */
	uint64_t starttime, vpn;
	char name[48];			/* of the mapping, escaped */
};

struct pt_bookmarks {
	struct pt_bookmark mark[sizeof(PT_BOOKMARK_LETTERS) - 1];
	struct pt_str label;		/* of the prompt that shows them */
};

#define PT_BOOKMARKS_INIT { .label = PT_STR_INIT }

struct pt_bookmark *pt_bookmark_of(struct pt_bookmarks *b, char letter);

/*
 * Makes the label: "Go to bookmark: a 55d0c4118000 [heap] · b 4243 55d0c4100000 [heap]  ", the pid
 * where it is not of this process. False: there is none.
 */
bool pt_bookmarks_list(struct pt_bookmarks *b, pid_t pid, uint64_t starttime);

#endif
