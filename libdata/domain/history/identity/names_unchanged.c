/* identity/names_unchanged.c - the names of rows that did not change, for how rare words are. */
#include "libdata/domain/history/identity/identity.h"

#include <string.h>

#include "libdata/base/buf.h"

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

static enum mg_code add_sampled(void *context, sqlite3_stmt *said, struct mg_error *err)
{
    struct mg_read row = mg_read_of(said, err);

    return add_name(context, &row, 0, err);
}

enum mg_code history_names_unchanged(struct mg_history *h, struct mg_buf *names,
                                     struct mg_linkage_options *options, struct mg_error *err)
{
    bool all = h->standing <= STANDING;
    enum mg_code code =
        all ? history_standing(h, MG_SQL_HISTORY_STANDING_NAMES, add_standing, names, err)
            : history_ask_records(h, &h->sampled, MG_SQL_HISTORY_NAMES, add_sampled, names, err);

    options->standing = names->data;
    options->standing_length = names->length;
    options->standing_each = all ? 1 : HISTORY_SAMPLE;
    return code;
}
