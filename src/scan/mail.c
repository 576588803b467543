#include "pagetop/scan/mail.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include "pagetop/scan/source.h"

void pt_answer_done(struct pt_answer *a)
{
	pt_image_unref(a->img);
	pt_table_unref(a->table);
	pt_who_unref(a->who);
	free(a->history);
	*a = (struct pt_answer){ 0 };
}

int pt_mail_init(struct pt_mail *m, double share, struct pt_source *source)
{
	pthread_condattr_t attr;

	*m = (struct pt_mail){ .share = share, .source = source };
	atomic_init(&m->cancel, false);
	pthread_mutex_init(&m->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&m->wake, &attr);
	pthread_condattr_destroy(&attr);
	m->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return m->event_fd < 0 ? -errno : 0;
}

void pt_mail_done(struct pt_mail *m)
{
	if (m->answered)
		pt_answer_done(&m->answer);
	pt_image_unref(m->given);
	pthread_mutex_destroy(&m->lock);
	pthread_cond_destroy(&m->wake);
	if (m->event_fd >= 0)
		close(m->event_fd);
}

/* ---- the side of the screen */

void pt_mail_cancel(struct pt_mail *m)
{
	atomic_store(&m->cancel, true);
	if (m->source->class->interrupt)
		m->source->class->interrupt(m->source);
}

void pt_mail_post(struct pt_mail *m, const struct pt_wish *wish)
{
	pthread_mutex_lock(&m->lock);
	m->wish = *wish;
	pt_mail_cancel(m);	/* with the lock: the next wish is not meant */
	pthread_cond_signal(&m->wake);
	pthread_mutex_unlock(&m->lock);
}

void pt_mail_quit(struct pt_mail *m)
{
	pthread_mutex_lock(&m->lock);
	m->quit = true;
	pt_mail_cancel(m);
	pthread_cond_signal(&m->wake);
	pthread_mutex_unlock(&m->lock);
}

bool pt_mail_take(struct pt_mail *m, struct pt_answer *ret)
{
	uint64_t n;
	bool have;

	if (read(m->event_fd, &n, sizeof(n)) < 0)
		n = 0;		/* nothing was written since: look all the same */
	pthread_mutex_lock(&m->lock);
	have = m->answered;
	if (have)
		*ret = m->answer;
	m->answered = false;
	pthread_mutex_unlock(&m->lock);
	return have;
}

void pt_mail_set_share(struct pt_mail *m, double share)
{
	pthread_mutex_lock(&m->lock);
	m->share = share;
	pthread_mutex_unlock(&m->lock);
}

void pt_mail_give(struct pt_mail *m, const struct pt_image *base)
{
	pthread_mutex_lock(&m->lock);
	pt_image_unref(m->given);
	m->given = base ? pt_image_ref(base) : NULL;
	pthread_mutex_unlock(&m->lock);
}

/* ---- the side of the thread */

void pt_mail_publish(struct pt_mail *m, struct pt_answer *a)
{
	const uint64_t one = 1;

	pthread_mutex_lock(&m->lock);
	if (m->answered)
		pt_answer_done(&m->answer);
	m->answer = *a;
	m->answered = true;
	pthread_mutex_unlock(&m->lock);
	if (write(m->event_fd, &one, sizeof(one)) < 0)
		return;		/* the counter is full: it is readable already */
}

/*
 * What was given to compare with, if it is of a process with this pid. The caller's reference, or
 * NULL.
 */
const struct pt_image *pt_mail_given(struct pt_mail *m, pid_t pid)
{
	const struct pt_image *given = NULL;

	pthread_mutex_lock(&m->lock);
	if (m->given && m->given->pid == pid)
		given = pt_image_ref(m->given);
	pthread_mutex_unlock(&m->lock);
	return given;
}

/* Called and returns with the lock. */
static void wait_for_wish(struct pt_mail *m, uint64_t served_seq, uint64_t due_ns)
{
	struct timespec due = { (time_t)(due_ns / 1000000000), (long)(due_ns % 1000000000) };

	while (!m->quit && m->wish.seq == served_seq) {
		if (m->wish.once || !m->source->class->live || m->wish.kind == PT_WISH_NONE ||
		    m->wish.kind == PT_WISH_JOB)
			pthread_cond_wait(&m->wake, &m->lock);
		else if (pthread_cond_timedwait(&m->wake, &m->lock, &due) == ETIMEDOUT)
			return;
	}
}

bool pt_mail_next(struct pt_mail *m, uint64_t served_seq, uint64_t due_ns, struct pt_wish *ret)
{
	bool quit;

	pthread_mutex_lock(&m->lock);
	wait_for_wish(m, served_seq, due_ns);
	quit = m->quit;
	*ret = m->wish;
	if (!quit)
		atomic_store(&m->cancel, false);
	pthread_mutex_unlock(&m->lock);
	if (ret->seq == served_seq)
		ret->reopen = false;	/* that was for the first time only */
	return !quit;
}

double pt_mail_share(struct pt_mail *m)
{
	double share;

	pthread_mutex_lock(&m->lock);
	share = m->share;
	pthread_mutex_unlock(&m->lock);
	return share;
}
