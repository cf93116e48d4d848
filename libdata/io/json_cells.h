/* json_cells.h - a flat JSON array, cell by cell, where it stands in memory: record.other, response.answers.
 *
 * No tree is made and nothing is copied. Cells are texts, bare words (numbers, true, false) and nulls; an
 * array or object inside ends the reading like the end of the array.
 */
#ifndef MG_IO_JSON_CELLS_H
#define MG_IO_JSON_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/buf.h"

enum mg_json_kind { MG_JSON_NULL, MG_JSON_BARE, MG_JSON_TEXT };

struct mg_json_cell {
    enum mg_json_kind kind;
    const char *text; /* of a text: without its quotes, escapes as they stand */
    size_t length;
    bool escaped; /* the text has escapes */
};

struct mg_json_cells {
    const char *at, *end;
};

/* json: "[...]"; NULL is an empty array. */
void mg_json_cells_start(struct mg_json_cells *cells, const char *json, size_t length);
bool mg_json_cells_next(struct mg_json_cells *cells, struct mg_json_cell *ret_cell);

/* Is all of it such an array, and valid JSON? */
bool mg_json_cells_valid(const char *json, size_t length);

/* The cell that stands at a position, counted from 0; past the end, and nothing at all, are null. */
void mg_json_cells_at(const char *json, size_t length, size_t position, struct mg_json_cell *ret_cell);

/* Append what the cell says, escapes undone. */
void mg_json_cell_add(struct mg_buf *buf, const struct mg_json_cell *cell);

#endif
