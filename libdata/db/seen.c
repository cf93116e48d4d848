/* Which editions' rows a connection's statements give. */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/db/connection.h"

static int by_value(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void is_seen(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct mg_db *db = sqlite3_user_data(context);
    int64_t edition = sqlite3_value_int64(values[0]);
    (void)count;
    sqlite3_result_int(
        context, !db->seen || bsearch(&edition, db->seen, db->seen_count, sizeof edition, by_value) != NULL);
}

int mg_db_seen_register(struct mg_db *db)
{
    return sqlite3_create_function(db->handle, "mg_seen", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, db, is_seen,
                                   NULL, NULL);
}

enum mg_code mg_db_see(struct mg_db *db, const int64_t *editions, size_t count, struct mg_error *err)
{
    int64_t *seen = mg_malloc((count + 1) * sizeof *seen);
    if (!seen)
        return mg_fail_memory(err);
    if (count)
        memcpy(seen, editions, count * sizeof *seen);
    qsort(seen, count, sizeof *seen, by_value);
    free(db->seen);
    db->seen = seen;
    db->seen_count = count;
    return MG_OK;
}

void mg_db_see_all(struct mg_db *db)
{
    free(db->seen);
    db->seen = NULL;
    db->seen_count = 0;
}
