/* Import of territories: lists, links to what contains them, polygons. */
#include <stdio.h>
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/map.h"
#include "libdata/base/text.h"
#include "libdata/domain/common/codes.h"
#include "libdata/domain/kinds/references.h"
#include "libdata/geo/blob.h"
#include "libdata/geo/crs.h"

static const char *const code_labels[MG_LEVEL_COUNT][10] = {
    [MG_COMMUNE] = {"COM", "codgeo", "code_commune", "code_insee", "insee_com", "insee", "depcom", "code"},
    [MG_EPCI] = {"siren", "siren_epci", "code_epci", "epci", "codgeo", "code"},
    [MG_ARRONDISSEMENT] = {"ARR", "code_arrondissement", "insee_arr", "codgeo", "code"},
    [MG_DEPARTEMENT] = {"DEP", "code_departement", "insee_dep", "codgeo", "code"},
    [MG_REGION] = {"REG", "code_region", "insee_reg", "codgeo", "code"},
};

static const char *const name_labels[MG_LEVEL_COUNT][8] = {
    [MG_COMMUNE] = {"LIBELLE", "libgeo", "nom_commune", "nom_com", "nom"},
    [MG_EPCI] = {"raison_sociale", "nom_epci", "libepci", "libgeo", "LIBELLE", "nom"},
    [MG_ARRONDISSEMENT] = {"LIBELLE", "nom_arrondissement", "libgeo", "nom"},
    [MG_DEPARTEMENT] = {"LIBELLE", "nom_departement", "libgeo", "nom"},
    [MG_REGION] = {"LIBELLE", "nom_region", "libgeo", "nom"},
};

static const char *const kind_labels[] = {"TYPECOM", NULL};
static const char *const member_labels[] = {"insee", "code_insee", "codgeo", "code_commune",
                                            "com",   "insee_com",  NULL};
static const char *const parent_labels[] = {"COMPARENT", NULL};

/* Where a row says what contains its territory, by level. */
static const char *const above_labels[MG_LEVEL_COUNT][5] = {
    [MG_EPCI] = {"epci", "siren_epci", "code_epci"},
    [MG_ARRONDISSEMENT] = {"ARR", "code_arrondissement", "insee_arr"},
    [MG_DEPARTEMENT] = {"DEP", "code_departement", "insee_dep"},
    [MG_REGION] = {"REG", "code_region", "insee_reg"},
};

static const char *const commune_types[] = {"COM", "COMD", "COMA", "ARM"};
static const char *const types[MG_LEVEL_COUNT] = {"COM", "EPCI", "ARR", "DEP", "REG"};

struct loading {
    struct mg_import *import;
    enum mg_level level;
    char valid_from[MG_DATE_SIZE];
    int above[MG_LEVEL_COUNT]; /* columns, -1: none */
    int departement; /* that of the first part of a code whose second is in the code's, -1: codes are whole */
    bool typed;      /* the column of types holds types */
    int parent;      /* the commune that a delegated or associated commune is part of */
    struct mg_map seen; /* type and code */
    struct mg_crs *crs;
    struct mg_buf blob;
};

static size_t known(const struct mg_import *import, struct mg_map_option *maps)
{
    enum mg_level level;
    if (mg_reference_level(import, &level, NULL))
        return 0;
    const struct mg_reference_label labels[] = {
        {MG_ROLE_CODE, code_labels[level]},
        {MG_ROLE_NAME, name_labels[level]},
        {level == MG_EPCI ? MG_ROLE_COMMUNE : MG_ROLE_KIND, level == MG_EPCI ? member_labels : kind_labels},
    };
    return mg_reference_known(import, labels, sizeof labels / sizeof *labels, maps);
}

static bool is_type(const struct mg_cell *cell)
{
    for (size_t i = 0; i < sizeof commune_types / sizeof *commune_types; i++)
        if (strlen(commune_types[i]) == cell->length && !memcmp(commune_types[i], cell->text, cell->length))
            return true;
    return false;
}

/* A column that is named, or known by its label, is what it is called; one that was found holds nothing else.
 */
static bool holds_types(const struct mg_import *import)
{
    int column = import->roles.column[MG_ROLE_KIND];
    for (size_t i = 0; column >= 0 && !import->roles.forced[MG_ROLE_KIND] && i < import->sample.row_count;
         i++) {
        const struct mg_cell *cell = mg_sample_cell(&import->sample, i, (size_t)column);
        if (cell->length && !is_type(cell))
            return false;
    }
    return true;
}

/* Where communes are numbered within their département, the column that has it; -1: codes are whole. */
static int find_departement(const struct mg_import *import, enum mg_level level)
{
    int column = import->roles.column[MG_ROLE_CODE];
    size_t whole = 0, numbers = 0;
    for (size_t i = 0; i < import->sample.row_count; i++) {
        const struct mg_cell *cell = mg_sample_cell(&import->sample, i, (size_t)column);
        char code[MG_TERRITORY_CODE_SIZE];
        size_t length;
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        whole += mg_territory_code(level, text, length, code);
        numbers += mg_code_commune_within("01", 2, text, length, code);
    }
    return level == MG_COMMUNE && numbers > whole ? mg_reference_column(import, above_labels[MG_DEPARTEMENT])
                                                  : -1;
}

static enum mg_code plan(struct loading *l, struct mg_error *err)
{
    struct mg_import *import = l->import;
    mg_date date;
    enum mg_code code = mg_reference_level(import, &l->level, err);
    if (code)
        return code;
    const char *valid_from = import->options->valid_from ? import->options->valid_from : import->as_of;
    if (!mg_date_parse_iso(valid_from, strlen(valid_from), &date)) {
        mg_fail(err, MG_ERR_USAGE, _("--valid-from: '%s' is not a date"), valid_from);
        mg_error_hint(err, "%s", _("write 2020, 2020-06 or 2020-06-30"));
        return MG_ERR_USAGE;
    }
    mg_date_format(date, l->valid_from);
    strcpy(import->level, mg_level_name(l->level));
    if (import->roles.column[MG_ROLE_CODE] < 0) {
        mg_fail(err, MG_ERR_INPUT, _("no column could be the code of a territory (%s)"), import->level);
        mg_error_hint(err, "%s", _("name it with --map code=COLUMN"));
        return MG_ERR_INPUT;
    }
    for (enum mg_level above = 0; above < MG_LEVEL_COUNT; above++)
        l->above[above] =
            above > l->level && l->level != MG_EPCI ? mg_reference_column(import, above_labels[above]) : -1;
    l->departement = find_departement(import, l->level);
    l->typed = holds_types(import);
    l->parent = l->level == MG_COMMUNE ? mg_reference_column(import, parent_labels) : -1;
    return mg_crs_create(&l->crs, err);
}

/* The row's code in its proper form; *ret_good false when the row was refused. */
static enum mg_code read_code(struct loading *l, const struct mg_row *row, char *code, bool *ret_good,
                              struct mg_error *err)
{
    struct mg_cell cell = mg_import_cell(l->import, row, MG_ROLE_CODE);
    int column = l->import->roles.column[MG_ROLE_CODE];
    struct mg_cell departement = mg_reference_cell(row, l->departement);
    *ret_good = l->departement >= 0 ? mg_code_commune_within(departement.text, departement.length, cell.text,
                                                             cell.length, code)
                                    : mg_territory_code(l->level, cell.text, cell.length, code);
    if (!*ret_good)
        return mg_import_reject(l->import, row, column, "bad-code", err,
                                _("is not the code of a territory (%s)"), mg_level_name(l->level));
    if (l->departement < 0 && (strlen(code) != cell.length || memcmp(code, cell.text, cell.length)))
        return mg_import_issue(l->import, row, column, "code-repaired", err, _("understood as %s"), code);
    return MG_OK;
}

static enum mg_code store_link(struct loading *l, enum mg_level child_level, const char *child_type,
                               const char *child, enum mg_level parent_level, const char *parent,
                               struct mg_error *err)
{
    return mg_db_run(l->import->db, MG_SQL_TERRITORY_LINK_INSERT, err, "itttttt", l->import->edition,
                     mg_level_name(child_level), child_type, child, mg_level_name(parent_level), parent,
                     l->valid_from);
}

/* A link to what a cell names; an empty cell says nothing. */
static enum mg_code link_up(struct loading *l, const struct mg_row *row, int column, const char *type,
                            const char *code, enum mg_level above, struct mg_error *err)
{
    char parent[MG_TERRITORY_CODE_SIZE];
    struct mg_cell cell = mg_reference_cell(row, column);
    if (!cell.length || (above == MG_EPCI && !memcmp(cell.text, "ZZZ", cell.length < 3 ? cell.length : 3)))
        return MG_OK;
    if (!mg_territory_code(above, cell.text, cell.length, parent))
        return mg_import_issue(l->import, row, column, "bad-code", err,
                               _("is not the code of a territory (%s)"), mg_level_name(above));
    return store_link(l, l->level, type, code, above, parent, err);
}

static enum mg_code store_links(struct loading *l, const struct mg_row *row, const char *type,
                                const char *code, struct mg_error *err)
{
    enum mg_code result = MG_OK;
    if (!strcmp(type, types[l->level])) {
        for (enum mg_level above = 0; above < MG_LEVEL_COUNT && !result; above++)
            if (l->above[above] >= 0 && l->above[above] != l->import->roles.column[MG_ROLE_CODE])
                result = link_up(l, row, l->above[above], type, code, above, err);
    } else if (l->parent >= 0) {
        result = link_up(l, row, l->parent, type, code, MG_COMMUNE, err);
    }
    return result;
}

/* The polygon as a blob in l->blob, empty when there is none; *ret_good false when the row was refused. */
static enum mg_code read_polygon(struct loading *l, const struct mg_row *row, bool *ret_good,
                                 struct mg_error *err)
{
    struct mg_error why = {0};
    mg_buf_clear(&l->blob);
    *ret_good = true;
    if (!l->import->info->has_geometry)
        return MG_OK;
    if (!row->wkb)
        return mg_import_issue(l->import, row, -1, "missing-polygon", err, "%s",
                               _("the territory has no polygon"));
    enum mg_code code = mg_blob_from_wkb(row->wkb, row->wkb_length, &l->blob, &why);
    /* a file that does not say which system it is in has to be in longitude and latitude */
    if (!code)
        code =
            mg_blob_to_lonlat(&l->blob, l->crs, l->import->info->epsg ? l->import->info->epsg : 4326, &why);
    if (code == MG_ERR_INPUT) {
        *ret_good = false;
        return mg_import_reject(l->import, row, -1, "bad-polygon", err, "%s", why.message);
    }
    if (code && err)
        *err = why;
    return code;
}

static enum mg_code store_territory(struct loading *l, const struct mg_row *row, const char *type,
                                    const char *code, struct mg_error *err)
{
    struct mg_cell cell = mg_import_cell(l->import, row, MG_ROLE_NAME);
    MG_CLEANUP(mg_buf_finish) struct mg_buf name = {0};
    mg_buf_add(&name, cell.text, cell.length);
    enum mg_code result = mg_buf_check(&name, err);
    return result ? result
                  : mg_db_run(l->import->db, MG_SQL_TERRITORY_INSERT, err, "itttttib", l->import->edition,
                              mg_level_name(l->level), type, code, name.length ? name.data : "",
                              l->valid_from, row->line, l->blob.length ? l->blob.data : NULL, l->blob.length);
}

static enum mg_code is_new(struct loading *l, const char *type, const char *code, bool *ret_new,
                           struct mg_error *err)
{
    char key[2 * MG_TERRITORY_CODE_SIZE + 2];
    int length = snprintf(key, sizeof key, "%.*s %s", MG_TERRITORY_CODE_SIZE, type, code);
    int64_t before = (int64_t)l->seen.count, held;
    enum mg_code result = mg_map_put(&l->seen, key, (size_t)length, before, &held, err);
    *ret_new = !result && held == before;
    return result;
}

/* COM, COMD, COMA, ARM; other levels have one type each. */
static enum mg_code read_type(struct loading *l, const struct mg_row *row, char type[MG_TERRITORY_CODE_SIZE],
                              bool *ret_good, struct mg_error *err)
{
    struct mg_cell cell = mg_import_cell(l->import, row, MG_ROLE_KIND);
    strcpy(type, types[l->level]);
    *ret_good = true;
    if (l->level != MG_COMMUNE || !cell.length || !l->typed)
        return MG_OK;
    if (is_type(&cell)) {
        memcpy(type, cell.text, cell.length);
        type[cell.length] = '\0';
        return MG_OK;
    }
    *ret_good = false;
    return mg_import_reject(l->import, row, l->import->roles.column[MG_ROLE_KIND], "bad-type", err, "%s",
                            _("is none of COM, COMD, COMA, ARM"));
}

/* A territory a row. */
static enum mg_code load_row(struct loading *l, const struct mg_row *row, struct mg_error *err)
{
    char code[MG_TERRITORY_CODE_SIZE], type[MG_TERRITORY_CODE_SIZE];
    bool good, fresh;
    enum mg_code result = read_code(l, row, code, &good, err);
    if (!result && good)
        result = read_type(l, row, type, &good, err);
    if (!result && good)
        result = read_polygon(l, row, &good, err);
    if (!result && good)
        result = is_new(l, type, code, &fresh, err);
    if (result || !good)
        return result;
    if (!fresh)
        return mg_import_reject(l->import, row, l->import->roles.column[MG_ROLE_CODE], "duplicate-code", err,
                                _("territory %s is in the file already"), code);
    result = store_territory(l, row, type, code, err);
    if (!result)
        result = store_links(l, row, type, code, err);
    mg_import_loaded(l->import);
    return result;
}

/* A member a row: the EPCI comes once, with its first member. */
static enum mg_code load_member(struct loading *l, const struct mg_row *row, struct mg_error *err)
{
    char code[MG_TERRITORY_CODE_SIZE], commune[MG_TERRITORY_CODE_SIZE];
    struct mg_cell cell = mg_import_cell(l->import, row, MG_ROLE_CODE);
    struct mg_cell member = mg_import_cell(l->import, row, MG_ROLE_COMMUNE);
    if (cell.length >= 3 && !memcmp(cell.text, "ZZZ", 3)) { /* INSEE's mark for a commune in no EPCI */
        mg_import_skip(l->import);
        return MG_OK;
    }
    bool good, fresh;
    enum mg_code result = read_code(l, row, code, &good, err);
    if (result || !good)
        return result;
    if (!mg_territory_code(MG_COMMUNE, member.text, member.length, commune))
        return mg_import_reject(l->import, row, l->import->roles.column[MG_ROLE_COMMUNE], "bad-code", err,
                                "%s", _("is not the code of a commune"));
    if ((result = is_new(l, "member", commune, &fresh, err)))
        return result;
    if (!fresh)
        return mg_import_reject(l->import, row, l->import->roles.column[MG_ROLE_COMMUNE], "duplicate-code",
                                err, _("commune %s is in the file already"), commune);
    result = is_new(l, types[l->level], code, &fresh, err);
    if (!result && fresh)
        result = store_territory(l, row, types[l->level], code, err);
    if (!result)
        result = store_link(l, MG_COMMUNE, "COM", commune, l->level, code, err);
    mg_import_loaded(l->import);
    return result;
}

static void finish(struct loading *l)
{
    mg_map_finish(&l->seen);
    mg_crs_destroy(l->crs);
    mg_buf_finish(&l->blob);
}

static enum mg_code load_territories(struct mg_import *import, struct mg_error *err)
{
    MG_CLEANUP(finish) struct loading l = {.import = import};
    const struct mg_row *row = NULL;
    enum mg_code code = plan(&l, err);
    bool members = l.level == MG_EPCI && import->roles.column[MG_ROLE_COMMUNE] >= 0;
    while (!code && !(code = mg_import_next(import, &row, err)) && row)
        code = members ? load_member(&l, row, err) : load_row(&l, row, err);
    return code;
}

const struct mg_import_kind mg_import_territories = {
    .name = "territories",
    .roles = MG_ROLE_BIT(MG_ROLE_CODE) | MG_ROLE_BIT(MG_ROLE_NAME) | MG_ROLE_BIT(MG_ROLE_KIND) |
             MG_ROLE_BIT(MG_ROLE_COMMUNE),
    .takes = MG_IMPORT_TAKES_LEVEL | MG_IMPORT_TAKES_VALID_FROM,
    .known = known,
    .load = load_territories,
};
