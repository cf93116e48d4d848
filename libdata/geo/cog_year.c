#include "libdata/geo/cog_year.h"

#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/db/read.h"
#include "libdata/geo/succession_graph.h"

#define LEAST_SHARE    0.02 /* then one code more or less costs less than MG_COG_YEAR_NEAR */
#define MOST_STRANGERS 0.1
#define MOST_NAMES     200000 /* more than this is no column of communes' names */

enum { CODE_LENGTH = 5 };

/* --- what the file has --- */

enum mg_code mg_cog_codes_add(struct mg_cog_codes *codes, const char *code, const char *name,
                              size_t name_length, struct mg_error *err)
{
    enum mg_code failed =
        mg_map_put(&codes->codes, code, CODE_LENGTH, (int64_t)codes->codes.count, NULL, err);
    if (failed || !name_length || codes->too_many)
        return failed;
    char key[CODE_LENGTH + 1 + 120];
    if (name_length > sizeof key - CODE_LENGTH - 1)
        return MG_OK;
    memcpy(key, code, CODE_LENGTH);
    key[CODE_LENGTH] = ' ';
    memcpy(key + CODE_LENGTH + 1, name, name_length);
    codes->too_many = codes->names.count == MOST_NAMES;
    return mg_map_put(&codes->names, key, CODE_LENGTH + 1 + name_length, (int64_t)codes->names.count, NULL,
                      err);
}

void mg_cog_codes_finish(struct mg_cog_codes *codes)
{
    mg_map_finish(&codes->codes);
    mg_map_finish(&codes->names);
}

/* --- what communes are called --- */

struct naming {
    int64_t code; /* of the file's codes */
    mg_date day;
    size_t before, after; /* 1 + offset in texts of the folded name; 0: none */
};

struct fitting {
    const struct mg_cog_codes *codes;
    struct mg_succession *succession;
    struct mg_buf texts;
    struct naming *namings; /* by code, day */
    size_t naming_count;
    int first, last;     /* years */
    double *likelihoods; /* by year from first */
};

static void finish(struct fitting *f)
{
    mg_succession_destroy(f->succession);
    mg_buf_finish(&f->texts);
    free(f->namings);
    free(f->likelihoods);
}

static int64_t entry_of(const struct fitting *f, const char *code)
{
    return strlen(code) == CODE_LENGTH ? mg_map_get(&f->codes->codes, code, CODE_LENGTH) : -1;
}

static size_t add_folded(struct mg_buf *texts, const char *text, size_t length)
{
    size_t offset = texts->length;
    mg_text_add_folded(texts, text, length);
    mg_buf_add_char(texts, '\0');
    return offset + 1;
}

static enum mg_code add_naming(struct fitting *f, size_t *capacity, const struct naming *naming,
                               struct mg_error *err)
{
    if (!mg_grow(f->namings, f->naming_count, &*capacity))
        return mg_fail_memory(err);
    f->namings[f->naming_count++] = *naming;
    return MG_OK;
}

static int compare_namings(const void *a, const void *b)
{
    const struct naming *p = a, *q = b;
    if (p->code != q->code)
        return p->code < q->code ? -1 : 1;
    if (p->day != q->day)
        return p->day < q->day ? -1 : 1;
    return 0;
}

/* One row for each code, day and side; a code with two names on one side of a day has the first in the
 * statement's order, which is the alphabet's. */
static enum mg_code load_namings(struct fitting *f, struct mg_db *db, struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    size_t capacity = 0;
    bool row = true;
    enum mg_code code = mg_db_statement(db, MG_SQL_MOVEMENT_NAMES, &statement, err);
    while (!code && !(code = mg_db_step(statement, &row, err)) && row) {
        struct mg_read read = mg_read_of(statement, err);
        const char *name = mg_read_text(&read, 3, NULL);
        struct naming naming = {.code = entry_of(f, mg_read_text(&read, 0, NULL)),
                                .day = mg_read_date(&read, 1)};
        bool after = mg_read_bool(&read, 2);
        code = read.code;
        if (code || naming.code < 0)
            continue;
        size_t *side = after ? &naming.after : &naming.before;
        *side = add_folded(&f->texts, name, strlen(name));
        struct naming *held = f->naming_count ? &f->namings[f->naming_count - 1] : NULL;
        if (!held || compare_namings(held, &naming)) {
            code = add_naming(f, &capacity, &naming, err);
        } else {
            held->before = held->before ? held->before : naming.before;
            held->after = held->after ? held->after : naming.after;
        }
    }
    sqlite3_reset(statement);
    if (f->naming_count)
        qsort(f->namings, f->naming_count, sizeof *f->namings, compare_namings);
    return code ? code : mg_buf_check(&f->texts, err);
}

/* The name on a day, folded, or NULL: of the last movement up to it, else of the first after. */
static const char *name_on(const struct fitting *f, const struct naming *namings, size_t count, mg_date day)
{
    size_t name = 0;
    for (size_t i = 0; i < count && namings[i].day <= day; i++)
        name = namings[i].after ? namings[i].after : name;
    for (size_t i = 0; i < count && !name; i++)
        name = namings[i].day > day ? namings[i].before : 0;
    return name ? f->texts.data + name - 1 : NULL;
}

/* --- likelihoods --- */

static double within(double low, double value, double high)
{
    return value < low ? low : value > high ? high : value;
}

static double share_of(int64_t n, int64_t of)
{
    return of ? (double)n / (double)of : 0;
}

/* Of n among `of`, where each is there with that chance. */
static double likelihood(int64_t n, int64_t of, double share)
{
    return (double)n * log(share) + (double)(of - n) * log(1 - share);
}

struct tally {
    int64_t standing, standing_there; /* communes; those in the file */
    int64_t fallen, fallen_there;     /* the same of those that do not stand in the year */
    int64_t right, wrong;             /* names */
};

/* A file holds no smaller share of its year's communes than of others. No source is so good, or so bad, that
 * a code or a name of another year could not be there by mistake; and of those most are not. */
static double likelihood_of(const struct tally *t)
{
    double fallen = within(LEAST_SHARE, share_of(t->fallen_there, t->fallen), MOST_STRANGERS);
    double standing = within(LEAST_SHARE, share_of(t->standing_there, t->standing), 1 - LEAST_SHARE);
    double right = within(1 - MOST_STRANGERS, share_of(t->right, t->right + t->wrong), 1 - LEAST_SHARE);
    if (standing < fallen)
        standing = fallen =
            within(LEAST_SHARE, share_of(t->standing_there + t->fallen_there, t->standing + t->fallen),
                   MOST_STRANGERS);
    return likelihood(t->standing_there, t->standing, standing) +
           likelihood(t->fallen_there, t->fallen, fallen) + likelihood(t->right, t->right + t->wrong, right);
}

static mg_date first_of(int year)
{
    return mg_date_from_civil(year, 1, 1);
}

/* The départements of the file: the first two characters of a code, three overseas. */
static enum mg_code take_departements(const struct fitting *f, struct mg_map *departements,
                                      struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < f->codes->codes.count && !code; i++) {
        const char *text = mg_map_key(&f->codes->codes, i, NULL);
        code = mg_map_put(departements, text, strncmp(text, "97", 2) ? 2 : 3, 0, NULL, err);
    }
    return code;
}

/* A commune that stands in all years or in none tells nothing. */
static void count_commune(const struct fitting *f, int32_t node, bool there, struct tally *tallies)
{
    int years = f->last - f->first + 1, standing = 0;
    for (int i = 0; i < years; i++)
        standing += mg_succession_is_there(f->succession, node, first_of(f->first + i));
    if (!standing || standing == years)
        return;
    for (int i = 0; i < years; i++) {
        bool stands = mg_succession_is_there(f->succession, node, first_of(f->first + i));
        tallies[i].standing += stands;
        tallies[i].standing_there += stands && there;
        tallies[i].fallen += !stands;
        tallies[i].fallen_there += !stands && there;
    }
}

static enum mg_code count_communes(const struct fitting *f, struct tally *tallies, struct mg_error *err)
{
    MG_CLEANUP(mg_map_finish) struct mg_map departements = {0};
    enum mg_code code = take_departements(f, &departements, err);
    for (size_t i = 0; i < f->succession->nodes.count && !code; i++) {
        if (!mg_succession_is_commune(f->succession, (int32_t)i))
            continue;
        const char *commune = mg_succession_code_of(f->succession, (int32_t)i);
        if (mg_map_get(&departements, commune, strncmp(commune, "97", 2) ? 2 : 3) >= 0)
            count_commune(f, (int32_t)i, entry_of(f, commune) >= 0, tallies);
    }
    return code;
}

/* A name that is right in all years or in none tells nothing. */
static void count_name(const struct fitting *f, const struct naming *namings, size_t count, const char *name,
                       struct tally *tallies)
{
    int years = f->last - f->first + 1, right = 0;
    for (int i = 0; i < years; i++) {
        const char *then = name_on(f, namings, count, first_of(f->first + i));
        right += then && !strcmp(then, name);
    }
    for (int i = 0; i < years && right && right < years; i++) {
        const char *then = name_on(f, namings, count, first_of(f->first + i));
        if (then && !strcmp(then, name))
            tallies[i].right++;
        else
            tallies[i].wrong++;
    }
}

static enum mg_code count_names(const struct fitting *f, struct tally *tallies, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    MG_CLEANUP(mg_map_finish) struct mg_map seen = {0};
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < f->codes->names.count && !f->codes->too_many && !code; i++) {
        size_t length;
        const char *text = mg_map_key(&f->codes->names, i, &length);
        const struct naming wanted = {.code = mg_map_get(&f->codes->codes, text, CODE_LENGTH)};
        size_t start = 0, end;
        for (size_t high = f->naming_count; start < high;) {
            size_t middle = (start + high) / 2;
            if (f->namings[middle].code < wanted.code)
                start = middle + 1;
            else
                high = middle;
        }
        for (end = start; end < f->naming_count && f->namings[end].code == wanted.code;)
            end++;
        if (end == start)
            continue;
        int64_t held = 0;
        mg_buf_clear(&folded);
        mg_buf_add(&folded, text, CODE_LENGTH + 1);
        mg_text_add_folded(&folded, text + CODE_LENGTH + 1, length - CODE_LENGTH - 1);
        code = mg_buf_check(&folded, err);
        if (!code)
            code = mg_map_put(&seen, folded.data, folded.length, (int64_t)i, &held, err);
        if (!code && held == (int64_t)i)
            count_name(f, f->namings + start, end - start, folded.data + CODE_LENGTH + 1, tallies);
    }
    return code;
}

/* --- the years --- */

/* From the last first of January before the first movement to the first of January that has seen the last. */
static bool find_span(struct fitting *f)
{
    const struct mg_succession *s = f->succession;
    mg_date low = 0, high = 0;
    int month, day;
    for (size_t i = 0; i < s->edge_count; i++) {
        low = !i || s->outgoing[i].day < low ? s->outgoing[i].day : low;
        high = !i || s->outgoing[i].day > high ? s->outgoing[i].day : high;
    }
    if (!s->edge_count)
        return false;
    mg_date_to_civil(low - 1, &f->first, &month, &day);
    mg_date_to_civil(high, &f->last, &month, &day);
    f->last += (month > 1 || day > 1) && f->last < 9999;
    return true;
}

/* Communes of the file that stand in another year, in none of these. */
static int64_t count_strangers(const struct fitting *f, const struct mg_cog_year *year)
{
    int64_t strangers = 0;
    for (size_t i = 0; i < f->succession->nodes.count; i++) {
        if (!mg_succession_is_commune(f->succession, (int32_t)i) ||
            entry_of(f, mg_succession_code_of(f->succession, (int32_t)i)) < 0)
            continue;
        bool ever = false, then = false;
        for (int y = f->first; y <= f->last && !then; y++) {
            bool stands = mg_succession_is_there(f->succession, (int32_t)i, first_of(y));
            ever = ever || stands;
            then = stands && y >= year->first && y <= year->last;
        }
        strangers += ever && !then;
    }
    return strangers;
}

/* All years that cannot be told from the best; all there are say nothing. */
static void take_best(const struct fitting *f, struct mg_cog_year *year)
{
    int years = f->last - f->first + 1, best = 0;
    for (int i = 1; i < years; i++)
        if (f->likelihoods[i] > f->likelihoods[best])
            best = i;
    for (int i = 0; i < years; i++) {
        if (f->likelihoods[best] - f->likelihoods[i] >= MG_COG_YEAR_NEAR)
            continue;
        year->first = year->first ? year->first : f->first + i;
        year->last = f->first + i;
    }
    if (year->first == f->first && year->last == f->last)
        *year = (struct mg_cog_year){0};
    year->or_later = year->last == f->last;
}

enum mg_code mg_cog_year_find(struct mg_db *db, const struct mg_cog_codes *codes,
                              struct mg_cog_year *ret_year, struct mg_error *err)
{
    MG_CLEANUP(finish) struct fitting f = {.codes = codes};
    struct mg_cog_year year = {0};
    enum mg_code code = mg_succession_load(db, &f.succession, err);
    if (code || !codes->codes.count || !find_span(&f)) {
        if (!code)
            *ret_year = year;
        return code;
    }
    size_t years = (size_t)(f.last - f.first + 1);
    MG_FREE struct tally *tallies = mg_calloc(years, sizeof *tallies);
    f.likelihoods = mg_calloc(years, sizeof *f.likelihoods);
    if (!tallies || !f.likelihoods)
        return mg_fail_memory(err);
    code = count_communes(&f, tallies, err);
    if (!code && codes->names.count)
        code = load_namings(&f, db, err);
    if (!code)
        code = count_names(&f, tallies, err);
    if (code)
        return code;
    for (size_t i = 0; i < years; i++)
        f.likelihoods[i] = likelihood_of(&tallies[i]);
    take_best(&f, &year);
    if (year.first)
        year.strangers = count_strangers(&f, &year);
    *ret_year = year;
    return MG_OK;
}

mg_date mg_cog_year_date(int first, int last, mg_date as_of)
{
    if (first && as_of < first_of(first))
        return first_of(first);
    if (last && last < 9999 && as_of >= first_of(last + 1))
        return first_of(last);
    return as_of;
}
