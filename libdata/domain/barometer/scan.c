#include "libdata/domain/barometer/scan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/num.h"
#include "libdata/db/read.h"
#include "libdata/io/json_cells.h"

#define REPORT_EVERY 65536
#define CODES        256 /* whole numbers that can be a code for "no answer" on a scale */

struct scan {
    struct mg_survey *survey;
    struct mg_db *db;
    const struct mg_progress *progress;
    const struct mg_edition *edition;
    int16_t answer[CODES];  /* index of a whole number on the scale, -1: none, or a code */
    struct mg_buf missing;  /* the edition's codes for "no answer", a JSON array */
    int32_t edition_period; /* of responses without a date of their own */
    struct mg_buf group;    /* what the last response is put together by */
    struct mg_buf constant; /* the column's, in this edition */
    bool has_constant;
    enum mg_level level; /* of the territories of this edition */
    int64_t rows;
};

void mg_survey_finish(struct mg_survey *survey)
{
    for (size_t i = 0; i < survey->question_count; i++)
        free(survey->questions[i].name);
    free(survey->questions);
    free(survey->weighted ? (void *)survey->cells.weights : (void *)survey->cells.counts);
    free(survey->cell_of_group);
    free(survey->short_texts);
    mg_map_finish(&survey->groups);
    mg_map_finish(&survey->cell_keys);
    mg_place_destroy(survey->place);
    mg_dataset_destroy(survey->dataset);
    *survey = (struct mg_survey){0};
}

int32_t mg_period_of(enum mg_period period, mg_date date)
{
    int year, month, day;
    if (period == MG_PERIOD_ALL)
        return 0;
    mg_date_to_civil(date, &year, &month, &day);
    return year * 16 + (period == MG_PERIOD_MONTH     ? month
                        : period == MG_PERIOD_QUARTER ? (month + 2) / 3
                                                      : 0);
}

void mg_period_text(enum mg_period period, int32_t number, char text[16])
{
    static const char *const formats[] = {"all", "%04d", "%04d-Q%d", "%04d-%02d"};
    if (period == MG_PERIOD_ALL)
        strcpy(text, formats[0]);
    else
        snprintf(text, 16, formats[period], number / 16 % 10000, number % 16);
}

/* ---- how an edition is read ---- */

/* Whole numbers on the scale, less those that mean no answer. */
static void set_answers(struct scan *scan, const char *missing, size_t length)
{
    const struct mg_survey *survey = scan->survey;
    for (int i = 0; i < CODES; i++)
        scan->answer[i] = (int16_t)(i >= survey->low && i <= survey->high ? i - survey->low : -1);
    struct mg_json_cells cells;
    struct mg_json_cell cell;
    mg_json_cells_start(&cells, missing, length);
    while (mg_json_cells_next(&cells, &cell)) {
        int64_t code;
        if (mg_num_parse_i64(cell.text, cell.length, &code) && code >= 0 && code < CODES)
            scan->answer[code] = -1;
    }
}

static enum mg_code read_missing(struct scan *scan, struct mg_error *err)
{
    struct mg_read row;
    const char *missing = NULL;
    size_t length = 0;
    mg_read_ask(&row, scan->db, MG_SQL_BAROMETER_SURVEY, err, "i", scan->edition->id);
    if (mg_read_next(&row) && !(missing = mg_read_cells_or_null(&row, 2, &length)))
        mg_read_refuse_type(&row, 2, SQLITE_TEXT);
    if (!row.code) {
        set_answers(scan, missing, length);
        mg_buf_clear(&scan->missing);
        mg_buf_add(&scan->missing, missing, length);
    }
    return mg_read_end(&row) ? row.code : mg_buf_check(&scan->missing, err);
}

static enum mg_code read_constant(struct scan *scan, struct mg_error *err)
{
    struct mg_read row;
    size_t length;
    mg_buf_clear(&scan->constant);
    scan->has_constant = false;
    if (!scan->survey->column || scan->survey->column_position < 0)
        return MG_OK;
    mg_read_ask(&row, scan->db, MG_SQL_BAROMETER_CONSTANT, err, "ii", scan->edition->id,
                scan->survey->column->id);
    if ((scan->has_constant = mg_read_next(&row))) {
        const char *value = mg_read_text(&row, 0, &length);
        mg_buf_add(&scan->constant, value, length);
    }
    return mg_read_end(&row) ? row.code : mg_buf_check(&scan->constant, err);
}

/* ---- cells ---- */

static enum mg_code reserve_cell(struct mg_survey *survey, size_t cell, struct mg_error *err)
{
    size_t stride = mg_survey_stride(survey);
    if (cell == survey->cell_capacity) {
        size_t capacity = cell ? 2 * cell : 64;
        void *old = survey->weighted ? (void *)survey->cells.weights : (void *)survey->cells.counts;
        void *grown =
            mg_realloc(old, capacity, stride * (survey->weighted ? sizeof(double) : sizeof(uint32_t)));
        if (!grown)
            return mg_fail_memory(err);
        if (survey->weighted)
            survey->cells.weights = grown;
        else
            survey->cells.counts = grown;
        survey->cell_capacity = capacity;
    }
    if (survey->weighted)
        memset(survey->cells.weights + cell * stride, 0, stride * sizeof(double));
    else
        memset(survey->cells.counts + cell * stride, 0, stride * sizeof(uint32_t));
    return MG_OK;
}

/* With one period a cell is known by its group alone. */
static enum mg_code remember_cell(struct mg_survey *survey, int32_t group, size_t cell, struct mg_error *err)
{
    size_t slot = (size_t)(group + 1), size = survey->cell_of_group_size;
    if (slot >= size) {
        size_t wider = slot + 1 > 2 * size ? slot + 1 : 2 * size;
        int32_t *grown = mg_realloc(survey->cell_of_group, wider, sizeof *grown);
        if (!grown)
            return mg_fail_memory(err);
        for (size_t i = size; i < wider; i++)
            grown[i] = -1;
        survey->cell_of_group = grown;
        survey->cell_of_group_size = wider;
    }
    survey->cell_of_group[slot] = (int32_t)cell;
    return MG_OK;
}

static enum mg_code cell_index(struct mg_survey *survey, struct mg_cell_key key, size_t *ret_cell,
                               struct mg_error *err)
{
    bool one_period = survey->period == MG_PERIOD_ALL;
    size_t slot = (size_t)(key.group + 1), count = survey->cell_keys.count;
    int64_t known = -1;
    if (!one_period)
        known = mg_map_get(&survey->cell_keys, (const char *)&key, sizeof key);
    else if (slot < survey->cell_of_group_size)
        known = survey->cell_of_group[slot];
    if (known >= 0) {
        *ret_cell = (size_t)known;
        return MG_OK;
    }
    enum mg_code code = reserve_cell(survey, count, err);
    if (!code)
        code = mg_map_put(&survey->cell_keys, (const char *)&key, sizeof key, (int64_t)count, NULL, err);
    if (!code && one_period)
        code = remember_cell(survey, key.group, count, err);
    if (!code)
        *ret_cell = count;
    return code;
}

/* ---- groups ---- */

static size_t short_slot(const struct mg_survey *survey, uint64_t text)
{
    size_t mask = survey->short_slots - 1;
    size_t slot = (size_t)((text * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & mask;
    while (survey->short_texts[slot].text && survey->short_texts[slot].text != text)
        slot = (slot + 1) & mask;
    return slot;
}

static enum mg_code widen_short_texts(struct mg_survey *survey, struct mg_error *err)
{
    struct mg_survey old = *survey;
    size_t slots = old.short_slots ? 2 * old.short_slots : 1024;
    struct mg_short_text *wider = mg_calloc(slots, sizeof *wider);
    if (!wider)
        return mg_fail_memory(err);
    survey->short_texts = wider;
    survey->short_slots = slots;
    for (size_t i = 0; i < old.short_slots; i++)
        if (old.short_texts[i].text)
            wider[short_slot(survey, old.short_texts[i].text)] = old.short_texts[i];
    free(old.short_texts);
    return MG_OK;
}

static enum mg_code group_index(struct mg_survey *survey, const char *text, size_t length, int32_t *ret_group,
                                struct mg_error *err)
{
    uint64_t bytes = 0;
    size_t slot = 0;
    bool is_short = length <= sizeof bytes;
    if (is_short) {
        enum mg_code code =
            2 * survey->short_count >= survey->short_slots ? widen_short_texts(survey, err) : MG_OK;
        if (code)
            return code;
        memcpy(&bytes, text, length);
        slot = short_slot(survey, bytes);
        if (survey->short_texts[slot].text) {
            *ret_group = (int32_t)survey->short_texts[slot].group;
            return MG_OK;
        }
    }
    int64_t group = mg_map_get(&survey->groups, text, length);
    if (group < 0) {
        enum mg_code code =
            mg_map_put(&survey->groups, text, length, (int64_t)survey->groups.count, &group, err);
        if (code)
            return code;
    }
    if (is_short && bytes) {
        survey->short_texts[slot] = (struct mg_short_text){bytes, group};
        survey->short_count++;
    }
    *ret_group = (int32_t)group;
    return MG_OK;
}

/* What a response is put together by: its own cell as written, else the typed column, else the constant. */
static enum mg_code group_text(struct scan *scan, struct mg_read *row, const char **ret_text,
                               size_t *ret_length, struct mg_error *err)
{
    struct mg_json_cell cell = {0};
    if (scan->survey->column_position >= 0) {
        size_t length;
        const char *array = mg_read_cells_or_null(row, 3, &length);
        if (row->code)
            return row->code;
        mg_json_cells_at(array, length, (size_t)scan->survey->column_position, &cell);
    }
    if (cell.kind == MG_JSON_NULL) {
        size_t length;
        const char *typed = mg_read_text_or_null(row, 4, &length);
        bool constant = !typed && scan->has_constant;
        *ret_text = constant ? scan->constant.data : typed;
        *ret_length = constant ? scan->constant.length : length;
        return row->code;
    }
    *ret_text = cell.text;
    *ret_length = cell.length;
    if (!cell.escaped)
        return MG_OK;
    mg_buf_clear(&scan->group);
    mg_json_cell_add(&scan->group, &cell);
    *ret_text = scan->group.data;
    *ret_length = scan->group.length;
    return mg_buf_check(&scan->group, err);
}

static enum mg_code group_of(struct scan *scan, struct mg_read *row, int32_t *ret_group, struct mg_error *err)
{
    struct mg_survey *survey = scan->survey;
    const char *text;
    size_t length;
    *ret_group = MG_NOWHERE;
    enum mg_code code = group_text(scan, row, &text, &length, err);
    if (code || !length)
        return code;
    if (survey->by == MG_BY_LEVEL) {
        if (scan->level == MG_COMMUNE)
            return mg_place_record(survey->place, text, length, NULL, 0, ret_group, err);
        return mg_place_figure(survey->place, scan->level, text, ret_group, err);
    }
    return group_index(survey, text, length, ret_group, err);
}

/* A whole number of at most three digits, or -1. */
static inline int small_number(const struct mg_json_cell *cell)
{
    if (cell->kind == MG_JSON_NULL || cell->length == 0 || cell->length > 3)
        return -1;
    int value = 0;
    for (size_t i = 0; i < cell->length; i++) {
        unsigned digit = (unsigned)(unsigned char)cell->text[i] - '0';
        if (digit > 9)
            return -1;
        value = value * 10 + (int)digit;
    }
    return value < CODES ? value : -1;
}

/* An answer that does not count, said to those who read the figures. */
static bool is_off_scale(const struct scan *scan, const struct mg_json_cell *answer)
{
    struct mg_json_cells codes;
    struct mg_json_cell code;
    if (answer->kind == MG_JSON_NULL || !answer->length)
        return false;
    mg_json_cells_start(&codes, scan->missing.data, scan->missing.length);
    while (mg_json_cells_next(&codes, &code))
        if (code.length == answer->length && !memcmp(code.text, answer->text, code.length))
            return false;
    return true;
}

static enum mg_code count_answers(const struct scan *scan, struct mg_read *row, size_t cell, double weight)
{
    const struct mg_survey *survey = scan->survey;
    size_t width = mg_survey_width(survey), at = cell * mg_survey_stride(survey);
    struct mg_json_cells cells;
    struct mg_json_cell answer;
    size_t length;
    const char *answers = mg_read_cells_or_null(row, 0, &length);
    if (!answers)
        mg_read_refuse_type(row, 0, SQLITE_TEXT);
    if (row->code)
        return row->code;
    mg_json_cells_start(&cells, answers, length);
    int64_t position = -1;
    if (!survey->weighted) /* all of the cell at once, while the answers are read: groups come in any order */
        for (size_t i = 0; i < mg_survey_stride(survey); i += 16)
            __builtin_prefetch(survey->cells.counts + at + i, 1);
    for (size_t q = 0; q < survey->question_count; q++, at += width) {
        for (; position < survey->questions[q].position; position++)
            if (!mg_json_cells_next(&cells, &answer))
                return MG_OK;
        int number = small_number(&answer);
        int index = number < 0 ? -1 : scan->answer[number];
        if (index < 0) {
            survey->questions[q].off_scale += is_off_scale(scan, &answer);
            continue;
        }
        if (!survey->weighted) {
            survey->cells.counts[at + (size_t)index]++;
            continue;
        }
        double *sums = survey->cells.weights + at;
        sums[index] += weight;
        sums[width - 2]++;
        sums[width - 1] += weight * weight;
    }
    return MG_OK;
}

static enum mg_code count_response(struct scan *scan, struct mg_read *row, struct mg_error *err)
{
    struct mg_survey *survey = scan->survey;
    double weight = 1;
    survey->responses++;
    if (survey->weighted) {
        weight = mg_read_real_or(row, 1, 0);
        if (row->code)
            return row->code;
        if (!(weight > 0) || !isfinite(weight)) {
            survey->unweighted++;
            return MG_OK;
        }
    }
    struct mg_cell_key key = {.period = scan->edition_period};
    mg_date date = survey->period == MG_PERIOD_ALL ? MG_DATE_NONE : mg_read_date_or_none(row, 2);
    if (row->code)
        return row->code;
    if (date != MG_DATE_NONE)
        key.period = mg_period_of(survey->period, date);
    size_t cell = 0;
    enum mg_code code = group_of(scan, row, &key.group, err);
    if (!code)
        code = cell_index(survey, key, &cell, err);
    return code ? code : count_answers(scan, row, cell, weight);
}

/* ---- the scan ---- */

static enum mg_code scan_edition(struct scan *scan, struct mg_error *err)
{
    mg_date date = MG_DATE_NONE;
    struct mg_read row;
    mg_date_parse_iso(scan->edition->as_of, strlen(scan->edition->as_of), &date);
    scan->edition_period = mg_period_of(scan->survey->period, date);
    if (!mg_level_from_name(scan->edition->level, &scan->level))
        scan->level = MG_COMMUNE;
    if (scan->survey->place)
        mg_place_codes_of(scan->survey->place, date);
    enum mg_code code = read_missing(scan, err);
    if (!code)
        code = read_constant(scan, err);
    if (code)
        return code;
    mg_read_ask(&row, scan->db, scan->survey->statement, err, "ii", scan->edition->first_version,
                scan->edition->last_version);
    while (mg_read_next(&row)) {
        row.code = count_response(scan, &row, err);
        if (!row.code && !(++scan->rows % REPORT_EVERY) &&
            !mg_progress_report(scan->progress, _("counting"), scan->rows, -1))
            row.code = mg_fail(err, MG_ERR_IO, _("interrupted"));
    }
    return mg_read_end(&row);
}

enum mg_code mg_survey_scan(struct mg_survey *survey, struct mg_db *db, const struct mg_progress *progress,
                            struct mg_error *err)
{
    struct scan scan = {.survey = survey, .db = db, .progress = progress};
    enum mg_code code = MG_OK;
    for (size_t i = 0; !code && i < survey->dataset->edition_count; i++) {
        scan.edition = &survey->dataset->editions[i];
        if (scan.edition->first_version && (!survey->edition || survey->edition == scan.edition))
            code = scan_edition(&scan, err);
    }
    mg_buf_finish(&scan.group);
    mg_buf_finish(&scan.missing);
    mg_buf_finish(&scan.constant);
    return code;
}
