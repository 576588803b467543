#include "pagetop/store/schema.h"

#include "pagetop/store/columns.h"
#include "pagetop/store/sql.h"
#include "pagetop/store/words.h"

/* All of the mapping was looked at: then what has no row is absent, and else it is not known. */
#define SEEN "p.why_pages IS NULL AND m.vpn >= p.lo_vpn AND (p.hi_vpn = -1 OR m.end_vpn <= p.hi_vpn)"

/*
 * Every statement, in the order in which they are run: a file is one of ours only if its schema is
 * that of its version, to the letter. A table whose columns differ by version, or are many, has
 * them in columns.h: between `sql` and `end`.
 */
static const struct {
	const char *sql;
	enum pt_columns_of columns;
	const char *end;
} statement[] = {
	{ .sql = "CREATE TABLE machine (\n"
		 "  host TEXT, description TEXT, boot TEXT, page_bytes INTEGER, program TEXT);\n" },
	{ .sql = "CREATE TABLE word (\n"
		 "  kind TEXT, number INTEGER, sign TEXT, name TEXT, meaning TEXT,\n"
		 "  PRIMARY KEY (kind, number)) WITHOUT ROWID;\n" },
	{ .sql = "CREATE TABLE moment (\n"
		 "  id INTEGER PRIMARY KEY, when_ns INTEGER, scope TEXT);\n" },
	{ .sql = "CREATE TABLE process (", .columns = PT_COLUMNS_PROCESS, .end = ");\n" },
	{ .sql = "CREATE INDEX process_of_moment ON process (moment, pid, starttime);\n" },
	{ .sql = "CREATE TABLE mapping (",
	  .columns = PT_COLUMNS_MAPPING,
	  .end = ", PRIMARY KEY (list, n)) WITHOUT ROWID;\n" },
	{ .sql = "CREATE TABLE extent (\n"
		 "  pages INTEGER, mapping INTEGER, vpn INTEGER, block INTEGER,\n"
		 "  PRIMARY KEY (pages, mapping, vpn)) WITHOUT ROWID;\n" },
	{ .sql = "CREATE TABLE kind (", .columns = PT_COLUMNS_KIND, .end = ");\n" },
	{ .sql = "CREATE INDEX kind_of_words ON kind (kflags, facts, count);\n" },
	{ .sql = "CREATE TABLE cgroup (inode INTEGER PRIMARY KEY, path TEXT);\n" },
	{ .sql = "CREATE TABLE run (id INTEGER PRIMARY KEY, npages INTEGER, pfn INTEGER, kind INTEGER);\n" },
	{ .sql = "CREATE TABLE digit (n INTEGER PRIMARY KEY);\n" },
	{ .sql = "CREATE VIEW page_state AS\n"
		 "  SELECT p.moment, p.id AS process, p.pid, p.comm, m.n AS mapping, m.name, m.perms,\n"
		 "    (e.vpn >> 13 << 13) + (r.id & 8191) AS vpn, printf('%x', ((e.vpn >> 13 << 13) + (r.id & 8191)) << 12) AS addr,\n"
		 "    r.npages AS pages, k.state, k.huge, k.large, k.locked, k.count, r.pfn, k.kflags, k.facts, k.folio_order, k.node,\n"
		 "    k.cgroup AS cgroup_inode, g.path AS cgroup\n"
		 "  FROM process p JOIN mapping m ON m.list = p.list\n"
		 "    CROSS JOIN extent e ON e.pages = p.pages AND e.mapping = m.n\n"
		 "    CROSS JOIN run r ON r.id BETWEEN e.block << 13 AND (e.block << 13) + 8191\n"
		 "    CROSS JOIN kind k ON k.id = r.kind LEFT JOIN cgroup g ON g.inode = k.cgroup;\n" },
	{ .sql = "CREATE VIEW page AS\n"
		 "  SELECT s.moment, s.process, s.pid, s.comm, s.mapping, s.name, s.perms,\n"
		 "    s.vpn + a.n * 128 + b.n AS vpn, printf('%x', (s.vpn + a.n * 128 + b.n) << 12) AS addr,\n"
		 "    s.state, s.huge, s.large, s.locked, s.count, s.pfn + a.n * 128 + b.n AS pfn, s.kflags, s.facts, s.folio_order, s.node,\n"
		 "    s.cgroup_inode, s.cgroup\n"
		 "  FROM page_state s CROSS JOIN digit a ON a.n <= (s.pages - 1) / 128\n"
		 "    CROSS JOIN digit b ON b.n < s.pages - a.n * 128;\n" },
	{ .sql = "CREATE VIEW mapping_summary AS\n"
		 "  SELECT p.moment, p.id AS process, p.pid, p.comm, m.n AS mapping, printf('%x', m.vpn << 12) AS start,\n"
		 "    printf('%x', m.end_vpn << 12) AS end, m.perms, (m.end_vpn - m.vpn) * 4096 AS size_bytes, m.name,\n"
		 "    CASE WHEN " SEEN
		 " THEN coalesce(sum(s.pages) FILTER (WHERE s.facts & 1), 0) * 4096 END AS present_bytes,\n"
		 "    CASE WHEN " SEEN
		 " THEN coalesce(sum(s.pages) FILTER (WHERE s.state = 'cow'), 0) * 4096 END AS cow_bytes,\n"
		 "    CASE WHEN " SEEN
		 " THEN coalesce(sum(s.pages) FILTER (WHERE s.huge), 0) * 4096 END AS huge_bytes,\n"
		 "    CASE WHEN " SEEN
		 " THEN coalesce(sum(s.pages) FILTER (WHERE s.locked), 0) * 4096 END AS locked_bytes,\n"
		 "    CASE WHEN " SEEN
		 " THEN coalesce(sum(s.pages) FILTER (WHERE s.state = 'swapped'), 0) * 4096 END AS swapped_bytes\n"
		 "  FROM process p JOIN mapping m ON m.list = p.list\n"
		 "    LEFT JOIN page_state s ON s.process = p.id AND s.mapping = m.n\n"
		 "  GROUP BY p.id, m.n;\n" },
	{ .sql = "CREATE VIEW process_summary AS\n"
		 "  SELECT p.moment, p.id AS process, p.pid, p.user, p.comm, p.cgroup, p.why,\n"
		 "    sum(s.size_bytes) AS size_bytes, sum(s.present_bytes) AS present_bytes, sum(s.cow_bytes) AS cow_bytes,\n"
		 "    sum(s.huge_bytes) AS huge_bytes, sum(s.locked_bytes) AS locked_bytes, sum(s.swapped_bytes) AS swapped_bytes\n"
		 "  FROM process p LEFT JOIN mapping_summary s ON s.process = p.id\n"
		 "  GROUP BY p.id;\n" },
	{ .sql = "CREATE VIEW sharers AS\n"
		 "  SELECT moment, pfn, max(count) AS count, count(DISTINCT process) AS processes, count(*) AS entries,\n"
		 "    group_concat(DISTINCT pid || ' ' || comm) AS names\n"
		 "  FROM page WHERE pfn IS NOT NULL AND count > 1 GROUP BY moment, pfn;\n" },
};

int pt_schema_tables(sqlite3 *db, int version)
{
	struct pt_str sql = PT_STR_INIT;
	int err = 0;

	for (size_t i = 0; i < sizeof(statement) / sizeof(statement[0]) && !err; i++) {
		pt_str_reset(&sql);
		pt_str_adds(&sql, statement[i].sql);
		if (statement[i].end) {
			pt_columns_create(statement[i].columns, version, &sql);
			pt_str_adds(&sql, statement[i].end);
		}
		err = sql.err ? sql.err : pt_sql_exec(db, sql.s);
	}
	pt_str_done(&sql);
	return err;
}

static const char fill_digits[] =
	"WITH RECURSIVE d(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM d WHERE n < 127) INSERT INTO digit SELECT n FROM d";

int pt_schema_create(sqlite3 *db)
{
	char pragma[80];
	int err;

	sqlite3_snprintf(sizeof(pragma), pragma,
			 "PRAGMA application_id = %d; PRAGMA user_version = %d;", PT_SNAPSHOT_ID,
			 PT_SNAPSHOT_VERSION);
	err = pt_sql_exec(db, pragma);
	if (!err)
		err = pt_schema_tables(db, PT_SNAPSHOT_VERSION);
	if (!err)
		err = pt_sql_exec(db, fill_digits);
	return err ? err : pt_words_store(db);
}
