/* read.h - the rows of an answer, and their values read as what they must be.
 *
 * The file may have been written by anybody, so a value of it is input: it may be of another type than its
 * column, absent, out of range, not UTF-8. Each reader below says what it wants. A value that is not that is
 * MG_ERR_DB, told with table, row and column; the first one is kept in row->code, and ends the rows:
 *
 *     struct mg_read row;
 *     mg_read_ask(&row, db, MG_SQL_QUESTION_LIST, err, "i", dataset);
 *     while (mg_read_next(&row)) {
 *         int64_t position = mg_read_i64_in(&row, 0, 0, MG_POSITION_MAX);
 *         const char *name = mg_read_text(&row, 1, NULL);
 *         if (!row.code) // before anything is done that a wrong value must not do
 *             row.code = add(position, name, err);
 *     }
 *     return mg_read_end(&row);
 *
 * A reader that has refused a value gives one that does no harm: the least that is allowed, 0 or "". So
 * values can be read one after the other, and row.code asked once. Columns count from 0; texts and blobs are
 * borrowed until the next row. Texts are UTF-8, without a NUL byte in them and with one after them. Lengths
 * are bytes; ret_length may be NULL.
 *
 * Nothing outside libdata/db calls sqlite3_column_...; tests/lint/values.sh checks it.
 */
#ifndef MG_DB_READ_H
#define MG_DB_READ_H

#include "libdata/base/buf.h"
#include "libdata/base/date.h"
#include "libdata/db/db.h"

/* What a value of the file may be at most. Beyond it was not this program that wrote it, and memory or time
 * that follow from it would have no bound. */
#define MG_POSITION_MAX    1000000 /* field.position, question.position */
#define MG_YEAR_MAX        9999
#define MG_INHABITANTS_MAX 100000000000
#define MG_MOVEMENT_MAX    1000000 /* movement.kind */

struct mg_read {
    sqlite3_stmt *statement;
    struct mg_error *err;
    enum mg_code code; /* of the first thing that went wrong; nothing is read after it */
};

/* The statement with its values bound (mg_db_bind's format). What goes wrong is in row->code, and returned.
 */
enum mg_code mg_read_ask(struct mg_read *row, struct mg_db *db, enum mg_sql name, struct mg_error *err,
                         const char *format, ...);
/* Is there one more? Never after something went wrong, also what the caller has put in row->code. */
bool mg_read_next(struct mg_read *row);
/* Resets the statement. */
enum mg_code mg_read_end(struct mg_read *row);

/* The rows of a statement that was made otherwise. */
static inline struct mg_read mg_read_of(sqlite3_stmt *statement, struct mg_error *err)
{
    return (struct mg_read){statement, err, MG_OK};
}

static inline bool mg_read_is_null(const struct mg_read *row, int column)
{
    return sqlite3_column_type(row->statement, column) == SQLITE_NULL;
}

/* For the readers only: refuse a value. */
void mg_read_refuse_type(struct mg_read *row, int column, int wanted);
void mg_read_refuse_range(struct mg_read *row, int column, int64_t low, int64_t high);

static inline int64_t mg_read_i64(struct mg_read *row, int column)
{
    sqlite3_value *value = sqlite3_column_value(row->statement, column); /* asked twice, looked up once */
    if (__builtin_expect(sqlite3_value_type(value) == SQLITE_INTEGER, 1))
        return sqlite3_value_int64(value);
    mg_read_refuse_type(row, column, SQLITE_INTEGER);
    return 0;
}

static inline int64_t mg_read_i64_in(struct mg_read *row, int column, int64_t low, int64_t high)
{
    int64_t value = mg_read_i64(row, column);
    if (__builtin_expect(value >= low && value <= high, 1))
        return value;
    mg_read_refuse_range(row, column, low, high);
    return low;
}

static inline int mg_read_int(struct mg_read *row, int column, int low, int high)
{
    return (int)mg_read_i64_in(row, column, low, high);
}

static inline bool mg_read_bool(struct mg_read *row, int column) /* 0 or 1 */
{
    return mg_read_i64_in(row, column, 0, 1) != 0;
}

/* The same, or `otherwise` where the value is null. */
static inline int64_t mg_read_i64_or(struct mg_read *row, int column, int64_t otherwise)
{
    return mg_read_is_null(row, column) ? otherwise : mg_read_i64(row, column);
}

static inline int mg_read_int_or(struct mg_read *row, int column, int low, int high, int otherwise)
{
    return mg_read_is_null(row, column) ? otherwise : mg_read_int(row, column, low, high);
}

/* A finite number. */
double mg_read_real(struct mg_read *row, int column);
double mg_read_real_or(struct mg_read *row, int column, double otherwise);

const char *mg_read_text(struct mg_read *row, int column, size_t *ret_length);
const char *mg_read_text_or_null(struct mg_read *row, int column,
                                 size_t *ret_length); /* a null: NULL and 0 */
/* A text that is a flat JSON array, as io/json_cells.h reads it; all of it is looked at. */
const char *mg_read_cells_or_null(struct mg_read *row, int column, size_t *ret_length);

/* Into a fixed room, NUL-terminated: refused where it is longer. */
void mg_read_copy(struct mg_read *row, int column, char *out, size_t size);

/* NULL and 0 where the value is null, or empty. What the blob says is for its reader to check. */
const void *mg_read_blob_or_null(struct mg_read *row, int column, size_t *ret_length);

/* Which of `words` it is (they end with NULL). */
int mg_read_word(struct mg_read *row, int column, const char *const *words);

/* An ISO date; MG_DATE_NONE where it is null, if that may be. */
mg_date mg_read_date(struct mg_read *row, int column);
mg_date mg_read_date_or_none(struct mg_read *row, int column);

/* All columns from `from` on that are not null, whatever they are, one after the other as they are stored:
 * number and type of the column, length, bytes. For digests. */
void mg_read_add_row(const struct mg_read *row, int from, struct mg_buf *out);

/* For a reader with a rule of its own (an edition that must be one of the dataset's): refuse the value,
 * saying what is wrong with it by printf's rules. */
void mg_read_refuse(struct mg_read *row, int column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
