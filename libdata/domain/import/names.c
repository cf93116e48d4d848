/* What the dataset calls the columns of a further edition: the label that an earlier one gave them, where
 * theirs is the same words. NB_AGENTS, nb agents and Nb_Agents are one column: without case, accents' form,
 * blanks and signs. */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/map.h"
#include "libdata/base/num.h"
#include "libdata/base/text.h"
#include "libdata/domain/import/internal.h"

#define SEVERAL (-1)

/* Letters and digits alone; NULL where there are none, or no memory. */
static const char *words_of(const char *label, struct mg_buf *buf)
{
    size_t kept = 0;
    mg_buf_clear(buf);
    mg_text_add_folded(buf, label, strlen(label));
    if (buf->failed || !buf->length)
        return NULL;
    for (size_t i = 0; i < buf->length; i++)
        if (buf->data[i] != ' ')
            buf->data[kept++] = buf->data[i];
    buf->data[kept] = '\0';
    return buf->data;
}

/* Labels by their words; of each the place of the one that has them, or SEVERAL. */
struct by_words {
    struct mg_map map; /* the value is the entry's own index */
    int *where;
};

static void by_words_finish(struct by_words *words)
{
    mg_map_finish(&words->map);
    free(words->where);
}

static enum mg_code by_words_add(struct by_words *words, const char *label, int where, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf buf = {0};
    const char *text = words_of(label, &buf);
    if (!text)
        return mg_buf_check(&buf, err);
    int64_t next = (int64_t)words->map.count, entry;
    enum mg_code code = mg_map_put(&words->map, text, strlen(text), next, &entry, err);
    if (!code)
        words->where[entry] = entry == next ? where : SEVERAL;
    return code;
}

static enum mg_code by_words_find(const struct by_words *words, const char *label, int *ret_where,
                                  struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf buf = {0};
    const char *text = words_of(label, &buf);
    int64_t entry = text ? mg_map_get(&words->map, text, strlen(text)) : -1;
    *ret_where = entry < 0 ? SEVERAL : words->where[entry];
    return mg_buf_check(&buf, err);
}

/* Where a label of the file stands to the letter in the dataset. */
static bool *exact_fields(const struct mg_import *import, const struct mg_map *labels)
{
    const struct mg_dataset *dataset = import->dataset;
    bool *exact = mg_calloc(dataset->field_count + 1, sizeof *exact);
    for (size_t i = 0; exact && i < dataset->field_count; i++)
        exact[i] = mg_map_get(labels, dataset->fields[i].name, strlen(dataset->fields[i].name)) >= 0;
    return exact;
}

/* Those of the dataset's fields, and of the file's columns, that the other side does not have to the letter.
 */
static enum mg_code take_fields(const struct mg_import *import, const bool *exact, struct by_words *fields,
                                struct mg_error *err)
{
    enum mg_code code = MG_OK;
    fields->where = mg_calloc(import->dataset->field_count + 1, sizeof *fields->where);
    if (!fields->where)
        return mg_fail_memory(err);
    for (size_t i = 0; i < import->dataset->field_count && !code; i++)
        if (!exact[i])
            code = by_words_add(fields, import->dataset->fields[i].name, (int)i, err);
    return code;
}

static enum mg_code take_columns(const struct mg_import *import, const struct mg_map *known,
                                 struct by_words *columns, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    columns->where = mg_calloc(import->info->column_count + 1, sizeof *columns->where);
    if (!columns->where)
        return mg_fail_memory(err);
    for (size_t i = 0; i < import->info->column_count && !code; i++)
        if (mg_map_get(known, import->info->columns[i], strlen(import->info->columns[i])) < 0)
            code = by_words_add(columns, import->info->columns[i], (int)i, err);
    return code;
}

static enum mg_code match_words(struct mg_import *import, const struct mg_map *labels,
                                const struct mg_map *known, struct mg_error *err)
{
    MG_CLEANUP(by_words_finish) struct by_words fields = {0};
    MG_CLEANUP(by_words_finish) struct by_words columns = {0};
    MG_FREE bool *exact = exact_fields(import, labels);
    if (!exact)
        return mg_fail_memory(err);
    enum mg_code code = take_fields(import, exact, &fields, err);
    if (!code)
        code = take_columns(import, known, &columns, err);
    for (size_t i = 0; i < columns.map.count && !code; i++) {
        int column = columns.where[i], field = SEVERAL;
        if (column >= 0)
            code = by_words_find(&fields, import->info->columns[column], &field, err);
        if (!code && field >= 0)
            import->names[column] = import->dataset->fields[field].name;
    }
    return code;
}

enum mg_code mg_import_name_columns(struct mg_import *import, struct mg_error *err)
{
    MG_CLEANUP(mg_map_finish) struct mg_map labels = {0};
    MG_CLEANUP(mg_map_finish) struct mg_map known = {0};
    size_t count = import->info->column_count;
    free(import->names);
    import->names = mg_calloc(count + 1, sizeof *import->names);
    if (!import->names)
        return mg_fail_memory(err);
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < count && !code; i++) {
        import->names[i] = import->info->columns[i];
        code = mg_map_put(&labels, import->names[i], strlen(import->names[i]), (int64_t)i, NULL, err);
    }
    for (size_t i = 0; import->dataset && i < import->dataset->field_count && !code; i++)
        code = mg_map_put(&known, import->dataset->fields[i].name, strlen(import->dataset->fields[i].name),
                          (int64_t)i, NULL, err);
    /* what figures are of is told as their source writes it (label_reformatted) */
    bool categories = import->kind->takes & MG_IMPORT_TAKES_CATEGORIES;
    return code || !import->dataset || categories ? code : match_words(import, &labels, &known, err);
}

/* ---- row numbers ---- */

/* Do the sample's cells count from their first, 0 or 1, one by one? */
static bool counts_rows(const struct mg_sample *sample, size_t column)
{
    int64_t first = 0, number;
    for (size_t row = 0; row < sample->row_count; row++) {
        const struct mg_cell *cell = mg_sample_cell(sample, row, column);
        if (!mg_num_parse_i64(cell->text, cell->length, &number) ||
            (row ? number != first + (int64_t)row : number < 0 || number > 1))
            return false;
        first = row ? first : number;
    }
    return sample->row_count > 1;
}

static bool are_whole(const struct mg_sample *sample, size_t column)
{
    int64_t number;
    for (size_t row = 0; row < sample->row_count; row++) {
        const struct mg_cell *cell = mg_sample_cell(sample, row, column);
        if (cell->length && !mg_num_parse_i64(cell->text, cell->length, &number))
            return false;
    }
    return true;
}

enum mg_code mg_import_is_row_number(const struct mg_import *import, size_t column, bool *ret_is,
                                     struct mg_error *err)
{
    static const char *const numbers[] = {"objectid", "fid",   "gid",       "ogcfid",
                                          "oid",      "rowid", "rownumber", "unnamed0"};
    MG_CLEANUP(mg_buf_finish) struct mg_buf buf = {0};
    const char *words = words_of(import->info->labels[column], &buf);
    bool is_one = false;
    for (size_t i = 0; words && i < sizeof numbers / sizeof *numbers; i++)
        is_one = is_one || !strcmp(words, numbers[i]);
    *ret_is = words ? is_one && are_whole(&import->sample, column) : counts_rows(&import->sample, column);
    return mg_buf_check(&buf, err);
}
