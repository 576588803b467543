/*
 * Files in the place of the kernel: of whatever kind they are, one face (scan/source.h).
 *
 *	"moment.pagetop"	its newest moment
 *	"week.pagetop@3"	its third; a file whose name ends so is a file
 */
#ifndef PAGETOP_STORE_OPEN_H
#define PAGETOP_STORE_OPEN_H

#include "pagetop/scan/source.h"

/*
 * 0 and a source, to be freed by its class, and which of its moments is meant; or -errno, and in
 * `why` the sentence, unless there is no memory for it.
 */
int pt_source_open(const char *spec, struct pt_source **ret, size_t *ret_moment,
		   struct pt_str *why);

/* What a kind of file begins with. The same; -EMEDIUMTYPE: the file is of another kind. */
#define SOURCE(name) \
	int pt_open_##name(const char *path, struct pt_source **ret, struct pt_str *why);
#include "pagetop/store/sources.def"
#undef SOURCE

#endif
