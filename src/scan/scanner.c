#include "pagetop/scan/scanner.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include "pagetop/base/clock.h"
#include "pagetop/base/errand.h"
#include "pagetop/base/memory.h"
#include "pagetop/scan/scan.h"
#include "pagetop/scan/serve.h"

enum { PATIENCE_S = 2 };		/* for a thread that waits for the kernel, at the end */

struct pt_scanner {
	pthread_t thread;
	struct pt_mail mail;
	struct pt_server server;	/* the thread's, from its beginning on */
};

static void *run(void *arg)
{
	struct pt_scanner *s = arg;
	uint64_t served_seq = 0, due_ns = 0, interval_ns = 0;
	struct pt_wish wish;

	pt_server_begin(&s->server);
	while (pt_mail_next(&s->mail, served_seq, due_ns, &wish)) {
		uint64_t start_ns = pt_now_ns();

		if (wish.kind != PT_WISH_NONE)
			pt_serve(&s->server, &wish, &interval_ns);
		served_seq = wish.seq;
		due_ns = start_ns + interval_ns;
	}
	if (!pt_errands_out())		/* they use it */
		pt_server_done(&s->server);
	return NULL;
}

int pt_scanner_new(const struct pt_root *root, double share, struct pt_source *source,
		   struct pt_scanner **ret)
{
	struct pt_scanner *s = pt_calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	pt_server_init(&s->server, root, source, &s->mail);
	err = pt_mail_init(&s->mail, share, s->server.source);
	if (!err)
		err = pt_thread_start(&s->thread, run, s);
	if (err) {
		pt_mail_done(&s->mail);
		free(s);
		return err;
	}
	*ret = s;
	return 0;
}

struct pt_scanner *pt_scanner_free(struct pt_scanner *s)
{
	struct timespec limit;

	if (!s)
		return NULL;
	pt_mail_quit(&s->mail);
	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += PATIENCE_S;
	if (pthread_timedjoin_np(s->thread, NULL, &limit))
		pt_thread_leave();	/* the kernel holds it */
	if (pt_errands_out())
		/* It, or an errand, ends with the program, and so does what it uses */
		return NULL;
	pt_mail_done(&s->mail);
	free(s);
	return NULL;
}

void pt_scanner_set_share(struct pt_scanner *s, double share)
{
	pt_mail_set_share(&s->mail, share);
}

void pt_scanner_post(struct pt_scanner *s, const struct pt_wish *wish)
{
	pt_mail_post(&s->mail, wish);
}

void pt_scanner_cancel(struct pt_scanner *s)
{
	pt_mail_cancel(&s->mail);
}

bool pt_scanner_take(struct pt_scanner *s, struct pt_answer *ret)
{
	return pt_mail_take(&s->mail, ret);
}

void pt_scanner_compare(struct pt_scanner *s, const struct pt_image *base)
{
	pt_mail_give(&s->mail, base);
}

const struct pt_source *pt_scanner_source(const struct pt_scanner *s)
{
	return s->server.source;
}

int pt_scanner_fd(const struct pt_scanner *s)
{
	return s->mail.event_fd;
}
