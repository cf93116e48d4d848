/* The services of an edition, to be published. */
#include "libdata/db/read.h"
#include "libdata/domain/publish/features.h"

/* Typed columns in the order of mg_records_at, from FIRST_TYPED on. */
static const struct mg_typed_column columns[] = {
    {"key", "key"},           {"name", "name"},       {"category", "category"},       {"address", "address"},
    {"postcode", "postcode"}, {"commune", "commune"}, {"status", "status"},           {"opened", "opened"},
    {"closed", "closed"},     {"geo_source", NULL},   {"geo_precision", "precision"},
};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns, FIRST_TYPED = 1, OTHER = 13, GEOMETRY = 14 };

static enum mg_code open_services(struct mg_publication *p, const struct mg_dataset *dataset,
                                  const struct mg_edition *edition, sqlite3_stmt **ret_statement,
                                  void **ret_context, struct mg_error *err)
{
    *ret_context = NULL;
    return mg_records_at(p->db, dataset, edition, ret_statement, err);
}

static enum mg_code read_service(void *context, struct mg_read *row, struct mg_feature *ret_feature,
                                 struct mg_error *err)
{
    (void)context;
    (void)err;
    for (int i = 0; i < COLUMN_COUNT; i++)
        ret_feature->typed[i] = mg_feature_cell(row, FIRST_TYPED + i);
    ret_feature->other = mg_read_cells_or_null(row, OTHER, NULL);
    ret_feature->has_place = mg_feature_place(row, GEOMETRY, &ret_feature->lon, &ret_feature->lat);
    return row->code;
}

const struct mg_feature_kind mg_service_features = {
    .name = "services",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .open = open_services,
    .read = read_service,
};
