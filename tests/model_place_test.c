/* Places that somebody names. */
#include <string.h>
#include <errno.h>
#include "pagetop/model/image.h"
#include "pagetop/model/place.h"
#include "model.h"

static struct pt_image *place_image(void)
{
	struct pt_image *img = new_image();

	add_vma(img, 0x400, 16, library);
	img->vmas.v[0].name = "/usr/bin/redis-server";
	img->vmas.v[0].name_len = strlen(img->vmas.v[0].name);
	add_vma(img, 0x600000000, 16, anon);		/* [heap] */
	add_vma(img, 0x700000000, 8, library);		/* libc.so.6, two neighbours of one name */
	add_vma(img, 0x700000008, 8, library);
	add_vma(img, 0x700000020, 4, noaccess);
	add_vma(img, 0x700000030, 2, library);
	img->vmas.v[5].name = "/usr/lib/libstdc++.so.6";
	img->vmas.v[5].name_len = strlen(img->vmas.v[5].name);
	put(img, 0x600000003, &(struct page){ P | E, 1, MINE, SCAN }, 0x14dedc, true);
	complete(img);
	return img;
}

/* What a text leads to: a page; or, in `why`, the sentence. */
static int find(const char *text, uint64_t *ret_vpn, struct pt_str *why)
{
	struct pt_image *img = place_image();
	struct pt_place place;
	int err;

	pt_str_reset(why);
	err = pt_place_parse(text, false, &place, why);
	if (!err)
		err = pt_place_find(&place, img, ret_vpn, why);
	pt_image_unref(img);
	return err;
}

static void assert_found(const char *text, uint64_t vpn)
{
	struct pt_str why = PT_STR_INIT;
	uint64_t at = 0;

	if (find(text, &at, &why) || at != vpn)
		fail_msg("%s: page %llx, not %llx: %s", text, (unsigned long long)at,
			 (unsigned long long)vpn, why.s);
	assert_int_equal(why.len, 0);
	pt_str_done(&why);
}

static void assert_refused(const char *text, int err, const char *sentence)
{
	struct pt_str why = PT_STR_INIT;
	uint64_t at = 4711;
	int r = find(text, &at, &why);

	if (r != err || !strstr(why.s, sentence))
		fail_msg("%s: %d, not %d: %s", text, r, err, why.s);
	assert_int_equal(at, 4711);
	pt_str_done(&why);
}

TEST(an_address_is_found_with_or_without_prefix)
{
	assert_found("0x600000000000", 0x600000000);
	assert_found("600000003fff", 0x600000003);
	assert_found("  0x40f000  ", 0x40f);
	assert_found("0X40F000", 0x40f);
}

TEST(a_name_alone_is_its_first_mapping)
{
	assert_found("heap", 0x600000000);
	assert_found("[heap]", 0x600000000);
	assert_found("libc.so.6", 0x700000000);
	assert_found("/lib/libc.so.6", 0x700000000);
	assert_found("redis-server", 0x400);
	assert_found("libstdc++.so.6", 0x700000030);
}

TEST(a_name_and_an_offset_are_found)
{
	assert_found("heap+0x1000", 0x600000001);
	assert_found("heap+1fff", 0x600000001);
	assert_found("[heap]+0", 0x600000000);
	assert_found("libc.so.6+9000", 0x700000009);	/* in the second mapping of that name */
	assert_found("libstdc++.so.6+0x1000", 0x700000031);
}

TEST(a_pfn_is_found_where_it_is_mapped)
{
	assert_found("pfn:0x14dedc", 0x600000003);
	assert_found("pfn:14dedc", 0x600000003);
	assert_refused("pfn:0x14dedd", -ENOENT, "pfn 0x14dedd: not mapped in this process");
	assert_refused("pfn:0", -EINVAL, ": invalid PFN");
	assert_refused("pfn:", -EINVAL, ": invalid PFN");
	assert_refused("pfn:xyz", -EINVAL, "\"xyz\": invalid PFN");
}

TEST(a_gap_gets_a_sentence_with_its_size_and_neighbours)
{
	assert_refused(
		"0x700000018000", -ENOENT,
		"0x700000018000: not mapped, in a gap of 64K between libc.so.6 and the "
		"anonymous mapping at 0x700000020000");
	assert_refused("0x410000", -ENOENT, "between redis-server and [heap]");
}

TEST(above_and_below_all_mappings_get_a_sentence)
{
	assert_refused("0x1000", -ENOENT, "not mapped, below the first mapping");
	assert_refused("0x7fffffffffff", -ENOENT, "not mapped, above the last mapping");
	assert_refused("ffffffffffffffff", -ENOENT, "not mapped, above the last mapping");
}

TEST(malformed_places_get_a_sentence)
{
	assert_refused("", -EINVAL, ": not an address");
	assert_refused("   ", -EINVAL, ": not an address");
	assert_refused("0x", -EINVAL, ": neither an address nor the name of a mapping");
	assert_refused("nonsense", -EINVAL, "\"nonsense\": neither an address nor the name");
	assert_refused("10000000000000000", -EINVAL, ": larger than any address");
	assert_refused("-1", -EINVAL, ": neither");
	assert_refused("heap+", -EINVAL, ": no hexadecimal number after +");
	assert_refused("heap+xyz", -EINVAL, ": no hexadecimal number after +");
	assert_refused("heap+10000", -EINVAL, ": outside the mappings of that name");
	assert_refused("libc.so.6+20000", -EINVAL, ": outside the mappings of that name");
	assert_refused("heap+ffffffffffffffff", -EINVAL, ": outside the mappings of that name");
	assert_refused("nothere+0x1000", -EINVAL, ": no mapping of that name in this process");
	assert_refused("+1000", -EINVAL, ": no mapping of that name in this process");
	assert_refused("\033[2J", -EINVAL, "\"\\x1B[2J\": neither");
}

TEST(a_process_without_memory_has_no_addresses)
{
	struct pt_image *img = new_image();
	struct pt_place place = { .text = "0x1000" };
	struct pt_str why = PT_STR_INIT;
	uint64_t vpn;

	complete(img);
	assert_int_equal(pt_place_find(&place, img, &vpn, &why), -ENOENT);
	assert_non_null(strstr(why.s, "the process has no memory"));
	pt_str_done(&why);
	pt_image_unref(img);
}

static void assert_parsed(const char *text, bool pid_wanted, int err, pid_t pid, const char *rest)
{
	struct pt_str why = PT_STR_INIT;
	struct pt_place place = { .pid = -1 };
	int r = pt_place_parse(text, pid_wanted, &place, &why);

	if (r != err)
		fail_msg("%s: %d, not %d: %s", text, r, err, why.s);
	if (err) {
		assert_non_null(strstr(why.s, rest));
		assert_int_equal(place.pid, -1);
	} else {
		assert_int_equal(place.pid, pid);
		assert_string_equal(place.text, rest);
	}
	pt_str_done(&why);
}

TEST(a_process_may_stand_before_the_place)
{
	assert_parsed("1234:0x7f00", true, 0, 1234, "0x7f00");
	assert_parsed("1234", true, 0, 1234, "");
	assert_parsed("1234:", true, 0, 1234, "");
	assert_parsed("1234:heap+0x1000", true, 0, 1234, "heap+0x1000");
	assert_parsed("1234:pfn:0x14dedc", true, 0, 1234, "pfn:0x14dedc");
	assert_parsed("1234:0x7f00", false, 0, 1234, "0x7f00");
	assert_parsed("1234", false, 0, 0, "1234");		/* within a process: an address */
	assert_parsed("1234: heap", true, 0, 1234, "heap");
}

TEST(among_processes_a_process_must_be_named)
{
	assert_parsed("0x7f00", true, -EINVAL, 0, "no process given");
	assert_parsed("heap", true, -EINVAL, 0, "write PID:ADDRESS");
	assert_parsed("0:0x7f00", true, -EINVAL, 0, "no process given");
	assert_parsed("4294967296:0x7f00", true, -EINVAL, 0, "no process given");
	assert_parsed("99999999999999999999:0", true, -EINVAL, 0, "no process given");
	assert_parsed("-1:0x7f00", true, -EINVAL, 0, "no process given");
}

TEST(a_place_too_long_is_refused)
{
	char text[400];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_parsed(text, false, -EINVAL, 0, ": too long");
	text[255] = '\0';
	assert_parsed(text, false, 0, 0, text);
}
