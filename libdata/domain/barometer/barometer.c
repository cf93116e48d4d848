#include "libdata/domain/barometer/barometer.h"

#include <fnmatch.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/num.h"
#include "libdata/db/read.h"
#include "libdata/domain/barometer/scan.h"
#include "libdata/domain/barometer/scores.h"

/* ---- what is asked for ---- */

static enum mg_code fail_score(const char *name, int length, struct mg_error *err)
{
    char names[160] = "";
    for (size_t i = 0; i < mg_score_rule_count; i++) {
        strcat(names, i ? ", " : "");
        strcat(names, mg_score_rules[i].name);
    }
    mg_fail(err, MG_ERR_USAGE, _("'%.*s' is not a score"), length, name);
    mg_error_hint(err, _("the scores there are: %s"), names);
    return MG_ERR_USAGE;
}

enum mg_code mg_scores_parse(const char *names, unsigned *ret_scores, struct mg_error *err)
{
    unsigned scores = 0;
    for (const char *name = names;; name++) {
        size_t length = strcspn(name, ","), i = 0;
        while (i < mg_score_rule_count && (strlen(mg_score_rules[i].name) != length ||
                                           memcmp(mg_score_rules[i].name, name, length) != 0))
            i++;
        if (i == mg_score_rule_count)
            return fail_score(name, (int)length, err);
        scores |= mg_score_rules[i].score;
        name += length;
        if (!*name)
            break;
    }
    *ret_scores = scores;
    return MG_OK;
}

bool mg_period_from_name(const char *name, enum mg_period *ret_period)
{
    static const char *const names[] = {"all", "year", "quarter", "month"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i])) {
            *ret_period = (enum mg_period)i;
            return true;
        }
    return false;
}

/* There is none, or both ends of one; answers are counted in an array of its size. */
static void read_scale(struct mg_read *row, int *ret_low, int *ret_high)
{
    if (mg_read_is_null(row, 0) && mg_read_is_null(row, 1))
        return;
    *ret_low = mg_read_int(row, 0, 0, MG_SCALE_MOST - 1);
    *ret_high = mg_read_int(row, 1, *ret_low + 1, MG_SCALE_MOST);
}

/* The scale that all editions asked for share, as imported; high 0 when one does not tell. */
static enum mg_code imported_scale(struct mg_db *db, struct mg_survey *survey, struct mg_error *err)
{
    const struct mg_dataset *dataset = survey->dataset;
    bool first = true;
    for (size_t i = 0; i < dataset->edition_count; i++) {
        struct mg_read row;
        if (survey->edition && survey->edition != &dataset->editions[i])
            continue;
        int low = 0, high = 0;
        mg_read_ask(&row, db, MG_SQL_BAROMETER_SURVEY, err, "i", dataset->editions[i].id);
        if (mg_read_next(&row))
            read_scale(&row, &low, &high);
        if (mg_read_end(&row))
            return row.code;
        if (!first && (low != survey->low || high != survey->high)) {
            mg_fail(err, MG_ERR_USAGE, _("the editions of '%s' do not share one scale"), dataset->name);
            mg_error_hint(err, _("ask for one of them with --edition"));
            return MG_ERR_USAGE;
        }
        survey->low = low;
        survey->high = high;
        first = false;
    }
    return MG_OK;
}

/* The public is told of the scale that the survey has: on a part of it, answers could be singled out. */
static enum mg_code find_scale(struct mg_db *db, struct mg_survey *survey, enum mg_audience audience,
                               const char *scale, struct mg_error *err)
{
    int low = 0, high = 0;
    if (scale && !mg_scale_parse(scale, &low, &high))
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is not a scale: LOW:HIGH, whole numbers from 0 to %d"),
                       scale, MG_SCALE_MOST);
    enum mg_code code = scale && audience != MG_PUBLIC ? MG_OK : imported_scale(db, survey, err);
    if (!code && scale && survey->high > survey->low && (survey->low != low || survey->high != high))
        return mg_fail(err, MG_ERR_USAGE, _("--scale %s: the survey was imported with %d:%d"), scale,
                       survey->low, survey->high);
    if (scale) {
        survey->low = low;
        survey->high = high;
    }
    if (!code && survey->high <= survey->low) {
        mg_fail(err, MG_ERR_USAGE, _("the scale of the answers of '%s' is not known"), survey->dataset->name);
        mg_error_hint(err, _("say it, as in --scale 1:5"));
        return MG_ERR_USAGE;
    }
    return code;
}

/* The two highest answers, or the one of two. */
static void set_usual(const struct mg_survey *survey, bool *satisfied)
{
    satisfied[survey->high - survey->low] = true;
    if (survey->high - survey->low > 1)
        satisfied[survey->high - survey->low - 1] = true;
}

static enum mg_code find_satisfied(struct mg_barometer *barometer, const char *list, struct mg_error *err)
{
    const struct mg_survey *survey = &barometer->survey;
    bool usual[MG_SCALE_MOST + 1] = {false};
    set_usual(survey, list ? usual : barometer->satisfied);
    for (const char *text = list; text && *text; text += *text == ',') {
        size_t length = strcspn(text, ",");
        int64_t answer;
        if (!mg_num_parse_i64(text, length, &answer) || answer < survey->low || answer > survey->high)
            return mg_fail(err, MG_ERR_USAGE, _("satisfied: '%.*s' is not an answer on the scale %d to %d"),
                           (int)length, text, survey->low, survey->high);
        barometer->satisfied[answer - survey->low] = true;
        text += length;
    }
    barometer->usual = !list || !memcmp(usual, barometer->satisfied, sizeof usual);
    return MG_OK;
}

static enum mg_code check_scores(const struct mg_barometer *barometer, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < mg_score_rule_count && !code; i++)
        if (barometer->scores & mg_score_rules[i].score)
            code = mg_score_check(mg_score_rules[i].score, barometer->survey.low, barometer->survey.high,
                                  barometer->satisfied, err);
    return code;
}

/* ---- questions ---- */

static bool listed(const char *name, const char *list)
{
    char pattern[256];
    for (const char *p = list;; p++) {
        size_t length = strcspn(p, ",");
        if (length < sizeof pattern) {
            memcpy(pattern, p, length);
            pattern[length] = '\0';
            if (!fnmatch(pattern, name, FNM_CASEFOLD))
                return true;
        }
        p += length;
        if (!*p)
            return false;
    }
}

static enum mg_code add_question(struct mg_survey *survey, int64_t position, const char *name,
                                 struct mg_error *err)
{
    struct mg_question *grown =
        mg_realloc(survey->questions, survey->question_count + 1, sizeof *survey->questions);
    if (!grown)
        return mg_fail_memory(err);
    survey->questions = grown;
    grown[survey->question_count] = (struct mg_question){position, mg_strdup(name), 0};
    return grown[survey->question_count++].name ? MG_OK : mg_fail_memory(err);
}

/* Every name of the list that has no * must be a question; a question is in if this audience may see it. */
static enum mg_code check_named(const struct mg_survey *survey, enum mg_audience audience, const char *list,
                                struct mg_error *err)
{
    for (const char *p = list;; p++) {
        size_t length = strcspn(p, ",");
        MG_FREE char *name = mg_strndup(p, length);
        const struct mg_field *field;
        bool found = false;
        if (!name)
            return mg_fail_memory(err);
        for (size_t i = 0; i < survey->question_count && !found; i++)
            found = !fnmatch(name, survey->questions[i].name, FNM_CASEFOLD);
        if (!found && !strpbrk(name, "*?[")) {
            enum mg_code code = mg_access_find_field(audience, survey->dataset, name, &field, err);
            return code ? code
                        : mg_fail(err, MG_ERR_USAGE, _("column '%s' of '%s' is not a question"), name,
                                  survey->dataset->name);
        }
        if (!found)
            return mg_fail(err, MG_ERR_USAGE, _("no question of '%s' that may be shown is called '%s'"),
                           survey->dataset->name, name);
        p += length;
        if (!*p)
            return MG_OK;
    }
}

static enum mg_code find_questions(struct mg_db *db, struct mg_survey *survey, enum mg_audience audience,
                                   const char *list, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_BAROMETER_QUESTIONS, err, "i", survey->dataset->id);
    while (mg_read_next(&row)) {
        int64_t position = mg_read_i64_in(&row, 0, 0, MG_POSITION_MAX);
        const char *name = mg_read_text(&row, 1, NULL);
        const struct mg_field *field;
        if (!row.code && listed(name, list) &&
            !mg_access_find_field(audience, survey->dataset, name, &field, NULL))
            row.code = add_question(survey, position, name, err);
    }
    return mg_read_end(&row) ? row.code : check_named(survey, audience, list, err);
}

/* ---- what responses are put together by ---- */

static const struct mg_field *field_of_role(const struct mg_dataset *dataset, const char *role)
{
    for (size_t i = 0; i < dataset->field_count; i++)
        if (dataset->fields[i].role && !strcmp(dataset->fields[i].role, role))
            return &dataset->fields[i];
    return NULL;
}

static enum mg_code find_column(struct mg_db *db, struct mg_barometer *barometer, const char *name,
                                struct mg_error *err)
{
    struct mg_survey *survey = &barometer->survey;
    enum mg_code code =
        mg_access_find_column(barometer->audience, survey->dataset, name, &survey->column, err);
    if (code)
        return code;
    bool as_written = mg_access_field(barometer->audience, survey->dataset, survey->column);
    const char *role = survey->column->role ? survey->column->role : "";
    bool typed = true;
    survey->by = MG_BY_COLUMN;
    survey->column_position = as_written ? survey->column->position : -1;
    if (!strcmp(role, "service"))
        survey->statement = MG_SQL_BAROMETER_BY_SERVICE;
    else if (!strcmp(role, "commune"))
        survey->statement = MG_SQL_BAROMETER_BY_TERRITORY;
    else if (!strcmp(role, "date"))
        survey->statement = MG_SQL_BAROMETER_BY_DATE;
    else if (!strcmp(role, "weight") || !strcmp(role, "comment"))
        return mg_fail(err, MG_ERR_USAGE, _("responses cannot be put together by their %s, column '%s'"),
                       role, name);
    else
        typed = false;
    if (typed)
        return MG_OK;
    survey->statement = MG_SQL_BAROMETER_BY_OTHER;
    int64_t position;
    bool question;
    code = mg_db_query_i64(db, MG_SQL_BAROMETER_QUESTION_POSITION, &position, &question, err, "it",
                           survey->dataset->id, name);
    if (!code && question) {
        survey->statement = MG_SQL_BAROMETER_BY_ANSWER;
        survey->column_position = position;
    }
    return code;
}

static enum mg_code find_place(struct mg_db *db, const struct mg_barometer_request *request,
                               enum mg_level level, struct mg_place **ret_place, struct mg_error *err)
{
    enum mg_code code = mg_place_create(db, level, request->cog, ret_place, err);
    if (code == MG_ERR_USAGE && request->audience == MG_PUBLIC)
        mg_error_hint(err,
                      _("import a list of them: maillage import FILE --as territories --level %s "
                        "--access open"),
                      mg_level_name(level));
    return code;
}

static enum mg_code find_by(struct mg_db *db, struct mg_barometer *barometer,
                            const struct mg_barometer_request *request, struct mg_error *err)
{
    struct mg_survey *survey = &barometer->survey;
    const struct mg_field *field;
    enum mg_level level;
    survey->column_position = -1;
    if (!request->by) {
        survey->by = MG_BY_NOTHING;
        survey->statement = MG_SQL_BAROMETER_ALL;
        return MG_OK;
    }
    if (!strcmp(request->by, "service") && (field = field_of_role(survey->dataset, "service")) &&
        mg_access_column(request->audience, survey->dataset, field)) {
        survey->by = MG_BY_SERVICE;
        survey->statement = MG_SQL_BAROMETER_BY_SERVICE;
        return MG_OK;
    }
    if (mg_level_from_name(request->by, &level) && (field = field_of_role(survey->dataset, "commune")) &&
        mg_access_column(request->audience, survey->dataset, field)) {
        survey->by = MG_BY_LEVEL;
        survey->statement = MG_SQL_BAROMETER_BY_TERRITORY;
        return find_place(db, request, level, &survey->place, err);
    }
    return find_column(db, barometer, request->by, err);
}

/* ---- everything together ---- */

void mg_barometer_destroy(struct mg_barometer *barometer)
{
    if (!barometer)
        return;
    mg_survey_finish(&barometer->survey);
    free(barometer->order);
    free(barometer);
}

/* Whoever asks for the public may be stricter, never less. */
static enum mg_code check_floors(const struct mg_barometer_request *request, struct mg_error *err)
{
    bool public = request->audience == MG_PUBLIC;
    if (request->min_n < (public ? MG_BAROMETER_MIN_N : 1))
        return mg_fail(err, MG_ERR_USAGE,
                       public ? _("the public sees figures of at least %d answers")
                              : _("at least %d answer must be asked for"),
                       public ? MG_BAROMETER_MIN_N : 1);
    if (public && request->detail_n && request->detail_n < MG_BAROMETER_DETAIL_N)
        return mg_fail(
            err, MG_ERR_USAGE,
            _("the public sees more than the share of the two highest answers of at least %d answers"),
            MG_BAROMETER_DETAIL_N);
    return MG_OK;
}

static enum mg_code prepare(struct mg_db *db, struct mg_barometer *barometer,
                            const struct mg_barometer_request *request, struct mg_error *err)
{
    struct mg_survey *survey = &barometer->survey;
    enum mg_code code = mg_access_load(db, request->audience, request->dataset, &survey->dataset, err);
    if (code)
        return code;
    if (strcmp(survey->dataset->kind, "responses"))
        return mg_fail(err, MG_ERR_USAGE, _("dataset '%s' holds %s, not survey responses"), request->dataset,
                       survey->dataset->kind);
    code = check_floors(request, err);
    if (code)
        return code;
    if (request->edition)
        code = mg_edition_find(survey->dataset, request->edition, &survey->edition, err);
    if (!code)
        code = find_scale(db, survey, request->audience, request->scale, err);
    if (!code)
        code = find_satisfied(barometer, request->satisfied, err);
    if (!code)
        code = check_scores(barometer, err);
    if (!code)
        code =
            find_questions(db, survey, request->audience, request->questions ? request->questions : "*", err);
    if (!code)
        code = find_by(db, barometer, request, err);
    return code;
}

/* Territories as this audience may see them. */
static enum mg_code count_all(struct mg_db *db, struct mg_barometer *barometer,
                              const struct mg_barometer_request *request, struct mg_error *err)
{
    enum mg_code code = mg_access_narrow(db, request->audience, err);
    if (!code)
        code = prepare(db, barometer, request, err);
    barometer->survey.weighted = !code && field_of_role(barometer->survey.dataset, "weight") != NULL;
    if (!code)
        code = mg_survey_scan(&barometer->survey, db, request->progress, err);
    /* one of many is said to be off the scale; one that is asked for by its name is refused */
    if (!code && request->questions && !strpbrk(request->questions, "*?["))
        code = mg_barometer_check_answers(barometer, err);
    if (!code)
        code = mg_barometer_arrange(barometer, err);
    mg_access_widen(db);
    return code;
}

enum mg_code mg_barometer_create(struct mg_db *db, const struct mg_barometer_request *request,
                                 struct mg_barometer **ret_barometer, struct mg_error *err)
{
    MG_CLEANUP(mg_barometer_destroy_pointer) struct mg_barometer *barometer = mg_calloc(1, sizeof *barometer);
    if (!barometer)
        return mg_fail_memory(err);
    barometer->scores = request->scores;
    barometer->min_n = request->min_n;
    barometer->detail_n = request->detail_n ? request->detail_n : MG_BAROMETER_DETAIL_N;
    barometer->audience = request->audience;
    barometer->survey.period = request->period;
    enum mg_code code = count_all(db, barometer, request, err);
    if (code)
        return code;
    *ret_barometer = barometer;
    barometer = NULL;
    return MG_OK;
}
void mg_barometer_counts(const struct mg_barometer *barometer, int64_t *ret_responses,
                         int64_t *ret_unweighted)
{
    *ret_responses = barometer->survey.responses;
    *ret_unweighted = barometer->survey.unweighted;
}

bool mg_barometer_off_scale(const struct mg_barometer *barometer, size_t i, const char **ret_question,
                            int64_t *ret_count)
{
    if (i >= barometer->survey.question_count)
        return false;
    int64_t count = barometer->survey.questions[i].off_scale;
    *ret_question = barometer->survey.questions[i].name;
    *ret_count = barometer->audience == MG_PUBLIC && count ? 1 : count;
    return true;
}
