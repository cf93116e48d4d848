/* What the imports of references share: levels, and columns known by their labels. */
#include <string.h>

#include "libdata/domain/kinds/references.h"

int mg_reference_column(const struct mg_import *import, const char *const *labels)
{
    for (; *labels; labels++) {
        int column = mg_import_find_column(import, *labels);
        if (column >= 0)
            return column;
    }
    return -1;
}

struct mg_cell mg_reference_cell(const struct mg_row *row, int column)
{
    struct mg_cell cell = {"", 0};
    if (column >= 0)
        cell.text = mg_text_trim(row->cells[column].text, row->cells[column].length, &cell.length);
    return cell;
}

/* Is every code of the column in the sample one of the level? */
static bool all_codes(const struct mg_import *import, int column, enum mg_level level)
{
    size_t filled = 0, good = 0;
    for (size_t i = 0; column >= 0 && i < import->sample.row_count; i++) {
        const struct mg_cell *cell = mg_sample_cell(&import->sample, i, (size_t)column);
        char code[MG_TERRITORY_CODE_SIZE];
        size_t length;
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        filled += length > 0;
        good += length && mg_territory_code(level, text, length, code);
    }
    return filled && good == filled;
}

/* INSEE's CODGEO is the code of whatever the table lists, beside those of the département and région it is
 * in. */
static bool level_of_codgeo(const struct mg_import *import, enum mg_level *ret_level)
{
    static const enum mg_level levels[] = {MG_COMMUNE, MG_EPCI};
    int column = mg_import_find_column(import, "codgeo");
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (all_codes(import, column, levels[i])) {
            *ret_level = levels[i];
            return true;
        }
    return false;
}

/* Labels that only one level's files have; a finer level comes first, since its files name coarser ones too.
 */
static bool level_of_labels(const struct mg_import *import, enum mg_level *ret_level)
{
    static const struct {
        enum mg_level level;
        const char *labels[8];
    } rules[] = {
        {MG_EPCI, {"siren", "siren_epci", "code_epci"}},
        {MG_COMMUNE, {"TYPECOM", "COM", "CODCOM", "code_commune", "code_insee", "insee_com", "depcom"}},
        {MG_ARRONDISSEMENT, {"ARR", "code_arrondissement", "insee_arr"}},
        {MG_DEPARTEMENT, {"DEP", "code_departement", "insee_dep"}},
        {MG_REGION, {"REG", "code_region", "insee_reg"}},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (mg_reference_column(import, rules[i].labels) >= 0) {
            *ret_level = rules[i].level;
            /* IGN's communes name their EPCI */
            if (*ret_level == MG_EPCI && mg_import_find_column(import, "insee_com") >= 0)
                *ret_level = MG_COMMUNE;
            return true;
        }
    }
    return false;
}

enum mg_code mg_reference_level(const struct mg_import *import, enum mg_level *ret_level,
                                struct mg_error *err)
{
    const char *asked = import->options->level;
    if (asked && mg_level_from_name(asked, ret_level))
        return MG_OK;
    if (!asked && (level_of_codgeo(import, ret_level) || level_of_labels(import, ret_level)))
        return MG_OK;
    if (asked)
        mg_fail(err, MG_ERR_USAGE, _("--level: '%s' is not a level"), asked);
    else
        mg_fail(err, MG_ERR_USAGE, "%s", _("the columns do not say what level of territory this is"));
    mg_error_hint(err, "%s", _("write --level commune, epci, arrondissement, departement or region"));
    return MG_ERR_USAGE;
}

static bool is_mapped(const struct mg_import *import, enum mg_role role, const char *column)
{
    const struct mg_import_options *o = import->options;
    for (size_t i = 0; i < o->map_count; i++)
        if (o->maps[i].role == role || !strcmp(o->maps[i].column, column))
            return true;
    return false;
}

size_t mg_reference_known(const struct mg_import *import, const struct mg_reference_label *known,
                          size_t count, struct mg_map_option *maps)
{
    size_t added = 0;
    for (size_t i = 0; i < count; i++) {
        for (const char *const *label = known[i].labels; *label; label++) {
            int column = mg_import_find_column(import, *label);
            if (column < 0)
                continue;
            const char *name = import->info->columns[column];
            bool taken = is_mapped(import, known[i].role, name);
            for (size_t k = 0; k < added; k++)
                taken = taken || !strcmp(maps[k].column, name);
            if (taken)
                continue;
            maps[added++] = (struct mg_map_option){known[i].role, name};
            break;
        }
    }
    return added;
}
