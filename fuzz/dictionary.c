/*
 * dictionary TARGET: the words that its reader knows, from the tables of the program, for libFuzzer's -dict.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include "pagetop/cli/option_table.h"
#include "pagetop/kernel/maps.h"
#include "pagetop/model/columns.h"
#include "pagetop/model/facts.h"
#include "pagetop/model/headings.h"
#include "pagetop/model/lens.h"
#include "pagetop/store/schema.h"
#include "pagetop/ui/keys.h"

static void put(const char *word)
{
	if (!word || !*word)
		return;
	putchar('"');
	for (; *word; word++)
		if (*word == '"' || *word == '\\' || *word < ' ' || *word > '~')
			printf("\\x%02X", (unsigned char)*word);
		else
			putchar(*word);
	puts("\"");
}

static void put_KERNEL(void)
{
	static const char *const word[] = { "Rss:", "Swap:", "LazyFree:", "VmFlags:", "THPeligible:", "KSM:", " kB", "rw-p",
					    "[heap]", "/memfd:", " (deleted)", "\\012", "ffffffffff600000", "0*1024 ", "+512 " };

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++)
		put(word[i]);
	for (int i = 0; i < PT_NVMFLAGS; i++)
		put(pt_vmflag_name(i));
}

/* Of the newest schema. */
static void put_SQL(void)
{
	static const char *const sql[] = { "UPDATE ", "INSERT INTO ", "DELETE FROM ", " SET ", " WHERE ", " SELECT ", "NULL",
					   " = -1", " = 9223372036854775807", " = 99", " = x'00ff'" };
	static const char all[] = "SELECT name FROM sqlite_master UNION SELECT p.name FROM sqlite_master m, pragma_table_info(m.name) p";
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;

	for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++)
		put(sql[i]);
	if (!sqlite3_open(":memory:", &db) && !pt_schema_tables(db, PT_SNAPSHOT_VERSION) && !sqlite3_prepare_v2(db, all, -1, &st, NULL))
		while (sqlite3_step(st) == SQLITE_ROW)
			put((const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_close(db);
}

static void put_names_of_keys(void)
{
#define KEYNAME(id, text) put(text);
#include "pagetop/term/keynames.def"
#undef KEYNAME
}

static void put_PEOPLE(void)
{
	put_names_of_keys();
	for (int i = 0; i < PT_NFACTS; i++)
		put(pt_fact_name(i));
	for (int i = 0; i < 64; i++)
		put(pt_kpf_name(i));
	for (int i = 0; i < PT_NROWS; i++)
		put(pt_rows[i].name);
	for (int i = 0; i < PT_NHEADINGS; i++)
		put(pt_headings[i].name);
	for (int i = 0; i < PT_NOPTIONS; i++)
		put(pt_option_rows[i].name);
	for (int i = 0; i < PT_NSUBS; i++)
		put(pt_subcommand_rows[i].name);
}

static void put_NONE(void)
{
}

int main(int argc, char **argv)
{
#define TARGET(name, words, text) \
	if (argc > 1 && !strcmp(argv[1], #name)) \
		put_##words();
#include "targets.def"
#undef TARGET
	return 0;
}
