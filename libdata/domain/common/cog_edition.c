#include "libdata/domain/common/cog_edition.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/db/read.h"
#include "libdata/domain/common/codes.h"

static enum mg_code open_codes(struct mg_db *db, const struct mg_dataset *dataset,
                               const struct mg_edition *edition, sqlite3_stmt **ret_statement,
                               struct mg_error *err)
{
    bool services = !strcmp(dataset->kind, "services"), counts = !strcmp(dataset->kind, "counts");
    int64_t field = 0;
    enum mg_code code =
        services ? mg_db_query_i64(db, MG_SQL_COG_NAME_FIELD, &field, NULL, err, "i", edition->id) : MG_OK;
    if (!code)
        code = mg_db_statement(db,
                               services ? MG_SQL_COG_SERVICES
                               : counts ? MG_SQL_COG_COUNTS
                                        : MG_SQL_COG_TERRITORIES,
                               ret_statement, err);
    if (!code && services)
        code = mg_db_bind(*ret_statement, err, "itii", dataset->id, edition->as_of, edition->id, field);
    else if (!code && counts)
        code = mg_db_bind(*ret_statement, err, "it", dataset->id, edition->as_of);
    else if (!code)
        code = mg_db_bind(*ret_statement, err, "i", edition->id);
    return code;
}

enum mg_code mg_cog_edition_codes(struct mg_db *db, const struct mg_dataset *dataset,
                                  const struct mg_edition *edition, struct mg_cog_codes *codes,
                                  struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool row = true;
    enum mg_code code = open_codes(db, dataset, edition, &statement, err);
    while (!code && !(code = mg_db_step(statement, &row, err)) && row) {
        struct mg_read read = mg_read_of(statement, err);
        const char *commune = mg_read_text(&read, 0, NULL);
        const char *name = mg_read_text_or_null(&read, 1, NULL);
        char proper[MG_CODE_SIZE];
        size_t length = 0;
        name = name ? mg_text_trim(name, strlen(name), &length) : "";
        code = read.code;
        if (!code && mg_code_commune(commune, strlen(commune), proper))
            code = mg_cog_codes_add(codes, proper, name, length, err);
    }
    sqlite3_reset(statement);
    return code;
}

enum mg_code mg_cog_edition_store(struct mg_db *db, int64_t edition, const struct mg_cog_year *year,
                                  struct mg_error *err)
{
    return mg_db_run(db, MG_SQL_COG_STORE, err, "iii", edition, (int64_t)year->first, (int64_t)year->last);
}

mg_date mg_cog_edition_date(const struct mg_edition *edition, mg_date as_of)
{
    return mg_cog_year_date(edition->cog_year, edition->cog_year_last, as_of);
}

static bool has_communes(const struct mg_dataset *dataset, const struct mg_edition *edition)
{
    return !strcmp(dataset->kind, "services") ||
           ((!strcmp(dataset->kind, "counts") || !strcmp(dataset->kind, "territories")) &&
            !strcmp(edition->level, "commune"));
}

typedef enum mg_code visitor(struct mg_db *db, const struct mg_dataset *dataset,
                             const struct mg_edition *edition, const struct mg_cog_codes *codes,
                             const struct mg_cog_year *year, struct mg_out *out, struct mg_error *err);

static enum mg_code visit_edition(struct mg_db *db, const struct mg_dataset *dataset,
                                  const struct mg_edition *edition, visitor *visit, struct mg_out *out,
                                  struct mg_error *err)
{
    MG_CLEANUP(mg_cog_codes_finish) struct mg_cog_codes codes = {0};
    struct mg_cog_year year = {0};
    enum mg_code code = mg_cog_edition_codes(db, dataset, edition, &codes, err);
    if (!code)
        code = mg_cog_year_find(db, &codes, &year, err);
    return code ? code : visit(db, dataset, edition, &codes, &year, out, err);
}

/* wanted: only MG_ERR_USAGE when there is nothing in the dataset to tell of. */
static enum mg_code visit_dataset(struct mg_db *db, const char *name, bool wanted, visitor *visit,
                                  struct mg_out *out, struct mg_error *err)
{
    struct mg_dataset *dataset = NULL;
    size_t visited = 0;
    enum mg_code code = mg_dataset_load(db, name, &dataset, err);
    for (size_t i = 0; !code && i < dataset->edition_count; i++) {
        if (!has_communes(dataset, &dataset->editions[i]))
            continue;
        visited++;
        code = visit_edition(db, dataset, &dataset->editions[i], visit, out, err);
    }
    if (!code && wanted && !visited)
        code = mg_fail(err, MG_ERR_USAGE, _("'%s' is not a dataset with the codes of communes"), name);
    mg_dataset_destroy(dataset);
    return code;
}

static enum mg_code visit_all(struct mg_db *db, visitor *visit, struct mg_out *out, struct mg_error *err)
{
    char **names = NULL;
    enum mg_code code = mg_dataset_names(db, NULL, &names, err);
    for (char **name = names; name && *name; name++) {
        if (!code)
            code = visit_dataset(db, *name, false, visit, out, err);
        free(*name);
    }
    free(names);
    return code;
}

static enum mg_code store(struct mg_db *db, const struct mg_dataset *dataset,
                          const struct mg_edition *edition, const struct mg_cog_codes *codes,
                          const struct mg_cog_year *year, struct mg_out *out, struct mg_error *err)
{
    (void)dataset, (void)codes, (void)out;
    return mg_cog_edition_store(db, edition->id, year, err);
}

enum mg_code mg_cog_edition_store_all(struct mg_db *db, struct mg_error *err)
{
    return visit_all(db, store, NULL, err);
}

static enum mg_code tell(struct mg_db *db, const struct mg_dataset *dataset, const struct mg_edition *edition,
                         const struct mg_cog_codes *codes, const struct mg_cog_year *year, struct mg_out *out,
                         struct mg_error *err)
{
    (void)db;
    mg_out_begin(out, "cog_year");
    mg_out_text(out, "dataset", dataset->name);
    mg_out_text(out, "edition", edition->as_of);
    if (year->first) {
        mg_out_int(out, "first", year->first);
        mg_out_int(out, "last", year->last);
        mg_out_bool(out, "or_later", year->or_later);
    } else {
        mg_out_null(out, "first");
        mg_out_null(out, "last");
        mg_out_null(out, "or_later");
    }
    mg_out_int(out, "codes", (int64_t)codes->codes.count);
    if (year->first)
        mg_out_int(out, "strangers", year->strangers);
    else
        mg_out_null(out, "strangers");
    return mg_out_end_record(out, err);
}

enum mg_code mg_cog_edition_write(struct mg_db *db, const char *names, struct mg_out *out,
                                  struct mg_error *err)
{
    int64_t movements = 0;
    enum mg_code code = mg_db_query_i64(db, MG_SQL_COG_MOVEMENTS, &movements, NULL, err, "");
    if (!code && !movements) {
        mg_fail(err, MG_ERR_USAGE, "%s", _("the file holds no list of movements of communes"));
        mg_error_hint(err, "%s", _("import one: maillage import FILE --as movements"));
        return MG_ERR_USAGE;
    }
    if (code || !strcmp(names, "all"))
        return code ? code : visit_all(db, tell, out, err);
    MG_FREE char *list = mg_strdup(names);
    if (!list)
        return mg_fail_memory(err);
    for (char *at = list; at && !code;) {
        const char *name = strsep(&at, ",");
        code = visit_dataset(db, name, true, tell, out, err);
    }
    return code;
}
