#include "libdata/domain/digest/key.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
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

void mg_digest_record_begin(struct mg_buf *buf, const struct mg_digest_key *key,
                            const struct mg_digest_record *record)
{
    uint64_t numbers[8] = {record->content,
                           record->other ? mg_digest_of(key, record->other, record->other_length) : 0,
                           record->has_place,
                           0,
                           0,
                           (uint64_t)record->id,
                           (uint64_t)record->edition,
                           (uint64_t)record->line};
    if (record->has_place) {
        memcpy(&numbers[3], &record->x, sizeof record->x);
        memcpy(&numbers[4], &record->y, sizeof record->y);
    }
    mg_buf_clear(buf);
    mg_buf_add(buf, numbers, sizeof numbers);
}
