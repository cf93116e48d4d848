/* answer/event_store.c - events into the file, and onto the wire. */
#include "libdata/domain/history/history.h"

#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/packed_index.h"
#include "libdata/domain/digest/ledger.h"
#include "libdata/geo/blob.h"
#include "libdata/io/json.h"

struct mg_event_store {
    struct mg_db *db;
    int64_t dataset, from, to;
    int64_t last; /* event.id of the one added last */
    struct mg_index_point *points;
    size_t count, capacity;
    struct mg_digest_floors floors;
    struct mg_buf changes, artefacts, evidence; /* JSON arrays of the event at hand */
};

enum mg_code mg_event_store_begin(struct mg_db *db, const struct mg_dataset *dataset,
                                  const struct mg_edition *from, const struct mg_edition *to,
                                  struct mg_event_store **ret_store, struct mg_error *err)
{
    struct mg_event_store *store = mg_calloc(1, sizeof *store);
    const enum mg_sql statements[] = {MG_SQL_EVENT_PROJECT_FORGET, MG_SQL_EVENT_INDEX_DELETE,
                                      MG_SQL_EVENT_DELETE};

    if (!store)
        return mg_fail_memory(err);
    *store = (struct mg_event_store){.db = db, .dataset = dataset->id, .from = from->id, .to = to->id};
    mg_db_triggers(db, false);
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        enum mg_code code = mg_db_run(db, statements[i], err, "iii", dataset->id, from->id, to->id);

        if (code) {
            mg_event_store_destroy(store);
            return code;
        }
    }
    enum mg_code code = mg_digest_floors(db, &store->floors, err);
    if (!code)
        code = mg_digest_set(db, MG_DIGEST_EVENT, &(struct mg_digest_owner){0, from->id, to->id}, 0, err);
    if (code) {
        mg_event_store_destroy(store);
        return code;
    }
    *ret_store = store;
    return MG_OK;
}

static enum mg_code add_point(struct mg_event_store *store, const struct mg_event *event,
                              struct mg_error *err)
{
    if (!event->has_place)
        return MG_OK;
    if (!mg_grow(store->points, store->count, &store->capacity))
        return mg_fail_memory(err);
    store->points[store->count++] = (struct mg_index_point){event->lon, event->lat, store->last};
    return MG_OK;
}

/* Names as they are listed: of the changes, and of artefacts once each, whichever they explain. */
static size_t list_changes(const struct mg_event *event, const char *names[MG_CHANGE_COUNT])
{
    size_t count = 0;

    for (int i = 0; i < MG_CHANGE_COUNT; i++) {
        if (event->changes[i])
            names[count++] = mg_change_name((enum mg_change)i);
    }
    return count;
}

static size_t list_artefacts(const struct mg_event *event, const char *names[MG_ARTEFACT_COUNT])
{
    size_t count = 0;

    for (int i = 0; i < MG_ARTEFACT_COUNT; i++) {
        bool found = event->whole[i];

        for (int change = 0; change < MG_CHANGE_COUNT; change++)
            found |= event->artefacts[change][i];
        if (found)
            names[count++] = mg_artefact_name((enum mg_artefact)i);
    }
    return count;
}

static enum mg_code add_array(struct mg_buf *buf, const char *const *items, size_t count,
                              struct mg_error *err)
{
    mg_buf_clear(buf);
    mg_buf_add_char(buf, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            mg_buf_add_char(buf, ',');
        mg_json_add_string(buf, items[i], strlen(items[i]));
    }
    mg_buf_add_char(buf, ']');
    return mg_buf_check(buf, err);
}

enum mg_code mg_event_store_add(struct mg_event_store *store, const struct mg_event *event,
                                struct mg_error *err)
{
    const char *changes[MG_CHANGE_COUNT], *artefacts[MG_ARTEFACT_COUNT];
    const struct mg_event_side *before = &event->before, *after = &event->after;
    const int64_t *record_before = before->record ? &before->record : NULL;
    const int64_t *record_after = after->record ? &after->record : NULL;
    unsigned char point[MG_POINT_BLOB_SIZE];
    enum mg_code code = add_array(&store->changes, changes, list_changes(event, changes), err);
    if (!code)
        code = add_array(&store->artefacts, artefacts, list_artefacts(event, artefacts), err);
    if (!code)
        code = add_array(&store->evidence, event->evidence, event->evidence_count, err);
    if (code)
        return code;
    if (event->has_place)
        mg_blob_point(event->lon, event->lat, point);
    code = mg_db_run(
        store->db, MG_SQL_EVENT_INSERT, err, "iiiftttttttttttFttFtIIb", store->dataset, store->from,
        store->to, event->n, mg_event_kind_name(event->kind), store->changes.data, store->artefacts.data,
        before->key, after->key, before->name, after->name, before->category, after->category,
        before->commune, after->commune, isnan(event->distance_m) ? NULL : &event->distance_m,
        event->not_before, event->not_after, isnan(event->score) ? NULL : &event->score,
        event->evidence_count ? store->evidence.data : NULL, record_before, record_after,
        event->has_place ? (const void *)point : NULL, event->has_place ? sizeof point : (size_t)0);
    store->last = sqlite3_last_insert_rowid(mg_db_handle(store->db));
    return code ? code : add_point(store, event, err);
}

int64_t mg_event_store_last(const struct mg_event_store *store)
{
    return store->last;
}

enum mg_code mg_event_store_end(struct mg_event_store *store, struct mg_error *err)
{
    enum mg_code code =
        mg_packed_index_add(store->db, "idx_event_geom", store->points, store->count, NULL, err);

    return code ? code : mg_digest_take(store->db, &store->floors, MG_DIGEST_EVENT, MG_DIGEST_EVENT, err);
}

void mg_event_store_destroy(struct mg_event_store *store)
{
    if (!store)
        return;
    mg_db_triggers(store->db, true);
    free(store->points);
    mg_buf_finish(&store->changes);
    mg_buf_finish(&store->artefacts);
    mg_buf_finish(&store->evidence);
    free(store);
}

static void write_pair(struct mg_out *out, const char *before_key, const char *before, const char *after_key,
                       const char *after)
{
    mg_out_text(out, before_key, before);
    mg_out_text(out, after_key, after);
}

static void write_lines(struct mg_out *out, const struct mg_event_side *before,
                        const struct mg_event_side *after)
{
    if (before->record && before->line)
        mg_out_int(out, "line_before", before->line);
    else
        mg_out_null(out, "line_before");
    if (after->record && after->line)
        mg_out_int(out, "line_after", after->line);
    else
        mg_out_null(out, "line_after");
    write_pair(out, "edition_before", before->edition, "edition_after", after->edition);
}

enum mg_code mg_event_write(struct mg_out *out, const struct mg_event *event, struct mg_error *err)
{
    const char *changes[MG_CHANGE_COUNT], *artefacts[MG_ARTEFACT_COUNT];
    const struct mg_event_side *before = &event->before, *after = &event->after;

    mg_out_begin(out, "event");
    mg_out_text(out, "dataset", event->dataset);
    mg_out_text(out, "from", event->from);
    mg_out_text(out, "to", event->to);
    mg_out_real(out, "n", event->n);
    mg_out_text(out, "event", mg_event_kind_name(event->kind));
    mg_out_list(out, "changes", changes, list_changes(event, changes));
    mg_out_list(out, "artefacts", artefacts, list_artefacts(event, artefacts));
    write_pair(out, "key_before", before->key, "key_after", after->key);
    write_pair(out, "name_before", before->name, "name_after", after->name);
    write_pair(out, "category_before", before->category, "category_after", after->category);
    write_pair(out, "commune_before", before->commune, "commune_after", after->commune);
    mg_out_real(out, "lon", event->has_place ? event->lon : NAN);
    mg_out_real(out, "lat", event->has_place ? event->lat : NAN);
    mg_out_real(out, "distance_m", event->distance_m);
    write_pair(out, "not_before", event->not_before, "not_after", event->not_after);
    mg_out_real(out, "score", event->score);
    mg_out_list(out, "evidence", event->evidence, event->evidence_count);
    write_lines(out, before, after);
    mg_out_real(out, "lon_before", before->has_place ? before->lon : NAN);
    mg_out_real(out, "lat_before", before->has_place ? before->lat : NAN);
    return mg_out_end_record(out, err);
}

enum mg_code mg_link_write(struct mg_out *out, const struct mg_link *link, struct mg_error *err)
{
    mg_out_begin_in(out, "link", link->kind); /* a row of one table, whatever its kind */
    mg_out_text(out, "dataset", link->dataset);
    mg_out_text(out, "from", link->from);
    mg_out_text(out, "to", link->to);
    write_pair(out, "key_before", link->before.key, "key_after", link->after.key);
    write_lines(out, &link->before, &link->after);
    mg_out_text(out, "how", link->how);
    mg_out_text(out, "zone", link->zone);
    mg_out_real(out, "score", link->score);
    mg_out_text(out, "evidence", link->evidence);
    mg_out_text(out, "kind", link->kind);
    return mg_out_end_record(out, err);
}
