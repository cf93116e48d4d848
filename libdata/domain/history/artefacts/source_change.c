/* artefacts/source_change.c - is it the service, or how its source writes it? */
#include "libdata/domain/history/artefacts/rule.h"

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

#define MOST_CODES    64 /* of a column: more are no way to write it */
#define MOST_AFFIXES  10000
#define BULK_ROWS     5
#define BULK_SHARE    0.5
#define CODE_SHARE    0.95 /* of the rows with a value that are to have one and the same other value now */
#define RENAMED_SHARE 0.9

struct rewrite {
    uint32_t column;
    enum history_way way;
    int64_t n, of; /* pairs; of a code, all that had the earlier value */
    bool bulk;
};

/* A column of the earlier edition that has another name in the later one. */
struct renaming {
    const char *before, *after;
    size_t column_before, column_after;
    int64_t same, filled; /* pairs; filled on both sides */
};

struct rewrites {
    struct mg_map ways; /* column, way, texts; the value is the index in list */
    struct rewrite *list;
    size_t capacity;
    struct mg_map values; /* column, value before: pairs, the equal ones too */
    int64_t *value_counts;
    size_t value_capacity;
    uint32_t *codes, *affixes; /* by column: how many there are */
    struct renaming *renamings;
    size_t renaming_count;
    int64_t kept; /* services in both editions */
    struct mg_buf name, folded[2];
};

/* A column whose cells may be written in another way: not the key, the place, nor what has rules of its own.
 */
static bool eligible(const struct mg_history *h, size_t i)
{
    size_t fields = h->dataset->field_count;

    if (i + 1 >= h->column_count || !h->columns[i].compared)
        return false;
    if (i < fields)
        return h->columns[i].typed == TYPED_NONE;
    return i != fields + TYPED_CATEGORY && i != fields + TYPED_COMMUNE && i != fields + TYPED_PRECISION;
}

static enum mg_code find_renamings(struct mg_history *h, struct rewrites *r, struct mg_error *err)
{
    size_t count = 0, most = h->summary.only_before_count * h->summary.only_after_count;

    if (!most)
        return MG_OK;
    if (!(r->renamings = mg_calloc(most, sizeof *r->renamings)))
        return mg_fail_memory(err);
    for (size_t i = 0; i < h->dataset->field_count; i++) {
        for (size_t j = 0; j < h->dataset->field_count; j++) {
            bool before = false, after = false;

            for (size_t k = 0; k < h->summary.only_before_count; k++)
                before = before || h->summary.only_before[k] == h->columns[i].name;
            for (size_t k = 0; k < h->summary.only_after_count; k++)
                after = after || h->summary.only_after[k] == h->columns[j].name;
            if (before && after && count < most)
                r->renamings[count++] = (struct renaming){.before = h->columns[i].name,
                                                          .after = h->columns[j].name,
                                                          .column_before = i,
                                                          .column_after = j};
        }
    }
    r->renaming_count = count;
    return MG_OK;
}

static enum mg_code create(struct mg_history *h, void *state, struct mg_error *err)
{
    struct rewrites *r = state;

    r->codes = mg_calloc(h->column_count, sizeof *r->codes);
    r->affixes = mg_calloc(h->column_count, sizeof *r->affixes);
    if (!r->codes || !r->affixes)
        return mg_fail_memory(err);
    return find_renamings(h, r, err);
}

static void finish(void *state)
{
    struct rewrites *r = state;

    mg_map_finish(&r->ways);
    mg_map_finish(&r->values);
    mg_buf_finish(&r->name);
    mg_buf_finish(&r->folded[0]);
    mg_buf_finish(&r->folded[1]);
    free(r->list);
    free(r->value_counts);
    free(r->codes);
    free(r->affixes);
    free(r->renamings);
}

static void name_way(struct rewrites *r, size_t column, enum history_way way, const struct history_cell *a,
                     const struct history_cell *b)
{
    mg_buf_clear(&r->name);
    mg_buf_printf(&r->name, "%zu/%d/", column, (int)way);
    if (a)
        mg_buf_add(&r->name, a->text, a->length);
    if (b) {
        mg_buf_add_char(&r->name, '\n');
        mg_buf_add(&r->name, b->text, b->length);
    }
}

static enum mg_code count_way(struct rewrites *r, size_t column, enum history_way way,
                              const struct history_cell *a, const struct history_cell *b,
                              struct mg_error *err)
{
    int64_t next = (int64_t)r->ways.count, found;
    enum mg_code code;

    name_way(r, column, way, a, b);
    code = mg_buf_check(&r->name, err);
    if (!code)
        code = mg_map_put(&r->ways, r->name.data, r->name.length, next, &found, err);
    if (code)
        return code;
    if (found == next) {
        if (!mg_grow(r->list, (size_t)next, &r->capacity))
            return mg_fail_memory(err);
        r->list[next] = (struct rewrite){.column = (uint32_t)column, .way = way};
        ++*(way == WAY_CODE ? &r->codes[column] : &r->affixes[column]);
    }
    r->list[found].n++;
    return MG_OK;
}

static void name_value(struct rewrites *r, size_t column, const struct history_cell *a)
{
    name_way(r, column, WAY_NONE, a, NULL);
}

static enum mg_code count_value(struct rewrites *r, size_t column, const struct history_cell *a,
                                struct mg_error *err)
{
    int64_t next = (int64_t)r->values.count, found;
    enum mg_code code;

    name_value(r, column, a);
    code = mg_buf_check(&r->name, err);
    if (!code)
        code = mg_map_put(&r->values, r->name.data, r->name.length, next, &found, err);
    if (code)
        return code;
    if (found == next) {
        if (!mg_grow(r->value_counts, (size_t)next, &r->value_capacity))
            return mg_fail_memory(err);
        r->value_counts[next] = 0;
        r->codes[column]++;
    }
    r->value_counts[found]++;
    return MG_OK;
}

/* A name, with words before it, or without: "Anor" is "Espace France Services d'Anor". */
static enum mg_code add_words(struct rewrites *r, size_t column, const struct history_cell *a,
                              const struct history_cell *b, struct mg_error *err)
{
    struct history_cell word;
    enum history_way way;
    enum mg_code code = history_words(a, b, r->folded, &way, &word, err);

    if (!code && way != WAY_NONE && r->affixes[column] <= MOST_AFFIXES)
        code = count_way(r, column, way, &word, NULL, err);
    return code;
}

static enum mg_code add_cells(struct rewrites *r, size_t column, const struct history_cell *a,
                              const struct history_cell *b, struct mg_error *err)
{
    struct history_cell part;
    enum history_way way;
    enum mg_code code = MG_OK;

    if (!history_cells_equal(a, b)) {
        way = history_affix(a, b, &part);
        if (history_same_value(a, b))
            code = count_way(r, column, WAY_SAME_VALUE, NULL, NULL, err);
        if (!code && way != WAY_NONE && r->affixes[column] <= MOST_AFFIXES)
            code = count_way(r, column, way, &part, NULL, err);
        if (!code && r->codes[column] <= MOST_CODES)
            code = count_way(r, column, WAY_CODE, a, b, err);
    }
    if (!code && r->codes[column] <= MOST_CODES)
        code = count_value(r, column, a, err);
    return code;
}

/* Both sides filled; a row that only one side has something in tells of no way to write it. */
static enum mg_code add(struct mg_history *h, struct history_classes *classes, void *state,
                        struct mg_error *err)
{
    struct rewrites *r = state;

    (void)classes;
    r->kept++;
    for (size_t i = 0; i < h->column_count; i++) {
        struct history_cell before, after;
        enum mg_code code;

        if (!eligible(h, i))
            continue;
        before = history_cell(h, HISTORY_BEFORE, i);
        after = history_cell(h, HISTORY_AFTER, i);
        if (before.length && after.length) {
            code = add_cells(r, i, &before, &after, err);
            if (code)
                return code;
        }
        if (i == history_column_of(h, TYPED_NAME) && before.length && after.length) {
            code = add_words(r, i, &before, &after, err);
            if (code)
                return code;
        }
    }
    for (size_t i = 0; i < r->renaming_count; i++) {
        struct renaming *renaming = &r->renamings[i];
        struct history_cell before = history_cell(h, HISTORY_BEFORE, renaming->column_before);
        struct history_cell after = history_cell(h, HISTORY_AFTER, renaming->column_after);

        if (!before.length || !after.length)
            continue;
        renaming->filled++;
        renaming->same += history_cells_equal(&before, &after);
    }
    return MG_OK;
}

static bool is_bulk(const struct rewrites *r, int64_t n)
{
    return n >= BULK_ROWS && (double)n >= BULK_SHARE * (double)r->kept;
}

/* Of a code: all pairs that had the earlier value. */
static int64_t with_value(struct rewrites *r, size_t index)
{
    size_t length;
    const char *name = mg_map_key(&r->ways, index, &length);
    const char *value = strchr(strchr(name, '/') + 1, '/') + 1;
    int64_t found;

    name_value(r, r->list[index].column, &(struct history_cell){value, strcspn(value, "\n")});
    found = mg_map_get(&r->values, r->name.data, r->name.length);
    return found < 0 ? 0 : r->value_counts[found];
}

static void settle_codes(const struct mg_history *h, struct rewrites *r)
{
    for (size_t column = 0; column < h->column_count; column++) {
        int64_t sum = 0;

        for (size_t pass = 0; pass < 2; pass++) {
            for (size_t i = 0; i < r->ways.count && r->codes[column] <= MOST_CODES; i++) {
                struct rewrite *way = &r->list[i];

                if (way->column != column || way->way != WAY_CODE || way->n < BULK_ROWS)
                    continue;
                way->of = with_value(r, i);
                if ((double)way->n < CODE_SHARE * (double)way->of)
                    continue;
                if (pass)
                    way->bulk = is_bulk(r, sum);
                else
                    sum += way->n;
            }
        }
    }
}

/* Words before a name that are the same text before all of them are told as that. */
static bool is_affix_too(const struct rewrites *r, const struct rewrite *words)
{
    enum history_way same = words->way == WAY_WORDS ? WAY_PREFIX : WAY_NO_PREFIX;

    for (size_t i = 0; i < r->ways.count; i++) {
        const struct rewrite *way = &r->list[i];

        if (way->column == words->column && way->way == same && way->bulk && way->n >= words->n)
            return true;
    }
    return false;
}

static enum mg_code settle(const struct mg_history *h, const struct history_classes *classes, void *state,
                           struct mg_error *err)
{
    struct rewrites *r = state;
    size_t kept = 0;

    (void)classes, (void)err;
    r->kept += h->standing + (int64_t)h->same[HISTORY_BEFORE].count;
    for (size_t i = 0; i < r->ways.count; i++) {
        struct rewrite *way = &r->list[i];

        way->of = r->kept;
        way->bulk = way->way != WAY_CODE && r->affixes[way->column] <= MOST_AFFIXES && is_bulk(r, way->n);
    }
    for (size_t i = 0; i < r->ways.count; i++) {
        struct rewrite *way = &r->list[i];

        if (way->bulk && (way->way == WAY_WORDS || way->way == WAY_NO_WORDS) && is_affix_too(r, way))
            way->bulk = false;
    }
    settle_codes(h, r);
    for (size_t i = 0; i < r->renaming_count; i++) {
        const struct renaming *renaming = &r->renamings[i];

        if (renaming->filled >= BULK_ROWS &&
            (double)renaming->same >= RENAMED_SHARE * (double)renaming->filled)
            r->renamings[kept++] = *renaming;
    }
    r->renaming_count = kept;
    return MG_OK;
}

static int64_t bulk_way(struct rewrites *r, size_t column, enum history_way way, const struct history_cell *a,
                        const struct history_cell *b)
{
    int64_t found;

    name_way(r, column, way, a, b);
    found = mg_map_get(&r->ways, r->name.data, r->name.length);
    return found >= 0 && r->list[found].bulk ? found : -1;
}

/* The way in which the column of the pair last read is written anew; -1: it is not. */
static enum mg_code find_way(const struct mg_history *h, struct rewrites *r, size_t column, int64_t *ret_way,
                             struct mg_error *err)
{
    struct history_cell a = history_cell(h, HISTORY_BEFORE, column),
                        b = history_cell(h, HISTORY_AFTER, column);
    struct history_cell part;
    enum history_way way;
    enum mg_code code = MG_OK;

    *ret_way = -1;
    if (!a.length || !b.length || history_cells_equal(&a, &b) || !eligible(h, column))
        return MG_OK;
    way = history_affix(&a, &b, &part);
    if (history_same_value(&a, &b))
        *ret_way = bulk_way(r, column, WAY_SAME_VALUE, NULL, NULL);
    if (*ret_way < 0 && way != WAY_NONE)
        *ret_way = bulk_way(r, column, way, &part, NULL);
    if (*ret_way < 0 && column == history_column_of(h, TYPED_NAME)) {
        code = history_words(&a, &b, r->folded, &way, &part, err);
        if (!code && way != WAY_NONE)
            *ret_way = bulk_way(r, column, way, &part, NULL);
    }
    if (!code && *ret_way < 0)
        *ret_way = bulk_way(r, column, WAY_CODE, &a, &b);
    return code;
}

static void add_label(const struct rewrites *r, size_t index, struct mg_buf *buf)
{
    static const char *const forms[] = {"same value", "+%s*",      "-%s*",     "+*%s",
                                        "-*%s",       "+%s ... *", "-%s ... *"};
    size_t length;
    const char *name = mg_map_key(&r->ways, index, &length);
    const char *text = strchr(strchr(name, '/') + 1, '/') + 1, *second = strchr(text, '\n');

    if (r->list[index].way != WAY_CODE)
        mg_buf_printf(buf, forms[r->list[index].way], text);
    else
        mg_buf_printf(buf, "%.*s -> %s", (int)(second - text), text, second + 1);
}

static enum mg_code tell_way(const struct mg_history *h, const struct rewrites *r, size_t index,
                             struct mg_buf *note, struct mg_error *err)
{
    if (note->length)
        mg_buf_add_str(note, "; ");
    mg_buf_printf(note, "%s: ", h->columns[r->list[index].column].name);
    add_label(r, index, note);
    mg_buf_printf(note, " (%lld of %lld)", (long long)r->list[index].n, (long long)r->list[index].of);
    return mg_buf_check(note, err);
}

/* Each column that the evidence names must be written anew, or only be formatted otherwise. */
static enum mg_code label_fields(struct mg_history *h, struct rewrites *r, struct mg_event *event,
                                 struct mg_buf *note, struct mg_error *err)
{
    size_t told = 0, explained = 0;

    for (size_t k = 0; k < event->evidence_count; k++) {
        bool found = false, same = false;

        if (event->evidence[k] == h->key_form.column && history_key_rewritten(h)) {
            mg_buf_printf(note, "%s%s: written otherwise (%lld of %lld)", note->length ? "; " : "",
                          h->key_form.column, (long long)h->key_form.n, (long long)h->key_form.of);
            told++;
            explained++;
            continue;
        }
        for (size_t i = 0; i + 1 < h->column_count && !found; i++) {
            struct history_cell a, b;
            enum mg_code code;
            int64_t way;

            if (h->columns[i].name != event->evidence[k] || !eligible(h, i))
                continue;
            found = true;
            a = history_cell(h, HISTORY_BEFORE, i);
            b = history_cell(h, HISTORY_AFTER, i);
            code = find_way(h, r, i, &way, err);
            if (code)
                return code;
            if (way >= 0) {
                code = tell_way(h, r, (size_t)way, note, err);
                if (code)
                    return code;
            }
            if (way < 0) {
                code = history_reformatted(&a, &b, false, &same, err);
                if (code)
                    return code;
            }
            told += way >= 0;
            explained += way >= 0 || same;
        }
    }
    enum mg_code code = mg_buf_check(note, err);
    event->artefacts[MG_FIELDS][MG_SOURCE_CHANGE] = told && explained == event->evidence_count;
    if (!event->artefacts[MG_FIELDS][MG_SOURCE_CHANGE])
        mg_buf_clear(note);
    return code;
}

static enum mg_code label(struct mg_history *h, void *state, struct mg_event *event, struct mg_buf *note,
                          struct mg_error *err)
{
    struct rewrites *r = state;
    enum mg_code code = MG_OK;
    int64_t way;

    if (event->changes[MG_FIELDS])
        code = label_fields(h, r, event, note, err);
    if (!code && event->changes[MG_RENAMED] && !event->artefacts[MG_RENAMED][MG_LABEL_REFORMATTED]) {
        code = find_way(h, r, history_column_of(h, TYPED_NAME), &way, err);
        if (!code && way >= 0) {
            event->artefacts[MG_RENAMED][MG_SOURCE_CHANGE] = true;
            code = tell_way(h, r, (size_t)way, note, err);
        }
    }
    return code;
}

static enum mg_code find_way_of(const struct mg_history *h, const struct rewrites *r, size_t index,
                                struct history_findings *findings, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    const struct rewrite *way = &r->list[index];
    const struct mg_finding finding = {.artefact = MG_SOURCE_CHANGE,
                                       .kind = MG_EVENT_CHANGED,
                                       .column = h->columns[way->column].name,
                                       .n = way->n,
                                       .of = way->of,
                                       .rate = (double)way->n / (double)way->of};
    enum mg_code code;

    add_label(r, index, &text);
    code = mg_buf_check(&text, err);
    return code ? code : history_findings_add(findings, &finding, NULL, text.data, err);
}

static enum mg_code find(const struct mg_history *h, struct history_classes *classes, void *state,
                         struct history_findings *findings, struct mg_error *err)
{
    const struct rewrites *r = state;
    enum mg_code code = MG_OK;

    (void)classes;
    if (h->key_form.n && h->trusted)
        code = history_findings_add(findings,
                                    &(struct mg_finding){
                                        .artefact = MG_SOURCE_CHANGE,
                                        .kind = MG_EVENT_CHANGED,
                                        .column = h->key_form.column,
                                        .n = h->key_form.n,
                                        .of = h->key_form.of,
                                        .rate = (double)h->key_form.n / (double)h->key_form.of,
                                    },
                                    NULL, "written otherwise", err);
    for (size_t i = 0; i < r->ways.count && !code; i++) {
        if (r->list[i].bulk)
            code = find_way_of(h, r, i, findings, err);
    }
    for (size_t i = 0; i < r->renaming_count && !code; i++) {
        const struct renaming *renamed = &r->renamings[i];
        const struct mg_finding finding = {.artefact = MG_SOURCE_CHANGE,
                                           .kind = MG_EVENT_UNCHANGED,
                                           .column = renamed->before,
                                           .n = renamed->same,
                                           .of = renamed->filled,
                                           .rate = (double)renamed->same / (double)renamed->filled};

        code = history_findings_add(findings, &finding, NULL, renamed->after, err);
    }
    return code;
}

const struct history_rule history_rule_source_change = {.size = sizeof(struct rewrites),
                                                        .create = create,
                                                        .add = add,
                                                        .settle = settle,
                                                        .find = find,
                                                        .label = label,
                                                        .finish = finish};
