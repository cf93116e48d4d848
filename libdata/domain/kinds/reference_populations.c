/* Import of inhabitants: one number a territory, for one year. */
#include <math.h>
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/map.h"
#include "libdata/base/num.h"
#include "libdata/domain/columns/year_label.h"
#include "libdata/domain/common/codes.h"
#include "libdata/domain/common/missing_words.h"
#include "libdata/domain/common/whole_number.h"
#include "libdata/domain/kinds/references.h"

static const char *const code_labels[MG_LEVEL_COUNT][9] = {
    [MG_COMMUNE] = {"codgeo", "code_commune", "code_insee", "insee_com", "insee", "depcom", "COM", "code"},
    [MG_EPCI] = {"siren", "siren_epci", "code_epci", "epci", "codgeo", "code"},
    [MG_ARRONDISSEMENT] = {"ARR", "code_arrondissement", "codgeo", "code"},
    [MG_DEPARTEMENT] = {"DEP", "code_departement", "codgeo", "code"},
    [MG_REGION] = {"REG", "code_region", "codgeo", "code"},
};
static const char *const short_labels[] = {"CODCOM", NULL}; /* the code within the département */
static const char *const departement_labels[] = {"DEP", "CODDEP", "code_departement", NULL};
/* the municipal population is the legal one that rates are made with */
static const char *const population_labels[] = {"PMUN", "population_municipale", "population", "pop", NULL};
/* the same where there is a column for each year; one a list, the best first */
static const char *const yearly_labels[][5] = {
    {"pmun#", "pmun #", "population municipale #", "population municipale en #"},
    {"p# pop", "psdc#", "d# pop"},
    {"population #", "population en #", "# population"},
    {"pop #", "pop#"},
    {"#"},
};

struct loading {
    struct mg_import *import;
    enum mg_level level;
    int64_t year;
    int departement;    /* the column that completes a short code, -1: codes are whole */
    struct mg_map seen; /* codes */
    struct mg_whole_style style;
};

/* Does a column of the sample hold any code of the level? */
static bool holds_codes(const struct mg_import *import, int column, enum mg_level level)
{
    for (size_t i = 0; column >= 0 && i < import->sample.row_count; i++) {
        const struct mg_cell *cell = mg_sample_cell(&import->sample, i, (size_t)column);
        char code[MG_TERRITORY_CODE_SIZE];
        size_t length;
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        if (mg_territory_code(level, text, length, code))
            return true;
    }
    return false;
}

/* A file that numbers communes within their département has the rest of the code in another column. */
static bool is_short(const struct mg_import *import, enum mg_level level)
{
    if (level != MG_COMMUNE || mg_reference_column(import, short_labels) < 0 ||
        mg_reference_column(import, departement_labels) < 0)
        return false;
    for (size_t i = 0; code_labels[level][i]; i++)
        if (holds_codes(import, mg_import_find_column(import, code_labels[level][i]), level))
            return false;
    return true;
}

static bool read_year(const struct mg_import *import, int64_t *ret_year)
{
    const char *year = import->options->year;
    if (!year)
        return mg_num_parse_i64(import->as_of, 4, ret_year);
    return mg_num_parse_i64(year, strlen(year), ret_year) && *ret_year >= 1 && *ret_year <= 9999;
}

/* The column that a table with one for each year has for this one; *ret_name: NULL, there is none. */
static enum mg_code column_of_year(const struct mg_import *import, const char **ret_name)
{
    int64_t wanted;
    enum mg_code code = MG_OK;
    for (size_t i = 0; read_year(import, &wanted) && i < sizeof yearly_labels / sizeof *yearly_labels; i++)
        for (size_t k = 0; k < import->info->column_count && !*ret_name && !code; k++) {
            int year = 0;
            code = mg_year_of_label(import->info->columns[k], yearly_labels[i], &year, NULL);
            if (year == wanted)
                *ret_name = import->info->columns[k];
        }
    return code;
}

static size_t known(const struct mg_import *import, struct mg_map_option *maps)
{
    enum mg_level level;
    const char *yearly[2] = {NULL};
    if (mg_reference_level(import, &level, NULL))
        return 0;
    if (mg_reference_column(import, population_labels) < 0 && column_of_year(import, yearly))
        return SIZE_MAX;
    const struct mg_reference_label labels[] = {
        {MG_ROLE_CODE, is_short(import, level) ? short_labels : code_labels[level]},
        {MG_ROLE_POPULATION, yearly[0] ? yearly : population_labels},
    };
    return mg_reference_known(import, labels, sizeof labels / sizeof *labels, maps);
}

static enum mg_code plan(struct loading *l, struct mg_error *err)
{
    struct mg_import *import = l->import;
    enum mg_code code = mg_reference_level(import, &l->level, err);
    if (code)
        return code;
    strcpy(import->level, mg_level_name(l->level));
    if (!read_year(import, &l->year))
        return mg_fail(err, MG_ERR_USAGE, _("--year: '%s' is not a year"), import->options->year);
    mg_import_see_whole(import, import->roles.column[MG_ROLE_POPULATION], &l->style);
    l->departement = -1;
    int column = import->roles.column[MG_ROLE_CODE];
    if (is_short(import, l->level) && column == mg_reference_column(import, short_labels))
        l->departement = mg_reference_column(import, departement_labels);
    return MG_OK;
}

static bool read_code(const struct loading *l, const struct mg_row *row, char code[MG_TERRITORY_CODE_SIZE])
{
    struct mg_cell cell = mg_import_cell(l->import, row, MG_ROLE_CODE);
    if (l->departement >= 0) {
        struct mg_cell departement = mg_reference_cell(row, l->departement);
        return mg_code_commune_within(departement.text, departement.length, cell.text, cell.length, code);
    }
    return mg_territory_code(l->level, cell.text, cell.length, code);
}

static enum mg_code refuse_number(struct loading *l, const struct mg_row *row, enum mg_whole how,
                                  struct mg_error *err)
{
    return mg_import_reject(
        l->import, row, l->import->roles.column[MG_ROLE_POPULATION], "bad-population", err, "%s",
        how == MG_WHOLE_AMBIGUOUS ? _("thousands, or a fraction? no cell of the column tells")
                                  : _("is not a number of inhabitants"));
}

static enum mg_code load_row(struct loading *l, const struct mg_row *row, struct mg_error *err)
{
    struct mg_import *import = l->import;
    char code[MG_TERRITORY_CODE_SIZE];
    double number = 0;
    int64_t held, before = (int64_t)l->seen.count;
    if (!read_code(l, row, code))
        return mg_import_reject(import, row, import->roles.column[MG_ROLE_CODE], "bad-code", err,
                                _("is not the code of a territory (%s)"), import->level);
    struct mg_cell cell = mg_import_cell(import, row, MG_ROLE_POPULATION);
    if (mg_missing_word_in_code(cell.text, cell.length)) {
        mg_import_skip(import);
        return mg_import_missing_word(import, row, import->roles.column[MG_ROLE_POPULATION], err);
    }
    enum mg_whole how = mg_whole_read(&l->style, cell.text, cell.length, &number);
    if (how > MG_WHOLE_GROUPED)
        return refuse_number(l, row, how, err);
    enum mg_code result = mg_map_put(&l->seen, code, strlen(code), before, &held, err);
    if (result)
        return result;
    if (held != before)
        return mg_import_reject(import, row, import->roles.column[MG_ROLE_CODE], "duplicate-code", err,
                                _("territory %s is in the file already"), code);
    mg_import_loaded(import);
    return mg_db_run(import->db, MG_SQL_POPULATION_INSERT, err, "ittiii", import->edition, import->level,
                     code, l->year, (int64_t)number, row->line);
}

static void finish(struct loading *l)
{
    mg_map_finish(&l->seen);
}

static enum mg_code load_populations(struct mg_import *import, struct mg_error *err)
{
    MG_CLEANUP(finish) struct loading l = {.import = import};
    const struct mg_row *row = NULL;
    enum mg_code code = plan(&l, err);
    while (!code && !(code = mg_import_next(import, &row, err)) && row)
        code = load_row(&l, row, err);
    return code;
}

const struct mg_import_kind mg_import_populations = {
    .name = "populations",
    .roles = MG_ROLE_BIT(MG_ROLE_CODE) | MG_ROLE_BIT(MG_ROLE_POPULATION),
    .required = MG_ROLE_BIT(MG_ROLE_CODE) | MG_ROLE_BIT(MG_ROLE_POPULATION),
    .takes = MG_IMPORT_TAKES_LEVEL | MG_IMPORT_TAKES_YEAR,
    .known = known,
    .load = load_populations,
};
