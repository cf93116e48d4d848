/* barometer/rows.c - from counts to figures, and which of them are hidden. */
#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/domain/barometer/scan.h"
#include "libdata/domain/barometer/scores.h"
#include "libdata/domain/common/interval.h"

#define VALUE_DECIMALS 4
#define N_EFF_DECIMALS 2

/* ---- cells ---- */

static struct mg_cell_key key_of(const struct mg_survey *survey, size_t cell)
{
    struct mg_cell_key key;
    memcpy(&key, mg_map_key(&survey->cell_keys, cell, NULL), sizeof key);
    return key;
}

/* How much of an answer was given (the scale's lowest is 0); beyond the scale, what weighted cells hold. */
static double amount(const struct mg_survey *survey, size_t cell, size_t question, size_t answer)
{
    size_t at = cell * mg_survey_stride(survey) + question * mg_survey_width(survey) + answer;
    return survey->weighted ? survey->cells.weights[at] : survey->cells.counts[at];
}

static int64_t number_of_answers(const struct mg_survey *survey, size_t cell, size_t question)
{
    size_t scale = mg_survey_scale(survey);
    double n = 0;
    if (survey->weighted)
        return (int64_t)amount(survey, cell, question, scale);
    for (size_t i = 0; i < scale; i++)
        n += amount(survey, cell, question, i);
    return (int64_t)n;
}

static void answers_of(const struct mg_barometer *barometer, size_t cell, size_t question,
                       struct mg_answers *answers)
{
    const struct mg_survey *survey = &barometer->survey;
    size_t scale = mg_survey_scale(survey);
    answers->low = survey->low;
    answers->count = scale;
    answers->n = number_of_answers(survey, cell, question);
    answers->weight = 0;
    memcpy(answers->satisfied, barometer->satisfied, sizeof answers->satisfied);
    for (size_t i = 0; i < scale; i++) {
        answers->amounts[i] = amount(survey, cell, question, i);
        answers->weight += answers->amounts[i];
    }
    answers->n_eff = !survey->weighted ? answers->weight
                     : answers->n
                         ? answers->weight * answers->weight / amount(survey, cell, question, scale + 1)
                         : 0;
}

enum mg_code mg_barometer_check_answers(const struct mg_barometer *barometer, struct mg_error *err)
{
    const struct mg_survey *survey = &barometer->survey;
    for (size_t q = 0; q < survey->question_count; q++) {
        int64_t on = 0;
        for (size_t cell = 0; cell < survey->cell_keys.count; cell++)
            on += number_of_answers(survey, cell, q);
        if (survey->questions[q].off_scale <= on)
            continue;
        mg_fail(err, MG_ERR_INPUT, _("question '%s': most answers are not on the scale %d to %d"),
                survey->questions[q].name, survey->low, survey->high);
        mg_error_hint(err, _("leave it out with --question, or import the survey with the scale it has"));
        return MG_ERR_INPUT;
    }
    return MG_OK;
}

static const char *group_name(const struct mg_survey *survey, int32_t group)
{
    if (group == MG_NOWHERE)
        return NULL;
    if (survey->by == MG_BY_LEVEL)
        return mg_territories_get(mg_place_territories(survey->place), mg_place_level(survey->place),
                                  (size_t)group)
            ->code;
    return mg_map_key(&survey->groups, (size_t)group, NULL);
}

static int compare_groups(const struct mg_survey *survey, int32_t a, int32_t b)
{
    if (a == b)
        return 0;
    if (a == MG_NOWHERE || b == MG_NOWHERE)
        return a == MG_NOWHERE ? 1 : -1;
    return strcmp(group_name(survey, a), group_name(survey, b));
}

static int by_group(const void *a, const void *b, void *context)
{
    const struct mg_survey *survey = context;
    struct mg_cell_key x = key_of(survey, *(const size_t *)a), y = key_of(survey, *(const size_t *)b);
    int order = compare_groups(survey, x.group, y.group);
    return order ? order : (x.period > y.period) - (x.period < y.period);
}

static int by_period(const void *a, const void *b, void *context)
{
    const struct mg_survey *survey = context;
    struct mg_cell_key x = key_of(survey, *(const size_t *)a), y = key_of(survey, *(const size_t *)b);
    int order = (x.period > y.period) - (x.period < y.period);
    return order ? order : compare_groups(survey, x.group, y.group);
}

/* ---- what must not be seen ---- */

/* How many answers the public needs for a score. */
static int64_t needed(const struct mg_barometer *barometer, const struct mg_score_rule *rule)
{
    bool detail = rule->detail || (rule->score == MG_SCORE_SATISFIED && !barometer->usual);
    return detail && barometer->detail_n > barometer->min_n ? barometer->detail_n : barometer->min_n;
}

/* Along the cells of one line, whose total may be known: could what is hidden be told from it? */
static bool line_betrays(const struct mg_barometer *barometer, const size_t *line, size_t count,
                         size_t question, int64_t most)
{
    int64_t hidden = 0, hidden_n = 0;
    bool shown = false;
    for (size_t i = 0; i < count; i++) {
        int64_t n = number_of_answers(&barometer->survey, line[i], question);
        if (n > 0 && n < most) {
            hidden++;
            hidden_n += n;
        } else if (n > 0) {
            shown = true;
        }
    }
    /* the others as full as they may be, or with an answer each: what is left for one */
    int64_t least = hidden_n - (hidden - 1) * (most - 1), largest = hidden_n - (hidden - 1);
    return hidden && shown &&
           (hidden == 1 || hidden_n < barometer->min_n ||
            (least > 1 ? least : 1) >= (largest < most - 1 ? largest : most - 1));
}

static enum mg_code check_lines(const struct mg_barometer *barometer, const size_t *order, bool along_groups,
                                int64_t most, struct mg_error *err)
{
    const struct mg_survey *survey = &barometer->survey;
    size_t count = survey->cell_keys.count;
    for (size_t start = 0, end; start < count; start = end) {
        struct mg_cell_key first = key_of(survey, order[start]);
        for (end = start + 1; end < count; end++) {
            struct mg_cell_key next = key_of(survey, order[end]);
            if (along_groups ? next.period != first.period : next.group != first.group)
                break;
        }
        for (size_t q = 0; q < survey->question_count; q++) {
            if (!line_betrays(barometer, order + start, end - start, q, most))
                continue;
            mg_fail(
                err, MG_ERR_USAGE,
                _("question '%s': a figure of fewer than %lld answers would be hidden, and could be found "
                  "by subtracting the others from their total"),
                survey->questions[q].name, (long long)most);
            mg_error_hint(err, _("hiding further figures is not built yet: ask for larger groups or longer "
                                 "periods, or use --audience ministry"));
            return MG_ERR_USAGE;
        }
    }
    return MG_OK;
}

/* For each score that is asked for, along each line of this order. */
static enum mg_code check_order(const struct mg_barometer *barometer, const size_t *order, bool along_groups,
                                struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t s = 0; s < mg_score_rule_count && !code; s++)
        if (barometer->scores & mg_score_rules[s].score)
            code = check_lines(barometer, order, along_groups, needed(barometer, &mg_score_rules[s]), err);
    return code;
}

enum mg_code mg_barometer_arrange(struct mg_barometer *barometer, struct mg_error *err)
{
    struct mg_survey *survey = &barometer->survey;
    size_t count = survey->cell_keys.count;
    size_t *order = barometer->order = mg_calloc(count + 1, sizeof *order);
    if (!order)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    if (barometer->audience == MG_PUBLIC && survey->by != MG_BY_NOTHING) {
        qsort_r(order, count, sizeof *order, by_period, survey);
        enum mg_code code = check_order(barometer, order, true, err);
        if (code)
            return code;
    }
    qsort_r(order, count, sizeof *order, by_group, survey);
    if (barometer->audience == MG_PUBLIC && survey->period != MG_PERIOD_ALL)
        return check_order(barometer, order, false, err);
    return MG_OK;
}

/* ---- the answer ---- */

static void set_figure(struct mg_barometer_row *row, const struct mg_figure *figure, double n_eff)
{
    row->status = figure->value == 0 && !strcmp(row->value_kind, "share") ? "zero" : "ok";
    row->n_eff = mg_round(n_eff, N_EFF_DECIMALS);
    row->value = mg_round(figure->value, VALUE_DECIMALS);
    row->lo = mg_round(figure->lo, VALUE_DECIMALS);
    row->hi = mg_round(figure->hi, VALUE_DECIMALS);
}

/* The records of one score of a question in a cell: one, or one for each answer of the scale. */
static enum mg_code visit_score(const struct mg_barometer *barometer, const struct mg_answers *answers,
                                const struct mg_score_rule *rule, struct mg_barometer_row *row,
                                mg_barometer_visitor *visit, void *context, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    row->value_kind = rule->value_kind;
    row->hidden = barometer->audience == MG_PUBLIC && answers->n > 0 && answers->n < needed(barometer, rule);
    row->status = row->hidden ? "suppressed" : "missing";
    row->n = row->hidden ? 0 : answers->n;
    row->n_eff = row->hidden ? NAN : 0;
    row->value = row->lo = row->hi = NAN;
    for (size_t i = 0; i < (rule->figure ? 1 : answers->count) && !code; i++) {
        row->answer = rule->figure ? -1 : answers->low + (int)i;
        if (!row->hidden && answers->n) {
            struct mg_figure figure = rule->figure ? rule->figure(answers) : mg_score_answer(answers, i);
            set_figure(row, &figure, answers->n_eff);
        }
        code = visit(context, row, err);
    }
    return code;
}

static enum mg_code visit_cell(const struct mg_barometer *barometer, size_t cell,
                               struct mg_barometer_row *row, mg_barometer_visitor *visit, void *context,
                               struct mg_error *err)
{
    const struct mg_survey *survey = &barometer->survey;
    enum mg_code code = MG_OK;
    for (size_t q = 0; q < survey->question_count && !code; q++) {
        struct mg_answers answers;
        answers_of(barometer, cell, q, &answers);
        row->question = survey->questions[q].name;
        for (size_t s = 0; s < mg_score_rule_count && !code; s++)
            if (barometer->scores & mg_score_rules[s].score)
                code = visit_score(barometer, &answers, &mg_score_rules[s], row, visit, context, err);
    }
    return code;
}

enum mg_code mg_barometer_each(const struct mg_barometer *barometer, mg_barometer_visitor *visit,
                               void *context, struct mg_error *err)
{
    const struct mg_survey *survey = &barometer->survey;
    for (size_t i = 0; i < survey->cell_keys.count; i++) {
        size_t cell = barometer->order[i];
        struct mg_cell_key key = key_of(survey, cell);
        char period[16];
        struct mg_barometer_row row = {.group = group_name(survey, key.group), .period = period};
        mg_period_text(survey->period, key.period, period);
        if (survey->by == MG_BY_LEVEL && row.group)
            row.group_name = mg_territories_get(mg_place_territories(survey->place),
                                                mg_place_level(survey->place), (size_t)key.group)
                                 ->name;
        enum mg_code code = visit_cell(barometer, cell, &row, visit, context, err);
        if (code)
            return code;
    }
    return MG_OK;
}

struct writing {
    const struct mg_survey *survey;
    bool distribution; /* then every record names its answer */
    struct mg_out *out;
};

static enum mg_code write_row(void *context, const struct mg_barometer_row *row, struct mg_error *err)
{
    const struct writing *writing = context;
    const struct mg_survey *survey = writing->survey;
    struct mg_out *out = writing->out;
    mg_out_begin(out, "barometer");
    if (survey->by == MG_BY_SERVICE)
        mg_out_text(out, "service", row->group);
    if (survey->by == MG_BY_LEVEL) {
        mg_out_text(out, "level", mg_level_name(mg_place_level(survey->place)));
        mg_out_text(out, "territory", row->group);
        mg_out_text(out, "territory_name", row->group_name && *row->group_name ? row->group_name : NULL);
    }
    if (survey->by == MG_BY_COLUMN) {
        mg_out_text(out, "column", survey->column->name);
        mg_out_text(out, "group", row->group);
    }
    mg_out_text(out, "period", row->period);
    mg_out_text(out, "question", row->question);
    if (row->hidden)
        mg_out_null(out, "n");
    else
        mg_out_int(out, "n", row->n);
    mg_out_real(out, "n_eff", row->n_eff);
    mg_out_real(out, "value", row->value);
    mg_out_real(out, "lo", row->lo);
    mg_out_real(out, "hi", row->hi);
    mg_out_text(out, "value_kind", row->value_kind);
    mg_out_text(out, "status", row->status);
    if (writing->distribution && row->answer < 0)
        mg_out_null(out, "answer");
    else if (writing->distribution)
        mg_out_int(out, "answer", row->answer);
    return mg_out_end_record(out, err);
}

enum mg_code mg_barometer_write(const struct mg_barometer *barometer, struct mg_out *out,
                                struct mg_error *err)
{
    struct writing writing = {&barometer->survey, (barometer->scores & MG_SCORE_DISTRIBUTION) != 0, out};
    return mg_barometer_each(barometer, write_row, &writing, err);
}
