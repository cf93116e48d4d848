/* responses_layout.c - which columns of a survey are questions, on what scale. */
#include "libdata/domain/kinds/responses.h"

#include <ctype.h>
#include <fnmatch.h>
#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/base/text.h"
#include "libdata/domain/common/missing_words.h"
#include "libdata/domain/common/scale.h"
#include "libdata/io/json.h"
#include "libdata/io/json_cells.h"

#define SMALL 10 /* the highest answer of a column without a telling label */

bool mg_responses_number(const char *text, size_t length, int64_t *ret_number)
{
    double value;
    if (mg_num_parse_i64(text, length, ret_number))
        return length == 1 || (text[0] != '0' && text[0] != '+' && text[0] != '-');
    if (!mg_num_parse_f64_comma(text, length, &value) || value < 0 || value > 1e9 || value != floor(value) ||
        !memchr(text, '0', length) || text[0] == '-')
        return false;
    *ret_number = (int64_t)value;
    return true;
}

bool mg_responses_missing(const struct mg_responses_layout *layout, const char *text, size_t length)
{
    struct mg_json_cells cells;
    struct mg_json_cell cell;
    mg_json_cells_start(&cells, layout->missing.data, layout->missing.length);
    while (mg_json_cells_next(&cells, &cell))
        if (cell.length == length && !memcmp(cell.text, text, length))
            return true;
    return false;
}

/* ---- which columns ---- */

struct answers { /* of a column of the sample */
    size_t filled, numbers, small;
    int64_t least, most;
};

static struct answers look_at(const struct mg_import *import, const struct mg_responses_layout *layout,
                              size_t column)
{
    struct answers answers = {.least = INT64_MAX, .most = INT64_MIN};
    for (size_t i = 0; i < import->sample.row_count; i++) {
        const struct mg_cell *cell = mg_sample_cell(&import->sample, i, column);
        size_t length;
        int64_t number;
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        if (!length || mg_responses_missing(layout, text, length) || mg_missing_word_in_code(text, length))
            continue;
        answers.filled++;
        if (!mg_responses_number(text, length, &number))
            continue;
        answers.numbers++;
        answers.small += number <= SMALL;
        answers.least = number < answers.least ? number : answers.least;
        answers.most = number > answers.most ? number : answers.most;
    }
    return answers;
}

/* "q1 01", "q12", "question 3" */
static bool labelled(const char *folded)
{
    if (!strncmp(folded, "question ", 9))
        folded += 9;
    else if (folded[0] == 'q')
        folded++;
    else
        return false;
    while (*folded == ' ')
        folded++;
    return isdigit((unsigned char)*folded);
}

static enum mg_code mark_labelled(const struct mg_import *import, const struct mg_responses_layout *layout,
                                  bool *marked, bool *ret_any, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf label = {0};
    for (size_t i = 0; i < import->info->column_count; i++) {
        mg_buf_clear(&label);
        mg_text_add_folded(&label, import->columns[i].name, strlen(import->columns[i].name));
        mg_buf_add(&label, "", 0);
        enum mg_code code = mg_buf_check(&label, err);
        if (code)
            return code;
        struct answers answers = look_at(import, layout, i);
        if (import->columns[i].role >= 0 || !labelled(label.data) || answers.numbers * 5 < answers.filled * 4)
            continue;
        marked[i] = *ret_any = true;
    }
    return MG_OK;
}

static void mark_small(const struct mg_import *import, const struct mg_responses_layout *layout, bool *marked)
{
    for (size_t i = 0; i < import->info->column_count; i++) {
        struct answers answers = look_at(import, layout, i);
        marked[i] = import->columns[i].role < 0 && answers.filled && answers.small == answers.filled &&
                    answers.most > answers.least;
    }
}

static enum mg_code mark_listed(const struct mg_import *import, bool *marked, struct mg_error *err)
{
    for (const char *p = import->options->questions;; p++) {
        size_t length = strcspn(p, ",");
        MG_FREE char *pattern = mg_strndup(p, length);
        bool found = false;
        if (!pattern)
            return mg_fail_memory(err);
        for (size_t i = 0; i < import->info->column_count; i++)
            if (import->columns[i].role < 0 && !fnmatch(pattern, import->columns[i].name, 0))
                marked[i] = found = true;
        if (!found) {
            mg_fail(err, MG_ERR_USAGE, _("--questions: no column without another role is called '%s'"),
                    pattern);
            mg_error_hint(err, _("--dry-run shows the columns"));
            return MG_ERR_USAGE;
        }
        p += length;
        if (!*p)
            return MG_OK;
    }
}

static enum mg_code question_position(const struct mg_import *import, const char *name, int64_t *ret_position,
                                      bool *ret_found, struct mg_error *err)
{
    return mg_db_query_i64(import->db, MG_SQL_BAROMETER_QUESTION_POSITION, ret_position, ret_found, err, "it",
                           import->dataset_id, name);
}

static enum mg_code mark_questions(const struct mg_import *import, const struct mg_responses_layout *layout,
                                   bool *marked, struct mg_error *err)
{
    bool any = false;
    enum mg_code code = MG_OK;
    if (import->options->questions) {
        code = mark_listed(import, marked, err);
    } else {
        code = mark_labelled(import, layout, marked, &any, err);
        for (size_t i = 0; !code && i < import->info->column_count; i++) {
            int64_t position;
            bool found;
            code = question_position(import, import->columns[i].name, &position, &found, err);
            if (!code && found)
                marked[i] = any = true;
        }
        if (!code && !any && import->roles.column[MG_ROLE_SCORE] < 0)
            mark_small(import, layout, marked);
    }
    if (!code && import->roles.column[MG_ROLE_SCORE] >= 0)
        marked[import->roles.column[MG_ROLE_SCORE]] = true;
    return code;
}

/* ---- what is kept of it ---- */

static enum mg_code place_column(int **list, size_t *count, int64_t position, int column,
                                 struct mg_error *err)
{
    if ((size_t)position >= *count) {
        int *grown = mg_realloc(*list, (size_t)position + 1, sizeof *grown);
        if (!grown)
            return mg_fail_memory(err);
        while (*count <= (size_t)position)
            grown[(*count)++] = -1;
        *list = grown;
    }
    (*list)[position] = column;
    return MG_OK;
}

static enum mg_code place_question(const struct mg_import *import, struct mg_responses_layout *layout,
                                   int column, struct mg_error *err)
{
    const char *name = import->columns[column].name;
    int64_t position = 0;
    bool found;
    enum mg_code code = question_position(import, name, &position, &found, err);
    if (!code && !found) {
        code =
            mg_db_query_i64(import->db, MG_SQL_QUESTION_NEXT, &position, NULL, err, "i", import->dataset_id);
        if (!code)
            code =
                mg_db_run(import->db, MG_SQL_QUESTION_INSERT, err, "iit", import->dataset_id, position, name);
    }
    return code ? code : place_column(&layout->questions, &layout->question_count, position, column, err);
}

static enum mg_code place_columns(const struct mg_import *import, struct mg_responses_layout *layout,
                                  const bool *marked, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; !code && i < import->info->column_count; i++)
        code = marked[i] ? place_question(import, layout, (int)i, err)
                         : place_column(&layout->others, &layout->other_count, import->columns[i].position,
                                        (int)i, err);
    if (!code && !layout->question_count) {
        mg_fail(err, MG_ERR_INPUT, _("no column looks like a question"));
        mg_error_hint(err, _("say which are, as in --questions 'satisfaction,q*'"));
        return MG_ERR_INPUT;
    }
    return code;
}

static enum mg_code read_missing(const struct mg_import *import, struct mg_responses_layout *layout,
                                 struct mg_error *err)
{
    const char *list = import->options->missing;
    mg_buf_add_char(&layout->missing, '[');
    for (const char *p = list; p; p++) {
        size_t length = strcspn(p, ",");
        if (layout->missing.length > 1)
            mg_buf_add_char(&layout->missing, ',');
        mg_json_add_string(&layout->missing, p, length);
        p += length;
        if (!*p)
            break;
    }
    mg_buf_add_char(&layout->missing, ']');
    return mg_buf_check(&layout->missing, err);
}

static enum mg_code find_scale(const struct mg_import *import, struct mg_responses_layout *layout,
                               struct mg_error *err)
{
    int64_t least = INT64_MAX, most = INT64_MIN;
    if (import->options->scale) {
        if (mg_scale_parse(import->options->scale, &layout->low, &layout->high))
            return MG_OK;
        mg_fail(err, MG_ERR_USAGE, _("--scale: '%s' is not a scale"), import->options->scale);
        mg_error_hint(err, _("write LOW:HIGH in whole numbers from 0 to %d, as in 1:5"), MG_SCALE_MOST);
        return MG_ERR_USAGE;
    }
    for (size_t i = 0; i < layout->question_count; i++) {
        if (layout->questions[i] < 0)
            continue;
        struct answers answers = look_at(import, layout, (size_t)layout->questions[i]);
        if (answers.numbers != answers.filled)
            return MG_OK;
        least = answers.least < least ? answers.least : least;
        most = answers.most > most ? answers.most : most;
    }
    if ((least == 1 && most == 5) || ((least == 0 || least == 1) && most == 10)) {
        layout->low = (int)least;
        layout->high = (int)most;
    }
    return MG_OK;
}

static enum mg_code store_survey(const struct mg_import *import, const struct mg_responses_layout *layout,
                                 struct mg_error *err)
{
    int64_t low = layout->low, high = layout->high;
    return mg_db_run(import->db, MG_SQL_SURVEY_INSERT, err, "iIIt", import->edition, high ? &low : NULL,
                     high ? &high : NULL, layout->missing.data);
}

enum mg_code mg_responses_layout_make(struct mg_import *import, struct mg_responses_layout *ret_layout,
                                      struct mg_error *err)
{
    struct mg_responses_layout layout = {0};
    MG_FREE bool *marked = mg_calloc(import->info->column_count + 1, sizeof *marked);
    if (!marked)
        return mg_fail_memory(err);
    enum mg_code code = read_missing(import, &layout, err);
    if (!code)
        code = mark_questions(import, &layout, marked, err);
    if (!code)
        code = place_columns(import, &layout, marked, err);
    if (!code)
        code = find_scale(import, &layout, err);
    if (!code)
        code = store_survey(import, &layout, err);
    if (code) {
        mg_responses_layout_finish(&layout);
        return code;
    }
    *ret_layout = layout;
    return MG_OK;
}

void mg_responses_layout_finish(struct mg_responses_layout *layout)
{
    free(layout->questions);
    free(layout->others);
    mg_buf_finish(&layout->missing);
}
