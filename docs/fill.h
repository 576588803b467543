/*
 * What is installed beside the program is made of its tables: fill TEMPLATE copies it, with the
 * tables in the places of their marks (marks.def).
 */
#ifndef PAGETOP_DOCS_FILL_H
#define PAGETOP_DOCS_FILL_H

#include <stdbool.h>
#include "pagetop/base/str.h"
#include "pagetop/cli/option_table.h"

#define MARK(name) void fill_##name(struct pt_str *out);
#include "marks.def"
#undef MARK

/* Whether the command takes the option. */
bool fill_takes(int command, int option);

/* The next word of a command's arguments, without brackets, in `ret`; false: there is no more. */
bool fill_next(const char **args, char *ret, size_t size);

#endif
