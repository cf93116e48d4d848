/* A file of decisions: a table, or JSON Lines, read to its end before any of it counts. */
#include "libdata/domain/history/decisions/decisions.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/base/text.h"
#include "libdata/domain/history/decisions/internal.h"
#include "libdata/io/in.h"
#include "libdata/io/table.h"

enum member {
    ACTION,
    DATASET,
    FROM,
    TO,
    KEY_BEFORE,
    LINE_BEFORE,
    EDITION_BEFORE,
    KEY_AFTER,
    LINE_AFTER,
    EDITION_AFTER,
    ARTEFACT,
    DECIDED_BY,
    REASON,
    MEMBER_COUNT
};

static const char *const members[MEMBER_COUNT] = {
    "action",    "dataset",    "from",          "to",       "key_before", "line_before", "edition_before",
    "key_after", "line_after", "edition_after", "artefact", "decided_by", "reason",
};

struct reading {
    const char *dataset;
    struct mg_decisions *decisions;
    int columns[MEMBER_COUNT]; /* of a table; -1: none */
    int64_t line, record;
    char *texts[MEMBER_COUNT]; /* of the decision at hand; NULL: empty */
};

static void forget_texts(struct reading *r)
{
    for (int i = 0; i < MEMBER_COUNT; i++) {
        free(r->texts[i]);
        r->texts[i] = NULL;
    }
}

/* Where in the file the member is, added to an error about it. */
static enum mg_code blame(const struct reading *r, enum member member, struct mg_error *err)
{
    mg_error_at(err, r->line, r->record, r->columns[member] + 1, members[member]);
    return MG_ERR_INPUT;
}

static enum mg_code need(const struct reading *r, enum member member, struct mg_error *err)
{
    if (r->texts[member])
        return MG_OK;
    mg_fail(err, MG_ERR_INPUT, _("a decision needs %s"), members[member]);
    return blame(r, member, err);
}

static enum mg_code take_action(const struct reading *r, struct mg_decision *d, struct mg_error *err)
{
    enum mg_code code = need(r, ACTION, err);
    if (code || decision_action_from_name(r->texts[ACTION], &d->action))
        return code;
    mg_fail(err, MG_ERR_INPUT, _("'%s' is not an action"), r->texts[ACTION]);
    mg_error_hint(err, _("the actions are link, unlink, real and artefact"));
    return blame(r, ACTION, err);
}

static enum mg_code take_dataset(const struct reading *r, struct mg_decision *d, struct mg_error *err)
{
    const char *name = r->texts[DATASET] ? r->texts[DATASET] : r->dataset;
    if (!name)
        return need(r, DATASET, err);
    if (!mg_dataset_name_valid(name)) {
        mg_fail(err, MG_ERR_INPUT, _("'%s' is not the name of a dataset"), name);
        return blame(r, DATASET, err);
    }
    snprintf(d->dataset, sizeof d->dataset, "%s", name);
    return MG_OK;
}

static enum mg_code take_date(const struct reading *r, enum member member, char *to, struct mg_error *err)
{
    const char *text = r->texts[member];
    mg_date date;
    if (!text)
        return MG_OK;
    if (!mg_date_parse_iso(text, strlen(text), &date)) {
        mg_fail(err, MG_ERR_INPUT, _("'%s' is not a date"), text);
        mg_error_hint(err, _("write 2020, 2020-06 or 2020-06-30"));
        return blame(r, member, err);
    }
    mg_date_format(date, to);
    return MG_OK;
}

/* A line means nothing without the edition whose source it is of; an edition alone does no harm. */
static enum mg_code take_side(struct reading *r, enum member key, struct mg_decision_side *side,
                              struct mg_error *err)
{
    enum member line = key + 1, edition = key + 2;
    const char *number = r->texts[line];
    enum mg_code code = MG_OK;
    if (number && (!mg_num_parse_i64(number, strlen(number), &side->line) || side->line < 1)) {
        mg_fail(err, MG_ERR_INPUT, _("'%s' is not a line's number"), number);
        return blame(r, line, err);
    }
    if (number && !r->texts[edition]) {
        mg_fail(err, MG_ERR_INPUT, _("%s says nothing without %s"), members[line], members[edition]);
        return blame(r, edition, err);
    }
    if (number)
        code = take_date(r, edition, side->edition, err);
    side->key = r->texts[key];
    r->texts[key] = NULL;
    return code;
}

static bool is_named(const struct mg_decision_side *side)
{
    return side->key || *side->edition;
}

static enum mg_code check_sides(const struct reading *r, const struct mg_decision *d, struct mg_error *err)
{
    bool before = is_named(&d->before), after = is_named(&d->after);
    if (d->action == MG_DECIDE_LINK ? before && after : before || after)
        return MG_OK;
    mg_fail(err, MG_ERR_INPUT,
            d->action == MG_DECIDE_LINK
                ? _("a link needs a row on both sides, by its key or by its line and edition")
                : _("a decision needs a row on one side at least, by its key or by its line and edition"));
    return blame(r, before ? KEY_AFTER : KEY_BEFORE, err);
}

static enum mg_code take_artefact(const struct reading *r, struct mg_decision *d, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf names = {0};
    const char *name = r->texts[ARTEFACT];
    if (d->action == MG_DECIDE_ARTEFACT && !name)
        return need(r, ARTEFACT, err);
    if (!name || (d->artefact = decision_artefact_from_name(name)) >= 0)
        return MG_OK;
    for (int i = 0; i < MG_ARTEFACT_COUNT; i++)
        mg_buf_printf(&names, "%s%s", i ? ", " : "", mg_artefact_name((enum mg_artefact)i));
    mg_fail(err, MG_ERR_INPUT, _("'%s' is not an artefact"), name);
    mg_error_hint(err, _("the artefacts are: %s"), names.failed ? "" : names.data);
    return blame(r, ARTEFACT, err);
}

static enum mg_code take_decision(struct reading *r, struct mg_error *err)
{
    struct mg_decision *d = NULL;
    enum mg_code code = decisions_add(r->decisions, &d, err);
    if (code)
        return code;
    d->line = r->line;
    code = take_action(r, d, err);
    if (!code)
        code = take_dataset(r, d, err);
    if (!code)
        code = take_date(r, FROM, d->from, err);
    if (!code)
        code = take_date(r, TO, d->to, err);
    if (!code)
        code = take_side(r, KEY_BEFORE, &d->before, err);
    if (!code)
        code = take_side(r, KEY_AFTER, &d->after, err);
    if (!code)
        code = check_sides(r, d, err);
    if (!code)
        code =
            d->action == MG_DECIDE_LINK || d->action == MG_DECIDE_UNLINK ? MG_OK : take_artefact(r, d, err);
    if (!code)
        code = need(r, DECIDED_BY, err);
    if (!code)
        code = need(r, REASON, err);
    if (code)
        return code;
    d->decided_by = r->texts[DECIDED_BY];
    d->reason = r->texts[REASON];
    r->texts[DECIDED_BY] = r->texts[REASON] = NULL;
    return MG_OK;
}

/* ---- tables ---- */

static enum mg_code find_columns(struct reading *r, const struct mg_table_info *info, struct mg_error *err)
{
    for (int i = 0; i < MEMBER_COUNT; i++) {
        r->columns[i] = -1;
        for (size_t c = 0; c < info->column_count && r->columns[i] < 0; c++)
            if (!strcmp(info->columns[c], members[i]))
                r->columns[i] = (int)c;
    }
    static const enum member needed[] = {ACTION, DECIDED_BY, REASON};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (r->columns[needed[i]] >= 0)
            continue;
        mg_fail(err, MG_ERR_INPUT, _("there is no column '%s'"), members[needed[i]]);
        mg_error_at(err, info->header_line, 0, 0, NULL);
        mg_error_hint(err, _("a file of decisions has the columns action, dataset, from, to, key_before, "
                             "key_after, artefact, decided_by, reason"));
        return MG_ERR_INPUT;
    }
    return MG_OK;
}

static enum mg_code take_cells(struct reading *r, const struct mg_row *row, struct mg_error *err)
{
    for (int i = 0; i < MEMBER_COUNT; i++) {
        size_t length = 0;
        if (r->columns[i] < 0 || (size_t)r->columns[i] >= row->count)
            continue;
        const struct mg_cell *cell = &row->cells[r->columns[i]];
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        if (length && !(r->texts[i] = mg_strndup(text, length)))
            return mg_fail_memory(err);
    }
    return MG_OK;
}

static enum mg_code take_row(struct reading *r, const struct mg_row *row, size_t columns,
                             struct mg_error *err)
{
    r->line = row->line;
    r->record = row->record;
    if (row->defect || row->count != columns) {
        mg_fail(err, MG_ERR_INPUT, _("%zu cells where the header has %zu"), row->count, columns);
        mg_error_at(err, row->line, row->record, 0, NULL);
        return MG_ERR_INPUT;
    }
    enum mg_code code = take_cells(r, row, err);
    if (!code)
        code = take_decision(r, err);
    forget_texts(r);
    return code;
}

static enum mg_code read_table(struct reading *r, const char *path, struct mg_error *err)
{
    const struct mg_table_options options = {0};
    struct mg_table *table = NULL;
    const struct mg_row *row = NULL;
    enum mg_code code = mg_table_open(path, &options, &table, err);
    if (!code)
        code = find_columns(r, mg_table_info(table), err);
    while (!code && !(code = mg_table_next(table, &row, err)) && row)
        code = take_row(r, row, mg_table_info(table)->column_count, err);
    mg_table_destroy(table);
    return code;
}

/* ---- JSON Lines ---- */

static enum mg_code take_member(struct reading *r, const json_t *record, enum member member,
                                struct mg_error *err)
{
    const json_t *value = json_object_get(record, members[member]);
    char number[MG_NUM_SIZE];
    const char *text = NULL;
    size_t length = 0;
    if (json_is_string(value)) {
        text = mg_text_trim(json_string_value(value), strlen(json_string_value(value)), &length);
    } else if (json_is_integer(value)) {
        length = mg_num_format_i64(json_integer_value(value), number);
        text = number;
    } else if (value && !json_is_null(value)) {
        mg_fail(err, MG_ERR_INPUT, _("%s is neither a text nor a whole number"), members[member]);
        return blame(r, member, err);
    }
    if (length && !(r->texts[member] = mg_strndup(text, length)))
        return mg_fail_memory(err);
    return MG_OK;
}

static enum mg_code take_record(struct reading *r, const json_t *record, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (int i = 0; i < MEMBER_COUNT && !code; i++)
        code = take_member(r, record, (enum member)i, err);
    if (!code)
        code = take_decision(r, err);
    forget_texts(r);
    return code;
}

static enum mg_code read_records(struct reading *r, int fd, struct mg_error *err)
{
    struct mg_in *in = NULL;
    json_t *record = NULL;
    enum mg_code code = mg_in_create(fd, false, &in, err);
    for (int i = 0; i < MEMBER_COUNT; i++)
        r->columns[i] = -1;
    while (!code && !(code = mg_in_next(in, &record, err)) && record) {
        r->line = mg_in_line(in);
        code = take_record(r, record, err);
    }
    mg_in_destroy(in);
    return code;
}

/* Does the file begin with an object? Tables do not. */
static bool starts_with_object(int fd)
{
    char start[64];
    ssize_t count = pread(fd, start, sizeof start, 0);
    ssize_t at = count >= 3 && !memcmp(start, "\xEF\xBB\xBF", 3) ? 3 : 0;
    while (at < count && strchr(" \t\r\n", start[at]) && start[at])
        at++;
    return at < count && start[at] == '{';
}

enum mg_code mg_decisions_read(const char *path, const char *dataset, struct mg_decisions *decisions,
                               struct mg_error *err)
{
    struct reading r = {.dataset = dataset, .decisions = decisions};
    size_t before = decisions->count;
    int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    bool records = fd >= 0 && starts_with_object(fd);
    /* what cannot be opened is the table's to say */
    enum mg_code code = records ? read_records(&r, fd, err) : read_table(&r, path, err);
    if (fd >= 0)
        close(fd);
    if (code)
        decisions_cut(decisions, before);
    return code;
}
