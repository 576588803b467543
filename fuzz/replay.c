/*
 * replay [FOLDER...]: each file of FOLDER/<target>/ once, in the order of names; a line of TAP for each target. What does not
 * hold ends the program. Without a folder: the seeds, and what was found.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "pagetop/base/str.h"

static char *read_file(const char *path, size_t *ret_len)
{
	FILE *f = fopen(path, "re");
	char *bytes = malloc(1 << 20);

	must(f && bytes);
	*ret_len = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	bytes = realloc(bytes, *ret_len + !*ret_len);	/* a sanitizer sees its end */
	must(bytes);
	return bytes;
}

static void run_one(const struct fuzz_target *t, const char *path)
{
	size_t len;
	char *bytes = read_file(path, &len);

	fprintf(stderr, "# %s\n", path);	/* the last one is what it ended at */
	fuzz_run(t, bytes, len);
	free(bytes);
}

static int is_case(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* How many there are. */
static int run_all(const struct fuzz_target *t, const char *folder)
{
	struct pt_str path = PT_STR_INIT;
	struct dirent **e = NULL;
	int n;

	pt_str_addf(&path, "%s/%s/", folder, t->name);
	n = scandir(path.s, &e, is_case, alphasort);
	for (int i = 0; i < n; i++) {
		size_t before = path.len;

		pt_str_adds(&path, e[i]->d_name);
		run_one(t, path.s);
		pt_str_cut(&path, before);
		free(e[i]);
	}
	free(e);
	pt_str_done(&path);
	return n < 0 ? 0 : n;
}

int main(int argc, char **argv)
{
	static char seeds[] = "fuzz/seeds", found[] = "fuzz/found";
	char *of_tree[] = { seeds, found }, **folder = argc > 1 ? argv + 1 : of_tree;
	int nfolders = argc > 1 ? argc - 1 : 2, nbad = 0;
	const char *srcdir = getenv("srcdir");

	must(argc > 1 || !srcdir || !chdir(srcdir));
	printf("1..%zu\n", fuzz_ntargets);
	for (size_t i = 0; i < fuzz_ntargets; i++) {
		int n = 0;

		for (int k = 0; k < nfolders; k++)
			n += run_all(&fuzz_targets[i], folder[k]);
		nbad += !n;
		printf("%s %zu - %s: %d cases\n", n ? "ok" : "not ok", i + 1, fuzz_targets[i].name, n);
		fflush(stdout);
	}
	return nbad != 0;
}
