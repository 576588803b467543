#include "pagetop/store/margin.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include "pagetop/base/memory.h"

enum { MARGIN_BYTES = 80 };	/* 63 + 8, and addresses stay multiples of 8 */

/* SQLite's own cache, whose pages are longer than it is told. */
struct cache {
	sqlite3_pcache *theirs;
	int page_bytes;
};

static sqlite3_pcache_methods2 *theirs(void)
{
	static sqlite3_pcache_methods2 methods;		/* from pt_margin_set() on */

	return &methods;
}

static sqlite3_pcache *their(sqlite3_pcache *c)
{
	return ((struct cache *)(void *)c)->theirs;
}

static sqlite3_pcache *create(int page_bytes, int extra_bytes, int purgeable)
{
	struct cache *c = pt_malloc(sizeof(*c));

	if (!c)
		return NULL;
	c->page_bytes = page_bytes;
	c->theirs = theirs()->xCreate(page_bytes + MARGIN_BYTES, extra_bytes, purgeable);
	if (c->theirs)
		return (sqlite3_pcache *)(void *)c;
	free(c);
	return NULL;
}

static void destroy(sqlite3_pcache *c)
{
	theirs()->xDestroy(their(c));
	free(c);
}

static sqlite3_pcache_page *fetch(sqlite3_pcache *c, unsigned key, int may_create)
{
	sqlite3_pcache_page *page = theirs()->xFetch(their(c), key, may_create);

	if (page)
		memset((char *)page->pBuf + ((struct cache *)(void *)c)->page_bytes, 0,
		       MARGIN_BYTES);
	return page;
}

/* ---- the rest goes on to SQLite's */

static void limit(sqlite3_pcache *c, int npages)
{
	theirs()->xCachesize(their(c), npages);
}

static int count(sqlite3_pcache *c)
{
	return theirs()->xPagecount(their(c));
}

static void unpin(sqlite3_pcache *c, sqlite3_pcache_page *page, int discard)
{
	theirs()->xUnpin(their(c), page, discard);
}

static void rekey(sqlite3_pcache *c, sqlite3_pcache_page *page, unsigned from, unsigned to)
{
	theirs()->xRekey(their(c), page, from, to);
}

static void truncate_at(sqlite3_pcache *c, unsigned key)
{
	theirs()->xTruncate(their(c), key);
}

static void shrink(sqlite3_pcache *c)
{
	theirs()->xShrink(their(c));
}

int pt_margin_set(void)
{
	sqlite3_pcache_methods2 ours;

	if (sqlite3_config(SQLITE_CONFIG_GETPCACHE2, theirs()))
		return -EBUSY;
	ours = *theirs();		/* beginning and end are of no cache */
	ours.xCreate = create;
	ours.xDestroy = destroy;
	ours.xFetch = fetch;
	ours.xCachesize = limit;
	ours.xPagecount = count;
	ours.xUnpin = unpin;
	ours.xRekey = rekey;
	ours.xTruncate = truncate_at;
	ours.xShrink = shrink;
	return sqlite3_config(SQLITE_CONFIG_PCACHE2, &ours) ? -EBUSY : 0;
}
