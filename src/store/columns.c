#include "pagetop/store/columns.h"

#include "pagetop/store/sql.h"

/* Of a column in the text of its table: it begins a line of it, or is the next one in it. */
#define LINE "\n  "
#define NEXT " "

struct column {
	int since;
	const char *lead, *name, *type;
};

#define COLUMN(since, lead, name, type, put) { since, lead, #name, #type },

static const struct column process[] = {
#include "pagetop/store/process.def"
};

static const struct column mapping[] = {
#include "pagetop/store/mapping.def"
};

static const struct column kind[] = {
#include "pagetop/store/kind.def"
};

#undef COLUMN

#define TABLE(name) { #name, name, sizeof(name) / sizeof(name[0]) }

static const struct {
	const char *name;
	const struct column *column;
	size_t n;
} table[] = {
	[PT_COLUMNS_PROCESS] = TABLE(process),
	[PT_COLUMNS_MAPPING] = TABLE(mapping),
	[PT_COLUMNS_KIND] = TABLE(kind),
};

void pt_columns_create(enum pt_columns_of of, int version, struct pt_str *out)
{
	for (size_t i = 0; i < table[of].n; i++) {
		const struct column *c = &table[of].column[i];

		if (c->since <= version)
			pt_str_addf(out, "%s%s%s %s", i ? "," : "", c->lead, c->name, c->type);
	}
}

/* Frees the text. */
static int prepare(sqlite3 *db, struct pt_str *sql, unsigned flags, sqlite3_stmt **ret)
{
	int err = sql->err;

	*ret = NULL;
	if (!err && sqlite3_prepare_v3(db, sql->s, -1, flags, ret, NULL))
		err = pt_sql_err(db);
	pt_str_done(sql);
	return err;
}

int pt_columns_insert(sqlite3 *db, enum pt_columns_of of, sqlite3_stmt **ret)
{
	struct pt_str sql = PT_STR_INIT;

	pt_str_addf(&sql, "INSERT INTO %s VALUES (", table[of].name);
	for (size_t i = 0; i < table[of].n; i++)
		pt_str_adds(&sql, i ? ", ?" : "?");
	pt_str_addc(&sql, ')');
	return prepare(db, &sql, SQLITE_PREPARE_PERSISTENT, ret);
}

int pt_columns_find(sqlite3 *db, enum pt_columns_of of, sqlite3_stmt **ret)
{
	const struct column *c = table[of].column;
	struct pt_str sql = PT_STR_INIT;

	pt_str_addf(&sql, "SELECT %s FROM %s", c[0].name, table[of].name);
	for (size_t i = 1; i < table[of].n; i++)
		pt_str_addf(&sql, " %s %s IS ?%zu", i > 1 ? "AND" : "WHERE", c[i].name, i + 1);
	return prepare(db, &sql, SQLITE_PREPARE_PERSISTENT, ret);
}

int pt_columns_select(sqlite3 *db, enum pt_columns_of of, int version, const char *where,
		      sqlite3_stmt **ret)
{
	const char *sep = "SELECT ";
	struct pt_str sql = PT_STR_INIT;

	for (size_t i = 0; i < table[of].n; i++, sep = ", ") {
		pt_str_adds(&sql, sep);
		pt_str_adds(&sql, table[of].column[i].since <= version ? table[of].column[i].name :
									 "NULL");
	}
	pt_str_addf(&sql, " FROM %s %s", table[of].name, where);
	return prepare(db, &sql, 0, ret);
}
