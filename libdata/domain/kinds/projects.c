/* import --as projects: what ministries announce, edition after edition.
 *
 * A row is recognised and understood as one of services is (services.h); what only projects have is read
 * here. The intervals are in the rows themselves: content that returns after an edition without it is a new
 * row. */
#include "libdata/domain/kinds/projects.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/expected_date.h"
#include "libdata/domain/kinds/services.h"

static const struct mg_intervals_table projects_table = {
    .list = MG_SQL_PROJECT_LIST,
    .set_first = MG_SQL_PROJECT_SET_FIRST,
    .set_gone = MG_SQL_PROJECT_SET_GONE,
    .split = MG_SQL_PROJECT_SPLIT,
    .read = MG_SQL_SAID_PROJECT,
};

struct loading {
    struct mg_services s; /* key, name, category, commune, status, place and the cells as written */
    const struct mg_row *row;
    const char *kind, *status;
    bool is_dated;
    char from[MG_DATE_SIZE], to[MG_DATE_SIZE];
    int64_t next_id;
};

static enum mg_code understand_expected(struct loading *l, struct mg_error *err)
{
    struct mg_import *import = l->s.import;
    struct mg_cell cell = mg_import_cell(import, l->row, MG_ROLE_EXPECTED);
    mg_date first, last;
    l->is_dated = false;
    if (!cell.length)
        return MG_OK;
    enum mg_code code = mg_expected_date_parse(cell.text, cell.length, &l->is_dated, &first, &last, err);
    if (code)
        return code;
    if (!l->is_dated)
        return mg_import_issue(import, l->row, import->roles.column[MG_ROLE_EXPECTED], "bad-date", err, "%s",
                               _("is not a time that is understood: kept as written"));
    mg_date_format(first, l->from);
    mg_date_format(last, l->to);
    return MG_OK;
}

/* No word for it: what is told of has been announced at least. */
static enum mg_code understand_status(struct loading *l, struct mg_error *err)
{
    struct mg_import *import = l->s.import;
    struct mg_cell cell = mg_import_cell(import, l->row, MG_ROLE_STATUS);
    l->s.texts[MG_ROLE_STATUS].as_written = false; /* the cell stays in other */
    l->status = "announced";
    if (!cell.length)
        return MG_OK;
    enum mg_code code = mg_project_status(cell.text, cell.length, &l->status, err);
    if (code || l->status)
        return code;
    l->status = "announced";
    return mg_import_issue(import, l->row, import->roles.column[MG_ROLE_STATUS], "unknown-status", err, "%s",
                           _("is not a status that is understood: taken as announced"));
}

static bool names_a_service(const struct loading *l)
{
    return mg_import_cell(l->s.import, l->row, MG_ROLE_SERVICE).length || l->s.texts[MG_ROLE_NAME].text ||
           l->s.texts[MG_ROLE_COMMUNE].text || l->s.place.there;
}

static enum mg_code understand(struct loading *l, bool *ret_good, struct mg_error *err)
{
    struct mg_import *import = l->s.import;
    struct mg_cell kind = mg_import_cell(import, l->row, MG_ROLE_KIND);
    enum mg_code code = mg_project_kind(kind.text, kind.length, &l->kind, err);
    *ret_good = l->kind != NULL;
    if (!code && !l->kind)
        return mg_import_reject(import, l->row, import->roles.column[MG_ROLE_KIND],
                                kind.length ? "unknown-kind" : "missing-kind", err, "%s",
                                _("is no opening, closure, move or merger"));
    if (!code)
        code = mg_services_understand(&l->s, l->row, err);
    if (!code && !names_a_service(l)) {
        *ret_good = false;
        return mg_import_reject(import, l->row, -1, "no-service", err, "%s",
                                _("names neither a service nor a place"));
    }
    if (!code)
        code = understand_status(l, err);
    return code ? code : understand_expected(l, err);
}

/* A cell of its own memory, for binding; NULL when it is empty. */
static enum mg_code text_of(struct mg_cell cell, char **ret_text, struct mg_error *err)
{
    *ret_text = cell.length ? mg_strndup(cell.text, cell.length) : NULL;
    return cell.length && !*ret_text ? mg_fail_memory(err) : MG_OK;
}

static struct mg_cell typed(const struct loading *l, enum mg_role role)
{
    const struct mg_text *text = &l->s.texts[role];
    return (struct mg_cell){text->text ? text->text : "", text->text ? text->length : 0};
}

enum { KEY, MINISTRY, DATASET, SERVICE, NAME, CATEGORY, COMMUNE, EXPECTED, TEXT_COUNT };

static enum mg_code insert(struct loading *l, char *const *texts, int64_t hash, struct mg_error *err)
{
    struct mg_services *s = &l->s;
    struct mg_import *import = s->import;
    const int64_t *gone = import->next ? &import->next->id : NULL;
    return mg_db_run(import->db, MG_SQL_PROJECT_INSERT, err, "ittttttttttttiIiitb", l->next_id++, texts[KEY],
                     texts[MINISTRY], l->kind, texts[DATASET], texts[SERVICE], texts[NAME], texts[CATEGORY],
                     texts[COMMUNE], texts[EXPECTED], l->is_dated ? l->from : NULL,
                     l->is_dated ? l->to : NULL, l->status, import->edition, gone, hash, s->line,
                     s->other.length ? s->other.data : NULL, s->place.there ? (const void *)s->blob : NULL,
                     s->place.there ? sizeof s->blob : (size_t)0);
}

static enum mg_code store(struct loading *l, int64_t hash, struct mg_error *err)
{
    struct mg_import *import = l->s.import;
    char *texts[TEXT_COUNT] = {NULL};
    enum mg_code code = mg_services_project(&l->s, l->row, err);
    if (!code)
        code = mg_services_spell(&l->s, l->row, err);
    const struct mg_cell cells[TEXT_COUNT] = {
        [KEY] = typed(l, MG_ROLE_KEY),
        [MINISTRY] = mg_import_cell(import, l->row, MG_ROLE_GROUP),
        [DATASET] = mg_import_cell(import, l->row, MG_ROLE_DATASET),
        [SERVICE] = mg_import_cell(import, l->row, MG_ROLE_SERVICE),
        [NAME] = typed(l, MG_ROLE_NAME),
        [CATEGORY] = typed(l, MG_ROLE_CATEGORY),
        [COMMUNE] = typed(l, MG_ROLE_COMMUNE),
        [EXPECTED] = mg_import_cell(import, l->row, MG_ROLE_EXPECTED),
    };
    for (int i = 0; i < TEXT_COUNT && !code; i++)
        code = text_of(cells[i], &texts[i], err);
    if (!code)
        code = insert(l, texts, hash, err);
    for (int i = 0; i < TEXT_COUNT; i++)
        free(texts[i]);
    return code;
}

static enum mg_code take_row(struct loading *l, struct mg_error *err)
{
    struct mg_import *import = l->s.import;
    bool good = false;
    int64_t hash = mg_services_hash(&l->s, l->row), project = 0;
    enum mg_code code = mg_buf_check(&l->s.content, err);
    if (!code)
        code = understand(l, &good, err);
    if (code || !good)
        return code;
    mg_import_loaded(import);
    enum mg_match match = MG_MATCH_NEW;
    if (l->s.intervals)
        code = mg_intervals_match(l->s.intervals, &(struct mg_intervals_row){hash, 0, &l->s.content}, &match,
                                  &project, err);
    if (code)
        return code;
    *(match == MG_MATCH_UNCHANGED ? &import->unchanged : &import->added) += 1;
    if (match == MG_MATCH_NEW)
        return store(l, hash, err);
    if (match == MG_MATCH_RECORD)
        return mg_db_run(import->db, MG_SQL_PROJECT_AGAIN, err, "iiiI", project, l->next_id++,
                         import->edition, import->next ? &import->next->id : NULL);
    return MG_OK;
}

/* They are few: each is compared. */
static enum mg_code load_intervals(struct mg_services *s, struct mg_error *err)
{
    const struct mg_import *import = s->import;
    struct mg_said *said = NULL;
    enum mg_code code = mg_intervals_load(import->db, &projects_table, import->dataset, import->previous,
                                          import->next, &s->intervals, err);
    if (!code)
        code = mg_said_create(import->db, NULL, &said, err);
    if (!code)
        mg_intervals_compare(s->intervals, said);
    return code;
}

/* Projects change too little and are too few for constants; every cell counts. */
static enum mg_code plan(struct loading *l, struct mg_error *err)
{
    struct mg_services *s = &l->s;
    const struct mg_import *import = s->import;
    int64_t last = 0;
    enum mg_code code = mg_services_plan(s, err);
    for (size_t i = 0; i < s->column_count && !code; i++)
        s->columns[i].constant = MG_PLAIN;
    if (!code)
        code = mg_services_place_plan(s, err);
    if (!code && import->dataset && import->dataset->edition_count)
        code = load_intervals(s, err);
    if (!code)
        code = mg_db_query_i64(import->db, MG_SQL_PROJECT_LAST, &last, NULL, err, "");
    l->next_id = last + 1;
    return code;
}

static enum mg_code load_rows(struct loading *l, struct mg_error *err)
{
    struct mg_import *import = l->s.import;
    int64_t first = l->next_id;
    enum mg_code code = MG_OK;
    while (!code) {
        code = mg_import_next(import, &l->row, err);
        if (code || !l->row)
            break;
        code = take_row(l, err);
    }
    if (!code && l->s.intervals)
        code =
            mg_intervals_settle(l->s.intervals, import->db, import->edition, &l->next_id, &import->gone, err);
    if (l->next_id > first) {
        import->first_version = first;
        import->last_version = l->next_id - 1;
    }
    import->compared = true;
    return code;
}

static enum mg_code load_projects(struct mg_import *import, struct mg_error *err)
{
    struct loading loading = {.s = {.import = import}};
    enum mg_code code = plan(&loading, err);
    if (!code)
        code = load_rows(&loading, err);
    mg_services_finish(&loading.s);
    return code;
}

const struct mg_import_kind mg_import_projects = {
    .name = "projects",
    .roles = MG_ROLE_BIT(MG_ROLE_KEY) | MG_ROLE_BIT(MG_ROLE_NAME) | MG_ROLE_BIT(MG_ROLE_CATEGORY) |
             MG_ROLE_BIT(MG_ROLE_COMMUNE) | MG_ROLE_BIT(MG_ROLE_STATUS) | MG_ROLE_BIT(MG_ROLE_LON) |
             MG_ROLE_BIT(MG_ROLE_LAT) | MG_ROLE_BIT(MG_ROLE_LONLAT) | MG_ROLE_BIT(MG_ROLE_X) |
             MG_ROLE_BIT(MG_ROLE_Y) | MG_ROLE_BIT(MG_ROLE_CRS) | MG_ROLE_BIT(MG_ROLE_SERVICE) |
             MG_ROLE_BIT(MG_ROLE_GROUP) | MG_ROLE_BIT(MG_ROLE_KIND) | MG_ROLE_BIT(MG_ROLE_EXPECTED) |
             MG_ROLE_BIT(MG_ROLE_DATASET),
    .required = MG_ROLE_BIT(MG_ROLE_KIND),
    .takes = MG_IMPORT_TAKES_KEY | MG_IMPORT_TAKES_PLACE | MG_IMPORT_TAKES_IGNORE,
    .known = mg_projects_known,
    .load = load_projects,
};
