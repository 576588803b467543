#include "pagetop/store/open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "pagetop/base/memory.h"
#include "pagetop/base/text.h"

static int (*const kinds[])(const char *path, struct pt_source **ret, struct pt_str *why) = {
#define SOURCE(name) pt_open_##name,
#include "pagetop/store/sources.def"
#undef SOURCE
	NULL,
};

/* The path without "@N", and N - 1; SIZE_MAX: the last one. A file whose name ends so is a file. */
static char *split(const char *spec, size_t *ret_moment)
{
	const char *at = strrchr(spec, '@');
	struct stat st;
	uint64_t n;

	*ret_moment = SIZE_MAX;
	if (!at || !stat(spec, &st) || pt_parse_dec(at + 1, &n) || !n)
		return pt_strdup(spec);
	*ret_moment = (size_t)n - 1;
	return pt_strndup(spec, (size_t)(at - spec));
}

static int open_path(const char *path, struct pt_source **ret, struct pt_str *why)
{
	int err = -EMEDIUMTYPE;

	for (size_t i = 0; kinds[i] && err == -EMEDIUMTYPE; i++)
		err = kinds[i](path, ret, why);
	if (err == -EMEDIUMTYPE) {
		pt_str_adds(why, "cannot read \"");
		pt_escape(why, path, strlen(path));
		pt_str_adds(why, "\": unknown file type");
	}
	return err;
}

int pt_source_open(const char *spec, struct pt_source **ret, size_t *ret_moment, struct pt_str *why)
{
	char *path = split(spec, ret_moment);
	struct pt_source *s = NULL;
	int err = path ? open_path(path, &s, why) : -ENOMEM;

	free(path);
	if (err)
		return err;
	if (*ret_moment == SIZE_MAX)
		*ret_moment = s->nmoments - 1;
	if (*ret_moment < s->nmoments) {
		*ret = s;
		return 0;
	}
	pt_str_addf(why, "no snapshot %zu in the file; it holds %zu", *ret_moment + 1, s->nmoments);
	s->class->free(s);
	return -ENOENT;
}
