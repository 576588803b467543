/*
 * A note on a range of addresses, told by whoever made the range (the demo).
 */
#ifndef PAGETOP_MODEL_NOTE_H
#define PAGETOP_MODEL_NOTE_H

#include <stdint.h>
#include "pagetop/model/lens.h"

struct pt_note {
	uint64_t start, end;	/* addresses, end exclusive; both 0: not made on this machine */
	char sign;		/* sign of the state expected of each page of the range */
	uint8_t over;		/* overlays expected of each page: PT_OVER_* */
	char text[160];		/* what it is; of a range not made: why not, and what would help */
};

#endif
