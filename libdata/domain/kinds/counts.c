/* counts.c - import --as counts. */
#include "libdata/domain/kinds/counts.h"

#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/domain/common/territory_code.h"

/* One figure; a row with one that is none is refused. */
static enum mg_code refuse_figure(struct mg_import *import, const struct mg_row *row, int column,
                                  enum mg_counts_cell what, struct mg_error *err)
{
    const char *name = import->columns[column].name;
    switch (what) {
    case MG_COUNTS_AMBIGUOUS:
        return mg_import_reject(import, row, column, "ambiguous-count", err,
                                _("thousands, or a fraction? no other cell of column '%s' tells"), name);
    case MG_COUNTS_FRACTION:
        return mg_import_reject(import, row, column, "not-a-count", err,
                                _("a count is whole: not a number of services in column '%s'"), name);
    case MG_COUNTS_CODE:
        return mg_import_reject(import, row, column, "not-a-count", err,
                                _("an identifier or a telephone, not a count, in column '%s'"), name);
    default:
        return mg_import_reject(import, row, column, "not-a-count", err,
                                _("not a number from 0 on in column '%s'"), name);
    }
}

static enum mg_counts_cell read_figure(const struct mg_row *row, int column,
                                       const struct mg_whole_style *style, double *ret_n)
{
    size_t length;
    const char *text = mg_text_trim(row->cells[column].text, row->cells[column].length, &length);
    return mg_counts_read(style, text, length, ret_n);
}

static enum mg_code add(struct mg_import *import, struct mg_counts *counts, const struct mg_row *row,
                        const char *territory, const char *category, size_t length, double n, int column,
                        struct mg_error *err)
{
    bool repeated = false;
    if (n == 0)
        return MG_OK;
    enum mg_code code = mg_counts_add(counts, territory, category, length, n, row->line, &repeated, err);
    if (!code)
        code =
            mg_profile_add(&import->profile, territory, strlen(territory), category, length, n, false, err);
    if (!code && repeated)
        code =
            mg_import_issue(import, row, column, "repeated-count", err,
                            _("%s has this figure on another line too: they are added together"), territory);
    return code;
}

/* A figure that was read, or is not known. */
static enum mg_code take_figure(struct mg_import *import, struct mg_counts *counts, const struct mg_row *row,
                                const char *territory, struct mg_cell category, int column,
                                const struct mg_whole_style *style, struct mg_error *err)
{
    double n;
    enum mg_counts_cell what = read_figure(row, column, style, &n);
    enum mg_code code = MG_OK;
    if (what == MG_COUNTS_UNKNOWN) {
        code = mg_counts_unknown(counts, territory, category.text, category.length, row->line, err);
        return code ? code
                    : mg_import_issue(import, row, column, "unknown-count", err, "%s",
                                      _("a word for none: the figure is not known, and not 0"));
    }
    if (what == MG_COUNTS_GROUPED)
        code =
            mg_import_issue(import, row, column, "thousands", err, _("read as %.15g: a count is whole"), n);
    return code ? code : add(import, counts, row, territory, category.text, category.length, n, column, err);
}

/* Nothing of a row is added before all of it is known to be good. */
static enum mg_code load_wide(struct mg_import *import, struct mg_counts *counts,
                              const struct mg_counts_layout *layout, const struct mg_row *row,
                              const char *territory, struct mg_error *err)
{
    double n;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < layout->category_count; i++) {
        enum mg_counts_cell what = read_figure(row, layout->categories[i], &layout->styles[i], &n);
        if (what > MG_COUNTS_UNKNOWN)
            return refuse_figure(import, row, layout->categories[i], what, err);
    }
    for (size_t i = 0; i < layout->category_count && !code; i++) {
        const char *name = import->columns[layout->categories[i]].name;
        code = take_figure(import, counts, row, territory, (struct mg_cell){name, strlen(name)},
                           layout->categories[i], &layout->styles[i], err);
    }
    mg_import_loaded(import);
    return code;
}

static enum mg_code load_long(struct mg_import *import, struct mg_counts *counts,
                              const struct mg_counts_layout *layout, const struct mg_row *row,
                              const char *territory, struct mg_error *err)
{
    double n;
    struct mg_cell category = mg_import_cell(import, row, MG_ROLE_CATEGORY);
    if (!category.length)
        return mg_import_reject(import, row, layout->category, "missing-category", err, _("no category"));
    enum mg_counts_cell what = read_figure(row, layout->n, &layout->style, &n);
    if (what > MG_COUNTS_UNKNOWN)
        return refuse_figure(import, row, layout->n, what, err);
    enum mg_code code = take_figure(import, counts, row, territory, category, layout->n, &layout->style, err);
    mg_import_loaded(import);
    return code;
}

/* A line of totals at the foot or head of a table. */
static enum mg_code is_total(const char *text, size_t length, bool *ret_total, struct mg_error *err)
{
    static const char *const totals[] = {"total", "ensemble", "france"};
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    mg_text_add_folded(&folded, text, length);
    mg_buf_add(&folded, "", 0);
    *ret_total = false;
    for (size_t i = 0; !folded.failed && i < sizeof totals / sizeof *totals; i++)
        *ret_total |= !strncmp(folded.data, totals[i], strlen(totals[i]));
    return mg_buf_check(&folded, err);
}

/* Paris, Lyon and Marseille may be in a file as communes or as their arrondissements. */
struct cities {
    struct mg_row whole[3]; /* where the commune is; line 0: nowhere */
    bool parts[3];          /* an arrondissement is */
};

static void see_city(struct cities *cities, const char *territory, const struct mg_row *row)
{
    static const char *const codes[3] = {"75056", "69123", "13055"};
    const char *city = mg_territory_city(territory);
    for (size_t i = 0; i < 3; i++) {
        if (!strcmp(territory, codes[i]))
            cities->whole[i] = (struct mg_row){.line = row->line, .byte_offset = row->byte_offset};
        cities->parts[i] |= city && !strcmp(city, codes[i]);
    }
}

static enum mg_code load_row(struct mg_import *import, struct mg_counts *counts,
                             const struct mg_counts_layout *layout, const struct mg_row *row,
                             struct cities *cities, struct mg_error *err)
{
    char territory[MG_TERRITORY_CODE_SIZE];
    size_t length;
    const char *text =
        mg_text_trim(row->cells[layout->territory].text, row->cells[layout->territory].length, &length);
    if (!mg_territory_code(layout->level, text, length, territory)) {
        bool total;
        enum mg_code code = is_total(text, length, &total, err);
        if (code)
            return code;
        if (total) {
            mg_import_skip(import);
            return MG_OK;
        }
        return mg_import_reject(import, row, layout->territory, length ? "not-a-code" : "missing-code", err,
                                length ? _("not the code of a territory of level '%s'")
                                       : _("no code of a territory of level '%s'"),
                                mg_level_name(layout->level));
    }
    if (layout->level == MG_COMMUNE)
        see_city(cities, territory, row);
    return layout->wide ? load_wide(import, counts, layout, row, territory, err)
                        : load_long(import, counts, layout, row, territory, err);
}

static enum mg_code tell_cities(const struct cities *cities, struct mg_import *import, struct mg_error *err)
{
    static const char *const names[3] = {"Paris", "Lyon", "Marseille"};
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < 3 && !code; i++)
        if (cities->whole[i].line && cities->parts[i])
            code = mg_import_issue_at(
                import, &cities->whole[i], NULL, NULL, "whole-and-parts", err,
                _("%s is in the file as a commune and in its arrondissements: both are counted"), names[i]);
    return code;
}

static enum mg_code load(struct mg_import *import, struct mg_error *err)
{
    struct cities cities = {0};
    struct mg_counts_layout layout;
    struct mg_counts *counts = NULL;
    enum mg_code code = mg_counts_layout_find(import, &layout, err);
    if (code)
        return code;
    strcpy(import->level, mg_level_name(layout.level));
    code = mg_counts_create(import, &counts, err);
    while (!code) {
        const struct mg_row *row;
        code = mg_import_next(import, &row, err);
        if (code || !row)
            break;
        code = load_row(import, counts, &layout, row, &cities, err);
    }
    if (!code)
        code = tell_cities(&cities, import, err);
    if (!code)
        code = mg_counts_store(counts, import, layout.level, err);
    mg_counts_destroy(counts);
    mg_counts_layout_finish(&layout);
    return code;
}

const struct mg_import_kind mg_import_counts = {
    .name = "counts",
    .roles = MG_ROLE_BIT(MG_ROLE_COMMUNE) | MG_ROLE_BIT(MG_ROLE_CODE) | MG_ROLE_BIT(MG_ROLE_CATEGORY) |
             MG_ROLE_BIT(MG_ROLE_SCORE),
    .takes = MG_IMPORT_TAKES_LEVEL | MG_IMPORT_TAKES_CATEGORIES,
    .load = load,
};
