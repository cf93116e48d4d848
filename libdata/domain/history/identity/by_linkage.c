/* identity/by_linkage.c - rows that no key tells apart or together, linked by what they say. */
#include "libdata/domain/history/identity/identity.h"

#include <math.h>
#include <stdio.h>
#include <xxhash.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/domain/common/french_words.h"
#include "libdata/domain/history/identity/linkage_columns.h"

enum { TEXT_NAME, TEXT_CATEGORY, TEXT_ADDRESS, TEXT_POSTCODE, TEXT_COMMUNE, TEXT_PHONE, TEXTS };

/* The rows of one side as linkage wants them. Texts that do not last are offsets into one buffer until all
 * are read. */
struct listed {
    struct mg_linkage_service *services;
    size_t (*texts)[TEXTS]; /* offset + 1, 0: none */
    uint32_t *others;       /* hashes, columns.other_count for each row */
    struct mg_buf buf;
    size_t count;
};

static void listed_finish(struct listed *listed)
{
    free(listed->services);
    free(listed->texts);
    free(listed->others);
    mg_buf_finish(&listed->buf);
}

static const char **text_of(struct mg_linkage_service *s, int which)
{
    const char **texts[TEXTS] = {&s->name, &s->category, &s->address, &s->postcode, &s->commune, &s->phone};

    return texts[which];
}

/* lasts: with a NUL at its end, as long as the history does. */
static void add_text(struct listed *listed, int which, const char *text, size_t length, bool lasts)
{
    if (!length)
        return;
    if (lasts) {
        *text_of(&listed->services[listed->count], which) = text;
        return;
    }
    listed->texts[listed->count][which] = listed->buf.length + 1;
    mg_buf_add(&listed->buf, text, length);
    mg_buf_add_char(&listed->buf, '\0');
}

/* A code as it is at the later edition; one that has several successors, or is no code, as it is. */
static enum mg_code add_commune(struct mg_history *h, int side, struct listed *listed,
                                const struct history_cell *cell, struct mg_error *err)
{
    const char *commune = cell->text;
    const char *codes[4];
    enum mg_succession_how how;
    size_t count = 0;
    enum mg_code code;

    if (cell->length == 5) {
        code = mg_succession_project(h->succession, commune, h->cog[side], h->as_of[HISTORY_AFTER], codes, 4,
                                     &count, &how, err);
        if (code)
            return code;
        if (count == 1 && how != MG_SUCCESSION_UNKNOWN)
            commune = codes[0];
    }
    add_text(listed, TEXT_COMMUNE, commune, strlen(commune),
             commune == cell->text && h->contents[side].lasts);
    return MG_OK;
}

/* A commune by its name, in the département of the postcode, where there is one. */
static enum mg_code add_commune_name(struct mg_history *h, int side, struct listed *listed,
                                     const struct history_linkage_columns *columns, struct mg_buf *buf,
                                     struct mg_error *err)
{
    const struct history_cell *cells = h->contents[side].cells, *name = &cells[columns->commune.at[side]];
    const struct history_cell *postcode = &cells[columns->postcode.at[side]];
    size_t start = listed->buf.length;

    mg_buf_clear(buf);
    mg_buf_add(buf, name->text, name->length);
    if (mg_buf_check(buf, err))
        return err->code;
    listed->texts[listed->count][TEXT_COMMUNE] = start + 1;
    mg_words_add(&listed->buf, buf->data);
    if (postcode->length == 5) {
        mg_buf_add_char(&listed->buf, ' ');
        mg_buf_add(&listed->buf, postcode->text, 2);
    }
    mg_buf_add_char(&listed->buf, '\0');
    return MG_OK;
}

/* What a cell says, spelling apart; 0: nothing. */
static enum mg_code hash_cell(const struct history_cell *cell, bool phone, struct mg_buf *buf,
                              uint32_t *ret_hash, struct mg_error *err)
{
    enum mg_code code;

    *ret_hash = 0;
    if (!cell->length)
        return MG_OK;
    mg_buf_clear(buf);
    if (phone) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};

        mg_buf_add(&text, cell->text, cell->length);
        if ((code = mg_buf_check(&text, err)))
            return code;
        mg_words_add_phone(buf, text.data);
    } else {
        mg_text_add_folded(buf, cell->text, cell->length);
    }
    if ((code = mg_buf_check(buf, err)) || !buf->length)
        return code;
    *ret_hash = (uint32_t)XXH3_64bits(buf->data, buf->length);
    *ret_hash += !*ret_hash;
    return MG_OK;
}

static enum mg_code add_texts(struct mg_history *h, int side, const struct history_linkage_columns *columns,
                              struct listed *listed, struct mg_buf *buf, struct mg_error *err)
{
    static const enum history_typed typed[] = {TYPED_NAME, TYPED_CATEGORY, TYPED_ADDRESS};
    const struct history_content *content = &h->contents[side];
    const struct history_cell *cells = content->cells, *of_type = cells + h->dataset->field_count;
    size_t postcode = columns->postcode.at[side], phone = columns->phone.at[side];
    enum mg_code code = MG_OK;

    for (int i = 0; i < 3; i++)
        add_text(listed, i, of_type[typed[i]].text, of_type[typed[i]].length, content->lasts);
    add_text(listed, TEXT_POSTCODE, cells[postcode].text, cells[postcode].length,
             content->lasts && postcode >= h->dataset->field_count);
    if (columns->named && cells[columns->commune.at[side]].length)
        code = add_commune_name(h, side, listed, columns, buf, err);
    else if (!columns->named && of_type[TYPED_COMMUNE].length)
        code = add_commune(h, side, listed, &of_type[TYPED_COMMUNE], err);
    if (phone != HISTORY_NO_COLUMN)
        add_text(listed, TEXT_PHONE, cells[phone].text, cells[phone].length, false);
    return code;
}

static enum mg_code add_row(struct mg_history *h, int side, const struct history_row *row,
                            const struct history_linkage_columns *columns, struct listed *listed,
                            struct mg_buf *buf, struct mg_error *err)
{
    const struct history_content *content = &h->contents[side];
    enum mg_code code = history_read(h, side, row->record, err);

    if (code)
        return code;
    listed->services[listed->count] = (struct mg_linkage_service){
        .has_place = content->has_place, .lon = content->lon, .lat = content->lat, .order = row->hash};
    code = add_texts(h, side, columns, listed, buf, err);
    for (size_t k = 0; k < columns->other_count && !code; k++)
        code = hash_cell(&content->cells[columns->others[k].at[side]], columns->others[k].phone, buf,
                         &listed->others[listed->count * columns->other_count + k], err);
    if (code)
        return code;
    listed->count++;
    return mg_buf_check(&listed->buf, err);
}

static enum mg_code list_rows(struct mg_history *h, int side, const struct history_pairs *pairs,
                              const struct history_linkage_columns *columns, struct listed *listed,
                              struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf buf = {0};
    enum mg_code code = MG_OK;

    listed->services = mg_calloc(pairs->count + 1, sizeof *listed->services);
    listed->texts = mg_calloc(pairs->count + 1, sizeof *listed->texts);
    listed->others = mg_calloc(pairs->count * columns->other_count + 1, sizeof *listed->others);
    if (!listed->services || !listed->texts || !listed->others)
        return mg_fail_memory(err);
    for (size_t i = 0; i < pairs->count && !code; i++) {
        uint32_t row = side == HISTORY_BEFORE ? pairs->pairs[i].before : pairs->pairs[i].after;

        history_expect(h, pairs, i);
        code = add_row(h, side, &h->rows[side].rows[row], columns, listed, &buf, err);
        if (i % 8192 == 0 && !mg_progress_report(h->options.progress, _("reading what is to be linked"),
                                                 (int64_t)i, (int64_t)pairs->count))
            return mg_fail(err, MG_ERR_IO, _("interrupted"));
    }
    for (size_t i = 0; i < listed->count && !code; i++) {
        for (int k = 0; k < TEXTS; k++) {
            if (listed->texts[i][k])
                *text_of(&listed->services[i], k) = listed->buf.data + listed->texts[i][k] - 1;
        }
    }
    return code;
}

static enum mg_code keep_links(struct mg_history *h, const struct mg_linkage *linkage, struct mg_error *err)
{
    size_t count;
    const struct mg_linkage_link *links = mg_linkage_links(linkage, &count);

    if (count >= HISTORY_NONE)
        return mg_fail(err, MG_ERR_INPUT, _("more than 4 billion rows differ"));
    if (!(h->links = mg_malloc((count + 1) * sizeof *h->links)))
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        struct history_link *link = &h->links[i];

        *link = (struct history_link){h->closed.pairs[links[i].before].before,
                                      h->created.pairs[links[i].after].after,
                                      links[i].kind,
                                      links[i].zone,
                                      links[i].score,
                                      {0}};
        memcpy(link->levels, links[i].levels, sizeof link->levels);
    }
    h->link_count = count;
    h->model = *mg_linkage_model(linkage);
    return MG_OK;
}

static int by_before(const void *a, const void *b)
{
    const struct history_pair *x = a, *y = b;

    return (x->before > y->before) - (x->before < y->before);
}

/* Is the link one to act on, or (where both rows have a key that is trusted) only to tell? */
static bool joins(const struct mg_history *h, const struct history_link *link, bool trusted)
{
    bool keys = h->rows[HISTORY_BEFORE].rows[link->before].key != HISTORY_NONE &&
                h->rows[HISTORY_AFTER].rows[link->after].key != HISTORY_NONE;

    return link->kind == MG_LINKAGE_SAME && link->zone == MG_LINKAGE_ZONE_LINKED && !(trusted && keys);
}

/* Rows that are linked leave the closed and the created; the others are told what was found. */
static void sort_out(struct mg_history *h, int side, const uint32_t *link_of, const bool *joined)
{
    struct history_pairs *pairs = side == HISTORY_BEFORE ? &h->closed : &h->created;
    size_t kept = 0;

    for (size_t i = 0; i < pairs->count; i++) {
        struct history_pair pair = pairs->pairs[i];
        uint32_t row = side == HISTORY_BEFORE ? pair.before : pair.after;

        if (joined[row])
            continue;
        pair.link = link_of[row];
        pairs->pairs[kept++] = pair;
    }
    pairs->count = kept;
    *(side == HISTORY_BEFORE ? &h->summary.closed : &h->summary.created) = (int64_t)kept;
}

static void count_link(struct mg_history_summary *s, const struct history_link *link, bool trusted)
{
    if (link->kind == MG_LINKAGE_SAME && link->zone == MG_LINKAGE_ZONE_REVIEW && !trusted)
        s->review++;
    s->merged += link->kind == MG_LINKAGE_MERGED;
    s->split += link->kind == MG_LINKAGE_SPLIT;
    s->new_keys += trusted && (link->kind == MG_LINKAGE_SAME || link->kind == MG_LINKAGE_REPLACED);
}

static enum mg_code use_links(struct mg_history *h, bool trusted, struct mg_error *err)
{
    MG_FREE uint32_t *before = mg_calloc(h->rows[HISTORY_BEFORE].count + 1, sizeof *before);
    MG_FREE uint32_t *after = mg_calloc(h->rows[HISTORY_AFTER].count + 1, sizeof *after);
    MG_FREE bool *left = mg_calloc(h->rows[HISTORY_BEFORE].count + 1, sizeof *left);
    MG_FREE bool *right = mg_calloc(h->rows[HISTORY_AFTER].count + 1, sizeof *right);
    size_t by_key = h->pairs.count;

    if (!before || !after || !left || !right)
        return mg_fail_memory(err);
    for (size_t i = 0; i < h->link_count; i++) {
        const struct history_link *link = &h->links[i];
        enum mg_code code;

        if (trusted && (link->kind == MG_LINKAGE_MERGED || link->kind == MG_LINKAGE_SPLIT))
            continue; /* into a service that is itself only told of */
        if (!joins(h, link, trusted)) {
            count_link(&h->summary, link, trusted);
            if (link->kind != MG_LINKAGE_SPLIT)
                before[link->before] = (uint32_t)i + 1;
            if (link->kind != MG_LINKAGE_MERGED)
                after[link->after] = (uint32_t)i + 1;
            continue;
        }
        code = history_pairs_add(&h->pairs, link->before, link->after, err);
        if (code)
            return code;
        h->pairs.pairs[h->pairs.count - 1].link = (uint32_t)i + 1;
        left[link->before] = right[link->after] = true;
        h->summary.linked++;
    }
    if (h->pairs.count > by_key)
        qsort(h->pairs.pairs + by_key, h->pairs.count - by_key, sizeof *h->pairs.pairs, by_before);
    sort_out(h, HISTORY_BEFORE, before, left);
    sort_out(h, HISTORY_AFTER, after, right);
    return MG_OK;
}

enum mg_code history_link(struct mg_history *h, bool trusted, struct mg_error *err)
{
    MG_CLEANUP(listed_finish) struct listed before = {0};
    MG_CLEANUP(listed_finish) struct listed after = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf standing = {0};
    struct mg_linkage_list lists[HISTORY_SIDES];
    struct mg_linkage_options options = {.progress = h->options.progress, .near_only = trusted};
    struct history_linkage_columns columns;
    struct mg_linkage *linkage = NULL;
    enum mg_code code;

    if (!h->closed.count || !h->created.count)
        return MG_OK;
    code = history_linkage_columns_find(h, &columns, err);
    if (!code)
        code = list_rows(h, HISTORY_BEFORE, &h->closed, &columns, &before, err);
    if (!code)
        code = list_rows(h, HISTORY_AFTER, &h->created, &columns, &after, err);
    if (code)
        return code;
    lists[HISTORY_BEFORE] = (struct mg_linkage_list){before.services, before.count};
    lists[HISTORY_AFTER] = (struct mg_linkage_list){after.services, after.count};
    options.others[HISTORY_BEFORE] = before.others;
    options.others[HISTORY_AFTER] = after.others;
    options.columns = columns.other_count;
    /* which rows stand as they were depends on what is not open, too */
    if (!trusted && !h->options.open_only && (code = history_names_unchanged(h, &standing, &options, err)))
        return code;
    code = mg_linkage_create(&lists[HISTORY_BEFORE], &lists[HISTORY_AFTER], &options, &linkage, err);
    if (code)
        return code;
    code = keep_links(h, linkage, err);
    mg_linkage_destroy(linkage);
    return code ? code : use_links(h, trusted, err);
}

const struct mg_linkage_model *mg_history_model(const struct mg_history *h)
{
    return h->model.pairs ? &h->model : NULL;
}

bool history_link_shown(const struct mg_history *h, const struct history_link *link)
{
    bool keys = h->rows[HISTORY_BEFORE].rows[link->before].key != HISTORY_NONE &&
                h->rows[HISTORY_AFTER].rows[link->after].key != HISTORY_NONE;

    if (history_decided(h, &(struct history_pair){link->before, link->after, 0}))
        return false;
    if (h->trusted)
        return link->kind == MG_LINKAGE_SAME && link->zone == MG_LINKAGE_ZONE_REVIEW && !keys;
    return link->kind == MG_LINKAGE_MERGED || link->kind == MG_LINKAGE_SPLIT ||
           (link->kind == MG_LINKAGE_SAME && link->zone == MG_LINKAGE_ZONE_REVIEW);
}

void history_link_evidence(const struct history_link *link, char *text, size_t size)
{
    size_t length = 0;

    for (int i = 0; i < MG_LINKAGE_COMPARISONS && length < size; i++) {
        enum mg_linkage_comparison comparison = (enum mg_linkage_comparison)i;
        int written;

        if (!link->levels[i])
            continue;
        written = snprintf(text + length, size - length, "%s%s %d/%d", length ? ", " : "",
                           mg_linkage_comparison_name(comparison), link->levels[i],
                           mg_linkage_level_count(comparison));
        length += written > 0 ? (size_t)written : 0;
    }
}
