/* barometer/rows.c - from counts to figures, and which of them are hidden. */
#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/domain/barometer/scan.h"
#include "libdata/domain/common/interval.h"

#define VALUE_DECIMALS 4
#define N_EFF_DECIMALS 2

struct figures {
    int64_t n;
    double n_eff, share, mean, sd;
};

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

static struct figures figures_of(const struct mg_barometer *barometer, size_t cell, size_t question)
{
    const struct mg_survey *survey = &barometer->survey;
    size_t scale = mg_survey_scale(survey);
    struct figures figures = {.n = number_of_answers(survey, cell, question), .sd = NAN};
    double weight = 0, satisfied = 0, sum = 0, spread = 0;
    for (size_t i = 0; i < scale; i++) {
        double here = amount(survey, cell, question, i);
        weight += here;
        sum += here * (double)(survey->low + (int)i);
        if (barometer->satisfied[i])
            satisfied += here;
    }
    figures.n_eff = survey->weighted ? weight * weight / amount(survey, cell, question, scale + 1) : weight;
    figures.share = satisfied / weight;
    figures.mean = sum / weight;
    for (size_t i = 0; i < scale; i++) {
        double off = survey->low + (int)i - figures.mean;
        spread += amount(survey, cell, question, i) * off * off;
    }
    if (figures.n_eff > 1)
        figures.sd = sqrt(spread / weight * figures.n_eff / (figures.n_eff - 1));
    return figures;
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

/* Along the cells of one line, whose total may be known: could what is hidden be told from it? */
static bool line_betrays(const struct mg_barometer *barometer, const size_t *line, size_t count,
                         size_t question)
{
    size_t hidden = 0, shown = 0;
    int64_t hidden_n = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t n = number_of_answers(&barometer->survey, line[i], question);
        if (n > 0 && n < barometer->min_n) {
            hidden++;
            hidden_n += n;
        } else if (n > 0) {
            shown++;
        }
    }
    return hidden && shown && (hidden == 1 || hidden_n < barometer->min_n);
}

static enum mg_code check_lines(const struct mg_barometer *barometer, const size_t *order, bool along_groups,
                                struct mg_error *err)
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
            if (!line_betrays(barometer, order + start, end - start, q))
                continue;
            mg_fail(
                err, MG_ERR_USAGE,
                _("question '%s': a figure of fewer than %lld answers would be hidden, and could be found "
                  "by subtracting the others from their total"),
                survey->questions[q].name, (long long)barometer->min_n);
            mg_error_hint(err, _("hiding further figures is not built yet: ask for larger groups or longer "
                                 "periods, or use --audience ministry"));
            return MG_ERR_USAGE;
        }
    }
    return MG_OK;
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
        enum mg_code code = check_lines(barometer, order, true, err);
        if (code)
            return code;
    }
    qsort_r(order, count, sizeof *order, by_group, survey);
    if (barometer->audience == MG_PUBLIC && survey->period != MG_PERIOD_ALL)
        return check_lines(barometer, order, false, err);
    return MG_OK;
}

/* ---- the answer ---- */

static void fill_row(const struct mg_barometer *barometer, size_t cell, size_t question, enum mg_score score,
                     struct mg_barometer_row *row)
{
    const struct mg_survey *survey = &barometer->survey;
    struct figures figures = figures_of(barometer, cell, question);
    row->question = survey->questions[question].name;
    row->value_kind = score == MG_SCORE_MEAN ? "mean" : "share";
    row->n = figures.n;
    row->n_eff = row->value = row->lo = row->hi = NAN;
    row->hidden = barometer->audience == MG_PUBLIC && figures.n > 0 && figures.n < barometer->min_n;
    row->status = row->hidden ? "suppressed-primary" : "missing";
    if (row->hidden)
        row->n = 0;
    if (row->hidden || !figures.n) {
        if (!row->hidden)
            row->n_eff = 0;
        return;
    }
    struct mg_interval interval;
    if (score == MG_SCORE_MEAN) {
        interval = mg_interval_mean(figures.mean, figures.sd, figures.n_eff);
        interval.lo = interval.lo < survey->low ? survey->low : interval.lo;
        interval.hi = interval.hi > survey->high ? survey->high : interval.hi;
    } else {
        interval = mg_interval_share(figures.share, figures.n_eff);
    }
    double value = score == MG_SCORE_MEAN ? figures.mean : figures.share;
    row->status = score == MG_SCORE_SATISFIED && value == 0 ? "zero" : "ok";
    row->n_eff = mg_round(figures.n_eff, N_EFF_DECIMALS);
    row->value = mg_round(value, VALUE_DECIMALS);
    row->lo = mg_round(interval.lo, VALUE_DECIMALS);
    row->hi = mg_round(interval.hi, VALUE_DECIMALS);
}

enum mg_code mg_barometer_each(const struct mg_barometer *barometer, mg_barometer_visitor *visit,
                               void *context, struct mg_error *err)
{
    static const enum mg_score scores[] = {MG_SCORE_SATISFIED, MG_SCORE_MEAN};
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
        for (size_t q = 0; q < survey->question_count; q++)
            for (size_t s = 0; s < sizeof scores / sizeof *scores; s++) {
                if (!(barometer->scores & scores[s]))
                    continue;
                fill_row(barometer, cell, q, scores[s], &row);
                enum mg_code code = visit(context, &row, err);
                if (code)
                    return code;
            }
    }
    return MG_OK;
}

struct writing {
    const struct mg_survey *survey;
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
    return mg_out_end_record(out, err);
}

enum mg_code mg_barometer_write(const struct mg_barometer *barometer, struct mg_out *out,
                                struct mg_error *err)
{
    struct writing writing = {&barometer->survey, out};
    return mg_barometer_each(barometer, write_row, &writing, err);
}
