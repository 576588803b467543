/*
 * replay [FOLDER]: each file of FOLDER/<target>/ (here: fuzz/seeds) once, in the order of names; a line of TAP for each
 * target. What does not hold ends the program.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *read_file(const char *path, size_t *ret_len)
{
	FILE *f = fopen(path, "re");
	struct stat st;
	char *bytes;

	must(f && !fstat(fileno(f), &st));
	bytes = malloc((size_t)st.st_size + 1);
	must(bytes);
	*ret_len = fread(bytes, 1, (size_t)st.st_size, f);
	fclose(f);
	return bytes;
}

static int is_case(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int run_all(const struct fuzz_target *t, const char *seeds)
{
	struct dirent **e;
	char path[4096];
	int n;

	snprintf(path, sizeof(path), "%s/%s", seeds, t->name);
	n = scandir(path, &e, is_case, alphasort);
	for (int i = 0; i < n; i++) {
		size_t len;
		char *bytes;

		snprintf(path, sizeof(path), "%s/%s/%s", seeds, t->name, e[i]->d_name);
		bytes = read_file(path, &len);
		fprintf(stderr, "# %s\n", path);	/* the last one is what it ended at */
		t->run(bytes, len);
		free(bytes);
		free(e[i]);
	}
	free(n >= 0 ? e : NULL);
	return n;
}

int main(int argc, char **argv)
{
	const char *srcdir = getenv("srcdir");
	char seeds[4096];
	int nbad = 0;

	snprintf(seeds, sizeof(seeds), "%s", argc > 1 ? argv[1] : "");
	if (argc < 2)
		snprintf(seeds, sizeof(seeds), "%s/fuzz/seeds", srcdir ? srcdir : ".");
	printf("1..%zu\n", fuzz_ntargets);
	for (size_t i = 0; i < fuzz_ntargets; i++) {
		int n = run_all(&fuzz_targets[i], seeds);

		nbad += n <= 0;
		printf("%s %zu - %s: %d cases\n", n > 0 ? "ok" : "not ok", i + 1, fuzz_targets[i].name, n);
		fflush(stdout);
	}
	return nbad != 0;
}
