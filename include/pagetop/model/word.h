/*
 * A word of pagemap, less its PFN or offset, as facts of a run, and back.
 */
#ifndef PAGETOP_MODEL_WORD_H
#define PAGETOP_MODEL_WORD_H

#include "pagetop/model/facts.h"

static const struct { uint64_t bit; uint16_t run; } pt_word_row[] = {
	{ PT_PM_PRESENT, PT_RUN(PRESENT) }, { PT_PM_SWAP, PT_RUN(ENTRY) },
	{ PT_PM_FILE, PT_RUN(FILE) }, { PT_PM_GUARD, PT_RUN(GUARD_BIT) },
	{ PT_PM_UFFD_WP, PT_RUN(UFFD_WP) }, { PT_PM_EXCLUSIVE, PT_RUN(EXCLUSIVE) },
	{ PT_PM_SOFT_DIRTY, PT_RUN(SOFT_DIRTY) },
};

enum { PT_WORD_NROWS = sizeof(pt_word_row) / sizeof(pt_word_row[0]) };

static inline uint16_t pt_word_bits(uint64_t word)
{
	uint16_t bits = word & PT_PM_PFN_MASK ? PT_RUN(PFN) : 0;	/* of an entry never both 0 */

	for (int i = 0; i < PT_WORD_NROWS; i++)
		if (word & pt_word_row[i].bit)
			bits |= pt_word_row[i].run;
	return bits;
}

static inline uint64_t pt_word_of(uint16_t bits)
{
	uint64_t word = 0;

	for (int i = 0; i < PT_WORD_NROWS; i++)
		if (bits & pt_word_row[i].run)
			word |= pt_word_row[i].bit;
	return word;
}

#endif
