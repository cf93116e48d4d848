#include "libdata/domain/common/access.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"

/* The columns of table record that a dataset opens with itself, in alphabetical order. */
static const char *const open_roles[] = {
    "address", "category", "closed", "commune", "geo_precision", "geo_source", "geom",   "key",
    "lat",     "lon",      "lonlat", "name",    "opened",        "postcode",   "status",
};

/* What an open survey opens beside them, to count answers by. */
static const char *const open_survey_roles[] = {"date"};

/* What an open dataset of projects opens beside them, columns of table project. */
static const char *const open_project_roles[] = {
    "expected", "expected_from", "expected_to", "kind", "ministry", "service_dataset", "service_key",
};

/* Keys of records on the wire that may be published, in alphabetical order. Not here, on purpose: evidence
 * (names the columns that changed), score (of linkage, which learns from all that differs), raw, comment,
 * line_*, edition_* and source (they describe the ministry's file, and an edition may bring a row for what is
 * restricted of it), ministries, twice, announced, coincidence_p and their kin (over datasets that the record
 * does not name). */
static const char *const open_keys[] = {
    "a2sfca",
    "artefacts",
    "at",
    "category",
    "category_after",
    "category_before",
    "changes",
    "closed",
    "cog",
    "commune_after",
    "commune_before",
    "comparable",
    "cost_kind",
    "coverage_pop",
    "created",
    "dataset",
    "datasets",
    "delta_n",
    "distance_m",
    "event",
    "from",
    "gi_z",
    "gini",
    "hi",
    "key_after",
    "key_before",
    "lat",
    "lat_before",
    "level",
    "lo",
    "lon",
    "lon_before",
    "loss_expected",
    "loss_hi",
    "loss_lo",
    "loss_observed",
    "loss_p",
    "loss_q",
    "loss_ratio",
    "loss_shrunk",
    "loss_shrunk_hi",
    "loss_shrunk_lo",
    "mean3_km",
    "n",
    "n_eff",
    "name_after",
    "name_before",
    "nearest_km",
    "not_after",
    "not_before",
    "period",
    "pop",
    "pop_reason",
    "pop_year",
    "question",
    "rate_10k",
    "rate_hi",
    "rate_lo",
    "service",
    "status",
    "territory",
    "territory_name",
    "theil",
    "theil_between",
    "theil_within",
    "to",
    "type",
    "value",
    "value_kind",
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool listed(const char *name, const char *const *list, size_t count)
{
    return bsearch(&name, list, count, sizeof *list, compare_names) != NULL;
}

const char *mg_audience_name(enum mg_audience audience)
{
    return audience == MG_MINISTRY ? "ministry" : "public";
}

bool mg_audience_from_name(const char *name, enum mg_audience *ret_audience)
{
    for (enum mg_audience audience = MG_PUBLIC; audience <= MG_MINISTRY; audience++)
        if (strcmp(name, mg_audience_name(audience)) == 0) {
            *ret_audience = audience;
            return true;
        }
    return false;
}

bool mg_access_dataset(enum mg_audience audience, const struct mg_dataset *dataset)
{
    return audience == MG_MINISTRY || dataset->open;
}

bool mg_access_role(enum mg_audience audience, const struct mg_dataset *dataset, const char *role)
{
    if (audience == MG_MINISTRY)
        return true;
    if (!dataset->open)
        return false;
    return listed(role, open_roles, sizeof open_roles / sizeof *open_roles) ||
           (strcmp(dataset->kind, "responses") == 0 &&
            listed(role, open_survey_roles, sizeof open_survey_roles / sizeof *open_survey_roles)) ||
           (strcmp(dataset->kind, "projects") == 0 &&
            listed(role, open_project_roles, sizeof open_project_roles / sizeof *open_project_roles));
}

bool mg_access_mention(enum mg_audience audience, char *const *names, const char *name)
{
    if (audience == MG_MINISTRY || !name)
        return true;
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

bool mg_access_field(enum mg_audience audience, const struct mg_dataset *dataset,
                     const struct mg_field *field)
{
    return audience == MG_MINISTRY || (dataset->open && field->open);
}

bool mg_access_column(enum mg_audience audience, const struct mg_dataset *dataset,
                      const struct mg_field *field)
{
    return mg_access_field(audience, dataset, field) ||
           (field->role && mg_access_role(audience, dataset, field->role));
}

bool mg_access_key(enum mg_audience audience, const struct mg_dataset *dataset, const char *key)
{
    if (audience == MG_MINISTRY)
        return true;
    if (dataset && !dataset->open)
        return false;
    if (listed(key, open_keys, sizeof open_keys / sizeof *open_keys))
        return true;
    if (dataset && mg_access_role(audience, dataset, key))
        return true;
    const struct mg_field *field = mg_dataset_field(dataset, key);
    return field && mg_access_field(audience, dataset, field);
}

typedef bool may_see(enum mg_audience audience, const struct mg_dataset *dataset,
                     const struct mg_field *field);

static enum mg_code find(enum mg_audience audience, const struct mg_dataset *dataset, const char *name,
                         may_see *may, const struct mg_field **ret_field, struct mg_error *err)
{
    const struct mg_field *field = mg_dataset_field(dataset, name);
    if (field && may(audience, dataset, field)) {
        *ret_field = field;
        return MG_OK;
    }
    if (audience == MG_PUBLIC)
        mg_fail(err, MG_ERR_USAGE, _("%s has no open column '%s'"), dataset->name, name);
    else
        mg_fail(err, MG_ERR_USAGE, _("%s has no column '%s'"), dataset->name, name);
    MG_CLEANUP(mg_buf_finish) struct mg_buf names = {0};
    for (size_t i = 0; i < dataset->field_count; i++)
        if (may(audience, dataset, &dataset->fields[i]))
            mg_buf_printf(&names, "%s%s", names.length ? ", " : "", dataset->fields[i].name);
    if (names.length)
        mg_error_hint(err, _("columns: %s"), names.data);
    return MG_ERR_USAGE;
}

enum mg_code mg_access_find_field(enum mg_audience audience, const struct mg_dataset *dataset,
                                  const char *name, const struct mg_field **ret_field, struct mg_error *err)
{
    return find(audience, dataset, name, mg_access_field, ret_field, err);
}

enum mg_code mg_access_find_column(enum mg_audience audience, const struct mg_dataset *dataset,
                                   const char *name, const struct mg_field **ret_field, struct mg_error *err)
{
    return find(audience, dataset, name, mg_access_column, ret_field, err);
}

void mg_access_names_free(char **names)
{
    for (size_t i = 0; names && names[i]; i++)
        free(names[i]);
    free(names);
}
MG_DEFINE_CLEANUP(char *, mg_access_names_free)

enum mg_code mg_access_names(struct mg_db *db, enum mg_audience audience, const char *kind, char ***ret_names,
                             struct mg_error *err)
{
    MG_CLEANUP(mg_access_names_free_pointer) char **names = NULL;
    enum mg_code code = mg_dataset_names(db, kind, &names, err);
    size_t kept = 0;
    for (size_t i = 0; names && names[i]; i++) {
        bool visible = false;
        if (!code) {
            struct mg_dataset *dataset = NULL;
            code = mg_dataset_load(db, names[i], &dataset, err);
            visible = !code && mg_access_dataset(audience, dataset);
            mg_dataset_destroy(dataset);
        }
        char *name = names[i];
        names[i] = NULL;
        if (visible)
            names[kept++] = name;
        else
            free(name);
    }
    if (code)
        return code;
    *ret_names = names;
    names = NULL;
    return MG_OK;
}

enum mg_code mg_access_narrow(struct mg_db *db, enum mg_audience audience, struct mg_error *err)
{
    MG_CLEANUP(mg_access_names_free_pointer) char **names = NULL;
    MG_CLEANUP(mg_buf_finish) struct mg_buf editions = {0};
    if (audience == MG_MINISTRY) {
        mg_db_see_all(db);
        return MG_OK;
    }
    enum mg_code code = mg_access_names(db, audience, NULL, &names, err);
    for (char **name = names; !code && *name; name++) {
        struct mg_dataset *dataset = NULL;
        code = mg_dataset_load(db, *name, &dataset, err);
        for (size_t i = 0; !code && i < dataset->edition_count; i++)
            mg_buf_add(&editions, &dataset->editions[i].id, sizeof dataset->editions[i].id);
        mg_dataset_destroy(dataset);
    }
    if (!code)
        code = mg_buf_check(&editions, err);
    return code ? code
                : mg_db_see(db, (const int64_t *)(const void *)editions.data,
                            editions.length / sizeof(int64_t), err);
}

void mg_access_widen(struct mg_db *db)
{
    mg_db_see_all(db);
}

/* Is something of that kind not open? */
static enum mg_code some_restricted(struct mg_db *db, const char *kind, bool *ret_some, struct mg_error *err)
{
    MG_CLEANUP(mg_access_names_free_pointer) char **all = NULL, **seen = NULL;
    enum mg_code code = mg_dataset_names(db, kind, &all, err);
    if (!code)
        code = mg_access_names(db, MG_PUBLIC, kind, &seen, err);
    for (char **name = all; !code && *name; name++)
        *ret_some = *ret_some || !mg_access_mention(MG_PUBLIC, seen, *name);
    return code;
}

static enum mg_code forget_commune_years(struct mg_db *db, struct mg_dataset *dataset, struct mg_error *err)
{
    bool some = false;
    enum mg_code code = some_restricted(db, "movements", &some, err);
    if (!code)
        code = some_restricted(db, "territories", &some, err);
    for (size_t i = 0; some && i < dataset->edition_count; i++)
        dataset->editions[i].cog_year = dataset->editions[i].cog_year_last = 0;
    return code;
}

/* The same words whether the dataset is restricted or was never there. */
static enum mg_code refuse_dataset(struct mg_db *db, const char *name, struct mg_error *err)
{
    char **names = NULL;
    enum mg_code code = mg_access_names(db, MG_PUBLIC, NULL, &names, err);
    if (code)
        return code;
    MG_CLEANUP(mg_buf_finish) struct mg_buf list = {0};
    for (size_t i = 0; names[i]; i++)
        mg_buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
    mg_access_names_free(names);
    mg_fail(err, MG_ERR_USAGE, _("there is no open dataset '%s'"), name);
    if (list.length)
        mg_error_hint(err, _("open datasets: %s"), list.data);
    else
        mg_error_hint(
            err, _("no dataset is open: import one with --access open, or ask with --audience ministry"));
    return MG_ERR_USAGE;
}

enum mg_code mg_access_load(struct mg_db *db, enum mg_audience audience, const char *name,
                            struct mg_dataset **ret_dataset, struct mg_error *err)
{
    struct mg_dataset *dataset = NULL;
    enum mg_code code = mg_dataset_load(db, name, &dataset, err);
    if (code == MG_OK && mg_access_dataset(audience, dataset)) {
        if (audience == MG_PUBLIC)
            code = forget_commune_years(db, dataset, err);
        if (code) {
            mg_dataset_destroy(dataset);
            return code;
        }
        *ret_dataset = dataset;
        return MG_OK;
    }
    mg_dataset_destroy(dataset);
    if (audience == MG_PUBLIC && (code == MG_OK || code == MG_ERR_USAGE))
        return refuse_dataset(db, name, err);
    return code;
}
