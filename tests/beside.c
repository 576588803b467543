#include "beside.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test.h"

const char *builddir(void)
{
	const char *dir = getenv("top_builddir");

	return dir ? dir : "build/default";
}

struct target start_target(const char *load)
{
	char path[512], words[64], *argv[5] = { path };
	posix_spawn_file_actions_t act;
	struct target t;
	int out[2];

	snprintf(words, sizeof(words), "%s", load);
	argv[1] = strtok(words, " ");
	for (int i = 2; i < 4; i++)
		argv[i] = argv[i - 1] ? strtok(NULL, " ") : NULL;
	snprintf(path, sizeof(path), "%s/tests/target", builddir());
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&act);
	posix_spawn_file_actions_adddup2(&act, out[1], STDOUT_FILENO);
	if (posix_spawn(&t.pid, path, &act, NULL, argv, environ))
		fail_msg("cannot start %s", path);
	posix_spawn_file_actions_destroy(&act);
	close(out[1]);
	t.out = fdopen(out[0], "r");
	assert_non_null(fgets(t.ready, sizeof(t.ready), t.out));
	return t;
}

void end_target(struct target *t)
{
	int status;

	kill(t->pid, SIGTERM);
	assert_int_equal(waitpid(t->pid, &status, 0), t->pid);
	fclose(t->out);
	assert_int_equal(status, SIGTERM);	/* and not an end of its own */
}

static pid_t parent_of(pid_t pid)
{
	char path[64], line[512];
	int parent = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "PPid: %d", &parent) == 1)
			break;
	if (f)
		fclose(f);
	return parent;
}

bool is_involved(pid_t pid)
{
	pid_t p = getpid();

	while (p > 0 && p != pid)
		p = parent_of(p);
	return p == pid;
}

bool is_one_of(const char *line, const char *keys)
{
	size_t len = strcspn(line, ":");

	for (; *keys; keys += strspn(keys, " +")) {
		size_t n = strcspn(keys, " ");

		if (n == len && !strncmp(line, keys, n))
			return true;
		keys += n;
	}
	return false;
}
