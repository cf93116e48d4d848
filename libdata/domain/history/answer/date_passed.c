/* answer/date_passed.c - rows that say the same in both editions, while a date that they give passed. */
#include "libdata/domain/history/answer/answer.h"

#include "libdata/base/alloc.h"

static bool passes(const struct mg_history *h, const char *text, size_t length)
{
    mg_date date;

    return length && mg_date_parse_any(text, length, &date) && date > h->as_of[HISTORY_BEFORE] &&
           date <= h->as_of[HISTORY_AFTER];
}

static enum mg_code add(struct mg_history *h, int64_t record, uint64_t hash, const char *key, size_t length,
                        struct mg_error *err)
{
    struct history_passings *p = &h->passings;
    struct history_passing passing = {record, hash, p->keys.length};
    enum mg_code code = mg_buf_check(&p->keys, err);

    mg_buf_add(&p->keys, key ? key : "", length); /* before another row is read: it is borrowed */
    mg_buf_add_char(&p->keys, '\0');
    if (!code)
        code = history_order_hash(h, HISTORY_AFTER, record, hash, &passing.hash, err);
    if (code)
        return code;
    if (!mg_grow(p->list, p->count, &p->capacity))
        return mg_fail_memory(err);
    p->list[p->count++] = passing;
    return mg_buf_check(&p->keys, err);
}

/* Columns 7 and 8 of the statement are the dates. */
static enum mg_code visit(struct mg_history *h, const struct history_version *version, struct mg_read *row,
                          void *context, struct mg_error *err)
{
    (void)context;
    for (int column = 7; column <= 8; column++) {
        size_t length;
        const char *date = mg_read_text_or_null(row, column, &length);

        if (passes(h, date, length)) {
            const char *key = mg_read_text_or_null(row, 4, &length);

            return row->code ? row->code : add(h, version->record, version->hash, key, length, err);
        }
    }
    return row->code;
}

static enum mg_code visit_same(struct mg_history *h, const struct history_row *row, struct mg_error *err)
{
    const struct history_content *content = &h->contents[HISTORY_AFTER];
    const struct history_cell *typed = content->cells + h->dataset->field_count;
    enum mg_code code = history_read(h, HISTORY_AFTER, row->record, err);

    if (code || (!passes(h, typed[TYPED_OPENED].text, typed[TYPED_OPENED].length) &&
                 !passes(h, typed[TYPED_CLOSED].text, typed[TYPED_CLOSED].length)))
        return code;
    return add(h, row->record, row->hash, content->key, content->key ? strlen(content->key) : 0, err);
}

static int by_key(const void *a, const void *b, void *context)
{
    const struct history_passing *x = a, *y = b;
    const char *keys = context;
    int order = strcmp(keys + x->key, keys + y->key);

    if (order)
        return order;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->record > y->record) - (x->record < y->record);
}

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

enum mg_code history_passings_create(struct mg_history *h, struct mg_error *err)
{
    struct history_passings *p = &h->passings;
    enum mg_code code = history_standing(h, MG_SQL_HISTORY_STANDING, visit, NULL, err);

    for (size_t i = 0; i < h->same[HISTORY_AFTER].count && !code; i++)
        code = visit_same(h, &h->same[HISTORY_AFTER].rows[i], err);
    if (code || !p->count)
        return code;
    qsort_r(p->list, p->count, sizeof *p->list, by_key, p->keys.data);
    if (!(p->records = mg_calloc(p->count, sizeof *p->records)))
        return mg_fail_memory(err);
    for (size_t i = 0; i < p->count; i++)
        p->records[i] = p->list[i].record;
    qsort(p->records, p->count, sizeof *p->records, by_number);
    return MG_OK;
}

bool history_passes(const struct mg_history *h, int64_t record)
{
    const struct history_passings *p = &h->passings;

    return p->count && bsearch(&record, p->records, p->count, sizeof *p->records, by_number);
}

void history_passings_finish(struct history_passings *p)
{
    mg_buf_finish(&p->keys);
    free(p->list);
    free(p->records);
}
