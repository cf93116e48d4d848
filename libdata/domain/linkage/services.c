/* linkage/services.c - two lists of services as rows of numbers, in an order that only what they say decides.
 */
#include "libdata/domain/linkage/internal.h"

#include <math.h>
#include <xxhash.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/domain/common/french_words.h"

#define MAX_WORDS 32 /* of a name that are compared; fewer than 64, the bits of a set */

const char *linkage_text(const struct mg_map *map, uint32_t entry)
{
    size_t length;

    return mg_map_key(map, entry, &length);
}

enum mg_code linkage_entry(struct mg_map *map, const char *text, size_t length, uint32_t *ret_entry,
                           struct mg_error *err)
{
    int64_t entry = LINKAGE_NONE;
    enum mg_code code = MG_OK;

    if (length)
        code = mg_map_put(map, text, length, (int64_t)map->count, &entry, err);
    if (!code)
        *ret_entry = (uint32_t)entry;
    return code;
}

static int compare_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

/* By all that a service says, `order` apart. */
static int compare_said(const struct mg_linkage_service *x, const struct mg_linkage_service *y)
{
    int order;

    if ((order = compare_text(x->commune, y->commune)) || (order = compare_text(x->name, y->name)) ||
        (order = compare_text(x->category, y->category)) || (order = compare_text(x->address, y->address)) ||
        (order = compare_text(x->postcode, y->postcode)) || (order = compare_text(x->phone, y->phone)))
        return order;
    if (x->has_place != y->has_place)
        return x->has_place ? 1 : -1;
    if (!x->has_place)
        return 0;
    if (x->lon != y->lon)
        return x->lon < y->lon ? -1 : 1;
    return (x->lat > y->lat) - (x->lat < y->lat);
}

/* A service and, as two numbers, the first bytes of its commune, a NUL and its name: they tell most apart, in
 * the order of compare_said. */
struct sorted {
    uint64_t first[2];
    uint32_t service;
};

static struct sorted sorted(const struct mg_linkage_service *services, uint32_t i)
{
    struct sorted sorted = {.service = i};
    const char *texts[] = {services[i].commune, services[i].name};
    size_t at = 0;

    for (int k = 0; k < 2; k++) {
        for (const char *c = texts[k] ? texts[k] : ""; *c && at < 16; c++, at++)
            sorted.first[at / 8] |= (uint64_t)(unsigned char)*c << (56 - at % 8 * 8);
        at++; /* the NUL */
    }
    return sorted;
}

struct sorting {
    const struct mg_linkage *l;
    const struct mg_linkage_service *services;
    int side;
};

static int by_content(const void *a, const void *b, void *context)
{
    const struct sorted *first_x = a, *first_y = b;
    const struct sorting *sorting = context;
    const struct mg_linkage_service *services = sorting->services, *x, *y;
    int order;

    for (int k = 0; k < 2; k++) {
        if (first_x->first[k] != first_y->first[k])
            return first_x->first[k] < first_y->first[k] ? -1 : 1;
    }
    x = &services[first_x->service];
    y = &services[first_y->service];
    order = compare_said(x, y);
    if (!order)
        order = linkage_compare_others(sorting->l, sorting->side, first_x->service, first_y->service);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

static enum mg_code words_add(struct linkage_words *words, uint32_t id, struct mg_error *err)
{
    if (!mg_grow(words->items, words->count, &words->capacity))
        return mg_fail_memory(err);
    words->items[words->count++] = (struct linkage_word){id, 0};
    return MG_OK;
}

static enum mg_code intern_words(struct mg_linkage *l, struct mg_map *map, const struct mg_buf *text,
                                 uint32_t *ret_first, uint8_t *ret_count, struct mg_error *err)
{
    const char *at = text->data, *end = at + text->length;

    *ret_first = (uint32_t)l->words.count;
    *ret_count = 0;
    while (at < end && *ret_count < MAX_WORDS) {
        const char *blank = memchr(at, ' ', (size_t)(end - at));
        uint32_t id = LINKAGE_NONE;
        enum mg_code code = linkage_entry(map, at, (size_t)((blank ? blank : end) - at), &id, err);

        if (!code)
            code = words_add(&l->words, id, err);
        if (code)
            return code;
        ++*ret_count;
        at = blank ? blank + 1 : end;
    }
    return MG_OK;
}

static enum mg_code intern_folded(struct mg_map *map, const char *text, struct mg_buf *buf,
                                  uint32_t *ret_entry, struct mg_error *err)
{
    enum mg_code code;

    *ret_entry = LINKAGE_NONE;
    mg_buf_clear(buf);
    if (text)
        mg_text_add_folded(buf, text, strlen(text));
    code = mg_buf_check(buf, err);
    if (code)
        return code;
    return linkage_entry(map, buf->data, buf->length, ret_entry, err);
}

/* Of a commune's code or a postcode: two characters, three overseas. Of a label: nothing. */
static enum mg_code intern_departement(struct mg_linkage *l, const struct mg_linkage_service *service,
                                       struct linkage_row *row, struct mg_error *err)
{
    const char *codes[] = {service->commune, service->postcode};

    row->departement = LINKAGE_NONE;
    for (int i = 0; i < 2; i++) {
        const char *code = codes[i] ? codes[i] : "";
        size_t length = strlen(code) == 5 ? strspn(code, "0123456789ABab") : 0;
        char text[4] = {'d', 0};

        if (length != 5)
            continue;
        length = code[0] == '9' && code[1] >= '7' ? 3 : 2;
        memcpy(text + 1, code, length);
        return linkage_entry(&l->places, text, length + 1, &row->departement, err);
    }
    return MG_OK;
}

/* Two kinds of texts in one map are kept apart by a letter in front. */
static enum mg_code intern_place(struct mg_linkage *l, char kind, const char *text, struct mg_buf *buf,
                                 uint32_t *ret_entry, struct mg_error *err)
{
    enum mg_code code;

    *ret_entry = LINKAGE_NONE;
    mg_buf_clear(buf);
    mg_buf_add_char(buf, kind);
    if (text)
        mg_text_add_folded(buf, text, strlen(text));
    if ((code = mg_buf_check(buf, err)) || buf->length < 2)
        return code;
    return linkage_entry(&l->places, buf->data, buf->length, ret_entry, err);
}

static uint8_t decimals(double degrees)
{
    double scale = 1;

    for (uint8_t count = 0; count < 7; count++, scale *= 10) {
        if (fabs(degrees * scale - round(degrees * scale)) < 1e-7 * scale)
            return count;
    }
    return 7;
}

static enum mg_code read_texts(struct mg_linkage *l, const struct mg_linkage_service *service,
                               struct linkage_row *row, struct mg_buf *buf, struct mg_error *err)
{
    enum mg_code code;

    mg_buf_clear(buf);
    if (service->name)
        mg_words_add(buf, service->name);
    code = mg_buf_check(buf, err);
    if (!code)
        code = intern_words(l, &l->names, buf, &row->name_words, &row->name_count, err);
    if (code)
        return code;
    mg_buf_clear(buf);
    if (service->address)
        mg_words_add_street(buf, service->address, &row->number);
    code = mg_buf_check(buf, err);
    if (!code)
        code = linkage_entry(&l->cores, buf->data, buf->length, &row->street, err);
    if (!code)
        code = intern_words(l, &l->streets, buf, &row->street_words, &row->street_count, err);
    if (code)
        return code;
    mg_buf_clear(buf);
    if (service->phone)
        mg_words_add_phone(buf, service->phone);
    code = mg_buf_check(buf, err);
    if (code)
        return code;
    return linkage_entry(&l->phones, buf->data, buf->length, &row->phone, err);
}

/* By what it says, wherever it stands. */
static uint8_t draw(const struct mg_linkage_service *service)
{
    const char *texts[] = {service->commune, service->name,     service->category,
                           service->address, service->postcode, service->phone};
    const double place[] = {service->has_place ? service->lon : 0, service->has_place ? service->lat : 0};
    uint64_t hash = XXH3_64bits(place, sizeof place);
    uint8_t zeros = 0;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        hash = XXH3_64bits_withSeed(texts[i] ? texts[i] : "", texts[i] ? strlen(texts[i]) : 0, hash);
    for (; zeros < 63 && !(hash & 1); hash >>= 1)
        zeros++;
    return zeros;
}

static enum mg_code read_row(struct mg_linkage *l, const struct mg_linkage_service *service,
                             struct linkage_row *row, struct mg_buf *buf, struct mg_error *err)
{
    enum mg_code code;

    row->core = row->street = row->phone = LINKAGE_NONE;
    code = read_texts(l, service, row, buf, err);
    if (!code)
        code = intern_folded(&l->categories, service->category, buf, &row->category, err);
    if (!code)
        code = intern_place(l, 'c', service->commune, buf, &row->commune, err);
    if (!code)
        code = intern_place(l, 'p', service->postcode, buf, &row->postcode, err);
    if (!code)
        code = intern_departement(l, service, row, err);
    if (code)
        return code;
    row->draw = draw(service);
    row->has_place = service->has_place && isfinite(service->lon) && isfinite(service->lat);
    if (row->has_place) {
        uint8_t lon = decimals(service->lon), lat = decimals(service->lat);

        row->lon = service->lon;
        row->lat = service->lat;
        row->decimals = lon > lat ? lon : lat;
    }
    return MG_OK;
}

enum mg_code linkage_rows(struct mg_linkage *l, int side, const struct mg_linkage_list *list,
                          struct mg_error *err)
{
    struct linkage_side *to = &l->sides[side];
    MG_CLEANUP(mg_buf_finish) struct mg_buf buf = {0};
    MG_FREE struct sorted *order = mg_malloc(list->count * sizeof *order + 1);
    struct sorting sorting = {l, list->services, side};
    enum mg_code code = MG_OK;
    uint32_t profile = 0;

    to->rows = mg_calloc(list->count + 1, sizeof *to->rows);
    if (!order || !to->rows)
        return mg_fail_memory(err);
    for (size_t i = 0; i < list->count; i++)
        order[i] = sorted(list->services, (uint32_t)i);
    if (list->count)
        qsort_r(order, list->count, sizeof *order, by_content, &sorting);
    for (size_t i = 0; i < list->count && !code; i++) {
        const struct mg_linkage_service *service = &list->services[order[i].service];

        code = read_row(l, service, &to->rows[i], &buf, err);
        profile += i && (compare_said(service, &list->services[order[i - 1].service]) != 0 ||
                         linkage_compare_others(l, side, order[i].service, order[i - 1].service) != 0);
        to->rows[i].source = order[i].service;
        to->rows[i].profile = profile;
        to->count = i + 1;
        if (i % 8192 == 0 &&
            !mg_progress_report(l->progress, _("reading names"), (int64_t)i, (int64_t)list->count))
            code = mg_fail(err, MG_ERR_IO, _("interrupted"));
    }
    return code;
}
