/*
 * A word of pagemap, less its PFN or offset, as facts of a run, and back.
 */
#ifndef PAGETOP_MODEL_WORD_H
#define PAGETOP_MODEL_WORD_H

#include "pagetop/model/facts.h"

static inline uint16_t pt_word_bits(uint64_t word)
{
	/* Of an entry never both 0 */
	uint16_t bits = word & PT_PM_PFN_MASK ? PT_RUN(PFN) : 0;

#define KEPT(id, bit, name, text) bits |= word & (bit) ? PT_RUN(id) : 0;
#define FACT(id, name, text)
#include "pagetop/model/facts.def"
#undef FACT
#undef KEPT
	return bits;
}

static inline uint64_t pt_word_of(uint16_t bits)
{
	uint64_t word = 0;

#define KEPT(id, bit, name, text) word |= bits & PT_RUN(id) ? (bit) : 0;
#define FACT(id, name, text)
#include "pagetop/model/facts.def"
#undef FACT
#undef KEPT
	return word;
}

#endif
