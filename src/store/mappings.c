#include "pagetop/store/mappings.h"

#include <errno.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/kernel/abi.h"
#include "pagetop/kernel/backing.h"
#include "pagetop/store/columns.h"
#include "pagetop/store/sql.h"

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
		bits |= (uint64_t)(known ? *told_of(&v, i) != PT_UNTOLD : *told_of(&v, i) == PT_YES)
			<< (PT_NVMFLAGS + i);
	return bits;
}

static void take_told(struct pt_vma *v)
{
	for (int i = 0; i < NTOLD; i++) {
		uint64_t bit = UINT64_C(1) << (PT_NVMFLAGS + i);

		*told_of(v, i) = PT_UNTOLD;
		if (v->vmflags_known & bit)
			*told_of(v, i) = v->vmflags & bit ? PT_YES : PT_NO;
		v->vmflags &= ~bit;
		v->vmflags_known &= ~bit;
	}
}

int pt_mappings_store(sqlite3_stmt *st, int64_t list, const struct pt_vmas *vmas, bool sums)
{
	struct pt_str escaped = PT_STR_INIT;
	int err = 0;

	for (size_t n = 0; n < vmas->n && !err; n++) {
		const struct pt_vma *v = &vmas->v[n];
		const bool has = sums && !v->no_sums;
		int at = 0, r = SQLITE_OK;

		pt_str_reset(&escaped);
		pt_escape(&escaped, v->name, v->name_len);
#define COLUMN PT_PUT_COLUMN
#include "pagetop/store/mapping.def"
#undef COLUMN
		err = r == SQLITE_OK ? escaped.err : pt_sql_err(sqlite3_db_handle(st));
		if (!err)
			err = pt_sql_done(st);
	}
	pt_str_done(&escaped);
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

/* A sum of smaps, where it is kept: with images that need them. */
static bool load_sum(sqlite3_stmt *st, int column, uint64_t *ret, bool *ok)
{
	bool got = !pt_sql_is_null(st, column);

	*ret = got ? bytes(st, column, ok) : 0;
	return got;
}

static void load_sums(sqlite3_stmt *st, struct pt_vma *v, bool *ok)
{
	bool anon = load_sum(st, PT_MAPPING_anon_huge_bytes, &v->pmd_bytes[PT_PMD_ANON], ok);
	bool shmem = load_sum(st, PT_MAPPING_shmem_huge_bytes, &v->pmd_bytes[PT_PMD_SHMEM], ok);
	bool file = load_sum(st, PT_MAPPING_file_huge_bytes, &v->pmd_bytes[PT_PMD_FILE], ok);

	v->no_sums = !load_sum(st, PT_MAPPING_pss_bytes, &v->pss_bytes, ok);
	load_sum(st, PT_MAPPING_uss_bytes, &v->uss_bytes, ok);
	v->got_pmd = anon && shmem && file;
	v->got_ksm = load_sum(st, PT_MAPPING_ksm_bytes, &v->ksm_bytes, ok);
}

/* Names of a list lie one behind the other: here is where this one begins. */
static int add_name(const char *text, struct pt_str *names, struct pt_vma *v)
{
	size_t before = names->len;
	int err = text ? pt_unescape(names, text) : -EBADMSG;

	v->name = (const char *)before;
	v->name_len = names->len - before;
	pt_str_addc(names, '\0');
	if (err)
		return err == -EINVAL ? -EBADMSG : err;
	return names->err;
}

/* Its fields but for the name; whether they can be. */
static bool load_fields(sqlite3_stmt *st, const uint8_t *bit, uint64_t least_vpn, struct pt_vma *v)
{
	const int64_t last = (INT64_C(1) << 52) - 1;		/* pages of 64 bits of addresses */
	const char *perms = (const char *)sqlite3_column_text(st, PT_MAPPING_perms);
	bool ok = true;
	uint64_t vpn = (uint64_t)pt_sql_number(st, PT_MAPPING_vpn, (int64_t)least_vpn, last, &ok);
	uint64_t end_vpn =
		(uint64_t)pt_sql_number(st, PT_MAPPING_end_vpn, (int64_t)vpn + 1, last, &ok);

	*v = (struct pt_vma){
		.start = vpn << PT_PAGE_SHIFT, .end = end_vpn << PT_PAGE_SHIFT,
		.pgoff = any(st, PT_MAPPING_offset, &ok),
		.dev_major = (uint32_t)pt_sql_number(st, PT_MAPPING_major, 0, UINT32_MAX, &ok),
		.dev_minor = (uint32_t)pt_sql_number(st, PT_MAPPING_minor, 0, UINT32_MAX, &ok),
		.inode = any(st, PT_MAPPING_inode, &ok),
		.vmflags_known = own_bits(any(st, PT_MAPPING_vmflags_known, &ok), bit),
		.got_smaps = pt_sql_number(st, PT_MAPPING_smaps, 0, 1, &ok),
		.vmflags = own_bits(any(st, PT_MAPPING_vmflags, &ok), bit),
		.page_bytes = bytes(st, PT_MAPPING_page_bytes, &ok),
		.rss_bytes = bytes(st, PT_MAPPING_rss_bytes, &ok),
		.lazyfree_bytes = bytes(st, PT_MAPPING_lazyfree_bytes, &ok),
		.got_thp = !pt_sql_is_null(st, PT_MAPPING_thp_eligible),
	};
	take_told(v);
	load_sums(st, v, &ok);
	v->hides_swap =
		v->got_smaps ? pt_vma_may_hide_swap(v) : pt_sql_is_null(st, PT_MAPPING_swap_bytes);
	if (v->got_smaps || !v->hides_swap)
		v->swap_bytes = bytes(st, PT_MAPPING_swap_bytes, &ok);
	v->thp_eligible = v->got_thp && pt_sql_number(st, PT_MAPPING_thp_eligible, 0, 1, &ok);
	ok = ok && perms && strlen(perms) == 4 && strspn(perms, "rwxps-") == 4;
	if (ok)
		memcpy(v->perms, perms, sizeof(v->perms));
	return ok;
}

static int load_row(sqlite3_stmt *st, const uint8_t *bit, uint64_t least_vpn, struct pt_vmas *vmas)
{
	struct pt_vma v;
	int err = load_fields(st, bit, least_vpn, &v) ? 0 : -EBADMSG;

	if (!err)
		err = add_name((const char *)sqlite3_column_text(st, PT_MAPPING_name), &vmas->names,
			       &v);
	if (!err)
		err = pt_grow(&vmas->v, &vmas->cap, vmas->n + 1, sizeof(*vmas->v));
	if (!err)
		vmas->v[vmas->n++] = v;
	return err;
}

int pt_mappings_load(sqlite3 *db, int version, int64_t list, const uint8_t *bit,
		     struct pt_vmas *ret)
{
	sqlite3_stmt *st = NULL;
	int err = pt_columns_select(db, PT_COLUMNS_MAPPING, version, "WHERE list = ? ORDER BY n",
				    &st);

	if (!err)
		err = pt_sql_bind(st, 1, "i", list);
	while (!err && (err = pt_sql_row(st)) > 0)
		err = load_row(st, bit, ret->n ? ret->v[ret->n - 1].end >> PT_PAGE_SHIFT : 0, ret);
	for (size_t i = 0; i < ret->n; i++)
		ret->v[i].name = ret->names.s + (size_t)ret->v[i].name;
	/* Of before it was noted: what can be told without */
	if (bit && !memchr(bit, PT_MAPPING_SECRET, 64))
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
	return pt_vma_same(a, b) && bits_of(*a, true) == bits_of(*b, true) &&
	       bits_of(*a, false) == bits_of(*b, false) && a->got_smaps == b->got_smaps &&
	       (a->got_smaps || a->hides_swap == b->hides_swap) && a->page_bytes == b->page_bytes &&
	       a->rss_bytes == b->rss_bytes && a->swap_bytes == b->swap_bytes &&
	       a->lazyfree_bytes == b->lazyfree_bytes && a->got_thp == b->got_thp &&
	       a->thp_eligible == b->thp_eligible && a->name_len == b->name_len &&
	       !memcmp(a->name, b->name, a->name_len);
}

bool pt_mappings_equal(const struct pt_vmas *kept, const struct pt_vmas *now, bool sums)
{
	bool same = kept->n == now->n;

	for (size_t i = 0; i < kept->n && same; i++)
		same = equal(&kept->v[i], &now->v[i]) && same_sums(&kept->v[i], &now->v[i], sums);
	return same;
}
