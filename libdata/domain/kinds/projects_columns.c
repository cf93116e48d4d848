/* The columns of announced projects that are told by what is in them. */
#include <string.h>

#include "libdata/base/text.h"
#include "libdata/domain/columns/role_rules.h"
#include "libdata/domain/common/expected_date.h"
#include "libdata/domain/kinds/projects.h"

#define LONG 60 /* bytes */

/* A digit, and no blank: names of services have the one or lack the other. */
static bool is_key(const char *text, size_t length)
{
    bool digit = false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == ' ')
            return false;
        digit |= text[i] >= '0' && text[i] <= '9';
    }
    return digit;
}

static enum mg_code reads_as(enum mg_role role, const char *text, size_t length, bool *ret_good)
{
    const char *meaning = NULL;
    mg_date first, last;
    enum mg_code code;
    if (role == MG_ROLE_SERVICE) {
        *ret_good = is_key(text, length);
        return MG_OK;
    }
    if (role == MG_ROLE_EXPECTED)
        return mg_expected_date_parse(text, length, ret_good, &first, &last, NULL);
    code = role == MG_ROLE_KIND ? mg_project_kind(text, length, &meaning, NULL)
                                : mg_project_status(text, length, &meaning, NULL);
    *ret_good = meaning != NULL;
    return code;
}

/* The share of the sample's filled cells that read so; 0 where none is filled. A column of sentences may have
 * a telling word in each, but a kind or a status is said in a few: long cells do not count. */
static enum mg_code share(const struct mg_import *import, enum mg_role role, size_t column, double *ret_share)
{
    size_t filled = 0, good = 0;
    for (size_t i = 0; i < import->sample.row_count; i++) {
        const struct mg_cell *cell = mg_sample_cell(&import->sample, i, column);
        size_t length;
        bool reads = false;
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        if (!length)
            continue;
        enum mg_code code = length > LONG ? MG_OK : reads_as(role, text, length, &reads);
        if (code)
            return code;
        filled++;
        good += reads;
    }
    *ret_share = filled ? (double)good / (double)filled : 0;
    return MG_OK;
}

static enum mg_code label_weight(const struct mg_import *import, enum mg_role role, const char *name,
                                 double *ret_weight)
{
    struct mg_label label;
    enum mg_code code = mg_label_parse(name, &label, NULL);
    if (import->info->cut_names && !code)
        mg_label_complete(&label, name);
    if (!code)
        *ret_weight = mg_role_label_weight(role, &label, MG_MEANING_NONE);
    return code;
}

static bool is_mapped(const struct mg_import *import, enum mg_role role, const char *column)
{
    const struct mg_import_options *o = import->options;
    for (size_t i = 0; i < o->map_count; i++)
        if (o->maps[i].role == role || (column && !strcmp(o->maps[i].column, column)))
            return true;
    return false;
}

/* The column that reads most as the role, or -1; a telling label settles what reads alike, and a date or a
 * key needs one. */
static enum mg_code best_column(const struct mg_import *import, enum mg_role role, int *ret_column)
{
    double best = 0;
    *ret_column = -1;
    for (size_t i = 0; i < import->info->column_count; i++) {
        const char *name = import->info->columns[i];
        double reads = 0, label = 0;
        enum mg_code code = label_weight(import, role, name, &label);
        if (code)
            return code;
        if (is_mapped(import, role, name) || mg_dataset_field(import->dataset, name) ||
            (!label && (role == MG_ROLE_EXPECTED || role == MG_ROLE_SERVICE)))
            continue;
        code = share(import, role, i, &reads);
        if (code)
            return code;
        if (reads < 0.5 || reads + label <= best)
            continue;
        best = reads + label;
        *ret_column = (int)i;
    }
    return MG_OK;
}

size_t mg_projects_known(const struct mg_import *import, struct mg_map_option *maps)
{
    static const enum mg_role roles[] = {MG_ROLE_KIND, MG_ROLE_STATUS, MG_ROLE_EXPECTED, MG_ROLE_SERVICE};
    size_t count = 0;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        int column = -1;
        if (!is_mapped(import, roles[i], NULL) && best_column(import, roles[i], &column))
            return SIZE_MAX;
        for (size_t k = 0; column >= 0 && k < count; k++)
            if (!strcmp(maps[k].column, import->info->columns[column]))
                column = -1;
        if (column >= 0)
            maps[count++] = (struct mg_map_option){roles[i], import->info->columns[column]};
    }
    return count;
}
