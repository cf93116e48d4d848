/* scan.h - the answers of a survey, counted in one scan; inside barometer only.
 *
 * A cell is a group in a period. It holds, for each question, how much of each answer of the scale was
 * given: a sum of weights, which are all 1 where the survey has none.
 */
#ifndef MG_BAROMETER_SCAN_H
#define MG_BAROMETER_SCAN_H

#include "libdata/base/map.h"
#include "libdata/domain/barometer/barometer.h"
#include "libdata/domain/common/scale.h"
#include "libdata/domain/common/territory_of_row.h"

enum mg_by { MG_BY_NOTHING, MG_BY_SERVICE, MG_BY_LEVEL, MG_BY_COLUMN };

struct mg_question {
    int64_t position; /* in response.answers */
    char *name;
    int64_t off_scale; /* answers that are neither on the scale nor a code for "no answer" */
};

struct mg_cell_key { /* in the order of their making */
    int32_t group;   /* index of groups; for a level the territory's, MG_NOWHERE */
    int32_t period;  /* mg_period_of: 0 for all */
};

struct mg_short_text { /* a text of at most eight bytes and its index in groups */
    uint64_t text;     /* its bytes, zeros behind; 0: a free slot */
    int64_t group;
};

struct mg_survey {
    enum mg_by by;
    struct mg_dataset *dataset;
    const struct mg_edition *edition; /* NULL: all */
    const struct mg_field *column;    /* MG_BY_COLUMN, else NULL */
    enum mg_sql statement;   /* reads the responses of one edition, with what they are put together by */
    int64_t column_position; /* in the array that the statement gives; -1: its typed column only */
    struct mg_place *place;  /* MG_BY_LEVEL */
    enum mg_period period;
    bool weighted;
    int low, high;
    struct mg_question *questions; /* by position */
    size_t question_count;

    struct mg_map groups;              /* texts; not for a level */
    struct mg_short_text *short_texts; /* the short ones again: found with one look at memory */
    size_t short_slots, short_count;

    struct mg_map cell_keys; /* of struct mg_cell_key, to the index of the cell */
    int32_t *cell_of_group;  /* of group + 1, when there is one period; -1: none yet */
    size_t cell_of_group_size;
    union {
        uint32_t *counts; /* for each cell and question, of each answer from low to high */
        double
            *weights; /* weighted: sums of weights; then the number of answers, the sum of squared weights */
    } cells;
    size_t cell_capacity;
    int64_t responses, unweighted;
};

static inline size_t mg_survey_scale(const struct mg_survey *survey) /* how many answers there are */
{
    return (size_t)(survey->high - survey->low) + 1;
}

static inline size_t mg_survey_width(const struct mg_survey *survey) /* numbers of a question in a cell */
{
    return mg_survey_scale(survey) + (survey->weighted ? 2 : 0);
}

static inline size_t mg_survey_stride(const struct mg_survey *survey) /* numbers of a cell */
{
    return survey->question_count * mg_survey_width(survey);
}

/* Everything but the counts is filled: count them. */
enum mg_code mg_survey_scan(struct mg_survey *survey, struct mg_db *db, const struct mg_progress *progress,
                            struct mg_error *err);
void mg_survey_finish(struct mg_survey *survey);

/* A period as a number that grows with time: 0 all, else year * 16 + quarter or month. */
int32_t mg_period_of(enum mg_period period, mg_date date);
void mg_period_text(enum mg_period period, int32_t number, char text[16]);

struct mg_barometer {
    struct mg_survey survey;
    unsigned scores;
    bool satisfied[MG_SCALE_MOST + 1]; /* by answer less low */
    bool usual;                        /* the satisfied are those of the two highest answers */
    int64_t min_n, detail_n;
    enum mg_audience audience;
    size_t *order; /* cells by group (none last) and period */
};

/* Once all is counted: MG_ERR_INPUT names a question of which more answers are off the scale than on it. */
enum mg_code mg_barometer_check_answers(const struct mg_barometer *barometer, struct mg_error *err);

/* The cells in order, and a refusal of what the public could find by subtraction
 * (barometer/rows.c). */
enum mg_code mg_barometer_arrange(struct mg_barometer *barometer, struct mg_error *err);

#endif
