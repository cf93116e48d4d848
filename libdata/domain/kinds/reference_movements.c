/* Import of commune movements, in the columns of INSEE's file. */
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/map.h"
#include "libdata/base/num.h"
#include "libdata/domain/common/codes.h"
#include "libdata/domain/kinds/references.h"

enum column { TYPE_BEFORE, CODE_BEFORE, NAME_BEFORE, TYPE_AFTER, CODE_AFTER, NAME_AFTER, COLUMNS };

static const struct {
    const char *label;
    bool required;
} columns[COLUMNS] = {
    {"TYPECOM_AV", true}, {"COM_AV", true}, {"LIBELLE_AV", false},
    {"TYPECOM_AP", true}, {"COM_AP", true}, {"LIBELLE_AP", false},
};

static const char *const kind_labels[] = {"MOD", NULL};
static const char *const date_labels[] = {"DATE_EFF", NULL};

struct loading {
    struct mg_import *import;
    int at[COLUMNS];
    struct mg_map seen; /* whole rows */
    struct mg_buf row;  /* the cells of one, each followed by a NUL */
};

static size_t known(const struct mg_import *import, struct mg_map_option *maps)
{
    static const struct mg_reference_label labels[] = {{MG_ROLE_KIND, kind_labels},
                                                       {MG_ROLE_DATE, date_labels}};
    return mg_reference_known(import, labels, sizeof labels / sizeof *labels, maps);
}

static enum mg_code plan(struct loading *l, struct mg_error *err)
{
    for (int i = 0; i < COLUMNS; i++) {
        l->at[i] = mg_import_find_column(l->import, columns[i].label);
        if (l->at[i] >= 0 || !columns[i].required)
            continue;
        mg_fail(err, MG_ERR_INPUT, _("commune movements need a column '%s'"), columns[i].label);
        mg_error_hint(err, "%s",
                      _("the columns are those of INSEE's file: MOD, DATE_EFF, TYPECOM_AV, COM_AV, "
                        "TYPECOM_AP, COM_AP"));
        return MG_ERR_INPUT;
    }
    return MG_OK;
}

/* The same row again changes nothing, but says something about the source. */
static enum mg_code note_duplicate(struct loading *l, const struct mg_row *row, struct mg_error *err)
{
    int64_t before = (int64_t)l->seen.count, held;
    mg_buf_clear(&l->row);
    for (size_t i = 0; i < row->count; i++) {
        mg_buf_add(&l->row, row->cells[i].text, row->cells[i].length);
        mg_buf_add_char(&l->row, '\0');
    }
    enum mg_code code = mg_buf_check(&l->row, err);
    if (!code)
        code = mg_map_put(&l->seen, l->row.data, l->row.length, before, &held, err);
    if (code || held == before)
        return code;
    return mg_import_issue(l->import, row, -1, "duplicate-row", err, "%s",
                           _("the same row is in the file already"));
}

/* The cells as texts that end with a NUL, one after the other in buf. */
static enum mg_code take_texts(struct loading *l, const struct mg_row *row, struct mg_buf *buf,
                               const char *texts[COLUMNS], struct mg_error *err)
{
    size_t offset[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
        struct mg_cell cell = mg_reference_cell(row, l->at[i]);
        offset[i] = buf->length;
        mg_buf_add(buf, cell.text, cell.length);
        mg_buf_add_char(buf, '\0');
    }
    enum mg_code code = mg_buf_check(buf, err);
    for (int i = 0; i < COLUMNS && !code; i++)
        texts[i] = buf->data + offset[i];
    return code;
}

/* A type with its commune's code, or neither (before a creation). */
static bool is_end(const char *type, const char *code, bool may_be_nothing)
{
    char proper[MG_CODE_SIZE];
    if (!*type && !*code)
        return may_be_nothing;
    return *type && mg_code_commune(code, strlen(code), proper) && !strcmp(code, proper);
}

static enum mg_code load_row(struct loading *l, const struct mg_row *row, struct mg_error *err)
{
    struct mg_import *import = l->import;
    struct mg_cell kind = mg_import_cell(import, row, MG_ROLE_KIND),
                   date = mg_import_cell(import, row, MG_ROLE_DATE);
    int64_t number;
    mg_date day;
    if (!mg_num_parse_i64(kind.text, kind.length, &number))
        return mg_import_reject(import, row, import->roles.column[MG_ROLE_KIND], "bad-kind", err, "%s",
                                _("is not the number of a kind of movement"));
    if (!mg_date_parse_any(date.text, date.length, &day))
        return mg_import_reject(import, row, import->roles.column[MG_ROLE_DATE], "bad-date", err, "%s",
                                _("is not a date"));
    const char *text[COLUMNS];
    MG_CLEANUP(mg_buf_finish) struct mg_buf buf = {0};
    enum mg_code code = take_texts(l, row, &buf, text, err);
    if (code)
        return code;
    if (!is_end(text[TYPE_BEFORE], text[CODE_BEFORE], true))
        return mg_import_reject(import, row, l->at[CODE_BEFORE], "bad-code", err, "%s",
                                _("is not the code of a commune with its type"));
    if (!is_end(text[TYPE_AFTER], text[CODE_AFTER], false))
        return mg_import_reject(import, row, l->at[CODE_AFTER], "bad-code", err, "%s",
                                _("is not the code of a commune with its type"));
    code = note_duplicate(l, row, err);
    if (code)
        return code;
    char iso[MG_DATE_SIZE];
    mg_date_format(day, iso);
    mg_import_loaded(import);
    return mg_db_run(import->db, MG_SQL_MOVEMENT_INSERT, err, "iittttttti", import->edition, number, iso,
                     text[TYPE_BEFORE], text[CODE_BEFORE], *text[NAME_BEFORE] ? text[NAME_BEFORE] : NULL,
                     text[TYPE_AFTER], text[CODE_AFTER], *text[NAME_AFTER] ? text[NAME_AFTER] : NULL,
                     row->line);
}

static void finish(struct loading *l)
{
    mg_map_finish(&l->seen);
    mg_buf_finish(&l->row);
}

static enum mg_code load_movements(struct mg_import *import, struct mg_error *err)
{
    MG_CLEANUP(finish) struct loading l = {.import = import};
    const struct mg_row *row = NULL;
    enum mg_code code = plan(&l, err);
    while (!code && !(code = mg_import_next(import, &row, err)) && row)
        code = load_row(&l, row, err);
    return code;
}

const struct mg_import_kind mg_import_movements = {
    .name = "movements",
    .roles = MG_ROLE_BIT(MG_ROLE_KIND) | MG_ROLE_BIT(MG_ROLE_DATE),
    .required = MG_ROLE_BIT(MG_ROLE_KIND) | MG_ROLE_BIT(MG_ROLE_DATE),
    .known = known,
    .load = load_movements,
};
