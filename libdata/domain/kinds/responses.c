/* responses.c - import --as responses: every response a row, answers by question, the rest as written. */
#include "libdata/domain/kinds/responses.h"

#include <math.h>
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/db/feed.h"
#include "libdata/domain/common/territory_code.h"
#include "libdata/io/json.h"

enum typed { TYPED_SERVICE, TYPED_TERRITORY, TYPED_DATE, TYPED_WEIGHT, TYPED_COMMENT, TYPED_COUNT };

static const enum mg_role roles[TYPED_COUNT] = {MG_ROLE_SERVICE, MG_ROLE_COMMUNE, MG_ROLE_DATE,
                                                MG_ROLE_WEIGHT, MG_ROLE_COMMENT};

struct loading {
    struct mg_import *import;
    struct mg_responses_layout layout;
    enum mg_level level; /* of the territories */
    const struct mg_row *row;
    struct mg_cell typed[TYPED_COUNT]; /* empty: null; to the letter unless it points to one of these: */
    char code[MG_TERRITORY_CODE_SIZE], date[MG_DATE_SIZE], number[MG_NUM_SIZE];
    double weight;
    struct mg_buf answers, other;
    int64_t id;
};

static struct mg_cell text_of(const char *text)
{
    return (struct mg_cell){text, strlen(text)};
}

/* What a typed column holds of a cell; nothing, with an issue, when it makes no sense there. */
static enum mg_code understand(struct loading *loading, enum typed typed, int column, struct mg_error *err)
{
    struct mg_cell cell = mg_import_cell(loading->import, loading->row, roles[typed]);
    struct mg_cell *result = &loading->typed[typed];
    mg_date date;
    *result = (struct mg_cell){"", 0};
    if (!cell.length)
        return MG_OK;
    switch (typed) {
    case TYPED_TERRITORY:
        if (!mg_territory_code(loading->level, cell.text, cell.length, loading->code))
            return mg_import_issue(loading->import, loading->row, column, "not-a-code", err,
                                   _("not the code of a territory of level '%s'"),
                                   mg_level_name(loading->level));
        *result = text_of(loading->code);
        return MG_OK;
    case TYPED_DATE:
        if (!mg_date_parse_any(cell.text, cell.length, &date))
            return mg_import_issue(loading->import, loading->row, column, "not-a-date", err, _("not a date"));
        mg_date_format(date, loading->date);
        *result = text_of(loading->date);
        return MG_OK;
    case TYPED_WEIGHT:
        if (!mg_num_parse_f64_comma(cell.text, cell.length, &loading->weight) || loading->weight < 0)
            return mg_import_issue(loading->import, loading->row, column, "not-a-weight", err,
                                   _("not a number from 0 on"));
        mg_num_format_f64(loading->weight, loading->number);
        *result = text_of(loading->number);
        return MG_OK;
    default:
        *result = cell;
        return MG_OK;
    }
}

static enum mg_code understand_all(struct loading *loading, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (enum typed typed = 0; typed < TYPED_COUNT && !code; typed++) {
        int column = loading->import->roles.column[roles[typed]];
        loading->typed[typed] = (struct mg_cell){"", 0};
        if (column >= 0)
            code = understand(loading, typed, column, err);
    }
    return code;
}

static void add_answer(struct mg_buf *buf, const char *text, size_t length)
{
    int64_t number;
    if (mg_responses_number(text, length, &number))
        mg_buf_add_i64(buf, number);
    else
        mg_json_add_string(buf, text, length);
}

/* Neither on the scale nor a code for "no answer". */
static enum mg_code doubt_answer(struct loading *loading, int column, const char *text, size_t length,
                                 struct mg_error *err)
{
    const struct mg_responses_layout *layout = &loading->layout;
    int64_t number;
    if (!layout->high || mg_responses_missing(layout, text, length) ||
        (mg_responses_number(text, length, &number) && number >= layout->low && number <= layout->high))
        return MG_OK;
    return mg_import_issue(loading->import, loading->row, column, "off-scale", err,
                           _("not an answer on the scale %d to %d; it will not count"), layout->low,
                           layout->high);
}

/* Cells by position as a JSON array; nulls at its end are cut. */
static enum mg_code add_answers(struct loading *loading, struct mg_error *err)
{
    struct mg_buf *buf = &loading->answers;
    size_t length, end = 1;
    mg_buf_clear(buf);
    mg_buf_add_char(buf, '[');
    for (size_t i = 0; i < loading->layout.question_count; i++) {
        int column = loading->layout.questions[i];
        const struct mg_cell cell = column < 0 ? (struct mg_cell){"", 0} : loading->row->cells[column];
        const char *text = mg_text_trim(cell.text, cell.length, &length);
        if (i)
            mg_buf_add_char(buf, ',');
        if (!length) {
            mg_buf_add(buf, "null", 4);
            continue;
        }
        add_answer(buf, text, length);
        end = buf->length;
        enum mg_code code = doubt_answer(loading, column, text, length, err);
        if (code)
            return code;
    }
    if (!buf->failed)
        buf->length = end;
    mg_buf_add_char(buf, ']');
    return mg_buf_check(buf, err);
}

/* Does a typed column hold the cell to the letter? */
static bool is_held(const struct loading *loading, int column, const struct mg_cell *cell)
{
    for (int typed = 0; typed < TYPED_COUNT; typed++)
        if (loading->import->roles.column[roles[typed]] == column)
            return loading->typed[typed].length == cell->length &&
                   !memcmp(loading->typed[typed].text, cell->text, cell->length);
    return false;
}

static enum mg_code add_others(struct loading *loading, struct mg_error *err)
{
    struct mg_buf *buf = &loading->other;
    size_t end = 0;
    mg_buf_clear(buf);
    mg_buf_add_char(buf, '[');
    for (size_t i = 0; i < loading->layout.other_count; i++) {
        int column = loading->layout.others[i];
        const struct mg_cell cell = column < 0 ? (struct mg_cell){"", 0} : loading->row->cells[column];
        if (i)
            mg_buf_add_char(buf, ',');
        if (!cell.length || is_held(loading, column, &cell)) {
            mg_buf_add(buf, "null", 4);
            continue;
        }
        mg_json_add_string(buf, cell.text, cell.length);
        end = buf->length;
    }
    if (!buf->failed)
        buf->length = end;
    if (end)
        mg_buf_add_char(buf, ']');
    return mg_buf_check(buf, err);
}

static enum mg_code next_response(void *context, bool *ret_row, struct mg_error *err)
{
    struct loading *loading = context;
    enum mg_code code = mg_import_next(loading->import, &loading->row, err);
    if (code)
        return code;
    *ret_row = loading->row != NULL;
    if (!loading->row)
        return MG_OK;
    code = understand_all(loading, err);
    if (!code)
        code = add_answers(loading, err);
    if (!code)
        code = add_others(loading, err);
    if (code)
        return code;
    loading->id++;
    mg_import_loaded(loading->import);
    return MG_OK;
}

static void result_cell(sqlite3_context *out, const char *text, size_t length)
{
    if (length)
        sqlite3_result_text(out, text, (int)length, SQLITE_STATIC);
    else
        sqlite3_result_null(out);
}

static void response_column(void *context, int column, sqlite3_context *out)
{
    const struct loading *loading = context;
    switch (column) {
    case 0:
        sqlite3_result_int64(out, loading->id);
        break;
    case 1:
        sqlite3_result_int64(out, loading->import->edition);
        break;
    case 5:
        if (loading->typed[TYPED_WEIGHT].length)
            sqlite3_result_double(out, loading->weight);
        else
            sqlite3_result_null(out);
        break;
    case 6:
        result_cell(out, loading->typed[TYPED_COMMENT].text, loading->typed[TYPED_COMMENT].length);
        break;
    case 7:
        result_cell(out, loading->answers.data, loading->answers.length);
        break;
    case 8:
        sqlite3_result_int64(out, loading->row->line);
        break;
    case 9:
        result_cell(out, loading->other.data, loading->other.length);
        break;
    default: /* 2 service, 3 territory, 4 date */
        result_cell(out, loading->typed[column - 2].text, loading->typed[column - 2].length);
        break;
    }
}

static enum mg_code find_level(struct loading *loading, struct mg_error *err)
{
    struct mg_import *import = loading->import;
    loading->level = MG_COMMUNE;
    if (import->options->level && !mg_level_from_name(import->options->level, &loading->level)) {
        mg_fail(err, MG_ERR_USAGE, _("--level: '%s' is not a level"), import->options->level);
        mg_error_hint(err, _("the levels are commune, epci, arrondissement, departement, region"));
        return MG_ERR_USAGE;
    }
    if (import->roles.column[MG_ROLE_COMMUNE] >= 0)
        strcpy(import->level, mg_level_name(loading->level));
    else if (import->options->level) {
        mg_fail(err, MG_ERR_USAGE, _("--level: no column holds the codes of territories"));
        mg_error_hint(err, _("say which does, as in --map commune=COLUMN"));
        return MG_ERR_USAGE;
    }
    return MG_OK;
}

static enum mg_code load(struct mg_import *import, struct mg_error *err)
{
    struct loading loading = {.import = import};
    const struct mg_feed feed = {.context = &loading, .next = next_response, .column = response_column};
    enum mg_code code = find_level(&loading, err);
    if (!code)
        code = mg_responses_layout_make(import, &loading.layout, err);
    if (code)
        return code;
    int64_t last = 0;
    code = mg_db_query_i64(import->db, MG_SQL_RESPONSE_LAST, &last, NULL, err, "");
    loading.id = last;
    if (!code)
        code = mg_feed_run(import->db, MG_SQL_RESPONSE_LOAD, &feed, err);
    if (!code && loading.id > last) {
        import->first_version = last + 1;
        import->last_version = loading.id;
    }
    mg_buf_finish(&loading.answers);
    mg_buf_finish(&loading.other);
    mg_responses_layout_finish(&loading.layout);
    return code;
}

const struct mg_import_kind mg_import_responses = {
    .name = "responses",
    .roles = MG_ROLE_BIT(MG_ROLE_COMMUNE) | MG_ROLE_BIT(MG_ROLE_DATE) | MG_ROLE_BIT(MG_ROLE_SERVICE) |
             MG_ROLE_BIT(MG_ROLE_WEIGHT) | MG_ROLE_BIT(MG_ROLE_COMMENT) | MG_ROLE_BIT(MG_ROLE_SCORE),
    .takes = MG_IMPORT_TAKES_LEVEL | MG_IMPORT_TAKES_ANSWERS,
    .load = load,
};
