/*
 * Who maps a page.
 */
#include "driver.h"

DRIVEN(who_maps_a_page_is_told_over_map_and_page)
{
	struct app *a = *state;

	needs("MAP PAGE");
	press(a, "Enter g heap Enter W");
	assert_shows(a, "Who maps page 0x55d0c4100000");
	assert_shows(a, "redis-server");
	assert_shows(a, "found");
	press(a, "q");
	assert_shows(a, "1 cell = ");
	press(a, "Enter W");
	assert_shows(a, "Who maps page");
	press(a, "q");
	assert_shows(a, "pagemap ");
}

DRIVEN(nobody_maps_a_page_that_is_not_present)
{
	struct app *a = *state;

	press(a, "Enter g heap+20000 Enter W");
	assert_shows(a, "no page mapped there: not present");
	assert_false(shows(a, "pfn"));
	press(a, "q g heap+c000 Enter W");
	assert_shows(a, "pfn 0x");
	assert_false(shows(a, "no page mapped"));
}
