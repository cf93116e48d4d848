/* What one year's list of inhabitants says of the communes of a set: its codes brought to the set's date.
 *
 * Each code is of the date of its list's communes, or of the last day on which it stood. A number is of land:
 * that of the communes which the code has become. Where these are several, they share it, and so do those
 * that have one of them in common; and a commune has all of its numbers only if each commune that it was made
 * of has one. */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"
#include "libdata/geo/cog_year.h"
#include "libdata/geo/departement.h"
#include "libdata/geo/succession_graph.h"
#include "libdata/geo/territory_set.h"

struct number {
    int64_t n;
    size_t list;     /* of lists */
    mg_date date;    /* of which its code is */
    int32_t commune; /* of the set, that it is of, or the first of several; -1: of none */
};

struct list {
    int64_t edition;
    mg_date date; /* of which its communes are, as far as one knows */
};

struct reading {
    struct mg_territory_loading *l;
    struct mg_map codes; /* to numbers */
    struct number *numbers;
    size_t capacity;
    struct list *lists;
    size_t list_count, list_capacity;
    int64_t *of_parts; /* by commune: of the arrondissements of a city */
    int *part_counts;
    mg_date *dates; /* by commune: of its numbers, the earliest */
    bool *beyond;   /* by commune: its number is of other land, too, that the set has not */
    struct mg_commune_numbers *result;
};

void mg_commune_numbers_finish(struct mg_commune_numbers *numbers)
{
    free(numbers->group);
    free(numbers->n);
    free(numbers->others);
    free(numbers->why);
}

static void finish(struct reading *r)
{
    mg_map_finish(&r->codes);
    free(r->numbers);
    free(r->lists);
    free(r->of_parts);
    free(r->part_counts);
    free(r->dates);
    free(r->beyond);
}

static const char *code_of(const struct reading *r, size_t number)
{
    return mg_map_key(&r->codes, number, NULL);
}

static const struct number *find(const struct reading *r, const char *code)
{
    int64_t found = mg_map_get(&r->codes, code, strlen(code));
    return found < 0 ? NULL : &r->numbers[found];
}

static int32_t commune_of(const struct reading *r, const char *code)
{
    return (int32_t)mg_map_get(&r->l->t->lists[MG_COMMUNE].index, code, strlen(code));
}

/* --- the numbers --- */

static enum mg_code find_list(struct reading *r, int64_t edition, mg_date as_of, size_t *ret_list,
                              struct mg_error *err)
{
    size_t i = 0;
    while (i < r->list_count && r->lists[i].edition != edition)
        i++;
    if (i == r->list_count) {
        if (!mg_grow(r->lists, r->list_count, &r->list_capacity))
            return mg_fail_memory(err);
        r->lists[r->list_count++] = (struct list){edition, as_of};
    }
    *ret_list = i;
    return MG_OK;
}

/* Of two numbers for a code the first counts: it is the later edition's. */
static enum mg_code read_number(struct reading *r, struct mg_read *row, struct mg_error *err)
{
    const char *text = mg_read_text(row, 0, NULL);
    struct number number = {.n = mg_read_i64_in(row, 1, 0, MG_INHABITANTS_MAX), .commune = -1};
    mg_date as_of = mg_read_date(row, 2);
    int64_t edition = mg_read_i64(row, 3), entry;
    size_t count = r->codes.count;
    if (row->code)
        return row->code;
    if (!mg_grow(r->numbers, count, &r->capacity))
        return mg_fail_memory(err);
    enum mg_code code = mg_map_put(&r->codes, text, strlen(text), (int64_t)count, &entry, err);
    if (!code && (size_t)entry == count) {
        code = find_list(r, edition, as_of, &number.list, err);
        r->numbers[count] = number;
    }
    return code;
}

static enum mg_code read_numbers(struct reading *r, int year, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, r->l->db, MG_SQL_POPULATION_LIST, err, "ti", mg_level_name(MG_COMMUNE), (int64_t)year);
    while (mg_read_next(&row))
        row.code = read_number(r, &row, err);
    return mg_read_end(&row);
}

/* --- of which date their codes are --- */

static bool is_untouched(const struct mg_succession *s, int32_t node, mg_date a, mg_date b)
{
    const struct mg_succession_entry *next = mg_succession_entry_near(s, node, a < b ? a : b, true);
    return !next || next->day > (a < b ? b : a);
}

static enum mg_code date_list(struct reading *r, size_t list, struct mg_error *err)
{
    MG_CLEANUP(mg_cog_codes_finish) struct mg_cog_codes codes = {0};
    struct mg_cog_year year = {0};
    const char *text;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < r->codes.count && !code; i++)
        if (r->numbers[i].list == list && strlen(text = code_of(r, i)) == 5)
            code = mg_cog_codes_add(&codes, text, "", 0, err);
    if (!code)
        code = mg_cog_year_find(r->l->db, &codes, &year, err);
    if (!code)
        r->lists[list].date = mg_cog_year_date(year.first, year.last, r->lists[list].date);
    return code;
}

/* The day before the one on which it last ceased to be, up to a date at which it is not there. */
static mg_date last_day(const struct mg_succession *s, int32_t node, mg_date date)
{
    const struct mg_succession_entry *entry = mg_succession_entry_near(s, node, date, false);
    return entry && entry->last_end != MG_NOTHING ? s->entries[entry->last_end].day - 1 : MG_DATE_NONE;
}

/* An old code is of when it stood, and a list that has it counted the commune that took it in without it. */
static enum mg_code date_old(struct reading *r, size_t i, struct mg_error *err)
{
    const struct mg_succession *s = r->l->succession;
    mg_date date = r->lists[r->numbers[i].list].date;
    int32_t node = mg_succession_find(s, "COM", code_of(r, i));
    mg_date last = node < 0 || mg_succession_is_there(s, node, date) ? MG_DATE_NONE : last_day(s, node, date);
    const char *become;
    size_t count;
    enum mg_succession_how how;
    if (last == MG_DATE_NONE)
        return MG_OK;
    r->numbers[i].date = last;
    enum mg_code code = mg_succession_project(s, code_of(r, i), last, date, &become, 1, &count, &how, err);
    int64_t whole = code || count != 1 ? -1 : mg_map_get(&r->codes, become, strlen(become));
    if (whole >= 0 && r->numbers[whole].date > last)
        r->numbers[whole].date = last;
    return code;
}

static enum mg_code date_numbers(struct reading *r, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < r->list_count && !code; i++)
        code = date_list(r, i, err);
    for (size_t i = 0; i < r->codes.count; i++)
        r->numbers[i].date = r->lists[r->numbers[i].list].date;
    for (size_t i = 0; i < r->codes.count && !code; i++)
        code = date_old(r, i, err);
    return code;
}

/* --- where they go --- */

/* The way is halved each time: a chain of joins is no long way. */
static int32_t group_of(const struct reading *r, int32_t commune)
{
    int32_t *group = r->result->group;
    while (group[commune] != commune)
        commune = group[commune] = group[group[commune]];
    return commune;
}

/* The communes share their numbers from now on; one that is -1 is none of the set. */
static void join(struct reading *r, struct number *number, int32_t commune)
{
    if (number->commune < 0) {
        number->commune = commune;
        return;
    }
    int32_t a = group_of(r, number->commune), b = group_of(r, commune);
    r->result->group[a < b ? b : a] = a < b ? a : b;
}

static void note_date(struct reading *r, int32_t commune, mg_date date)
{
    if (r->dates[commune] == MG_DATE_NONE || (date != MG_DATE_NONE && date < r->dates[commune]))
        r->dates[commune] = date;
}

static enum mg_code place_by_succession(struct reading *r, size_t i, struct mg_error *err)
{
    struct number *number = &r->numbers[i];
    const char *text = code_of(r, i);
    MG_FREE const char **codes = NULL;
    size_t count = 0, outside = 0;
    enum mg_code code = mg_succession_project_list(r->l->succession, &text, 1, number->date, r->l->t->cog,
                                                   &codes, &count, err);
    for (size_t k = 0; k < count && !code; k++) {
        int32_t commune = commune_of(r, codes[k]);
        if (commune >= 0)
            join(r, number, commune);
        else
            outside++;
    }
    if (number->commune >= 0 && outside)
        r->beyond[number->commune] = true;
    return code;
}

static void add_to_departement(struct reading *r, const char *text, int64_t n)
{
    int64_t found = strlen(text) == 5
                        ? mg_map_get(&r->l->t->lists[MG_DEPARTEMENT].index, text, mg_departement_length(text))
                        : -1;
    if (found >= 0)
        r->result->others[found] += n;
}

static enum mg_code place_number(struct reading *r, size_t i, struct mg_error *err)
{
    struct number *number = &r->numbers[i];
    const char *text = code_of(r, i), *city = mg_territory_city(text);
    int32_t node = mg_succession_find(r->l->succession, "COM", text), commune = commune_of(r, text);
    int32_t whole = city && commune < 0 ? commune_of(r, city) : -1;
    enum mg_code code = MG_OK;
    if (whole >= 0) {
        r->of_parts[whole] += number->n;
        r->part_counts[whole]++;
    } else if (r->l->t->cog == MG_DATE_NONE ||
               (commune >= 0 &&
                (node < 0 || is_untouched(r->l->succession, node, number->date, r->l->t->cog)))) {
        number->commune = commune;
    } else {
        code = place_by_succession(r, i, err);
    }
    if (!code && number->commune >= 0) {
        r->result->n[number->commune] += number->n;
        note_date(r, number->commune, number->date);
    } else if (!code && whole < 0) {
        add_to_departement(r, text, number->n);
    }
    return code;
}

/* What its communes share is the group's, which is its first commune's. */
static void settle_groups(struct reading *r)
{
    for (int32_t i = 0; i < (int32_t)r->result->count; i++) {
        int32_t group = group_of(r, i);
        r->result->group[i] = group;
        if (group == i)
            continue;
        r->result->n[group] += r->result->n[i];
        r->beyond[group] |= r->beyond[i];
        note_date(r, group, r->dates[i]);
    }
}

/* --- are they all there? --- */

static bool is_same_group(const struct reading *r, int32_t a, int32_t b)
{
    return a >= 0 && r->result->group[a] == r->result->group[b];
}

/* A commune as it was on a day. */
struct past {
    int32_t node;
    mg_date day;
};

static bool is_covered(const struct reading *r, const char *text, int32_t commune)
{
    const struct number *number = find(r, text);
    return number && is_same_group(r, number->commune, commune);
}

static enum mg_code note_past(struct mg_map *past, struct past one, struct mg_error *err)
{
    return mg_map_put(past, (const char *)&one, sizeof one, 0, NULL, err);
}

/* The communes that it was made of; *ret_any: there are some, and its own number is of no commune. */
static enum mg_code note_before(const struct reading *r, struct past one, struct mg_map *past, bool *ret_any,
                                struct mg_error *err)
{
    const struct mg_succession *s = r->l->succession;
    const struct number *number = find(r, mg_succession_code_of(s, one.node));
    const struct mg_succession_entry *entry = mg_succession_entry_near(s, one.node, one.day, false);
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes before = {0};
    enum mg_code code = MG_OK;
    *ret_any = false;
    if (!entry || (number && number->commune >= 0))
        return MG_OK;
    mg_succession_reach(s, one.node, entry->day, false, &before, NULL);
    if (before.failed)
        return mg_fail_memory(err);
    for (size_t i = 0; i < before.count && !code; i++)
        if (mg_succession_is_commune(s, before.items[i])) {
            *ret_any = true;
            code = note_past(past, (struct past){before.items[i], entry->day - 1}, err);
        }
    return code;
}

/* Has each commune that it was made of, at the date of its numbers, a number that goes to it, or has each
 * that this one was made of, and so on? Each is looked at once, whatever the ways to it. */
static enum mg_code is_whole(const struct reading *r, int32_t commune, const char *text, mg_date date,
                             bool *ret_whole, struct mg_error *err)
{
    const struct mg_succession *s = r->l->succession;
    MG_CLEANUP(mg_map_finish) struct mg_map past = {0};
    MG_FREE const char **codes = NULL;
    size_t count = 0;
    enum mg_code code = mg_succession_project_list(s, &text, 1, r->l->t->cog, date, &codes, &count, err);
    bool whole = count > 0;
    for (size_t i = 0; i < count && whole && !code; i++) {
        int32_t node = mg_succession_find(s, "COM", codes[i]);
        if (node >= 0)
            code = note_past(&past, (struct past){node, date}, err);
        else
            whole = is_covered(r, codes[i], commune);
    }
    for (size_t i = 0; i < past.count && whole && !code; i++) {
        size_t length;
        struct past one;
        memcpy(&one, mg_map_key(&past, i, &length), sizeof one);
        if (!is_covered(r, mg_succession_code_of(s, one.node), commune))
            code = note_before(r, one, &past, &whole, err);
    }
    *ret_whole = whole;
    return code;
}

/* Is its own number that of its own land? Where it did not stand yet, it was counted before its time. */
static bool is_own(const struct reading *r, int32_t commune, const char *text)
{
    const struct mg_succession *s = r->l->succession;
    const struct number *number = find(r, text);
    int32_t node = mg_succession_find(s, "COM", text);
    if (!number || number->commune != commune)
        return false;
    return node < 0 || r->l->t->cog == MG_DATE_NONE || !mg_succession_is_there(s, node, number->date) ||
           is_untouched(s, node, r->dates[commune], r->l->t->cog);
}

static enum mg_code judge(struct reading *r, int32_t commune, struct mg_error *err)
{
    const char *text = mg_map_key(&r->l->t->lists[MG_COMMUNE].index, (size_t)commune, NULL);
    struct mg_commune_numbers *result = r->result;
    int32_t group = result->group[commune];
    mg_date date = r->dates[r->dates[commune] != MG_DATE_NONE ? commune : group];
    bool whole = false;
    enum mg_code code = MG_OK;
    if (date == MG_DATE_NONE) {
        result->n[commune] = r->of_parts[commune];
        whole = r->part_counts[commune] && r->part_counts[commune] == mg_territory_city_parts(text);
        result->why[commune] = whole                     ? MG_POPULATION_KNOWN
                               : r->part_counts[commune] ? MG_POPULATION_PART
                                                         : MG_POPULATION_UNKNOWN;
        return MG_OK;
    }
    if (!is_own(r, commune, text))
        code = is_whole(r, commune, text, date, &whole, err);
    else
        whole = true;
    result->why[commune] = r->beyond[group] ? MG_POPULATION_SPLIT
                           : whole          ? MG_POPULATION_KNOWN
                                            : MG_POPULATION_PART;
    return code;
}

static enum mg_code prepare(struct reading *r, int year, struct mg_error *err)
{
    struct mg_commune_numbers *result = r->result;
    size_t count = r->l->t->lists[MG_COMMUNE].index.count;
    *result = (struct mg_commune_numbers){.year = year,
                                          .count = count,
                                          .group = mg_calloc(count + 1, sizeof *result->group),
                                          .n = mg_calloc(count + 1, sizeof *result->n),
                                          .why = mg_calloc(count + 1, sizeof *result->why)};
    result->others = mg_calloc(r->l->t->lists[MG_DEPARTEMENT].index.count + 1, sizeof *result->others);
    r->of_parts = mg_calloc(count + 1, sizeof *r->of_parts);
    r->part_counts = mg_calloc(count + 1, sizeof *r->part_counts);
    r->dates = mg_calloc(count + 1, sizeof *r->dates);
    r->beyond = mg_calloc(count + 1, sizeof *r->beyond);
    if (!result->group || !result->n || !result->why || !result->others || !r->of_parts || !r->part_counts ||
        !r->dates || !r->beyond)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        result->group[i] = (int32_t)i;
        r->dates[i] = MG_DATE_NONE;
    }
    return MG_OK;
}

enum mg_code mg_commune_numbers_load(struct mg_territory_loading *l, int year,
                                     struct mg_commune_numbers *ret_numbers, struct mg_error *err)
{
    MG_CLEANUP(finish) struct reading r = {.l = l, .result = ret_numbers};
    enum mg_code code = prepare(&r, year, err);
    if (!code)
        code = read_numbers(&r, year, err);
    if (!code)
        code = date_numbers(&r, err);
    for (size_t i = 0; i < r.codes.count && !code; i++)
        code = place_number(&r, i, err);
    if (!code)
        settle_groups(&r);
    for (size_t i = 0; i < ret_numbers->count && !code; i++)
        code = judge(&r, (int32_t)i, err);
    return code;
}
