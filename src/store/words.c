#include "pagetop/store/words.h"

#include <errno.h>
#include <string.h>
#include "pagetop/base/text.h"
#include "pagetop/model/facts.h"
#include "pagetop/model/lens.h"
#include "pagetop/store/mappings.h"
#include "pagetop/store/sql.h"

/* ---- to a file */

/* What has no name is not stored. */
static int add_word(sqlite3_stmt *st, const char *kind, int number, const char *name,
		    const char *text)
{
	int err;

	if (!name)
		return 0;
	err = pt_sql_bind(st, 1, "sisss", kind, (int64_t)number, (char *)NULL, name, text);
	return err ? err : pt_sql_done(st);
}

static int add_state(sqlite3_stmt *st, int number, const struct pt_row *row)
{
	const char sign[] = { row->sign, '\0' };
	int err = pt_sql_bind(st, 1, "sisss", "state", (int64_t)number, sign, row->name, row->text);

	return err ? err : pt_sql_done(st);
}

static int add_words(sqlite3_stmt *st, const void *arg)
{
	int err = 0;

	(void)arg;
	for (int i = 0; i < PT_FACT_HWPOISON && !err; i++)
		err = add_word(st, "facts", i, pt_fact_name(i), pt_fact_text(i));
	for (int i = 0; i < 64 && !err; i++)
		err = add_word(st, "kflags", i, pt_kpf_name(i), pt_kpf_text(i));
	for (int i = 0; i < PT_NMAPPING_BITS && !err; i++)
		err = add_word(st, "vmflags", i, pt_mapping_bit_name(i), NULL);
	for (int i = 0; i < pt_lenses[PT_LENS_STATE].nrows && !err; i++)
		err = add_state(st, i, &pt_rows[pt_lenses[PT_LENS_STATE].first + i]);
	return err;
}

static int add_words_by(sqlite3 *db, int (*add)(sqlite3_stmt *st, const void *arg), const void *arg)
{
	sqlite3_stmt *st = NULL;
	const char *sql = "INSERT INTO word VALUES (?, ?, ?, ?, ?)";
	int err = sqlite3_prepare_v2(db, sql, -1, &st, NULL) ? pt_sql_err(db) : add(st, arg);

	sqlite3_finalize(st);
	return err;
}

static int add_entries(sqlite3_stmt *st, const void *arg)
{
	const struct pt_swap_layout *layout = arg;
	int err = 0;

	for (int i = 0; i < 32 && !err; i++)
		err = add_word(st, "entry", i, pt_entry_name((enum pt_entry)layout->entry[i]),
			       NULL);
	return err;
}

int pt_words_store_entries(sqlite3 *db, const struct pt_swap_layout *layout)
{
	return add_words_by(db, add_entries, layout);
}

int pt_words_store(sqlite3 *db)
{
	return add_words_by(db, add_words, NULL);
}

/* ---- from a file */

/* The number in enum pt_entry of a meaning, as it stands in the file, or -1. */
static int entry_of(const char *name)
{
	for (int i = 0; pt_entry_name((enum pt_entry)i); i++)
		if (!strcmp(name, pt_entry_name((enum pt_entry)i)))
			return i;
	return -1;
}

static void add_strange(struct pt_words *w, const char *name)
{
	if (w->strange.len)
		pt_str_adds(&w->strange, ", ");
	pt_escape(&w->strange, name, strlen(name));
}

/* The number that we give to the name, or PT_WORDS_NO_BIT. */
static uint8_t number_of(const char *name, const char *(*name_of)(int), int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(name, name_of(i)))
			return (uint8_t)i;
	return PT_WORDS_NO_BIT;
}

static int take_word(struct pt_words *w, const char *kind, const char *name, int number)
{
	int entry;

	if (!strcmp(kind, "facts") && number < PT_WORDS_NFACTS) {
		w->fact[number] = number_of(name, pt_fact_name, PT_FACT_HWPOISON);
		if (w->fact[number] == PT_WORDS_NO_BIT)
			add_strange(w, name);
		w->differs |= w->fact[number] != number;
	} else if (!strcmp(kind, "vmflags") && number < 63) {
		w->vmflag[number] = number_of(name, pt_mapping_bit_name, PT_NMAPPING_BITS);
		w->differs |= w->vmflag[number] != number;
	} else if (!strcmp(kind, "entry") && number < 32) {
		entry = entry_of(name);
		w->layout.entry[number] = (uint8_t)(entry < 0 ? PT_ENTRY_UNKNOWN : entry);
		if (entry < 0)
			add_strange(w, name);
		w->differs |= entry < 0;
	}
	return w->strange.err;
}

/* Whether the file has a number for each name of ours. */
static bool has_all(const struct pt_words *w)
{
	for (int i = 0; i < PT_FACT_HWPOISON; i++)
		if (!memchr(w->fact, i, sizeof(w->fact)))
			return false;
	for (int i = 0; i < PT_NMAPPING_BITS; i++)
		if (!memchr(w->vmflag, i, sizeof(w->vmflag)))
			return false;
	return true;
}

int pt_words_load(sqlite3 *db, struct pt_words *w)
{
	sqlite3_stmt *st = NULL;
	int r = sqlite3_prepare_v2(db, "SELECT kind, name, number FROM word", -1, &st, NULL) ?
			pt_sql_err(db) :
			0;
	bool ok = true;

	memset(w->fact, PT_WORDS_NO_BIT, sizeof(w->fact));
	memset(w->vmflag, PT_WORDS_NO_BIT, sizeof(w->vmflag));
	while (!r && (r = pt_sql_row(st)) > 0) {
		const char *kind = (const char *)sqlite3_column_text(st, 0);
		const char *name = (const char *)sqlite3_column_text(st, 1);
		int number = (int)pt_sql_number(st, 2, 0, 255, &ok);

		r = ok && kind && name ? take_word(w, kind, name, number) : -EBADMSG;
	}
	w->differs |= !has_all(w);
	sqlite3_finalize(st);
	return r;
}

uint16_t pt_words_facts(const struct pt_words *w, uint64_t bits)
{
	uint16_t own = 0;

	for (int i = 0; i < PT_WORDS_NFACTS; i++)
		if (bits >> i & 1 && w->fact[i] != PT_WORDS_NO_BIT)
			own |= (uint16_t)(1u << w->fact[i]);
	return own;
}
