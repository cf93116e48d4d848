#include "libdata/domain/digest/key.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#define XXH_INLINE_ALL /* short texts, millions of them */
#include <xxhash.h>

#include "libdata/db/read.h"

enum mg_code mg_digest_key_load(struct mg_db *db, struct mg_digest_key *ret_key, bool *ret_there,
                                struct mg_error *err)
{
    struct mg_read row;
    bool there = false;
    mg_read_ask(&row, db, MG_SQL_DIGEST_KEY, err, "");
    if (mg_read_next(&row)) {
        size_t length = 0;
        const void *secret = mg_read_blob_or_null(&row, 0, &length);
        if (length != MG_DIGEST_SECRET)
            mg_read_refuse(&row, 0, _("%zu bytes where an import writes %d"), length, MG_DIGEST_SECRET);
        else
            memcpy(ret_key->secret, secret, MG_DIGEST_SECRET);
        there = true;
    }
    enum mg_code code = mg_read_end(&row);
    if (!code)
        *ret_there = there;
    return code;
}

enum mg_code mg_digest_key_make(struct mg_db *db, struct mg_digest_key *ret_key, struct mg_error *err)
{
    if (getrandom(ret_key->secret, MG_DIGEST_SECRET, 0) != MG_DIGEST_SECRET)
        return mg_fail_errno(err, errno, "%s", _("cannot draw random bytes"));
    return mg_db_run(db, MG_SQL_DIGEST_KEY_INSERT, err, "b", (const void *)ret_key->secret,
                     (size_t)MG_DIGEST_SECRET);
}

uint64_t mg_digest_of(const struct mg_digest_key *key, const char *bytes, size_t length)
{
    return XXH3_64bits_withSecret(bytes ? bytes : "", length, key->secret, MG_DIGEST_SECRET);
}

uint64_t mg_digest_of_record(const struct mg_digest_key *key, const struct mg_digest_record *record,
                             const struct mg_buf *more)
{
    struct { /* no padding: it is hashed as bytes */
        uint64_t content, other, more;
        double x, y;
        int64_t id, edition, line;
        uint32_t has_place, source_length;
        char source[MG_DIGEST_SOURCE_SIZE];
    } said = {.content = record->content,
              .other = record->other ? mg_digest_of(key, record->other, record->other_length) : 0,
              .more = more->length ? mg_digest_of(key, more->data, more->length) : 0,
              .x = record->has_place ? record->x : 0,
              .y = record->has_place ? record->y : 0,
              .id = record->id,
              .edition = record->edition,
              .line = record->line,
              .has_place = record->has_place,
              .source_length = (uint32_t)record->source_length};
    static_assert(sizeof said == 72 + MG_DIGEST_SOURCE_SIZE, "no padding");
    if (record->source_length && record->source_length <= MG_DIGEST_SOURCE_SIZE)
        memcpy(said.source, record->source, record->source_length);
    return mg_digest_of(key, (const char *)&said, sizeof said);
}
