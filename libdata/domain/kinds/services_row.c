/* One row: recognised by its content, understood, and spelt out as the file keeps it. */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/text.h"
#include "libdata/domain/common/identifiers.h"
#include "libdata/domain/common/missing_words.h"
#include "libdata/domain/common/row_hash.h"
#include "libdata/domain/kinds/services.h"
#include "libdata/io/json.h"

static bool equals_constant(const struct mg_services_column *column, const struct mg_cell *cell)
{
    return cell->length == column->value_length && !memcmp(cell->text, column->value, cell->length);
}

/* The bytes of all cells, and as many more for each column and for the row. */
static size_t room_for(const struct mg_services *s, const struct mg_row *row, size_t each)
{
    size_t room = each;
    for (size_t i = 0; i < s->column_count; i++)
        room += row->cells[i].length + each;
    return room;
}

int64_t mg_services_hash(struct mg_services *s, const struct mg_row *row)
{
    mg_buf_clear(&s->content);
    if (!mg_buf_reserve(&s->content, room_for(s, row, MG_ROW_HASH_HEAD)))
        return 0; /* the buffer remembers */
    char *at = s->content.data;
    for (size_t i = 0; i < s->column_count; i++) {
        const struct mg_services_column *column = &s->columns[s->hash_order[i]];
        const struct mg_cell *cell = &row->cells[column->column];
        if (column->ignored || (column->constant == MG_PLAIN ? !cell->length : equals_constant(column, cell)))
            continue;
        uint32_t tag =
            column->role >= 0 ? MG_ROW_HASH_ROLE + (uint32_t)column->role : (uint32_t)column->position;
        at = mg_row_hash_put(at, tag, cell->text, cell->length);
    }
    s->content.length = (size_t)(at - s->content.data);
    s->content_digest = mg_digest_of(&s->import->digests.key, s->content.data, s->content.length);
    return mg_row_hash(&s->content);
}

static void set_text(struct mg_text *text, const char *bytes, size_t length, const struct mg_cell *cell)
{
    text->text = length ? bytes : NULL;
    text->length = length;
    text->as_written = length == cell->length && (bytes == cell->text || !memcmp(bytes, cell->text, length));
}

/* Are the sample's communes mostly numbers within their département? */
static bool numbers_communes(const struct mg_import *import, int column)
{
    size_t numbers = 0, codes = 0;
    for (size_t i = 0; column >= 0 && i < import->sample.row_count; i++) {
        const struct mg_cell *cell = mg_sample_cell(&import->sample, i, (size_t)column);
        char code[MG_CODE_SIZE];
        size_t length;
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        numbers += mg_code_commune_within("01", 2, text, length, code);
        codes += mg_code_commune(text, length, code);
    }
    return numbers > codes;
}

void mg_services_find_departement(struct mg_services *s)
{
    const struct mg_import *import = s->import;
    static const char *const labels[] = {"departement", "dep", "coddep", "code_departement", "code_dep"};
    double best = 0;
    s->departement = -1;
    if (!numbers_communes(import, import->roles.column[MG_ROLE_COMMUNE]))
        return;
    for (size_t i = 0; i < import->info->column_count; i++)
        if (import->meanings[i].meaning == MG_MEANING_DEPARTEMENT && import->meanings[i].confidence > best) {
            best = import->meanings[i].confidence;
            s->departement = (int)i;
        }
    for (size_t i = 0; i < sizeof labels / sizeof *labels && s->departement < 0; i++)
        s->departement = mg_import_find_column(import, labels[i]);
}

static bool complete_commune(const struct mg_services *s, const struct mg_row *row, char *code)
{
    const struct mg_text *number = &s->texts[MG_ROLE_COMMUNE];
    const struct mg_cell *cell = &row->cells[s->departement];
    size_t length;
    const char *departement = mg_text_trim(cell->text, cell->length, &length);
    return mg_code_commune_within(departement, length, number->text, number->length, code);
}

/* A word where there is no value: null, and said. */
static enum mg_code take_missing(struct mg_services *s, const struct mg_row *row, int role,
                                 struct mg_error *err)
{
    s->texts[role] = (struct mg_text){0};
    return mg_import_missing_word(s->import, row, s->import->roles.column[role], err);
}

static enum mg_code understand_code(struct mg_services *s, const struct mg_row *row, int role,
                                    struct mg_error *err)
{
    int column = s->import->roles.column[role];
    struct mg_text *text = &s->texts[role];
    char *code = s->codes[role == MG_ROLE_COMMUNE];
    bool routing = role == MG_ROLE_POSTCODE && mg_code_routing_line(text->text, text->length, code);
    bool within = role == MG_ROLE_COMMUNE && s->departement >= 0 && text->length <= 3;
    bool good = within                    ? complete_commune(s, row, code)
                : routing                 ? true
                : role == MG_ROLE_COMMUNE ? mg_code_commune(text->text, text->length, code)
                                          : mg_code_postcode(text->text, text->length, code);
    if (!good && mg_missing_word_in_code(text->text, text->length))
        return take_missing(s, row, role, err);
    if (!good)
        return mg_import_issue(s->import, row, column, "bad-code", err, "%s",
                               role == MG_ROLE_COMMUNE ? _("is not a commune's code")
                                                       : _("is not a postcode"));
    if (text->length == 5 && !memcmp(text->text, code, 5))
        return MG_OK;
    enum mg_code result = MG_OK;
    if (!within && !routing)
        result = mg_import_issue(s->import, row, column, text->length < 5 ? "leading-zero" : "code-rewritten",
                                 err, _("read as %s"), code);
    set_text(text, code, 5, &row->cells[column]);
    return result;
}

static enum mg_code understand_date(struct mg_services *s, const struct mg_row *row, int role,
                                    struct mg_error *err)
{
    int column = s->import->roles.column[role];
    struct mg_text *text = &s->texts[role];
    char *iso = s->dates[role == MG_ROLE_CLOSED];
    mg_date date;
    if (mg_date_parse_any(text->text, text->length, &date)) {
        mg_date_format(date, iso);
        set_text(text, iso, MG_DATE_SIZE - 1, &row->cells[column]);
        return MG_OK;
    }
    if (mg_missing_word_in_code(text->text, text->length))
        return take_missing(s, row, role, err);
    *text = (struct mg_text){0};
    return mg_import_issue(s->import, row, column, "bad-date", err, "%s", _("is not a date"));
}

static struct mg_cell trimmed(const struct mg_services *s, const struct mg_row *row, int column)
{
    struct mg_cell cell = {0};
    cell.text = mg_text_trim(row->cells[column].text, row->cells[column].length, &cell.length);
    if (s->import->schema_columns && mg_import_is_missing(s->import, cell.text, cell.length))
        cell.length = 0;
    return cell;
}

/* "51108/mairie": what is in the parts cannot be taken for what is between them. */
static enum mg_code join_key(struct mg_services *s, const struct mg_row *row, struct mg_error *err)
{
    const struct mg_roles *roles = &s->import->roles;
    bool any = false;
    mg_buf_clear(&s->key);
    for (size_t i = 0; i < roles->key_part_count; i++) {
        struct mg_cell cell = trimmed(s, row, roles->key_parts[i]);
        any = any || cell.length;
        if (i)
            mg_buf_add_char(&s->key, '/');
        for (size_t k = 0; k < cell.length; k++) {
            if (cell.text[k] == '/' || cell.text[k] == '\\')
                mg_buf_add_char(&s->key, '\\');
            mg_buf_add_char(&s->key, cell.text[k]);
        }
    }
    s->texts[MG_ROLE_KEY] = (struct mg_text){.text = any ? s->key.data : NULL, .length = s->key.length};
    return mg_buf_check(&s->key, err);
}

void mg_services_expect_key(const struct mg_services *s, const struct mg_row *row)
{
    const struct mg_roles *roles = &s->import->roles;
    if (roles->column[MG_ROLE_KEY] < 0 || roles->key_part_count)
        return;
    struct mg_cell cell = trimmed(s, row, roles->column[MG_ROLE_KEY]);
    mg_hash_set_prefetch(&s->keys, cell.text, cell.length);
}

static enum mg_code understand_key(struct mg_services *s, const struct mg_row *row, struct mg_error *err)
{
    const struct mg_text *key = &s->texts[MG_ROLE_KEY];
    int column = s->import->roles.column[MG_ROLE_KEY];
    enum mg_meaning meaning = s->import->meanings[column].meaning;
    enum mg_code noted = MG_OK;
    if (key->text && !s->import->roles.key_part_count && mg_is_rounded_number(key->text, key->length)) {
        s->texts[MG_ROLE_KEY] = (struct mg_text){0};
        return mg_import_issue(s->import, row, column, "rounded-number", err, "%s",
                               _("digits of the number are lost: it is no key"));
    }
    if (key->text && !s->import->roles.key_part_count && mg_missing_word_in_code(key->text, key->length))
        return take_missing(s, row, MG_ROLE_KEY, err);
    if (!key->text)
        return mg_import_issue(s->import, row, column, "missing-key", err, "%s", _("the key is empty"));
    if (!s->import->roles.key_part_count && mg_meaning_has_check(meaning) &&
        !mg_meaning_fits(meaning, key->text, key->length))
        noted = mg_import_issue(s->import, row, column, "bad-identifier", err,
                                _("is no %s as the others are: its form or its check digit is wrong"),
                                mg_meaning_name(meaning));
    if (noted)
        return noted;
    bool is_new = false;
    enum mg_code code = mg_hash_set_put(&s->keys, key->text, key->length, &is_new, err);
    if (code || is_new)
        return code;
    return mg_import_issue(s->import, row, column, "duplicate-key", err, "%s",
                           _("the key stands on an earlier line too"));
}

enum mg_code mg_services_understand(struct mg_services *s, const struct mg_row *row, struct mg_error *err)
{
    const struct mg_roles *roles = &s->import->roles;
    enum mg_code code = MG_OK;
    for (int role = 0; role < MG_SERVICES_TEXTS && !code; role++) {
        struct mg_text *text = &s->texts[role];
        if (roles->column[role] < 0)
            continue; /* stays NULL */
        struct mg_cell cell = trimmed(s, row, roles->column[role]);
        if (role == MG_ROLE_KEY && roles->key_part_count)
            code = join_key(s, row, err);
        else
            set_text(text, cell.text, cell.length, &row->cells[roles->column[role]]);
        if (code)
            break;
        if (role == MG_ROLE_KEY)
            code = understand_key(s, row, err);
        else if (!text->text)
            continue;
        else if (mg_missing_word(text->text, text->length))
            code = take_missing(s, row, role, err);
        else if (role == MG_ROLE_COMMUNE || role == MG_ROLE_POSTCODE)
            code = understand_code(s, row, role, err);
        else if (role == MG_ROLE_OPENED || role == MG_ROLE_CLOSED)
            code = understand_date(s, row, role, err);
    }
    return code ? code : mg_services_place(s, row, err);
}

/* Is one of eight bytes what JSON has to escape? May say so of a byte beyond such a one. */
static bool has_special(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    uint64_t quote = eight ^ ones * '"', slash = eight ^ ones * '\\', del = eight ^ ones * 0x7F;
    return (((eight - ones * 0x20) & ~eight) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
            ((del - ones) & ~del)) &
           highs;
}

/* Up to seven bytes, blanks beside them. */
static uint64_t few_bytes(const char *text, size_t length)
{
    uint32_t low = 0x20202020, high = 0x20202020;
    if (length >= 4) {
        memcpy(&low, text, 4);
        memcpy(&high, text + length - 4, 4);
    } else if (length) {
        low = 0x20000000u | (unsigned char)text[0] | (uint32_t)(unsigned char)text[length / 2] << 8 |
              (uint32_t)(unsigned char)text[length - 1] << 16;
    }
    return low | (uint64_t)high << 32;
}

static bool is_plain_json(const char *text, size_t length)
{
    uint64_t eight = 0;
    if (length < 8)
        return !has_special(few_bytes(text, length));
    for (size_t i = 0; i + 8 <= length; i += 8) {
        memcpy(&eight, text + i, 8);
        if (has_special(eight))
            return false;
    }
    memcpy(&eight, text + length - 8, 8);
    return !has_special(eight);
}

/* Is the cell one to keep in record.other? */
static bool is_kept(const struct mg_services *s, const struct mg_services_column *column,
                    const struct mg_cell *cell)
{
    if (column->constant != MG_PLAIN)
        return !equals_constant(column, cell);
    if (!cell->length)
        return false;
    return column->role < 0 || column->role >= MG_SERVICES_TEXTS || !s->texts[column->role].as_written;
}

/* Nulls up to a position, and what comes before a cell there. */
static char *put_gap(char *to, int64_t from, int64_t position)
{
    *to++ = from ? ',' : '[';
    for (; from < position; from++) {
        memcpy(to, "null,", 5);
        to += 5;
    }
    return to;
}

/* Cells are UTF-8 already, so that most need no more than quotes. */
static void put_string(struct mg_buf *out, const struct mg_cell *cell)
{
    if (!is_plain_json(cell->text, cell->length)) {
        mg_json_add_string(out, cell->text, cell->length);
        return;
    }
    char *to = out->data + out->length;
    *to++ = '"';
    memcpy(to, cell->text, cell->length);
    to[cell->length] = '"';
    out->length += cell->length + 2;
}

enum mg_code mg_services_spell(struct mg_services *s, const struct mg_row *row, struct mg_error *err)
{
    struct mg_buf *out = &s->other;
    int64_t written = 0; /* positions that stand in out */
    mg_buf_clear(out);
    for (size_t i = 0; i < s->column_count; i++) {
        const struct mg_services_column *column = &s->columns[i];
        const struct mg_cell *cell = &row->cells[column->column];
        if (!is_kept(s, column, cell))
            continue;
        if (!mg_buf_reserve(out, 5 * (size_t)(column->position - written) + cell->length + 4))
            break;
        out->length = (size_t)(put_gap(out->data + out->length, written, column->position) - out->data);
        put_string(out, cell);
        written = column->position + 1;
    }
    if (written)
        mg_buf_add_char(out, ']');
    if (s->place.there)
        mg_blob_point(s->place.x, s->place.y, s->blob);
    s->line = row->line;
    return mg_buf_check(out, err);
}

enum mg_code mg_services_digest(struct mg_services *s, int64_t record, uint64_t *ret_digest,
                                struct mg_error *err)
{
    const struct mg_digest_key *key = &s->import->digests.key;
    struct mg_buf *buf = &s->record;
    const struct mg_digest_record said = {.content = s->content_digest,
                                          .other = s->other.length ? s->other.data : NULL,
                                          .other_length = s->other.length,
                                          .has_place = s->place.there,
                                          .x = s->place.x,
                                          .y = s->place.y,
                                          .source = s->place.there ? s->place.source : NULL,
                                          .source_length = s->place.there ? strlen(s->place.source) : 0,
                                          .id = record,
                                          .edition = s->import->edition,
                                          .line = s->line};
    mg_buf_clear(buf);
    if (said.source_length > MG_DIGEST_SOURCE_SIZE)
        mg_row_hash_add(buf, MG_DIGEST_SOURCE, said.source, said.source_length);
    for (uint32_t role = 0; role < MG_SERVICES_TEXTS; role++)
        if (s->texts[role].text && !s->texts[role].as_written)
            mg_row_hash_add(buf, MG_ROW_HASH_ROLE + role, s->texts[role].text, s->texts[role].length);
    *ret_digest = mg_digest_of_record(key, &said, buf);
    return mg_buf_check(buf, err);
}
