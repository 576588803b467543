#include "fill.h"

#include <stdio.h>
#include <string.h>

static const struct mark {
	const char *line;
	void (*fill)(struct pt_str *out);
} marks[] = {
#define MARK(name) { "@" #name "@\n", fill_##name },
#include "marks.def"
#undef MARK
};

bool fill_takes(int command, int option)
{
	return pt_option_rows[option].who & EVERY ||
	       pt_subcommand_rows[command].takes >> option & 1;
}

bool fill_next(const char **args, char *ret, size_t size)
{
	const char *arg = *args + strspn(*args, " ");
	size_t len = strcspn(arg, " ");

	*args = arg + len;
	if (len > 1 && arg[0] == '[') {
		arg++;
		len -= 2;
	}
	snprintf(ret, size, "%.*s", (int)len, arg);
	return len;
}

static bool is_mark(const char *line)
{
	size_t len = strlen(line);

	return len > 3 && line[0] == '@' && line[len - 2] == '@';
}

/* A line that looks like a mark, and is none, is an error. */
static int fill_line(const char *line, struct pt_str *out)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (!strcmp(marks[i].line, line)) {
			marks[i].fill(out);
			return 0;
		}
	pt_str_adds(out, line);
	return is_mark(line) ? -1 : 0;
}

int main(int argc, char **argv)
{
	FILE *in = argc == 2 ? fopen(argv[1], "r") : NULL;
	struct pt_str out = PT_STR_INIT;
	char line[1024];
	int err = in ? 0 : -1;

	while (!err && fgets(line, sizeof(line), in))
		err = fill_line(line, &out);
	if (in && ferror(in))
		err = -1;
	if (in)
		fclose(in);
	if (!err && (out.err || fwrite(out.s, 1, out.len, stdout) != out.len || fflush(stdout)))
		err = -1;
	if (err)
		fprintf(stderr, "fill: %s: cannot be read, or there is no mark %s",
			argc == 2 ? argv[1] : "one argument", in ? line : "\n");
	pt_str_done(&out);
	return err ? 1 : 0;
}
