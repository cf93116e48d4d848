/* artefacts/geocoding_refined.c - is it the service that moved, or what is known of its place? */
#include "libdata/domain/history/artefacts/rule.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"

#define SHARED_POINT     3       /* services that stood at one place and no longer do: it was no address */
#define MOST_POINTS      1000000 /* that are counted */
#define SAME_ADDRESS_M   250.0   /* farther than this an unchanged address is doubted */
#define BULK_ROWS        5
#define BULK_SHARE       0.5
#define BULK_MEDIANS     10.0 /* a move so many times longer than the usual one is the service's own */
#define ROUNDED_DECIMALS 4    /* a place written so coarsely that a finer one may round to it */

struct places {
    struct mg_map points[HISTORY_SIDES]; /* of pairs that moved; the value is the index in counts */
    uint32_t *counts[HISTORY_SIDES];     /* pairs that were, or are, there */
    size_t counts_capacity[HISTORY_SIDES];
    bool crowded; /* too many to be counted */
    float *moved_m;
    size_t moved_count, capacity;
    int64_t placed; /* services with a place in both editions */
    bool resurveyed;
    double limit_m;
};

static bool both_placed(const struct mg_history *h)
{
    return h->contents[HISTORY_BEFORE].has_place && h->contents[HISTORY_AFTER].has_place;
}

static uint32_t pairs_there(const struct mg_history *h, const struct places *places, int side)
{
    const double point[] = {h->contents[side].lon, h->contents[side].lat};
    int64_t found = mg_map_get(&places->points[side], (const char *)point, sizeof point);

    return found < 0 ? 0 : places->counts[side][found];
}

static enum mg_code count_point(const struct mg_history *h, struct places *places, int side,
                                struct mg_error *err)
{
    const double point[] = {h->contents[side].lon, h->contents[side].lat};
    int64_t next = (int64_t)places->points[side].count, found;
    enum mg_code code =
        mg_map_put(&places->points[side], (const char *)point, sizeof point, next, &found, err);

    if (code)
        return code;
    if (found == next) {
        if (!mg_grow(places->counts[side], (size_t)next, &places->counts_capacity[side]))
            return mg_fail_memory(err);
        places->counts[side][next] = 0;
    }
    places->counts[side][found]++;
    places->crowded = places->crowded || next >= MOST_POINTS;
    return MG_OK;
}

static enum mg_code add_distance(struct places *places, double distance_m, struct mg_error *err)
{
    if (!mg_grow(places->moved_m, places->moved_count, &places->capacity))
        return mg_fail_memory(err);
    places->moved_m[places->moved_count++] = (float)distance_m;
    return MG_OK;
}

static enum mg_code add(struct mg_history *h, struct history_classes *classes, void *state,
                        struct mg_error *err)
{
    struct places *places = state;
    const struct history_content *before = &h->contents[HISTORY_BEFORE], *after = &h->contents[HISTORY_AFTER];
    double distance_m;
    enum mg_code code = MG_OK;

    (void)classes;
    if (!h->columns[h->column_count - 1].compared || !before->has_place || !after->has_place)
        return MG_OK;
    places->placed++;
    if (before->lon == after->lon && before->lat == after->lat)
        return MG_OK;
    distance_m = mg_crs_distance_m(h->crs, before->lon, before->lat, after->lon, after->lat);
    if (distance_m < HISTORY_SAME_PLACE_M)
        return MG_OK;
    for (int side = 0; side < HISTORY_SIDES && !code && !places->crowded; side++)
        code = count_point(h, places, side, err);
    return code ? code : add_distance(places, distance_m, err);
}

static int by_length(const void *a, const void *b)
{
    const float *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static enum mg_code settle(const struct mg_history *h, const struct history_classes *classes, void *state,
                           struct mg_error *err)
{
    struct places *places = state;
    size_t count = places->moved_count;

    (void)classes, (void)err;
    places->placed += h->standing + (int64_t)h->same[HISTORY_BEFORE].count;
    if (count < BULK_ROWS || (double)count < BULK_SHARE * (double)places->placed)
        return MG_OK;
    qsort(places->moved_m, count, sizeof *places->moved_m, by_length);
    places->resurveyed = true;
    places->limit_m = BULK_MEDIANS * (double)places->moved_m[count / 2];
    return MG_OK;
}

static void finish(void *state)
{
    struct places *places = state;

    for (int side = 0; side < HISTORY_SIDES; side++) {
        mg_map_finish(&places->points[side]);
        free(places->counts[side]);
    }
    free(places->moved_m);
}

/* How much a place is worth, in the words that geocoders use; 0: they say nothing known. */
enum precision { UNKNOWN, COMMUNE, STREET, BLOCK, ADDRESS };

static enum mg_code precision_of(const struct history_cell *cell, enum precision *ret_precision,
                                 struct mg_error *err)
{
    static const struct {
        const char *word;
        enum precision precision;
    } words[] = {
        {"numero", ADDRESS},  {"housenumber", ADDRESS},  {"adresse", ADDRESS},    {"plaque", ADDRESS},
        {"entree", ADDRESS},  {"batiment", ADDRESS},     {"parcelle", ADDRESS},   {"rooftop", ADDRESS},
        {"ilot", BLOCK},      {"interpolation", BLOCK},  {"interpolated", BLOCK}, {"rue", STREET},
        {"voie", STREET},     {"street", STREET},        {"lieu", STREET},        {"locality", STREET},
        {"commune", COMMUNE}, {"municipality", COMMUNE}, {"mairie", COMMUNE},     {"ville", COMMUNE},
        {"city", COMMUNE},    {"town", COMMUNE},
    };
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    enum mg_code code;

    mg_text_add_folded(&folded, cell->text ? cell->text : "", cell->length);
    code = mg_buf_check(&folded, err);
    if (code)
        return code;
    *ret_precision = UNKNOWN;
    for (size_t i = 0; i < sizeof words / sizeof *words && !*ret_precision && folded.length; i++) {
        const char *found = strstr(folded.data, words[i].word);

        if (found && (found == folded.data || found[-1] == ' '))
            *ret_precision = words[i].precision;
    }
    return MG_OK;
}

enum address { ADDRESS_UNKNOWN, ADDRESS_SAME, ADDRESS_OTHER };

static enum mg_code compare_address(const struct mg_history *h, enum address *ret_address,
                                    struct mg_error *err)
{
    size_t column = history_column_of(h, TYPED_ADDRESS);
    const struct history_cell *before = &h->contents[HISTORY_BEFORE].cells[column];
    const struct history_cell *after = &h->contents[HISTORY_AFTER].cells[column];
    bool same = false;
    enum mg_code code;

    *ret_address = ADDRESS_UNKNOWN;
    if (!h->columns[column].compared || (!before->length && !after->length))
        return MG_OK;
    code = history_reformatted(before, after, true, &same, err);
    if (code)
        return code;
    *ret_address = same ? ADDRESS_SAME : ADDRESS_OTHER;
    return MG_OK;
}

/* Did the precision change, and is the place as good as the address on both sides, or none on one? */
static enum mg_code precision_changed(const struct mg_history *h, enum address address, struct mg_buf *note,
                                      bool *ret_changed, struct mg_error *err)
{
    enum precision ranks[HISTORY_SIDES];
    struct history_cell cells[HISTORY_SIDES];
    size_t column = history_column_of(h, TYPED_PRECISION);

    *ret_changed = false;
    if (!h->columns[column].compared)
        return MG_OK;
    for (int side = 0; side < HISTORY_SIDES; side++) {
        enum mg_code code;

        cells[side] = h->contents[side].cells[column];
        code = precision_of(&cells[side], &ranks[side], err);
        if (code)
            return code;
    }
    if (!ranks[HISTORY_BEFORE] || !ranks[HISTORY_AFTER] || ranks[HISTORY_BEFORE] == ranks[HISTORY_AFTER] ||
        (address == ADDRESS_OTHER && ranks[HISTORY_BEFORE] != COMMUNE && ranks[HISTORY_AFTER] != COMMUNE))
        return MG_OK;
    *ret_changed = true;
    mg_buf_printf(note, "%s: %.*s -> %.*s", h->columns[column].name, (int)cells[HISTORY_BEFORE].length,
                  cells[HISTORY_BEFORE].text, (int)cells[HISTORY_AFTER].length, cells[HISTORY_AFTER].text);
    return MG_OK;
}

/* Is one place the other one, rounded? Both coordinates, to at most ROUNDED_DECIMALS. */
static bool rounds_to(double coarse_lon, double coarse_lat, double lon, double lat)
{
    double scale = 1;

    for (int decimals = 0; decimals <= ROUNDED_DECIMALS; decimals++, scale *= 10) {
        if (fabs(round(coarse_lon * scale) / scale - coarse_lon) > 1e-9 ||
            fabs(round(coarse_lat * scale) / scale - coarse_lat) > 1e-9)
            continue;
        return fabs(lon - coarse_lon) <= 0.5 / scale + 1e-9 && fabs(lat - coarse_lat) <= 0.5 / scale + 1e-9;
    }
    return false;
}

static bool rounded(const struct mg_history *h)
{
    const struct history_content *before = &h->contents[HISTORY_BEFORE], *after = &h->contents[HISTORY_AFTER];

    return rounds_to(before->lon, before->lat, after->lon, after->lat) ||
           rounds_to(after->lon, after->lat, before->lon, before->lat);
}

static enum mg_code label(struct mg_history *h, void *state, struct mg_event *event, struct mg_buf *note,
                          struct mg_error *err)
{
    struct places *places = state;
    bool same_commune = !event->changes[MG_RECODED] || event->artefacts[MG_RECODED][MG_COMMUNE_RECODED];
    enum mg_artefact artefact = MG_GEOCODING_REFINED;
    enum address address;
    bool changed = false;
    uint32_t shared;
    enum mg_code code;

    if (!event->changes[MG_MOVED] || !same_commune || !both_placed(h))
        return MG_OK;
    code = compare_address(h, &address, err);
    if (!code)
        code = precision_changed(h, address, note, &changed, err);
    if (code)
        return code;
    shared = places->crowded ? 0 : pairs_there(h, places, HISTORY_BEFORE);
    if (!changed && address != ADDRESS_OTHER) {
        if (rounded(h)) {
            mg_buf_add_str(note, "place rounded");
        } else if (shared >= SHARED_POINT && pairs_there(h, places, HISTORY_AFTER) < shared) {
            mg_buf_printf(note, "place of %u services", shared);
        } else if (places->resurveyed && event->distance_m <= places->limit_m) {
            artefact = MG_SOURCE_CHANGE;
            mg_buf_printf(note, "%zu of %lld places", places->moved_count, (long long)places->placed);
        } else if (address == ADDRESS_SAME && event->distance_m <= SAME_ADDRESS_M) {
            mg_buf_add_str(note, "address unchanged");
        }
    }
    if (note->length)
        event->artefacts[MG_MOVED][artefact] = true;
    return MG_OK;
}

static enum mg_code find(const struct mg_history *h, struct history_classes *classes, void *state,
                         struct history_findings *findings, struct mg_error *err)
{
    const struct places *places = state;
    const struct mg_finding finding = {.artefact = MG_SOURCE_CHANGE,
                                       .kind = MG_EVENT_CHANGED,
                                       .column = "place",
                                       .n = (int64_t)places->moved_count,
                                       .of = places->placed,
                                       .rate = (double)places->moved_count / (double)places->placed};

    (void)h, (void)classes;
    return places->resurveyed ? history_findings_add(findings, &finding, NULL, NULL, err) : MG_OK;
}

const struct history_rule history_rule_geocoding_refined = {.size = sizeof(struct places),
                                                            .add = add,
                                                            .settle = settle,
                                                            .find = find,
                                                            .label = label,
                                                            .finish = finish};
