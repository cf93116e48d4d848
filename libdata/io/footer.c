#include "libdata/io/footer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libdata/base/alloc.h"
#include "libdata/base/text.h"
#include "libdata/io/mojibake.h"

struct held {
    struct mg_row row;
    size_t text, cells; /* where they begin in mg_footer.text and .cells */
    bool blank;
};

struct mg_footer {
    mg_row_reader next;
    void *reader;
    const struct mg_table_info *info;
    bool repair;
    bool gap;            /* the row before was empty */
    int64_t blank_lines; /* when the row before was read */

    struct held held[MG_FOOTER_ROWS];
    size_t held_count, delivered;
    struct mg_buf text;
    struct mg_cell *cells;
    size_t cell_count, cell_capacity;
    const struct mg_row *after; /* what followed the held rows, still the reader's */
    bool at_end;

    struct mg_row repaired;
    struct mg_buf repaired_text;
    struct mg_cell *repaired_cells;
    size_t repaired_capacity;
};

enum kind { ORDINARY, EMPTY, TOTAL_OR_NOTE };

enum mg_code mg_footer_create(mg_row_reader next, void *reader, const struct mg_table_info *info, bool repair,
                              struct mg_footer **ret_footer, struct mg_error *err)
{
    struct mg_footer *f = mg_calloc(1, sizeof *f);
    if (!f)
        return mg_fail_memory(err);
    f->next = next;
    f->reader = reader;
    f->info = info;
    f->repair = repair;
    mg_footer_rewind(f);
    *ret_footer = f;
    return MG_OK;
}

void mg_footer_rewind(struct mg_footer *footer)
{
    footer->held_count = footer->delivered = footer->cell_count = 0;
    mg_buf_clear(&footer->text);
    footer->after = NULL;
    footer->at_end = footer->gap = false;
    footer->blank_lines = footer->info->blank_lines;
}

void mg_footer_destroy(struct mg_footer *footer)
{
    if (!footer)
        return;
    mg_buf_finish(&footer->text);
    mg_buf_finish(&footer->repaired_text);
    free(footer->cells);
    free(footer->repaired_cells);
    free(footer);
}

static struct mg_cell trimmed(struct mg_cell cell)
{
    cell.text = mg_text_trim(cell.text, cell.length, &cell.length);
    return cell;
}

static bool is_number(struct mg_cell cell)
{
    size_t digits = 0;
    for (size_t i = 0; i < cell.length; i++) {
        if (cell.text[i] >= '0' && cell.text[i] <= '9')
            digits++;
        else if ((unsigned char)cell.text[i] < 0x80 && !memchr(" .,-+%", cell.text[i], 6))
            return false;
    }
    return digits > 0;
}

/* What follows the word that the cell begins with, or NULL. The case of ASCII letters does not count. */
static const char *starts_with(struct mg_cell cell, const char *const *words)
{
    for (; *words; words++) {
        size_t n = strlen(*words);
        if (cell.length >= n && strncasecmp(cell.text, *words, n) == 0)
            return cell.text + n;
    }
    return NULL;
}

static bool is_total(struct mg_cell cell)
{
    static const char *const words[] = {"sous-total", "totaux", "total", "ensemble", NULL};
    static const char *const scopes[] = {
        "g\xC3\xA9n\xC3\xA9ral", "G\xC3\x89N\xC3\x89RAL", "general", "france", "national", NULL};
    const char *rest = starts_with(cell, words);
    if (!rest)
        return false;
    struct mg_cell left = trimmed((struct mg_cell){rest, cell.length - (size_t)(rest - cell.text)});
    return !left.length || (left.text > rest && starts_with(left, scopes)) || left.text[0] == ':';
}

static bool is_note(struct mg_cell cell)
{
    static const char *const words[] = {"sources",        "source",
                                        "notes",          "note",
                                        "champ",          "lecture",
                                        "n.b.",           "nb",
                                        "l\xC3\xA9gende", "avertissement",
                                        "remarques",      "remarque",
                                        "date d",         "mise \xC3\xA0 jour",
                                        "extraction",     NULL};
    static const char *const marks[] = {"*",        "(1)",      "(2)",      "(3)", "(a)",
                                        "\xC2\xA9", "\xC2\xB9", "\xC2\xB2", NULL};
    if (starts_with(cell, marks))
        return true;
    const char *rest = starts_with(cell, words);
    if (!rest)
        return false;
    bool sentence = memchr(rest, ' ', cell.length - (size_t)(rest - cell.text)) != NULL;
    struct mg_cell left = trimmed((struct mg_cell){rest, cell.length - (size_t)(rest - cell.text)});
    return (left.length && left.text[0] == ':') || (sentence && left.text > rest);
}

/* Can a cell that begins like this begin a total or a note? Most rows are done with here. */
static bool may_begin(char c)
{
    return c && strchr("STENCLARDM*(\xC2 ", c >= 'a' && c <= 'z' ? c - 32 : c);
}

static enum kind judge_filled(const struct mg_footer *f, const struct mg_row *row, size_t first)
{
    struct mg_cell cell = trimmed(row->cells[first]);
    size_t filled = 1, numbers = 0;
    for (size_t i = first + 1; i < row->count; i++) {
        struct mg_cell other = trimmed(row->cells[i]);
        filled += other.length > 0;
        numbers += is_number(other);
    }
    if (numbers && numbers + 1 == filled && is_total(cell))
        return TOTAL_OR_NOTE;
    bool alone = filled == 1, after_gap = f->gap || f->held_count || f->blank_lines != f->info->blank_lines;
    if ((alone || row->count != f->info->column_count) && is_note(cell))
        return TOTAL_OR_NOTE;
    bool sentence = memchr(cell.text, ' ', cell.length) != NULL;
    return alone && !first && after_gap && sentence && f->info->column_count > 2 ? TOTAL_OR_NOTE : ORDINARY;
}

static enum kind judge(const struct mg_footer *f, const struct mg_row *row)
{
    if (!row->count || row->wkb || f->info->column_count < 2)
        return ORDINARY;
    size_t first = 0;
    while (first < row->count && !row->cells[first].length)
        first++;
    if (first == row->count)
        return EMPTY;
    if (!may_begin(*row->cells[first].text) && !f->gap && !f->held_count &&
        f->blank_lines == f->info->blank_lines)
        return ORDINARY;
    while (first < row->count && !trimmed(row->cells[first]).length)
        first++;
    return first < row->count ? judge_filled(f, row, first) : EMPTY;
}

static enum mg_code hold(struct mg_footer *f, const struct mg_row *row, bool blank, struct mg_error *err)
{
    if (f->cell_count + row->count > f->cell_capacity) {
        size_t capacity = 2 * (f->cell_count + row->count);
        struct mg_cell *grown = mg_realloc(f->cells, capacity, sizeof *grown);
        if (!grown)
            return mg_fail_memory(err);
        f->cells = grown;
        f->cell_capacity = capacity;
    }
    f->held[f->held_count++] =
        (struct held){.row = *row, .text = f->text.length, .cells = f->cell_count, .blank = blank};
    for (size_t i = 0; i < row->count; i++) {
        mg_buf_add(&f->text, row->cells[i].text, row->cells[i].length);
        f->cells[f->cell_count++].length = row->cells[i].length;
    }
    return mg_buf_check(&f->text, err);
}

/* Hold rows back as long as they may be the footer's; the first was read. */
static enum mg_code hold_back(struct mg_footer *f, const struct mg_row *row, struct mg_error *err)
{
    enum kind kind = TOTAL_OR_NOTE;
    mg_buf_clear(&f->text);
    for (;;) {
        enum mg_code code = hold(f, row, kind == EMPTY, err);
        if (code || f->held_count == MG_FOOTER_ROWS)
            return code;
        f->gap = kind == EMPTY;
        f->blank_lines = f->info->blank_lines;
        code = f->next(f->reader, &row, err);
        if (code)
            return code;
        f->at_end = !row;
        if (row)
            kind = judge(f, row);
        if (!row || kind == ORDINARY) {
            f->after = row;
            return MG_OK;
        }
    }
}

static const struct mg_row *deliver_held(struct mg_footer *f)
{
    struct held *held = &f->held[f->delivered++];
    const char *text = f->text.data ? f->text.data + held->text : "";
    struct mg_cell *cells = f->cells + held->cells;
    for (size_t i = 0; i < held->row.count; i++) {
        cells[i].text = text;
        text += cells[i].length;
    }
    held->row.cells = cells;
    held->row.footer = f->at_end && !held->blank;
    if (f->delivered == f->held_count && !f->after && !f->at_end) {
        f->delivered = f->held_count = f->cell_count = 0; /* too many: begin again */
        f->gap = false;
    }
    return &held->row;
}

static enum mg_code next_row(struct mg_footer *f, const struct mg_row **ret_row, struct mg_error *err)
{
    if (f->delivered < f->held_count) {
        *ret_row = deliver_held(f);
        return MG_OK;
    }
    if (f->held_count) { /* all were delivered */
        *ret_row = f->after;
        bool at_end = f->at_end;
        mg_footer_rewind(f);
        f->at_end = at_end;
        if (at_end || *ret_row)
            return MG_OK;
    }
    const struct mg_row *row = NULL;
    enum mg_code code = f->at_end ? MG_OK : f->next(f->reader, &row, err);
    if (code || !row) {
        *ret_row = NULL;
        return code;
    }
    enum kind kind = judge(f, row);
    f->blank_lines = f->info->blank_lines;
    f->gap = kind == EMPTY;
    if (kind != TOTAL_OR_NOTE) {
        *ret_row = row;
        return MG_OK;
    }
    code = hold_back(f, row, err);
    if (!code)
        *ret_row = deliver_held(f);
    return code;
}

/* The cells that are not garbled stay where they are. */
static enum mg_code repair(struct mg_footer *f, const struct mg_row **row, struct mg_error *err)
{
    const struct mg_row *r = *row;
    if (r->count > f->repaired_capacity) {
        struct mg_cell *grown = mg_realloc(f->repaired_cells, 2 * r->count, sizeof *grown);
        if (!grown)
            return mg_fail_memory(err);
        f->repaired_cells = grown;
        f->repaired_capacity = 2 * r->count;
    }
    mg_buf_clear(&f->repaired_text);
    bool any = false;
    for (size_t i = 0; i < r->count; i++) {
        size_t before = f->repaired_text.length;
        bool garbled = mg_mojibake_repair(r->cells[i].text, r->cells[i].length, &f->repaired_text);
        f->repaired_cells[i] =
            (struct mg_cell){garbled ? NULL : r->cells[i].text,
                             garbled ? f->repaired_text.length - before : r->cells[i].length};
        any = any || garbled;
    }
    if (f->repaired_text.failed)
        return mg_fail_memory(err);
    if (!any)
        return MG_OK;
    const char *text = f->repaired_text.data ? f->repaired_text.data : "";
    for (size_t i = 0; i < r->count; i++)
        if (!f->repaired_cells[i].text) {
            f->repaired_cells[i].text = text;
            text += f->repaired_cells[i].length;
        }
    f->repaired = *r;
    f->repaired.raw = r->cells;
    f->repaired.cells = f->repaired_cells;
    *row = &f->repaired;
    return MG_OK;
}

enum mg_code mg_footer_next(struct mg_footer *footer, const struct mg_row **ret_row, struct mg_error *err)
{
    enum mg_code code = next_row(footer, ret_row, err);
    if (code || !footer->repair || !*ret_row || !(*ret_row)->suspect)
        return code;
    return repair(footer, ret_row, err);
}
