/* Is a service near the commune that it names, and is it alone there? */
#include <inttypes.h>
#include <string.h>
#include <xxhash.h>

#include "libdata/base/alloc.h"
#include "libdata/db/read.h"
#include "libdata/domain/kinds/services.h"

#define COMMUNE_MARGIN     0.05 /* degrees around a commune's box: some five kilometres */
#define DEPARTEMENT_MARGIN 0.1
#define CROWD              300 /* services on one point that are too many for one place */
#define COUNTERS           65536

void mg_services_boxes_finish(struct mg_services_boxes *near)
{
    mg_map_finish(&near->communes);
    free(near->boxes);
    *near = (struct mg_services_boxes){0};
}

static enum mg_code add_box(struct mg_services_boxes *near, struct mg_read *row, struct mg_error *err)
{
    size_t count = near->communes.count;
    if (!(count & (count - 1))) {
        struct mg_box *more = mg_realloc(near->boxes, count ? 2 * count : 1, sizeof *more);
        if (!more)
            return mg_fail_memory(err);
        near->boxes = more;
    }
    near->boxes[count] = (struct mg_box){mg_read_real(row, 1), mg_read_real(row, 2), mg_read_real(row, 3),
                                         mg_read_real(row, 4)};
    size_t length;
    const char *commune = mg_read_text(row, 0, &length);
    return row->code ? row->code : mg_map_put(&near->communes, commune, length, (int64_t)count, NULL, err);
}

enum mg_code mg_services_boxes_load(struct mg_services *s, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, s->import->db, MG_SQL_COMMUNE_BOXES, err, "");
    while (mg_read_next(&row))
        row.code = add_box(&s->boxes, &row, err);
    return mg_read_end(&row);
}

/* Rows mostly come commune by commune. */
const struct mg_box *mg_services_declared(struct mg_services *s)
{
    struct mg_services_boxes *near = &s->boxes;
    const struct mg_text *text = &s->texts[MG_ROLE_COMMUNE];
    bool is_commune = text->text != NULL;
    if (!is_commune)
        text = &s->texts[MG_ROLE_POSTCODE];
    if (!text->text || text->length >= sizeof near->last)
        return NULL;
    if (near->last_length == text->length && near->last_is_commune == is_commune &&
        !memcmp(near->last, text->text, text->length))
        return near->has_box ? &near->box : NULL;
    near->last_length = text->length;
    near->last_is_commune = is_commune;
    memcpy(near->last, text->text, text->length);
    int64_t known = is_commune ? mg_map_get(&near->communes, text->text, text->length) : -1;
    const struct mg_box *box =
        known >= 0 ? &near->boxes[known] : mg_departement_box(text->text, text->length);
    double margin = known >= 0 ? COMMUNE_MARGIN : DEPARTEMENT_MARGIN;
    near->has_box = box != NULL;
    if (box)
        near->box =
            (struct mg_box){box->west - margin, box->south - margin, box->east + margin, box->north + margin};
    return near->has_box ? &near->box : NULL;
}

uint64_t mg_services_point_hash(double x, double y)
{
    double place[2] = {x, y};
    return XXH3_64bits(place, sizeof place);
}

/* Who stands on one point. */
struct crowd {
    int64_t count;
    int64_t record; /* of the first new row; 0: there is none */
    int64_t line;   /* of the first other; 0: there is none */
};

/* New rows come first, then those whose content is known. */
static uint64_t point_at(const struct mg_services *s, size_t i)
{
    return i < s->point_count ? mg_services_point_hash(s->points[i].x, s->points[i].y)
                              : s->stands[i - s->point_count].point;
}

/* The points that may be crowded, counted to the last row. */
static enum mg_code count_crowds(const struct mg_services *s, const uint32_t *counters, struct mg_map *crowds,
                                 struct crowd **ret_crowds, struct mg_error *err)
{
    for (size_t i = 0; i < s->point_count + s->stand_count; i++) {
        uint64_t point = point_at(s, i);
        if (counters[point % COUNTERS] < CROWD)
            continue;
        int64_t n = 0;
        size_t before = crowds->count;
        enum mg_code code = mg_map_put(crowds, (const char *)&point, sizeof point, (int64_t)before, &n, err);
        if (code)
            return code;
        if (crowds->count > before) {
            struct crowd *more = mg_realloc(*ret_crowds, crowds->count, sizeof *more);
            if (!more)
                return mg_fail_memory(err);
            *ret_crowds = more;
            more[n] = (struct crowd){0};
        }
        struct crowd *crowd = &(*ret_crowds)[n];
        crowd->count++;
        if (i < s->point_count && !crowd->record)
            crowd->record = s->points[i].id;
        if (i >= s->point_count && !crowd->line)
            crowd->line = s->stands[i - s->point_count].line;
    }
    return MG_OK;
}

static enum mg_code tell_crowd(struct mg_services *s, const struct crowd *crowd, struct mg_error *err)
{
    struct mg_row row = {.line = crowd->line, .byte_offset = -1};
    int64_t line = 0;
    enum mg_code code = MG_OK;
    if (crowd->record)
        code = mg_db_query_i64(s->import->db, MG_SQL_RECORD_LINE, &line, NULL, err, "i", crowd->record);
    if (line && (!row.line || line < row.line))
        row.line = line;
    return code
               ? code
               : mg_import_issue(s->import, &row, -1, "crowded-point", err,
                                 _("%" PRId64 " services stand on the very point of this one"), crowd->count);
}

enum mg_code mg_services_report_crowds(struct mg_services *s, struct mg_error *err)
{
    size_t count = s->point_count + s->stand_count;
    if (count < CROWD)
        return MG_OK;
    MG_FREE uint32_t *counters = mg_calloc(COUNTERS, sizeof *counters);
    MG_CLEANUP(mg_map_finish) struct mg_map index = {0};
    MG_FREE struct crowd *crowds = NULL;
    if (!counters)
        return mg_fail_memory(err);
    uint32_t most = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t here = ++counters[point_at(s, i) % COUNTERS];
        most = here > most ? here : most;
    }
    enum mg_code code = most < CROWD ? MG_OK : count_crowds(s, counters, &index, &crowds, err);
    for (size_t i = 0; i < index.count && !code; i++)
        if (crowds[i].count >= CROWD)
            code = tell_crowd(s, &crowds[i], err);
    return code;
}
