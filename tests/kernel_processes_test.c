/* Processes: stat, status, command lines. */
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pagetop/kernel/machine.h"
#include "pagetop/kernel/proc.h"
#include "hooks.h"

#define STAT_REST " S 1 1 1 0 -1 4194304 1500 7 3 9 10 5 0 0 20 0 1 0 987654 4194304 86 0 0 0\n"

static void assert_comm(const char *comm, const char *want)
{
	struct pt_proc_stat st;
	struct pt_str s = PT_STR_INIT;

	pt_str_addf(&s, "42 (%s)" STAT_REST, comm);
	assert_int_equal(pt_proc_parse_stat(s.s, s.len, &st), 0);
	assert_string_equal(st.comm, want);
	assert_int_equal(st.pid, 42);
	assert_int_equal(st.state, 'S');
	assert_int_equal(st.minflt, 1500);
	assert_int_equal(st.majflt, 3);
	assert_int_equal(st.starttime, 987654);
	assert_int_equal(st.rss_pages, 86);
	assert_false(st.kthread);
	pt_str_done(&s);
}

HOOKED(a_comm_may_hold_anything_and_hides_no_field)
{
	assert_comm("redis-server", "redis-server");
	assert_comm("a) S 1 1 (b", "a) S 1 1 (b");
	assert_comm("two\nlines", "two\nlines");
	assert_comm(")))", ")))");
	assert_comm("", "");
	assert_comm("\033[2J\xff", "\033[2J\xff");
	assert_comm("kworker/u8:2-events_unbound_and_a_name_of_64_bytes_xxxxxxxxxxxx",
		    "kworker/u8:2-events_unbound_and_a_name_of_64_bytes_xxxxxxxxxxxx");
	assert_comm("0123456789012345678901234567890123456789012345678901234567890123456789",
		    "0123456789012345678901234567890123456789012345678901234567890123");
}

HOOKED(a_kernel_thread_is_told_by_its_flag)
{
	static const char text[] = "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 8 0 0 20 0 1 0 3 0 0 0";
	struct pt_proc_stat st;

	assert_int_equal(pt_proc_parse_stat(text, sizeof(text) - 1, &st), 0);
	assert_true(st.kthread);
}

HOOKED(garbage_is_no_stat)
{
	static const char *const text[] = { "", "42", "42 (comm", "42 comm)", ") (", "42 (comm)",
					    "42 (comm) S 1 1", "42 (comm) S a b c d e f", "()" };
	struct pt_proc_stat st = { .pid = 4711 };

	for (size_t i = 0; i < LEN(text); i++) {
		assert_int_equal(pt_proc_parse_stat(text[i], strlen(text[i]), &st), -EINVAL);
		assert_int_equal(st.pid, 4711);
	}
}

HOOKED(pids_are_listed_in_order_and_nothing_else_is)
{
	static const pid_t want[] = { 1, 9, 10, 4242 };
	struct world *w = *state;
	pid_t *pids;
	size_t n;

	fix_text(&w->fix, "process 4242 d\nprocess 10 c\nprocess 9 b\nprocess 1 a\n");
	fix_file(&w->fix, "self/stat", "", 0);
	fix_file(&w->fix, "12x/stat", "", 0);
	fix_file(&w->fix, "99999999999/stat", "", 0);
	assert_int_equal(pt_proc_pids(&w->root, &pids, &n), 0);
	assert_int_equal(n, LEN(want));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(pids[i], want[i]);
	free(pids);
	assert_int_equal(pt_proc_pids(&w->root, &pids, &n), 0);		/* a second time too */
	assert_int_equal(n, LEN(want));
	free(pids);
}

HOOKED(a_process_is_a_folder_and_no_link_to_one)
{
	struct world *w = *state;
	int fd;

	fix_text(&w->fix, "process 42 db\n");
	assert_int_equal(symlinkat("42", w->root.proc_fd, "43"), 0);
	fd = pt_proc_open(&w->root, 42);
	assert_true(fd >= 0);
	close(fd);
	assert_true(pt_proc_open(&w->root, 43) < 0);
	assert_int_equal(pt_proc_open(&w->root, 44), -ENOENT);
}

HOOKED(the_effective_user_is_read_from_status)
{
	static const char text[] = "Name:\t\\nUid:\\t0\\t0\nState:\tS\nUid:\t1000\t2000\t3000\t4000\n";
	struct world *w = *state;
	uid_t uid = 0;
	int fd;

	fix_text(&w->fix, "process 42 db uid=7000042 db\n");
	fd = pt_proc_open(&w->root, 42);
	assert_int_equal(pt_proc_uid(fd, &uid), 0);
	assert_int_equal(uid, 7000042);
	fix_file(&w->fix, "42/status", text, sizeof(text) - 1);
	assert_int_equal(pt_proc_uid(fd, &uid), 0);
	assert_int_equal(uid, 2000);
	fix_file(&w->fix, "42/status", "Name:\tx\n", 8);
	assert_int_equal(pt_proc_uid(fd, &uid), -EINVAL);
	close(fd);
}

/* Who takes another identity may not be dumped: all files of its folder but the folder itself become root's. */
TEST(the_effective_user_of_a_real_process_is_who_it_acts_as)
{
	uid_t wanted = geteuid() ? geteuid() : 65534, uid = 0;
	char path[32], ready = 0;
	int tell[2], fd;
	pid_t pid;

	assert_int_equal(pipe(tell), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		if (!seteuid(wanted) && write(tell[1], "y", 1) == 1)
			pause();
		_exit(1);
	}
	close(tell[1]);
	assert_int_equal(read(tell[0], &ready, 1), 1);
	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(pt_proc_uid(fd, &uid), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fd);
	close(tell[0]);
	assert_int_equal(uid, wanted);
}

HOOKED(a_command_line_keeps_its_nuls_but_for_the_last)
{
	struct world *w = *state;
	struct pt_str s = PT_STR_INIT;
	int fd;

	fix_text(&w->fix, "process 42 db\nprocess 43 db db --port 1\n");
	fd = pt_proc_open(&w->root, 43);
	assert_int_equal(pt_proc_cmdline(fd, &s), 0);
	assert_int_equal(s.len, 11);
	assert_memory_equal(s.s, "db\0--port\0" "1", 12);
	close(fd);
	pt_str_reset(&s);
	fd = pt_proc_open(&w->root, 42);
	assert_int_equal(pt_proc_cmdline(fd, &s), 0);
	assert_int_equal(s.len, 0);
	close(fd);
	pt_str_done(&s);
}

static void assert_command(struct world *w, pid_t pid, const char *want)
{
	struct pt_proc_stat st;
	int fd = pt_proc_open(&w->root, pid);
	char *text;

	assert_int_equal(pt_proc_stat(fd, &st), 0);
	text = pt_command_text(fd, &st);
	assert_string_equal(text, want);
	free(text);
	close(fd);
}

HOOKED(a_command_is_shown_escaped_or_by_its_name_in_brackets)
{
	struct world *w = *state;

	fix_text(
		&w->fix,
		"process 42 db\033[2J\nprocess 43 db db --port 1\nprocess 44 x \033]0;t\007 \xff\n");
	assert_command(w, 42, "[db\\x1B[2J]");
	assert_command(w, 43, "db --port 1");
	assert_command(w, 44, "\\x1B]0;t\\x07 \\xFF");
}

HOOKED(the_machine_is_told_in_a_line)
{
	struct world *w = *state;
	struct pt_str s = PT_STR_INIT;

	pt_machine_host(&w->root, &s);
	assert_string_equal(s.s, "db1");
	pt_str_reset(&s);
	pt_machine_text(&w->root, &s);
	assert_string_equal(s.s, "Linux 6.18.0 · 24G");
	fix_file(&w->fix, "sys/kernel/hostname", "a\033[2J\n", 6);
	pt_str_reset(&s);
	pt_machine_host(&w->root, &s);
	assert_string_equal(s.s, "a\\x1B[2J");
	forget(w, "sys/kernel/hostname");
	forget(w, "meminfo");
	fix_file(&w->fix, "sys/kernel/osrelease", "\n", 1);
	pt_str_reset(&s);
	pt_machine_host(&w->root, &s);
	assert_string_equal(s.s, "?");
	pt_str_reset(&s);
	pt_machine_text(&w->root, &s);
	assert_string_equal(s.s, "Linux ?");
	pt_str_done(&s);
}
