#include "pagetop/term/sequence.h"

#include "pagetop/term/keynames.h"

enum { ESC = 27, BEL = 7, MOST = 4096 };

static bool counted(struct pt_sequence *s, int n)
{
	s->in = PT_SEQ_COUNTED;
	s->n = n;
	return false;
}

/* Behind the escape. */
static bool begin(struct pt_sequence *s, uint32_t ch)
{
	switch (ch) {
	case ESC:
		return false;
	case 'O':
	case 'N':
		return counted(s, 1);
	case '[':
		s->in = PT_SEQ_OPEN;
		return false;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		s->in = PT_SEQ_STRING;
		return false;
	default:
		return true;
	}
}

/* "[[" and a letter, or up to a letter. */
static bool ends_control(uint32_t ch, uint32_t before)
{
	return before == '[' || (ch >= 0x40 && ch <= 0x7e && ch != '[');
}

static bool ends_string(uint32_t ch, uint32_t before)
{
	return ch == BEL || (before == ESC && ch == '\\');
}

static bool go_on(struct pt_sequence *s, uint32_t ch)
{
	bool control = s->in == PT_SEQ_CONTROL;
	bool ends = control ? ends_control(ch, s->before) : ends_string(ch, s->before);

	s->before = ch;
	return ends || ++s->n == MOST;
}

bool pt_sequence_ends(struct pt_sequence *s, uint32_t ch)
{
	switch (s->in) {
	case PT_SEQ_ESCAPE:
		return begin(s, ch);
	case PT_SEQ_COUNTED:
		return !--s->n;
	case PT_SEQ_OPEN:
		if (ch >= PT_KEY_FIRST)		/* a key of its own */
			return true;
		if (ch == 'M')
			return counted(s, 3);
		s->in = PT_SEQ_CONTROL;
		return go_on(s, ch);
	default:
		return go_on(s, ch);
	}
}
