/* What the edition looks like from afar, against the edition before (profile.h, anomalies.h). */
#include <stdio.h>
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"
#include "libdata/domain/import/internal.h"
#include "libdata/io/json.h"
#include "libdata/io/json_cells.h"

static enum mg_code store_filled(struct mg_import *import, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < import->info->column_count && !code; i++)
        code = mg_db_run(import->db, MG_SQL_EDITION_FIELD_FILLED, err, "iii", import->edition,
                         import->columns[i].field, import->columns[i].filled);
    return code;
}

static enum mg_code store_anomalies(struct mg_import *import, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf json = {0};
    const struct mg_anomalies *found = &import->anomalies;
    mg_buf_add_char(&json, '[');
    for (size_t i = 0; i < found->count; i++) {
        if (i)
            mg_buf_add_char(&json, ',');
        mg_json_add_string(&json, found->list[i].told, strlen(found->list[i].told));
    }
    mg_buf_add_char(&json, ']');
    enum mg_code code = mg_buf_check(&json, err);
    return code ? code
                : mg_db_run(import->db, MG_SQL_EDITION_SET_ANOMALIES, err, "it", import->edition, json.data);
}

static enum mg_code refuse(const struct mg_anomalies *found, struct mg_error *err)
{
    mg_fail(err, MG_ERR_INPUT, _("departs from the edition before (%zu anomalies); the first: %s"),
            found->count, found->list[0].message);
    mg_error_hint(err, "%s", _("without --strict it is loaded, and what departs is said"));
    return MG_ERR_INPUT;
}

enum mg_code mg_import_settle_profile(struct mg_import *import, struct mg_error *err)
{
    const struct mg_edition *previous = import->previous;
    struct mg_anomaly_changes changes = {0};
    enum mg_code code = store_filled(import, err);
    if (!code)
        code = mg_profile_store(&import->profile, import->db, import->edition, err);
    if (code || !previous)
        return code;
    import->keyed = import->compared && import->roles.column[MG_ROLE_KEY] >= 0;
    if (import->keyed && import->gone && import->added)
        code = mg_anomalies_changed(import->db, import->edition, &changes, err);
    import->changed = changes.changed;
    const struct mg_anomaly_editions editions = {
        .before = previous->id,
        .after = import->edition,
        .rows_before = previous->rows_loaded,
        .rows_after = import->rows_loaded,
        .columns = strcmp(import->kind->name, "counts") != 0,
        .keyed = import->keyed,
        .both = import->unchanged + import->changed,
        .changes = changes,
    };
    if (!code)
        code = mg_anomalies_find(import->db, &editions, &import->anomalies, err);
    if (!code && import->options->strict && import->anomalies.count)
        return refuse(&import->anomalies, err);
    return code ? code : store_anomalies(import, err);
}

enum mg_code mg_import_stored_anomalies(struct mg_import *import, int64_t edition,
                                        struct mg_anomalies *ret_anomalies, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    struct mg_json_cells reader;
    struct mg_json_cell cell;
    struct mg_read row;
    mg_read_ask(&row, import->db, MG_SQL_EDITION_ANOMALIES, err, "i", edition);
    if (mg_read_next(&row)) {
        size_t length;
        const char *json = mg_read_cells_or_null(&row, 0, &length);
        mg_json_cells_start(&reader, json, length);
        while (ret_anomalies->count < MG_ANOMALIES && mg_json_cells_next(&reader, &cell)) {
            struct mg_anomaly *anomaly = &ret_anomalies->list[ret_anomalies->count++];
            mg_buf_clear(&text);
            mg_json_cell_add(&text, &cell);
            mg_buf_add(&text, "", 0);
            if ((row.code = mg_buf_check(&text, err)))
                break;
            snprintf(anomaly->told, sizeof anomaly->told, "%s", text.data);
        }
    }
    return mg_read_end(&row);
}
