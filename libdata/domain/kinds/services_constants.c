/* The plan of the columns, and which of them hold one value all through the edition.
 *
 * Whether a column is constant is known only at the end; so it is guessed from the first rows, and when a
 * later row does not keep to it, the load starts again without that guess. */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/db/read.h"
#include "libdata/domain/kinds/services.h"

#define MIN_ROWS 20    /* fewer say nothing about what is constant */
#define TRY_ROWS 65536 /* rows that are looked at before anything is stored */

static int by_position(const void *a, const void *b)
{
    const struct mg_services_column *x = a, *y = b;
    return (x->position > y->position) - (x->position < y->position);
}

static void order_for_hash(struct mg_services *s)
{
    size_t at = 0;
    for (int role = 0; role < MG_ROLE_COUNT; role++)
        for (size_t i = 0; i < s->column_count; i++)
            if (s->columns[i].role == role)
                s->hash_order[at++] = i;
    for (size_t i = 0; i < s->column_count; i++)
        if (s->columns[i].role < 0)
            s->hash_order[at++] = i;
}

/* The constant of the nearest edition that has one for this field; NULL: none. */
static enum mg_code inherit(struct mg_services *s, struct mg_services_column *column, bool *ret_found,
                            struct mg_error *err)
{
    struct mg_import *import = s->import;
    struct mg_read row;
    mg_read_ask(&row, import->db, MG_SQL_EDITION_CONSTANT_NEAR, err, "it",
                import->columns[column->column].field, import->as_of);
    *ret_found = mg_read_next(&row);
    if (*ret_found) {
        free(column->value);
        column->value = mg_strdup(mg_read_text(&row, 0, &column->value_length));
        if (!column->value)
            row.code = mg_fail_memory(err);
    }
    return mg_read_end(&row);
}

static void drop_constant(struct mg_services_column *column)
{
    column->constant = MG_PLAIN;
    free(column->value);
    column->value = NULL;
    column->value_length = 0;
}

/* A guess turned out wrong: what earlier editions say, or nothing. */
static enum mg_code give_up(struct mg_services *s, struct mg_services_column *column, struct mg_error *err)
{
    bool found = false;
    s->guesses--;
    drop_constant(column);
    enum mg_code code = inherit(s, column, &found, err);
    if (!code && found)
        column->constant = MG_INHERITED;
    return code;
}

static enum mg_code plan_column(struct mg_services *s, struct mg_services_column *column, int table_column,
                                struct mg_error *err)
{
    const struct mg_import_column *from = &s->import->columns[table_column];
    column->column = table_column;
    column->role = from->role;
    column->position = from->position;
    column->ignored = from->ignored;
    if (column->role >= 0 || column->ignored)
        return MG_OK;
    bool inherited = false;
    enum mg_code code = inherit(s, column, &inherited, err);
    /* a column that varied in an earlier edition is compared cell by cell for ever */
    if (!code && (inherited || !mg_dataset_field(s->import->dataset, from->name))) {
        column->constant = MG_GUESSED;
        s->guesses++;
    }
    return code;
}

enum mg_code mg_services_plan(struct mg_services *s, struct mg_error *err)
{
    s->column_count = s->import->info->column_count;
    mg_services_find_departement(s);
    s->columns = mg_calloc(s->column_count + 1, sizeof *s->columns);
    s->hash_order = mg_calloc(s->column_count + 1, sizeof *s->hash_order);
    if (!s->columns || !s->hash_order)
        return mg_fail_memory(err);
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < s->column_count && !code; i++)
        code = plan_column(s, &s->columns[i], (int)i, err);
    if (code)
        return code;
    qsort(s->columns, s->column_count, sizeof *s->columns, by_position);
    order_for_hash(s);
    return MG_OK;
}

static bool keeps(const struct mg_services_column *column, const struct mg_row *row)
{
    const struct mg_cell *cell = &row->cells[column->column];
    return cell->length == column->value_length && !memcmp(cell->text, column->value, cell->length);
}

bool mg_services_keeps_guesses(const struct mg_services *s, const struct mg_row *row)
{
    for (size_t i = 0; i < s->column_count; i++)
        if (s->columns[i].constant == MG_GUESSED && !keeps(&s->columns[i], row))
            return false;
    return true;
}

static enum mg_code guess_from(struct mg_services *s, const struct mg_row *row, struct mg_error *err)
{
    for (size_t i = 0; i < s->column_count; i++) {
        struct mg_services_column *column = &s->columns[i];
        if (column->constant != MG_GUESSED)
            continue;
        const struct mg_cell *cell = &row->cells[column->column];
        free(column->value);
        column->value = mg_strndup(cell->text, cell->length);
        column->value_length = cell->length;
        if (!column->value)
            return mg_fail_memory(err);
    }
    return MG_OK;
}

/* A column that no earlier edition has differs from none of their rows, as long as it says the same in all.
 */
static bool is_new(const struct mg_services *s, const struct mg_services_column *column)
{
    const struct mg_import *import = s->import;
    return import->dataset && !mg_dataset_field(import->dataset, import->columns[column->column].name);
}

/* row NULL: there are too few to tell a constant by. */
static enum mg_code give_up_broken(struct mg_services *s, const struct mg_row *row, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < s->column_count && !code; i++)
        if (s->columns[i].constant == MG_GUESSED &&
            (row ? !keeps(&s->columns[i], row) : !is_new(s, &s->columns[i])))
            code = give_up(s, &s->columns[i], err);
    return code;
}

enum mg_code mg_services_try_guesses(struct mg_services *s, bool all, struct mg_error *err)
{
    int64_t rows = 0;
    const struct mg_row *row = NULL;
    enum mg_code code = MG_OK;
    while (s->guesses && (all || rows < TRY_ROWS)) {
        code = mg_import_next(s->import, &row, err);
        if (code || !row)
            break;
        if (!all && rows == 0)
            code = guess_from(s, row, err);
        if (!code)
            code = give_up_broken(s, row, err);
        if (code)
            return code;
        rows++;
    }
    if (!code && !all && !row && rows < MIN_ROWS && s->guesses) /* that was the whole file */
        code = give_up_broken(s, NULL, err);
    return code;
}

enum mg_code mg_services_store_constants(struct mg_services *s, struct mg_error *err)
{
    struct mg_import *import = s->import;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < s->column_count && !code; i++) {
        const struct mg_services_column *column = &s->columns[i];
        if (column->constant != MG_PLAIN)
            code = mg_db_run(import->db, MG_SQL_EDITION_CONSTANT_INSERT, err, "iit", import->edition,
                             import->columns[column->column].field, column->value);
    }
    return code;
}
