#include "libdata/domain/import/anomalies.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/db/read.h"
#include "libdata/geo/blob.h"

#define MOVED_M     1000.0
#define MOVED_SHARE 0.1
#define ROWS_SHARE  0.25
#define FOUND_SHARE 0.1
#define SIGMAS      3.0
#define CHANCE      0.01 /* that anything at all would be told of a file in which nothing is wrong */

static void add(struct mg_anomalies *found, const char *told, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add(struct mg_anomalies *found, const char *told, const char *format, ...)
{
    if (found->count == MG_ANOMALIES - 1) { /* the last place says how many more */
        found->more++;
        return;
    }
    struct mg_anomaly *anomaly = &found->list[found->count++];
    va_list args;
    va_start(args, format);
    snprintf(anomaly->told, sizeof anomaly->told, "%s", told);
    vsnprintf(anomaly->message, sizeof anomaly->message, format, args);
    va_end(args);
}

/* A name from the file, safe on a terminal and not too long. */
static const char *visible(const char *text, char out[80])
{
    mg_text_visible(text, strlen(text), out, 80);
    return out;
}

static void find_rows(const struct mg_anomaly_editions *e, struct mg_anomalies *found)
{
    double before = (double)e->rows_before, after = (double)e->rows_after, difference = fabs(after - before);
    char told[120];
    if (difference < ROWS_SHARE * before || difference <= SIGMAS * sqrt(before + after))
        return;
    snprintf(told, sizeof told, "row-count: %" PRId64 " -> %" PRId64, e->rows_before, e->rows_after);
    add(found, told, _("%" PRId64 " rows, where the edition before has %" PRId64), e->rows_after,
        e->rows_before);
}

/* Far fewer than the share before promises? */
static bool is_emptied(int64_t before, int64_t after, const struct mg_anomaly_editions *e)
{
    double expected = e->rows_before ? (double)before * (double)e->rows_after / (double)e->rows_before : 0;
    return (double)after < expected / 2 && expected - (double)after > SIGMAS * sqrt(expected);
}

/* Names with commas between them, as many as there is room for. */
static void add_name(char *list, size_t size, const char *name)
{
    size_t length = strlen(list), wanted = strlen(name) + 4;
    if (length + wanted + 5 < size)
        snprintf(list + length, size - length, "%s'%s'", length ? ", " : "", name);
    else if (length < 3 || strcmp(list + length - 3, "..."))
        snprintf(list + length, size - length, "...");
}

static enum mg_code find_columns(struct mg_db *db, const struct mg_anomaly_editions *e,
                                 struct mg_anomalies *found, struct mg_error *err)
{
    struct mg_read row;
    char list[160] = "";
    size_t gone = 0;
    mg_read_ask(&row, db, MG_SQL_ANOMALY_COLUMNS, err, "ii", e->before, e->after);
    while (mg_read_next(&row)) {
        int64_t before = mg_read_i64(&row, 1), after = mg_read_i64_or(&row, 2, 0);
        const char *column = mg_read_text(&row, 0, NULL);
        char name[80], told[240];
        if (row.code || !is_emptied(before, after, e))
            continue;
        visible(column, name);
        if (mg_read_is_null(&row, 2)) {
            add_name(list, sizeof list, name);
            gone++;
            continue;
        }
        snprintf(told, sizeof told, "column-emptied '%s': %" PRId64 " -> %" PRId64, name, before, after);
        add(found, told,
            _("column '%s' is filled in %" PRId64 " rows, where the edition before fills %" PRId64), name,
            after, before);
    }
    enum mg_code code = mg_read_end(&row);
    if (!code && gone) {
        char told[240];
        snprintf(told, sizeof told, "columns-gone: %s", list);
        add(found, told, _("%zu columns are gone that the edition before fills: %s"), gone, list);
    }
    return code;
}

static enum mg_code find_places(struct mg_db *db, const struct mg_anomaly_editions *e,
                                struct mg_anomalies *found, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_ANOMALY_PLACES, err, "ii", e->before, e->after);
    if (mg_read_next(&row)) {
        int64_t before = mg_read_i64(&row, 0), after = mg_read_i64(&row, 1);
        char told[120];
        snprintf(told, sizeof told, "places-lost: %" PRId64 " -> %" PRId64, before, after);
        if (is_emptied(before, after, e))
            add(found, told,
                _("%" PRId64 " rows have a place, where %" PRId64 " have one in the edition before"), after,
                before);
    }
    return mg_read_end(&row);
}

/* ---- categories ---- */

struct category { /* one at a time: where it is gone */
    char name[80];
    double before, after; /* in all départements */
    int departements;
    double n; /* in those where it is gone */
    char list[60];
    bool everywhere; /* gone from all */
};

static void tell_category(struct mg_anomalies *found, struct category *category)
{
    char told[240];
    if (category->everywhere) {
        snprintf(told, sizeof told, "category-gone '%s': %.15g -> 0", category->name, category->before);
        add(found, told, _("category '%s' is gone, where the edition before has %.15g"), category->name,
            category->before);
    } else if (category->departements) {
        snprintf(told, sizeof told, "category-gone '%s' in %s: %.15g -> 0", category->name, category->list,
                 category->n);
        add(found, told, _("category '%s' is gone from département %s, where the edition before has %.15g"),
            category->name, category->list, category->n);
    }
    *category = (struct category){0};
}

static void add_departement(struct category *category, const char *departement, double n)
{
    size_t length = strlen(category->list);
    category->n += n;
    if (category->departements++ < 12)
        snprintf(category->list + length, sizeof category->list - length, "%s%s", length ? ", " : "",
                 *departement ? departement : "?");
    else if (category->departements == 13)
        snprintf(category->list + length, sizeof category->list - length, "...");
}

static void take_cell(struct mg_anomalies *found, struct category *category, struct mg_read *row)
{
    char name[80];
    double n = mg_read_real(row, 2), before = mg_read_real(row, 3), after = mg_read_real(row, 4);
    visible(mg_read_text(row, 0, NULL), name);
    if (strcmp(name, category->name)) {
        tell_category(found, category);
        strcpy(category->name, name);
        category->before = before;
        category->everywhere = after == 0 && before > log(mg_read_real(row, 6) / CHANCE);
    }
    double elsewhere = before - n, rate = elsewhere > 0 ? fmin(1, after / elsewhere) : 0;
    if (!category->everywhere && n * rate > log(mg_read_real(row, 5) / CHANCE))
        add_departement(category, mg_read_text(row, 1, NULL), n);
}

static enum mg_code find_categories(struct mg_db *db, const struct mg_anomaly_editions *e,
                                    struct mg_anomalies *found, struct mg_error *err)
{
    struct category category = {0};
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_ANOMALY_CATEGORIES, err, "ii", e->before, e->after);
    while (mg_read_next(&row))
        take_cell(found, &category, &row);
    tell_category(found, &category);
    return mg_read_end(&row);
}

/* ---- places ---- */

/* On a sphere, which is within half a percent. */
static double distance_m(double lon1, double lat1, double lon2, double lat2)
{
    const double rad = 3.14159265358979323846 / 180;
    double s = sin((lat2 - lat1) * rad / 2), t = sin((lon2 - lon1) * rad / 2);
    double a = s * s + cos(lat1 * rad) * cos(lat2 * rad) * t * t;
    return 2 * 6371008.8 * asin(sqrt(fmin(1, a)));
}

static bool read_point(struct mg_read *row, int column, double *ret_lon, double *ret_lat)
{
    size_t length;
    const void *blob = mg_read_blob_or_null(row, column, &length);
    return blob && mg_blob_read_point(blob, length, ret_lon, ret_lat);
}

/* Where a key stands on one row each. */
static bool has_moved(struct mg_read *row)
{
    double lon[2], lat[2];
    return mg_read_i64(row, 0) == 1 && mg_read_i64(row, 1) == 1 && read_point(row, 2, &lon[0], &lat[0]) &&
           read_point(row, 3, &lon[1], &lat[1]) && distance_m(lon[0], lat[0], lon[1], lat[1]) >= MOVED_M;
}

static bool same_commune(struct mg_read *row)
{
    const char *before = mg_read_text_or_null(row, 4, NULL), *after = mg_read_text_or_null(row, 5, NULL);
    return before && after && !strcmp(before, after);
}

static bool is_recoded(struct mg_read *row)
{
    return mg_read_i64(row, 0) == 1 && mg_read_i64(row, 1) == 1 && !mg_read_is_null(row, 4) &&
           !same_commune(row);
}

enum mg_code mg_anomalies_changed(struct mg_db *db, int64_t edition, struct mg_anomaly_changes *ret_changes,
                                  struct mg_error *err)
{
    struct mg_read row;
    *ret_changes = (struct mg_anomaly_changes){0};
    mg_read_ask(&row, db, MG_SQL_EDITION_CHANGED, err, "i", edition);
    while (mg_read_next(&row)) {
        int64_t gone = mg_read_i64(&row, 0), come = mg_read_i64(&row, 1);
        ret_changes->changed += gone < come ? gone : come;
        ret_changes->moved += has_moved(&row);
        ret_changes->recoded += is_recoded(&row);
    }
    return mg_read_end(&row);
}

static void find_moves(const struct mg_anomaly_editions *e, struct mg_anomalies *found)
{
    double both = e->keyed ? (double)e->both : 0, moved = (double)e->changes.moved;
    char told[120];
    if (moved <= MOVED_SHARE * both || moved <= SIGMAS * sqrt(both))
        return;
    snprintf(told, sizeof told, "places-moved: %" PRId64 " of %" PRId64, e->changes.moved, e->both);
    add(found, told,
        _("%" PRId64 " of the %" PRId64 " services that were there before are a kilometre or more away"),
        e->changes.moved, e->both);
}

/* Hardly anything of what should be there? */
static bool is_lost(int64_t found, int64_t due)
{
    return (double)found < FOUND_SHARE * (double)due && (double)(due - found) > SIGMAS * sqrt((double)due);
}

static void find_codes(const struct mg_anomaly_editions *e, struct mg_anomalies *found)
{
    int64_t fewer = e->rows_before < e->rows_after ? e->rows_before : e->rows_after;
    char told[120];
    if (is_lost(e->both, fewer)) {
        snprintf(told, sizeof told, "keys-gone: %" PRId64 " of %" PRId64, e->both, fewer);
        add(found, told,
            _("only %" PRId64 " of %" PRId64
              " keys are found again in the other edition: were they rewritten?"),
            e->both, fewer);
    }
    if (is_lost(e->both - e->changes.recoded, e->both)) {
        snprintf(told, sizeof told, "communes-other: %" PRId64 " of %" PRId64, e->changes.recoded, e->both);
        add(found, told,
            _("%" PRId64 " of the %" PRId64
              " services that were there before have another commune: were the codes "
              "rewritten?"),
            e->changes.recoded, e->both);
    }
}

enum mg_code mg_anomalies_find(struct mg_db *db, const struct mg_anomaly_editions *editions,
                               struct mg_anomalies *ret_anomalies, struct mg_error *err)
{
    struct mg_anomalies found = {.count = 0};
    find_rows(editions, &found);
    if (editions->keyed)
        find_codes(editions, &found);
    enum mg_code code = editions->columns ? find_columns(db, editions, &found, err) : MG_OK;
    if (!code)
        code = find_places(db, editions, &found, err);
    if (!code)
        find_moves(editions, &found);
    if (!code)
        code = find_categories(db, editions, &found, err);
    if (!code && found.more) {
        struct mg_anomaly *last = &found.list[found.count++];
        snprintf(last->told, sizeof last->told, "more: %zu", found.more);
        snprintf(last->message, sizeof last->message, _("and %zu more"), found.more);
    }
    if (!code)
        *ret_anomalies = found;
    return code;
}
