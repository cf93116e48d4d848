/* counts_layout.c - what the columns of a table of counts are. */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/base/text.h"
#include "libdata/domain/columns/year_label.h"
#include "libdata/domain/common/missing_words.h"
#include "libdata/domain/common/territory_code.h"
#include "libdata/domain/kinds/counts.h"

/* ---- cells ---- */

enum mg_counts_cell mg_counts_read(const struct mg_whole_style *style, const char *text, size_t length,
                                   double *ret_n)
{
    *ret_n = 0;
    if (!length)
        return MG_COUNTS_READ;
    if (mg_missing_word_in_code(text, length))
        return MG_COUNTS_UNKNOWN;
    if (length > 1 && text[0] == '0' && mg_is_digit(text[1]))
        return MG_COUNTS_CODE;
    switch (mg_whole_read(style, text, length, ret_n)) {
    case MG_WHOLE_READ:
        return *ret_n < MG_COUNTS_MOST ? MG_COUNTS_READ : MG_COUNTS_CODE;
    case MG_WHOLE_GROUPED:
        return *ret_n < MG_COUNTS_MOST ? MG_COUNTS_GROUPED : MG_COUNTS_CODE;
    case MG_WHOLE_AMBIGUOUS:
        return MG_COUNTS_AMBIGUOUS;
    case MG_WHOLE_FRACTION:
        return MG_COUNTS_FRACTION;
    default:
        return MG_COUNTS_NONE;
    }
}

/* Nearly all cells are figures, so that rows with another can be refused one by one. A column of nothing, or
 * of words for it, counts too: its category is nowhere in the sample. */
static bool holds_numbers(const struct mg_import *import, size_t column)
{
    struct mg_whole_style style = {0};
    size_t filled = 0, numbers = 0;
    mg_import_see_whole(import, (int)column, &style);
    for (size_t i = 0; i < import->sample.row_count; i++) {
        const struct mg_cell *cell = mg_sample_cell(&import->sample, i, column);
        size_t length;
        double n;
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        filled += length > 0;
        numbers += length && mg_counts_read(&style, text, length, &n) <= MG_COUNTS_AMBIGUOUS;
    }
    return numbers * 20 >= filled * 19;
}

/* ---- labels ---- */

/* Patterns of folded labels whose numbers count no services. */
static const char *const not_counts[] = {
    "total",       "total *",     "* total",        "pop",      "pop *",
    "population*", "pmun*",       "ptot*",          "annee*",   "an",
    "year*",       "time period", "millesime*",     "date*",    "code *",
    "code",        "dep",         "departement",    "reg",      "region",
    "epci",        "arr",         "arrondissement", "canton",   "cv",
    "ze*",         "au",          "aav*",           "uu*",      "bv*",
    "iris*",       "siren*",      "siret*",         "insee*",   "cp",
    "id",          "longitude",   "latitude",       "lon",      "lat",
    "x",           "y",           "superficie*",    "surface*", "densite*"};

static enum mg_code fold(const char *label, struct mg_buf *out, struct mg_error *err)
{
    mg_buf_clear(out);
    mg_text_add_folded(out, label, strlen(label));
    mg_buf_add(out, "", 0);
    return mg_buf_check(out, err);
}

static bool is_no_count(const char *folded)
{
    for (size_t i = 0; i < sizeof not_counts / sizeof *not_counts; i++)
        if (!fnmatch(not_counts[i], folded, 0))
            return true;
    return false;
}

/* ---- level ---- */

/* Does every code of the sample have this level's form? */
static bool all_codes(const struct mg_import *import, size_t column, enum mg_level level)
{
    char code[16];
    size_t filled = 0, good = 0;
    for (size_t i = 0; i < import->sample.row_count; i++) {
        const struct mg_cell *cell = mg_sample_cell(&import->sample, i, column);
        size_t length;
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        if (!length)
            continue;
        filled++;
        good += mg_territory_code(level, text, length, code);
    }
    return filled && good * 20 >= filled * 19;
}

static bool all_regions(const struct mg_import *import, size_t column)
{
    static const char regions[] = " 01 02 03 04 06 11 24 27 28 32 44 52 53 75 76 84 93 94 ";
    for (size_t i = 0; i < import->sample.row_count; i++) {
        const struct mg_cell *cell = mg_sample_cell(&import->sample, i, column);
        char code[16], padded[20];
        size_t length;
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        if (!length)
            continue;
        if (!mg_territory_code(MG_REGION, text, length, code))
            return false;
        snprintf(padded, sizeof padded, " %s ", code);
        if (!strstr(regions, padded))
            return false;
    }
    return true;
}

static enum mg_code find_level(const struct mg_import *import, int column, enum mg_level *ret_level,
                               struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf label = {0};
    if (import->options->level) {
        if (mg_level_from_name(import->options->level, ret_level))
            return MG_OK;
        mg_fail(err, MG_ERR_USAGE, _("--level: '%s' is not a level"), import->options->level);
        mg_error_hint(err, _("the levels are commune, epci, arrondissement, departement, region"));
        return MG_ERR_USAGE;
    }
    enum mg_code code = fold(import->columns[column].name, &label, err);
    if (code)
        return code;
    if (column == import->roles.column[MG_ROLE_COMMUNE] || all_codes(import, (size_t)column, MG_COMMUNE))
        *ret_level = MG_COMMUNE;
    else if (all_codes(import, (size_t)column, MG_EPCI))
        *ret_level = MG_EPCI;
    else if (strstr(label.data, "reg") && all_codes(import, (size_t)column, MG_REGION))
        *ret_level = MG_REGION;
    else if (all_codes(import, (size_t)column, MG_DEPARTEMENT) &&
             (strstr(label.data, "dep") || !all_regions(import, (size_t)column)))
        *ret_level = MG_DEPARTEMENT;
    else {
        mg_fail(err, MG_ERR_INPUT, _("column '%s' does not tell of which territories its codes are"),
                import->columns[column].name);
        mg_error_hint(err, _("say it with --level commune, epci, arrondissement, departement or region"));
        return MG_ERR_INPUT;
    }
    return MG_OK;
}

/* ---- columns ---- */

static enum mg_code add_category(const struct mg_import *import, struct mg_counts_layout *layout,
                                 size_t column, struct mg_error *err)
{
    if (!layout->categories) {
        layout->categories = mg_calloc(import->info->column_count, sizeof *layout->categories);
        layout->styles = mg_calloc(import->info->column_count, sizeof *layout->styles);
        if (!layout->categories || !layout->styles)
            return mg_fail_memory(err);
    }
    mg_import_see_whole(import, (int)column, &layout->styles[layout->category_count]);
    layout->categories[layout->category_count++] = (int)column;
    return MG_OK;
}

/* --categories A,B,c*: each must name a column at least. A name may hold commas where the whole of it is one.
 */
static enum mg_code named_categories(const struct mg_import *import, struct mg_counts_layout *layout,
                                     struct mg_error *err)
{
    MG_FREE bool *taken = mg_calloc(import->info->column_count + 1, sizeof *taken);
    if (!taken)
        return mg_fail_memory(err);
    for (const char *p = import->options->categories;; p++) {
        size_t length = strcspn(p, ",");
        MG_FREE char *pattern = mg_strndup(p, length);
        bool found = false;
        if (!pattern)
            return mg_fail_memory(err);
        for (size_t i = 0; i < import->info->column_count; i++) {
            if (import->columns[i].role >= 0 || fnmatch(pattern, import->columns[i].name, 0))
                continue;
            taken[i] = found = true;
        }
        if (!found) {
            mg_fail(err, MG_ERR_USAGE, _("--categories: no column is called '%s'"), pattern);
            mg_error_hint(err, _("--dry-run shows the columns"));
            return MG_ERR_USAGE;
        }
        p += length;
        if (!*p)
            break;
    }
    enum mg_code code = MG_OK;
    for (size_t i = 0; !code && i < import->info->column_count; i++)
        if (taken[i])
            code = add_category(import, layout, i, err);
    return code;
}

/* Columns of numbers that count something, going by their labels. */
static enum mg_code found_categories(const struct mg_import *import, struct mg_counts_layout *layout,
                                     struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf label = {0};
    for (size_t i = 0; i < import->info->column_count; i++) {
        enum mg_code code = fold(import->columns[i].name, &label, err);
        bool counts = !code && (int)i != layout->territory && import->columns[i].role < 0 &&
                      !is_no_count(label.data) && holds_numbers(import, i);
        if (counts)
            code = add_category(import, layout, i, err);
        if (code)
            return code;
    }
    return MG_OK;
}

/* In a table with a column of figures for each year, that of the edition's; else *ret_column stays. */
static enum mg_code column_of_year(const struct mg_import *import, const struct mg_counts_layout *layout,
                                   int *ret_column, struct mg_error *err)
{
    static const char *const forms[] = {"#", "n #", "nb #", "nombre #", "nombre en #", "effectif #", NULL};
    int64_t wanted = 0;
    enum mg_code code = MG_OK;
    mg_num_parse_i64(import->as_of, 4, &wanted);
    for (size_t i = 0; i < layout->category_count && !code && *ret_column < 0; i++) {
        int year = 0;
        code = mg_year_of_label(import->columns[layout->categories[i]].name, forms, &year, err);
        if (year == wanted)
            *ret_column = layout->categories[i];
    }
    return code;
}

/* Years are no categories: each would be a service that is only there in one of them. */
static enum mg_code refuse_years(const struct mg_import *import, const struct mg_counts_layout *layout,
                                 struct mg_error *err)
{
    static const char *const forms[] = {"#", NULL};
    for (size_t i = 0; i < layout->category_count; i++) {
        const char *name = import->columns[layout->categories[i]].name;
        int year = 0;
        enum mg_code code = mg_year_of_label(name, forms, &year, err);
        if (code)
            return code;
        if (!year)
            continue;
        mg_fail(err, MG_ERR_INPUT, _("column '%s' is a year, and no column says what was counted"), name);
        mg_error_hint(
            err, _("import a file for each year, whose column is named after what it counts; or name the "
                   "columns with --categories"));
        return MG_ERR_INPUT;
    }
    return MG_OK;
}

static enum mg_code find_long(const struct mg_import *import, struct mg_counts_layout *layout,
                              struct mg_error *err)
{
    layout->category = import->roles.column[MG_ROLE_CATEGORY];
    layout->n = import->roles.column[MG_ROLE_SCORE];
    if (layout->n >= 0)
        return MG_OK;
    enum mg_code code = found_categories(import, layout, err);
    if (code)
        return code;
    if (layout->category_count == 1)
        layout->n = layout->categories[0];
    else
        code = column_of_year(import, layout, &layout->n, err);
    if (code || layout->n >= 0)
        return code;
    mg_fail(err, MG_ERR_INPUT,
            layout->category_count ? _("several columns of numbers could say how many")
                                   : _("no column of numbers says how many"));
    mg_error_hint(err, _("say which, as in --map score=COLUMN"));
    return MG_ERR_INPUT;
}

static enum mg_code find_wide(const struct mg_import *import, struct mg_counts_layout *layout,
                              struct mg_error *err)
{
    layout->wide = true;
    enum mg_code code = import->options->categories ? named_categories(import, layout, err)
                                                    : found_categories(import, layout, err);
    if (!code && !import->options->categories)
        code = refuse_years(import, layout, err);
    if (code || layout->category_count)
        return code;
    mg_fail(err, MG_ERR_INPUT, _("no column counts anything"));
    mg_error_hint(
        err, _("name the columns of a wide table, as in --categories 'Police,Ecole*', or the category of "
               "a long one, as in --map category=COLUMN"));
    return MG_ERR_INPUT;
}

/* All editions of a dataset count by one level: else figures of two levels would stand for each other. */
static enum mg_code check_level(const struct mg_import *import, enum mg_level level, struct mg_error *err)
{
    for (size_t i = 0; import->dataset && i < import->dataset->edition_count; i++) {
        const char *other = import->dataset->editions[i].level;
        if (!strcmp(other, mg_level_name(level)))
            continue;
        mg_fail(err, MG_ERR_USAGE, _("dataset '%s' counts by %s, this file by %s"), import->dataset->name,
                other, mg_level_name(level));
        mg_error_hint(err, _("import it into another dataset"));
        return MG_ERR_USAGE;
    }
    return MG_OK;
}

enum mg_code mg_counts_layout_find(const struct mg_import *import, struct mg_counts_layout *ret_layout,
                                   struct mg_error *err)
{
    struct mg_counts_layout layout = {.category = -1, .n = -1};
    const int *roles = import->roles.column;
    layout.territory = roles[MG_ROLE_COMMUNE] >= 0 ? roles[MG_ROLE_COMMUNE] : roles[MG_ROLE_CODE];
    if (layout.territory < 0) {
        mg_fail(err, MG_ERR_INPUT, _("no column holds the codes of the territories"));
        mg_error_hint(err, _("say which, as in --map commune=COLUMN, or --map code=COLUMN with --level"));
        return MG_ERR_INPUT;
    }
    enum mg_code code = find_level(import, layout.territory, &layout.level, err);
    if (!code)
        code = check_level(import, layout.level, err);
    if (!code)
        code = roles[MG_ROLE_CATEGORY] >= 0 && !import->options->categories ? find_long(import, &layout, err)
                                                                            : find_wide(import, &layout, err);
    if (!code && !layout.wide)
        mg_import_see_whole(import, layout.n, &layout.style);
    if (code) {
        mg_counts_layout_finish(&layout);
        return code;
    }
    *ret_layout = layout;
    return MG_OK;
}

void mg_counts_layout_finish(struct mg_counts_layout *layout)
{
    free(layout->categories);
    free(layout->styles);
    layout->categories = NULL;
    layout->styles = NULL;
}
