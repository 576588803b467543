/*
 * Where an escape sequence ends that is no key: it is swallowed whole, so that none of it is taken
 * for keys. As ECMA-48 has them, and what terminals send besides:
 *
 *	ESC [ … F	control: ends in a character from @ to ~
 *	ESC [ [ F	a function key of the Linux console
 *	ESC [ M x y z	the mouse of terminals that know no other
 *	ESC O F, ESC N F
 *	ESC ] … BEL	a string, also after P X ^ _; or up to ESC \
 *	ESC F		the Alt key of some terminals, which may send the escape twice
 */
#ifndef PAGETOP_TERM_SEQUENCE_H
#define PAGETOP_TERM_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

/* All zeros: behind the escape. */
struct pt_sequence {
	enum { PT_SEQ_ESCAPE, PT_SEQ_OPEN, PT_SEQ_CONTROL, PT_SEQ_STRING, PT_SEQ_COUNTED } in;
	uint32_t before;	/* the character before */
	int n;			/* characters so far; of COUNTED: those that are still to come */
};

/*
 * Whether it ends with this character, which may be a key as keynames.h has them. One that never
 * ends is given up.
 */
bool pt_sequence_ends(struct pt_sequence *s, uint32_t ch);

#endif
