#include "pagetop/store/mappings.h"

#include <errno.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/backing.h"
#include "pagetop/store/sql.h"

#define SELECT_LIST(sums) \
	"SELECT vpn, end_vpn, perms, offset, major, minor, inode, name, vmflags_known, smaps, vmflags, page_bytes," \
	" rss_bytes, swap_bytes, lazyfree_bytes, thp_eligible, " sums " FROM mapping WHERE list = ? ORDER BY n"

static const char *const select_list[] = {	/* by version */
	[1] = SELECT_LIST("NULL, NULL, NULL, NULL, NULL, NULL"),
	[2] = SELECT_LIST("pss_bytes, uss_bytes, anon_huge_bytes, shmem_huge_bytes, file_huge_bytes, ksm_bytes"),
};

/* What was told of a mapping besides VmFlags: a bit that is known, or not. */
static const struct { const char *name; size_t field; } told_bit[] = {
#define TOLD(id, text, member) [PT_MAPPING_##id - PT_NVMFLAGS] = { text, offsetof(struct pt_vma, member) }
	TOLD(SECRET, "secret memory", secret),
	TOLD(BARE, "no file behind it", bare),
	TOLD(DELETED, "deleted", deleted),
#undef TOLD
};

enum { NTOLD = sizeof(told_bit) / sizeof(told_bit[0]) };
_Static_assert((int)NTOLD == (int)PT_NMAPPING_BITS - (int)PT_NVMFLAGS, "each has a row");

const char *pt_mapping_bit_name(int bit)
{
	return bit < PT_NVMFLAGS ? pt_vmflag_name(bit) : told_bit[bit - PT_NVMFLAGS].name;
}

static enum pt_told *told_of(struct pt_vma *v, int i)
{
	return (enum pt_told *)(void *)((char *)v + told_bit[i].field);
}

static uint64_t bits_of(struct pt_vma v, bool known)
{
	uint64_t bits = known ? v.vmflags_known : v.vmflags;

	for (int i = 0; i < NTOLD; i++)
		bits |= (uint64_t)(known ? *told_of(&v, i) != PT_UNTOLD : *told_of(&v, i) == PT_YES) << (PT_NVMFLAGS + i);
	return bits;
}

static void take_told(struct pt_vma *v)
{
	for (int i = 0; i < NTOLD; i++) {
		uint64_t bit = UINT64_C(1) << (PT_NVMFLAGS + i);

		*told_of(v, i) = !(v->vmflags_known & bit) ? PT_UNTOLD : v->vmflags & bit ? PT_YES : PT_NO;
		v->vmflags &= ~bit;
		v->vmflags_known &= ~bit;
	}
}

int pt_mappings_store(sqlite3_stmt *add, int64_t list, const struct pt_vmas *vmas, bool sums)
{
	struct pt_str name = PT_STR_INIT;
	int err = 0;

	for (size_t i = 0; i < vmas->n && !err; i++) {
		const struct pt_vma *v = &vmas->v[i];
		const int has = sums && !v->no_sums, pmd = has && v->got_pmd;

		pt_str_reset(&name);
		pt_escape(&name, v->name, v->name_len);
		err = name.err ? name.err :
		      pt_sql_bind(add, 1, "iiuusuiiusuiuuuouooooooo", list, (int64_t)i, v->start >> PT_PAGE_SHIFT,
				  v->end >> PT_PAGE_SHIFT, v->perms, v->pgoff, (int64_t)v->dev_major,
				  (int64_t)v->dev_minor, v->inode, name.s, bits_of(*v, true), (int64_t)v->got_smaps,
				  bits_of(*v, false), v->page_bytes, v->rss_bytes, v->got_smaps || !v->hides_swap, v->swap_bytes, v->lazyfree_bytes,
				  (int)v->got_thp, (int64_t)v->thp_eligible, has, v->pss_bytes, has, v->uss_bytes,
				  pmd, v->pmd_bytes[PT_PMD_ANON], pmd, v->pmd_bytes[PT_PMD_SHMEM], pmd,
				  v->pmd_bytes[PT_PMD_FILE], has && v->got_ksm, v->ksm_bytes);
		if (!err)
			err = pt_sql_done(add);
	}
	pt_str_done(&name);
	return err;
}

/* The bits as we number them; what we have no number for is one of those without a name. */
static uint64_t own_bits(uint64_t bits, const uint8_t *bit)
{
	uint64_t own = bits & PT_VMF_UNNAMED;

	if (!bit)
		return bits;
	for (int i = 0; i < 63; i++)
		if (bits >> i & 1)
			own |= bit[i] < PT_NMAPPING_BITS ? UINT64_C(1) << bit[i] : PT_VMF_UNNAMED;
	return own;
}

static uint64_t any(sqlite3_stmt *st, int column, bool *ok)
{
	return (uint64_t)pt_sql_number(st, column, INT64_MIN, INT64_MAX, ok);
}

static uint64_t bytes(sqlite3_stmt *st, int column, bool *ok)
{
	return (uint64_t)pt_sql_number(st, column, 0, INT64_MAX, ok);
}

/* Sums of smaps, where they are kept: with images that need them. */
static void load_sums(sqlite3_stmt *st, int column, struct pt_vma *v, bool *ok)
{
	uint64_t *field[] = { &v->pss_bytes, &v->uss_bytes, &v->pmd_bytes[PT_PMD_ANON], &v->pmd_bytes[PT_PMD_SHMEM],
			      &v->pmd_bytes[PT_PMD_FILE], &v->ksm_bytes };
	bool got[sizeof(field) / sizeof(field[0])];

	for (int i = 0; i < (int)(sizeof(field) / sizeof(field[0])); i++) {
		got[i] = sqlite3_column_type(st, column + i) != SQLITE_NULL;
		*field[i] = got[i] ? bytes(st, column + i, ok) : 0;
	}
	v->no_sums = !got[0];
	v->got_pmd = got[2] && got[3] && got[4];
	v->got_ksm = got[5];
}

/* Names of a list lie one behind the other: here is where this one begins. */
static int add_name(sqlite3_stmt *st, int column, struct pt_str *names, struct pt_vma *v)
{
	const char *text = (const char *)sqlite3_column_text(st, column);
	size_t before = names->len;
	int err = text ? pt_unescape(names, text) : -EBADMSG;

	v->name = (const char *)before;
	v->name_len = names->len - before;
	pt_str_addc(names, '\0');
	return err == -EINVAL ? -EBADMSG : err ? err : names->err;
}

static int load_row(sqlite3_stmt *st, const uint8_t *bit, uint64_t least_vpn, struct pt_vmas *vmas)
{
	const int64_t last = (INT64_C(1) << 52) - 1;		/* pages of 64 bits of addresses */
	bool ok = true;
	uint64_t vpn = (uint64_t)pt_sql_number(st, 0, (int64_t)least_vpn, last, &ok);
	uint64_t end_vpn = (uint64_t)pt_sql_number(st, 1, (int64_t)vpn + 1, last, &ok);
	const char *perms = (const char *)sqlite3_column_text(st, 2);
	struct pt_vma v = {
		.start = vpn << PT_PAGE_SHIFT, .end = end_vpn << PT_PAGE_SHIFT,
		.pgoff = any(st, 3, &ok), .dev_major = (uint32_t)pt_sql_number(st, 4, 0, UINT32_MAX, &ok),
		.dev_minor = (uint32_t)pt_sql_number(st, 5, 0, UINT32_MAX, &ok), .inode = any(st, 6, &ok),
		.vmflags_known = own_bits(any(st, 8, &ok), bit), .got_smaps = pt_sql_number(st, 9, 0, 1, &ok),
		.vmflags = own_bits(any(st, 10, &ok), bit), .page_bytes = bytes(st, 11, &ok),
		.rss_bytes = bytes(st, 12, &ok), .lazyfree_bytes = bytes(st, 14, &ok),
		.got_thp = sqlite3_column_type(st, 15) != SQLITE_NULL,
	};
	int err;

	take_told(&v);
	load_sums(st, 16, &v, &ok);
	v.hides_swap = v.got_smaps ? pt_vma_may_hide_swap(&v) : sqlite3_column_type(st, 13) == SQLITE_NULL;
	v.swap_bytes = v.hides_swap && !v.got_smaps ? 0 : bytes(st, 13, &ok);
	v.thp_eligible = v.got_thp && pt_sql_number(st, 15, 0, 1, &ok);
	if (!ok || !perms || strlen(perms) != 4 || strspn(perms, "rwxps-") != 4)
		return -EBADMSG;
	memcpy(v.perms, perms, sizeof(v.perms));
	err = add_name(st, 7, &vmas->names, &v);
	if (!err)
		err = pt_grow(&vmas->v, &vmas->cap, vmas->n + 1, sizeof(*vmas->v));
	if (!err)
		vmas->v[vmas->n++] = v;
	return err;
}

int pt_mappings_load(sqlite3 *db, int version, int64_t list, const uint8_t *bit, struct pt_vmas *ret)
{
	sqlite3_stmt *st = NULL;
	int err = sqlite3_prepare_v2(db, select_list[version], -1, &st, NULL) ? pt_sql_err(db) : pt_sql_bind(st, 1, "i", list);

	while (!err && (err = pt_sql_row(st)) > 0)
		err = load_row(st, bit, ret->n ? ret->v[ret->n - 1].end >> PT_PAGE_SHIFT : 0, ret);
	for (size_t i = 0; i < ret->n; i++)
		ret->v[i].name = ret->names.s + (size_t)ret->v[i].name;
	if (bit && !memchr(bit, PT_MAPPING_SECRET, 64))		/* of before it was noted: what can be told without */
		pt_backing_tell(NULL, ret);
	sqlite3_finalize(st);
	return err;
}

static bool same_sums(const struct pt_vma *kept, const struct pt_vma *now, bool sums)
{
	bool has = sums && !now->no_sums;

	return kept->no_sums == !has &&
	       (!has || (kept->pss_bytes == now->pss_bytes && kept->uss_bytes == now->uss_bytes &&
			 kept->got_pmd == now->got_pmd && kept->got_ksm == now->got_ksm &&
			 !memcmp(kept->pmd_bytes, now->pmd_bytes, sizeof(now->pmd_bytes)) &&
			 kept->ksm_bytes == now->ksm_bytes));
}

static bool equal(const struct pt_vma *a, const struct pt_vma *b)
{
	return pt_vma_same(a, b) && bits_of(*a, true) == bits_of(*b, true) && bits_of(*a, false) == bits_of(*b, false) &&
	       a->got_smaps == b->got_smaps && (a->got_smaps || a->hides_swap == b->hides_swap) && a->page_bytes == b->page_bytes && a->rss_bytes == b->rss_bytes &&
	       a->swap_bytes == b->swap_bytes && a->lazyfree_bytes == b->lazyfree_bytes &&
	       a->got_thp == b->got_thp && a->thp_eligible == b->thp_eligible &&
	       a->name_len == b->name_len && !memcmp(a->name, b->name, a->name_len);
}

bool pt_mappings_equal(const struct pt_vmas *kept, const struct pt_vmas *now, bool sums)
{
	bool same = kept->n == now->n;

	for (size_t i = 0; i < kept->n && same; i++)
		same = equal(&kept->v[i], &now->v[i]) && same_sums(&kept->v[i], &now->v[i], sums);
	return same;
}
