/*
 * mkproc SCENARIO|FILE DIR: a /proc made of files, for the shell tests. See fixture.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fixture.h"

static char *read_file(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t cap = 0;

	if (in && getdelim(&text, &cap, '\0', in) < 0 && text)
		text[0] = '\0';
	if (in)
		fclose(in);
	return text;
}

int main(int argc, char **argv)
{
	char *text = NULL;
	struct fix f;

	if (argc != 3) {
		fprintf(stderr, "usage: mkproc SCENARIO|FILE DIR\nscenarios:\n%s", fix_scenario_names);
		return 2;
	}
	fix_init(&f, argv[2]);
	if (!fix_scenario(&f, argv[1])) {
		text = read_file(argv[1]);
		if (!text) {
			fprintf(stderr, "mkproc: \"%s\" is neither a scenario nor a file\n", argv[1]);
			return 2;
		}
		fix_text(&f, text);
	}
	free(text);
	fix_done(&f, false);
	return 0;
}
