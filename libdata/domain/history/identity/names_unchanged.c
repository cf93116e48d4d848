/* identity/names_unchanged.c - the names of rows that did not change, for how rare words are. */
#include "libdata/domain/history/identity/identity.h"

#include <string.h>

#include "libdata/base/buf.h"
#include "libdata/db/feed.h"

#define STANDING 20000 /* rows that did not change, of which all names are looked at */

static enum mg_code add_name(struct mg_buf *names, struct mg_read *row, int column, struct mg_error *err)
{
    size_t length;
    const char *name = mg_read_text_or_null(row, column, &length);

    if (name && length && !memchr(name, '\0', length)) {
        mg_buf_add(names, name, length);
        mg_buf_add_char(names, '\0');
    }
    return row->code ? row->code : mg_buf_check(names, err);
}

static enum mg_code add_standing(struct mg_history *h, const struct history_version *version,
                                 struct mg_read *row, void *context, struct mg_error *err)
{
    (void)h;
    (void)version;
    return add_name(context, row, 4, err);
}

/* mg_feed and its visitor: the rows that were sampled. */
struct sampled {
    const struct history_rows *rows;
    size_t asked;
    struct mg_buf *names;
};

static enum mg_code next_sampled(void *context, bool *ret_row, struct mg_error *err)
{
    struct sampled *sampled = context;

    (void)err;
    *ret_row = sampled->asked++ < sampled->rows->count;
    return MG_OK;
}

static void sampled_column(void *context, int column, sqlite3_context *out)
{
    const struct sampled *sampled = context;

    (void)column;
    sqlite3_result_int64(out, sampled->rows->rows[sampled->asked - 1].record);
}

static enum mg_code add_sampled(void *context, sqlite3_stmt *said, struct mg_error *err)
{
    struct sampled *sampled = context;
    struct mg_read row = mg_read_of(said, err);

    return add_name(sampled->names, &row, 0, err);
}

enum mg_code history_names_unchanged(struct mg_history *h, struct mg_buf *names,
                                     struct mg_linkage_options *options, struct mg_error *err)
{
    struct sampled sampled = {.rows = &h->sampled, .names = names};
    const struct mg_feed feed = {.context = &sampled, .next = next_sampled, .column = sampled_column};
    bool all = h->standing <= STANDING;
    enum mg_code code = all ? history_standing(h, MG_SQL_HISTORY_STANDING_NAMES, add_standing, names, err)
                            : mg_feed_ask(h->db, MG_SQL_HISTORY_NAMES, &feed, add_sampled, &sampled, err);

    options->standing = names->data;
    options->standing_length = names->length;
    options->standing_each = all ? 1 : HISTORY_SAMPLE;
    return code;
}
