/*
 * What is under the cursor, explained.
 */
#include "driver.h"

/* i in each view, on top of it, and back. */
DRIVEN(what_is_under_the_cursor_explains_itself_in_every_view)
{
	struct app *a = *state;

	needs("MAPPINGS MAP PAGE");
	press(a, "i");
	assert_shows(a, "Columns explained");
	assert_shows(a, "resident set: present, less zero pages and hugetlb");
	press(a, "End");
	assert_shows(a, "pages written to swap");		/* the header's, too */
	press(a, "q");
	assert_shows(a, "COMMAND");
	press(a, "Enter i");
	assert_shows(a, "Columns explained");
	press(a, "Esc / heap Enter Enter i");
	assert_shows(a, "Page 0x55d0c4100000: its sign");
	assert_shows(a, " p private");
	assert_shows(a, "mapped by one page-table entry");
	assert_shows(a, "s swapped           8 pages, 32K");
	press(a, "q 2 i");
	assert_shows(a, "in this lens");
	assert_shows(a, "map count (kpagecount): 1");
	press(a, "Backspace 1 Enter i");
	assert_shows(a, "fact by fact");
	assert_shows(a, "on an LRU list");
	press(a, "q");
	assert_level(a, "PAGE");
	assert_shows(a, "pagemap ");
}
