/* counts_store.c - the figures of an edition, merged into the intervals of table stock.
 *
 * Editions may come in any order. What stands across the new edition's date is kept where the figure is the
 * same, and cut where it is not: the piece before ends here, a piece after, if the next edition still has it,
 * begins there. A figure that the next edition brought with the same value begins here instead.
 */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/feed.h"
#include "libdata/db/read.h"
#include "libdata/domain/kinds/counts.h"

struct figure { /* of one territory and category; ids are those of stock, 0: none */
    int32_t territory, category;
    double n; /* in this edition; 0: not there */
    int64_t line;
    int64_t standing; /* what stands across this edition's date */
    double standing_n;
    int64_t standing_gone; /* edition.id, 0: it stands to the end */
    bool standing_next;    /* it stands in the next edition too */
    int64_t standing_line;
    int64_t starting; /* what the next edition brought */
    double starting_n;
};

struct piece { /* a row to insert */
    size_t figure;
    double n;
    int64_t first, gone, line;
};

struct unknown { /* a figure that is not known, by its names */
    int32_t territory, category;
    int64_t line;
};

struct mg_counts {
    struct mg_db *db;
    int64_t edition, next; /* edition.id; next 0: none */
    size_t rank;           /* this edition comes before the one of this rank, by date, of those there were */
    struct mg_map territories, categories, pairs;
    struct figure *figures;
    size_t capacity;
    struct piece *pieces;
    size_t piece_count, piece_capacity, piece_at;
    int64_t last_id;
    struct unknown *unknowns;
    size_t unknown_count, unknown_capacity, unknown_at;
    const char *level;
    const struct mg_digest_key *key;
    struct mg_buf room;
};

void mg_counts_destroy(struct mg_counts *counts)
{
    if (!counts)
        return;
    mg_map_finish(&counts->territories);
    mg_map_finish(&counts->categories);
    mg_map_finish(&counts->pairs);
    mg_buf_finish(&counts->room);
    free(counts->figures);
    free(counts->pieces);
    free(counts->unknowns);
    free(counts);
}

static enum mg_code number_of(struct mg_map *map, const char *text, size_t length, int32_t *ret_number,
                              struct mg_error *err)
{
    int64_t number = mg_map_get(map, text, length);
    if (number < 0) {
        enum mg_code code = mg_map_put(map, text, length, (int64_t)map->count, &number, err);
        if (code)
            return code;
    }
    *ret_number = (int32_t)number;
    return MG_OK;
}

static enum mg_code find_figure(struct mg_counts *counts, const char *territory, const char *category,
                                size_t length, struct figure **ret_figure, struct mg_error *err)
{
    int32_t pair[2];
    enum mg_code code = number_of(&counts->territories, territory, strlen(territory), &pair[0], err);
    if (!code)
        code = number_of(&counts->categories, category, length, &pair[1], err);
    if (code)
        return code;
    int64_t known = mg_map_get(&counts->pairs, (const char *)pair, sizeof pair);
    if (known >= 0) {
        *ret_figure = &counts->figures[known];
        return MG_OK;
    }
    size_t count = counts->pairs.count;
    if (!mg_grow(counts->figures, count, &counts->capacity))
        return mg_fail_memory(err);
    code = mg_map_put(&counts->pairs, (const char *)pair, sizeof pair, (int64_t)count, NULL, err);
    if (code)
        return code;
    counts->figures[count] = (struct figure){.territory = pair[0], .category = pair[1]};
    *ret_figure = &counts->figures[count];
    return MG_OK;
}

/* ---- what stands ---- */

static size_t rank_of(const struct mg_dataset *dataset, int64_t edition)
{
    size_t i = 0;
    while (i < dataset->edition_count && dataset->editions[i].id != edition)
        i++;
    return i;
}

static enum mg_code take_row(struct mg_counts *counts, const struct mg_dataset *dataset, struct mg_read *row,
                             struct mg_error *err)
{
    size_t first = rank_of(dataset, mg_read_i64(row, 5));
    int64_t gone_edition = mg_read_i64_or(row, 6, 0);
    size_t gone = gone_edition ? rank_of(dataset, gone_edition) : dataset->edition_count;
    bool stands = first < counts->rank && gone >= counts->rank;
    bool starts = counts->next && first == counts->rank;
    if (row->code || (!stands && !starts))
        return row->code;
    struct figure *figure = NULL;
    size_t length;
    const char *territory = mg_read_text(row, 2, NULL), *category = mg_read_text(row, 3, &length);
    enum mg_code code = row->code;
    if (!code)
        code = find_figure(counts, territory, category, length, &figure, err);
    if (code)
        return code;
    if (stands) {
        figure->standing = mg_read_i64(row, 0);
        figure->standing_n = mg_read_real(row, 4);
        figure->standing_gone = gone_edition;
        figure->standing_line = mg_read_i64(row, 7);
        figure->standing_next = counts->next && gone > counts->rank;
    } else {
        figure->starting = mg_read_i64(row, 0);
        figure->starting_n = mg_read_real(row, 4);
    }
    return row->code;
}

static enum mg_code take_range(struct mg_counts *counts, const struct mg_dataset *dataset, int64_t first,
                               int64_t last, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, counts->db, MG_SQL_STOCK_LIST, err, "ii", first, last);
    while (mg_read_next(&row))
        row.code = take_row(counts, dataset, &row, err);
    return mg_read_end(&row);
}

static enum mg_code take_standing(struct mg_counts *counts, const struct mg_import *import,
                                  struct mg_error *err)
{
    const struct mg_dataset *dataset = import->dataset;
    enum mg_code code = MG_OK;
    for (size_t i = 0; dataset && i < dataset->edition_count && !code; i++) {
        const struct mg_edition *edition = &dataset->editions[i];
        if (edition->first_version)
            code = take_range(counts, dataset, edition->first_version, edition->last_version, err);
    }
    if (!code && import->shared_first)
        code = take_range(counts, dataset, import->shared_first, import->shared_last, err);
    return code;
}

enum mg_code mg_counts_create(struct mg_import *import, struct mg_counts **ret_counts, struct mg_error *err)
{
    struct mg_counts *counts = mg_calloc(1, sizeof *counts);
    if (!counts)
        return mg_fail_memory(err);
    counts->db = import->db;
    counts->edition = import->edition;
    counts->next = import->next ? import->next->id : 0;
    counts->rank = import->next ? rank_of(import->dataset, counts->next)
                                : (import->dataset ? import->dataset->edition_count : 0);
    enum mg_code code = take_standing(counts, import, err);
    if (code) {
        mg_counts_destroy(counts);
        return code;
    }
    *ret_counts = counts;
    return MG_OK;
}

enum mg_code mg_counts_add(struct mg_counts *counts, const char *territory, const char *category,
                           size_t length, double n, int64_t line, bool *ret_repeated, struct mg_error *err)
{
    struct figure *figure = NULL;
    enum mg_code code = find_figure(counts, territory, category, length, &figure, err);
    if (code)
        return code;
    *ret_repeated = figure->n != 0;
    if (!*ret_repeated)
        figure->line = line;
    figure->n += n;
    return MG_OK;
}

enum mg_code mg_counts_unknown(struct mg_counts *counts, const char *territory, const char *category,
                               size_t length, int64_t line, struct mg_error *err)
{
    struct unknown unknown = {.line = line};
    enum mg_code code =
        number_of(&counts->territories, territory, strlen(territory), &unknown.territory, err);
    if (!code)
        code = number_of(&counts->categories, category, length, &unknown.category, err);
    if (code)
        return code;
    if (!mg_grow(counts->unknowns, counts->unknown_count, &counts->unknown_capacity))
        return mg_fail_memory(err);
    counts->unknowns[counts->unknown_count++] = unknown;
    return MG_OK;
}

/* ---- writing ---- */

static enum mg_code add_piece(struct mg_counts *counts, const struct piece *piece, struct mg_error *err)
{
    if (!mg_grow(counts->pieces, counts->piece_count, &counts->piece_capacity))
        return mg_fail_memory(err);
    counts->pieces[counts->piece_count++] = *piece;
    return MG_OK;
}

static enum mg_code settle(struct mg_counts *counts, size_t index, struct mg_error *err)
{
    const struct figure *figure = &counts->figures[index];
    enum mg_code code = MG_OK;
    if (figure->standing && figure->standing_n == figure->n)
        return MG_OK;
    if (figure->standing) {
        code = mg_db_run(counts->db, MG_SQL_STOCK_SET_GONE, err, "ii", figure->standing, counts->edition);
        if (!code && figure->standing_next)
            code = add_piece(counts,
                             &(struct piece){index, figure->standing_n, counts->next, figure->standing_gone,
                                             figure->standing_line},
                             err);
    }
    if (code || figure->n == 0)
        return code;
    if (figure->starting && figure->starting_n == figure->n)
        return mg_db_run(counts->db, MG_SQL_STOCK_SET_FIRST, err, "ii", figure->starting, counts->edition);
    return add_piece(counts, &(struct piece){index, figure->n, counts->edition, counts->next, figure->line},
                     err);
}

static enum mg_code next_piece(void *context, bool *ret_row, struct mg_error *err)
{
    struct mg_counts *counts = context;
    (void)err;
    *ret_row = counts->piece_at++ < counts->piece_count;
    return MG_OK;
}

static void name_column(const struct mg_map *names, int32_t number, sqlite3_context *out)
{
    size_t length;
    const char *text = mg_map_key(names, (size_t)number, &length);
    sqlite3_result_text(out, text, (int)length, SQLITE_STATIC);
}

static void piece_column(void *context, int column, sqlite3_context *out)
{
    const struct mg_counts *counts = context;
    const struct piece *piece = &counts->pieces[counts->piece_at - 1];
    const struct figure *figure = &counts->figures[piece->figure];
    switch (column) {
    case 0:
        sqlite3_result_int64(out, counts->last_id + (int64_t)counts->piece_at);
        break;
    case 1:
        sqlite3_result_text(out, counts->level, -1, SQLITE_STATIC);
        break;
    case 2:
        name_column(&counts->territories, figure->territory, out);
        break;
    case 3:
        name_column(&counts->categories, figure->category, out);
        break;
    case 4:
        sqlite3_result_double(out, piece->n);
        break;
    case 5:
        sqlite3_result_int64(out, piece->first);
        break;
    case 6:
        if (piece->gone)
            sqlite3_result_int64(out, piece->gone);
        else
            sqlite3_result_null(out);
        break;
    default:
        sqlite3_result_int64(out, piece->line);
        break;
    }
}

static enum mg_code next_unknown(void *context, bool *ret_row, struct mg_error *err)
{
    struct mg_counts *counts = context;
    (void)err;
    *ret_row = counts->unknown_at++ < counts->unknown_count;
    return MG_OK;
}

static void unknown_column(void *context, int column, sqlite3_context *out)
{
    const struct mg_counts *counts = context;
    const struct unknown *unknown = &counts->unknowns[counts->unknown_at - 1];
    switch (column) {
    case 0:
        sqlite3_result_int64(out, counts->edition);
        break;
    case 1:
        sqlite3_result_text(out, counts->level, -1, SQLITE_STATIC);
        break;
    case 2:
        name_column(&counts->territories, unknown->territory, out);
        break;
    case 3:
        name_column(&counts->categories, unknown->category, out);
        break;
    default:
        sqlite3_result_int64(out, unknown->line);
        break;
    }
}

/* Of the edition's figures, those that stood before as well. */
static enum mg_code digest_figures(struct mg_counts *counts, uint64_t *ret_sum, struct mg_error *err)
{
    uint64_t sum = 0;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < counts->pairs.count && !code; i++) {
        const struct figure *figure = &counts->figures[i];
        size_t length, category_length;
        if (figure->n == 0)
            continue;
        const char *territory = mg_map_key(&counts->territories, (size_t)figure->territory, &length);
        const char *category = mg_map_key(&counts->categories, (size_t)figure->category, &category_length);
        sum += mg_digest_figure(counts->key, counts->level, territory, length, category, category_length,
                                figure->n, &counts->room);
        code = mg_buf_check(&counts->room, err);
    }
    *ret_sum = sum;
    return code;
}

enum mg_code mg_counts_store(struct mg_counts *counts, struct mg_import *import, enum mg_level level,
                             struct mg_error *err)
{
    counts->level = mg_level_name(level);
    counts->key = &import->digests.key;
    enum mg_code code = digest_figures(counts, &import->standing_digest, err);
    for (size_t i = 0; i < counts->pairs.count && !code; i++)
        code = settle(counts, i, err);
    const struct mg_feed unknown = {.context = counts, .next = next_unknown, .column = unknown_column};
    if (!code && counts->unknown_count)
        code = mg_feed_run(counts->db, MG_SQL_STOCK_UNKNOWN_LOAD, &unknown, err);
    if (!code)
        code = mg_db_query_i64(counts->db, MG_SQL_STOCK_LAST, &counts->last_id, NULL, err, "");
    if (code || !counts->piece_count)
        return code;
    const struct mg_feed feed = {.context = counts, .next = next_piece, .column = piece_column};
    code = mg_feed_run(counts->db, MG_SQL_STOCK_LOAD, &feed, err);
    if (code)
        return code;
    import->first_version = counts->last_id + 1;
    import->last_version = counts->last_id + (int64_t)counts->piece_count;
    return MG_OK;
}
