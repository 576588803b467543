#include "pagetop/app/frames.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "pagetop/base/str.h"
#include "pagetop/scan/target.h"

void pt_frames_drawn(struct pt_frames *f, bool settled)
{
	uint64_t now_ns = pt_now_ns();

	f->first_ns = f->first_ns ? f->first_ns : now_ns;
	if (settled && !f->settled_ns)
		f->settled_ns = now_ns;
	if (f->key_ns && !pt_grow(&f->key_us, &f->cap, f->n + 1, sizeof(*f->key_us)))
		f->key_us[f->n++] = (uint32_t)((now_ns - f->key_ns) / 1000);
	f->key_ns = 0;
}

static void put(FILE *out, const char *name, uint64_t start_ns, uint64_t end_ns)
{
	if (end_ns)
		fprintf(out, "%s %llu\n", name, (unsigned long long)(end_ns - start_ns) / 1000);
}

int pt_frames_write(const struct pt_frames *f, const char *path)
{
	FILE *out = fopen(path, "we");

	if (!out)
		return -errno;
	put(out, "first", f->start_ns, f->first_ns);
	put(out, "settled", f->start_ns, f->settled_ns);
	for (size_t i = 0; i < f->n; i++)
		fprintf(out, "key %u\n", f->key_us[i]);
	return fclose(out) ? -errno : 0;
}

void pt_frames_done(struct pt_frames *f)
{
	free(f->key_us);
	f->key_us = NULL;
}
