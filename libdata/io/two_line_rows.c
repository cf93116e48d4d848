#include "libdata/io/two_line_rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/text.h"
#include "libdata/io/temporary.h"

enum { AN_OWNER = -1, FIRST_READ = 4096 };

struct entry { /* of a line, by its key */
    uint64_t hash;
    int64_t at; /* where the line's cells are in the file, or AN_OWNER: it is a row */
};

struct head { /* of a line in the file; the key and then the cells follow, each after its length */
    int64_t line;
    uint32_t length, cells; /* of what follows, in bytes; how many cells */
};

struct mg_two_line_rows {
    const struct mg_table_parts *options;
    mg_part_reader next;
    void *reader;
    const struct mg_table_info *lines;
    struct mg_table_info info;
    const char **columns, **labels;
    struct entry *entries;
    size_t entry_count, entry_capacity;
    FILE *file;
    int64_t written;
    struct mg_buf found; /* the line read last from the file */
    struct mg_row row;
    struct mg_cell *cells, *raw; /* of the complete row */
    size_t cell_capacity;
};

static struct mg_cell trimmed(struct mg_cell cell)
{
    cell.text = mg_text_trim(cell.text, cell.length, &cell.length);
    return cell;
}

static bool begins_with(const struct mg_row *row, const char *text)
{
    if (!row->count)
        return false;
    struct mg_cell first = trimmed(row->cells[0]);
    return first.length == strlen(text) && !memcmp(first.text, text, first.length);
}

/* Cells, without the empty ones beyond those that its kind has. */
static size_t count_cells(const struct mg_row *row, size_t wanted)
{
    size_t count = row->count;
    while (count > wanted && !row->cells[count - 1].length)
        count--;
    return count;
}

static size_t part_cells(const struct mg_two_line_rows *parts)
{
    return 2 + parts->options->name_count;
}

static enum mg_code add_entry(struct mg_two_line_rows *parts, struct mg_cell key, int64_t at,
                              struct mg_error *err)
{
    if (!mg_grow(parts->entries, parts->entry_count, &parts->entry_capacity))
        return mg_fail_memory(err);
    parts->entries[parts->entry_count++] = (struct entry){XXH3_64bits(key.text, key.length), at};
    return MG_OK;
}

static void add_cell(struct mg_buf *buf, struct mg_cell cell)
{
    uint32_t length = (uint32_t)cell.length;
    mg_buf_add(buf, &length, sizeof length);
    mg_buf_add(buf, cell.text, cell.length);
}

static enum mg_code keep_part(struct mg_two_line_rows *parts, const struct mg_row *row, struct mg_error *err)
{
    struct mg_buf *buf = &parts->found;
    struct mg_cell key = trimmed(row->cells[1]);
    struct head head = {row->line, 0, (uint32_t)parts->options->name_count};
    mg_buf_clear(buf);
    mg_buf_add(buf, &head, sizeof head);
    add_cell(buf, key);
    for (size_t i = 2; i < part_cells(parts); i++)
        add_cell(buf, row->cells[i]);
    enum mg_code code = mg_buf_check(buf, err);
    if (!code)
        code = add_entry(parts, key, parts->written, err);
    if (code)
        return code;
    head.length = (uint32_t)(buf->length - sizeof head);
    memcpy(buf->data, &head, sizeof head);
    if (fwrite(buf->data, buf->length, 1, parts->file) != 1)
        return mg_temporary_fail(errno, err);
    parts->written += (int64_t)buf->length;
    return MG_OK;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    if (left->hash != right->hash)
        return left->hash < right->hash ? -1 : 1;
    return (left->at > right->at) - (left->at < right->at);
}

static enum mg_code read_all(struct mg_two_line_rows *parts, struct mg_error *err)
{
    const struct mg_table_parts *o = parts->options;
    const struct mg_row *row = NULL;
    enum mg_code code = mg_temporary_stream(&parts->file, err);
    while (!code && !(code = parts->next(parts->reader, &row, err)) && row) {
        if (begins_with(row, o->row) && row->count > o->key)
            code = add_entry(parts, trimmed(row->cells[o->key]), AN_OWNER, err);
        else if (begins_with(row, o->part) && count_cells(row, part_cells(parts)) == part_cells(parts))
            code = keep_part(parts, row, err);
    }
    if (code)
        return code;
    if (fflush(parts->file))
        return mg_temporary_fail(errno, err);
    if (parts->entry_count)
        qsort(parts->entries, parts->entry_count, sizeof *parts->entries, compare_entries);
    return MG_OK;
}

static enum mg_code name_columns(struct mg_two_line_rows *parts, struct mg_error *err)
{
    const struct mg_table_info *lines = parts->lines;
    size_t own = lines->column_count, count = own + parts->options->name_count;
    parts->columns = mg_calloc(count, sizeof *parts->columns);
    parts->labels = mg_calloc(count, sizeof *parts->labels);
    if (!parts->columns || !parts->labels)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        parts->columns[i] = i < own ? lines->columns[i] : parts->options->names[i - own];
        parts->labels[i] = i < own ? lines->labels[i] : "";
    }
    return MG_OK;
}

/* What changes while reading is the reader's. */
static void take_info(struct mg_two_line_rows *parts)
{
    parts->info = *parts->lines;
    parts->info.column_count = parts->lines->column_count + parts->options->name_count;
    parts->info.columns = parts->columns;
    parts->info.labels = parts->labels;
}

enum mg_code mg_two_line_rows_create(const struct mg_table_parts *options, mg_part_reader next, void *reader,
                                     const struct mg_table_info *info, struct mg_two_line_rows **ret_parts,
                                     struct mg_error *err)
{
    struct mg_two_line_rows *parts = mg_calloc(1, sizeof *parts);
    if (!parts)
        return mg_fail_memory(err);
    parts->options = options;
    parts->next = next;
    parts->reader = reader;
    parts->lines = info;
    enum mg_code code = name_columns(parts, err);
    if (!code)
        code = read_all(parts, err);
    if (code) {
        mg_two_line_rows_destroy(parts);
        return code;
    }
    take_info(parts);
    *ret_parts = parts;
    return MG_OK;
}

const struct mg_table_info *mg_two_line_rows_info(const struct mg_two_line_rows *parts)
{
    return &parts->info;
}

void mg_two_line_rows_rewind(struct mg_two_line_rows *parts)
{
    take_info(parts);
}

void mg_two_line_rows_destroy(struct mg_two_line_rows *parts)
{
    if (!parts)
        return;
    if (parts->file)
        fclose(parts->file);
    mg_buf_finish(&parts->found);
    free(parts->entries);
    free(parts->columns);
    free(parts->labels);
    free(parts->cells);
    free(parts->raw);
    free(parts);
}

/* The first entry of the key's hash, or where it would be. */
static size_t first_entry(const struct mg_two_line_rows *parts, uint64_t hash)
{
    size_t low = 0, high = parts->entry_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (parts->entries[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum mg_code read_at(struct mg_two_line_rows *parts, int64_t at, size_t length, struct mg_error *err)
{
    if (!mg_buf_reserve(&parts->found, length))
        return mg_fail_memory(err);
    for (size_t done = 0; done < length;) {
        ssize_t n = pread(fileno(parts->file), parts->found.data + done, length - done, at + (int64_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return mg_temporary_fail(errno, err);
        if (!n)
            return mg_fail(err, MG_ERR_IO, "%s", _("a temporary file was cut short"));
        done += (size_t)n;
    }
    return MG_OK;
}

/* A line that was kept: its key and cells in parts->found. */
static enum mg_code read_part(struct mg_two_line_rows *parts, int64_t at, struct head *ret_head,
                              struct mg_error *err)
{
    int64_t left = parts->written - at;
    mg_buf_clear(&parts->found);
    enum mg_code code = read_at(parts, at, left < FIRST_READ ? (size_t)left : FIRST_READ, err);
    if (code)
        return code;
    memcpy(ret_head, parts->found.data, sizeof *ret_head);
    size_t length = sizeof *ret_head + ret_head->length;
    return length > FIRST_READ ? read_at(parts, at, length, err) : MG_OK;
}

static struct mg_cell take_cell(const char **at)
{
    uint32_t length;
    memcpy(&length, *at, sizeof length);
    struct mg_cell cell = {*at + sizeof length, length};
    *at += sizeof length + length;
    return cell;
}

/* The line that completes the rows of a key: *ret_line is 0 where there is none, *ret_cells its cells. */
static enum mg_code find_part(struct mg_two_line_rows *parts, struct mg_cell key, bool *ret_owned,
                              int64_t *ret_line, const char **ret_cells, struct mg_error *err)
{
    uint64_t hash = XXH3_64bits(key.text, key.length);
    size_t i = first_entry(parts, hash);
    *ret_owned = i < parts->entry_count && parts->entries[i].hash == hash && parts->entries[i].at == AN_OWNER;
    *ret_line = 0;
    for (; i < parts->entry_count && parts->entries[i].hash == hash; i++) {
        struct head head;
        if (parts->entries[i].at == AN_OWNER)
            continue;
        enum mg_code code = read_part(parts, parts->entries[i].at, &head, err);
        if (code)
            return code;
        const char *at = parts->found.data + sizeof head;
        struct mg_cell other = take_cell(&at);
        if (other.length != key.length || memcmp(other.text, key.text, key.length))
            continue;
        *ret_line = head.line;
        *ret_cells = at;
        return MG_OK;
    }
    return MG_OK;
}

static enum mg_code reserve_cells(struct mg_two_line_rows *parts, size_t count, struct mg_error *err)
{
    if (count <= parts->cell_capacity)
        return MG_OK;
    struct mg_cell *cells = mg_realloc(parts->cells, count, sizeof *cells);
    if (cells)
        parts->cells = cells;
    struct mg_cell *raw = cells ? mg_realloc(parts->raw, count, sizeof *raw) : NULL;
    if (!raw)
        return mg_fail_memory(err);
    parts->raw = raw;
    parts->cell_capacity = count;
    return MG_OK;
}

static enum mg_code complete(struct mg_two_line_rows *parts, const struct mg_row *row, struct mg_error *err)
{
    size_t own = parts->lines->column_count, all = parts->info.column_count;
    int64_t line = 0;
    bool owned;
    const char *at = NULL;
    enum mg_code code = reserve_cells(parts, all, err);
    if (!code)
        code = find_part(parts, trimmed(row->cells[parts->options->key]), &owned, &line, &at, err);
    if (code)
        return code;
    memcpy(parts->cells, row->cells, own * sizeof *parts->cells);
    for (size_t i = own; i < all; i++)
        parts->cells[i] = line ? take_cell(&at) : (struct mg_cell){"", 0};
    memcpy(parts->raw, parts->cells, all * sizeof *parts->raw);
    if (row->raw)
        memcpy(parts->raw, row->raw, own * sizeof *parts->raw);
    parts->row.cells = parts->cells;
    parts->row.count = all;
    parts->row.raw = row->raw ? parts->raw : NULL;
    return MG_OK;
}

/* A line that completes others: does it? */
static enum mg_code judge_part(struct mg_two_line_rows *parts, const struct mg_row *row, struct mg_error *err)
{
    int64_t line = 0;
    bool owned = false;
    const char *at;
    enum mg_code code = find_part(parts, trimmed(row->cells[1]), &owned, &line, &at, err);
    parts->row.part = !owned ? MG_ROW_UNJOINED : line == row->line ? MG_ROW_JOINED : MG_ROW_REPEATED;
    return code;
}

enum mg_code mg_two_line_rows_next(struct mg_two_line_rows *parts, const struct mg_row **ret_row,
                                   struct mg_error *err)
{
    const struct mg_table_parts *o = parts->options;
    const struct mg_row *row = NULL;
    enum mg_code code = parts->next(parts->reader, &row, err);
    take_info(parts);
    *ret_row = row;
    if (code || !row || !row->count || row->footer)
        return code;
    parts->row = *row;
    *ret_row = &parts->row;
    bool is_row = begins_with(row, o->row), is_part = !is_row && begins_with(row, o->part);
    size_t wanted = is_part ? part_cells(parts) : parts->lines->column_count,
           count = count_cells(row, wanted);
    if (!is_row && !is_part)
        parts->row.part = MG_ROW_FOREIGN;
    if (count != wanted) {
        parts->row.expected = wanted;
        return MG_OK;
    }
    return is_row ? complete(parts, row, err) : is_part ? judge_part(parts, row, err) : MG_OK;
}
