#include "pagetop/ui/frames.h"

#include <stdlib.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/output.h"
#include "pagetop/base/str.h"

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

static void put(struct pt_str *out, const char *name, uint64_t start_ns, uint64_t end_ns)
{
	if (end_ns)
		pt_str_addf(out, "%s %llu\n", name, (unsigned long long)(end_ns - start_ns) / 1000);
}

int pt_frames_write(const struct pt_frames *f, const char *path)
{
	struct pt_str text = PT_STR_INIT;
	int err;

	put(&text, "first", f->start_ns, f->first_ns);
	put(&text, "settled", f->start_ns, f->settled_ns);
	for (size_t i = 0; i < f->n; i++)
		pt_str_addf(&text, "key %u\n", f->key_us[i]);
	err = pt_output_text(path, &text, 0);
	pt_str_done(&text);
	return err;
}

void pt_frames_done(struct pt_frames *f)
{
	free(f->key_us);
	f->key_us = NULL;
}
