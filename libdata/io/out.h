/* out.h - records out: one after the other, in the format the user asked for.
 *
 * A record has a type and values under keys, in the order in which they are added (design: the names on
 * the wire are a contract). In jsonl each is a line {"type":...,...} and the stream ends with
 * {"type":"end","records":N}. json is one array. A value that has none is null.
 *
 * csv and table take their columns from the first record of a type, without the type itself, and print a
 * table each time the type changes, a blank line between them. A later record may lack some of these keys;
 * one that brings another is MG_ERR_USAGE. Null is an empty cell, a list its items with ';' between.
 * csv is RFC 4180 (with line feeds) and leaves cells that start with = + - @ as they are. table is for
 * people: numbers to the right and at most six decimals of them, control characters visible, aligned by
 * display width over the first 1,000 rows; rows after those are written as they come.
 *
 * Errors stick: adding after a failure does nothing, mg_out_end_record and mg_out_close return it.
 * MG_ERR_CLOSED when the reader went away (the process ignores SIGPIPE).
 *
 * A cell is written as it is. CSV and JSON are read by programs: =1+1, -5 and @name stay what they are. A
 * format that is meant for a spreadsheet (XLSX, a download for people) writes each text as text, by the
 * format's own means, so that it never becomes a formula; no writer of that kind is there yet, and where one
 * is made, this is its rule. Control characters are escaped in JSON and made visible in messages and tables,
 * with those that turn the direction of writing; in JSON and CSV the latter stay, being text.
 */
#ifndef MG_IO_OUT_H
#define MG_IO_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/base/error.h"

enum mg_format { MG_FORMAT_TABLE, MG_FORMAT_JSONL, MG_FORMAT_CSV, MG_FORMAT_JSON };

struct mg_out;

/* fd: borrowed, an open file or pipe; an atomic file's descriptor or 1. */
enum mg_code mg_out_create(int fd, enum mg_format format, struct mg_out **ret_out, struct mg_error *err);

/* Records to a function instead of a descriptor: each as it would be read from a line of jsonl (in.h), which
 * take may change, or keep with json_incref; and no end record. What take returns sticks. */
typedef enum mg_code mg_out_take(void *context, json_t *record, struct mg_error *err);
enum mg_code mg_out_create_records(mg_out_take *take, void *context, struct mg_out **ret_out,
                                   struct mg_error *err);

/* For a table on a terminal of that many columns: empty columns are left out when there is not room for
 * all, long texts are cut with "...", and what still finds no room is left out on the right, marked the
 * same way; numbers are never cut. 0, as at first: never cut. Before the first record. */
void mg_out_set_width(struct mg_out *out, size_t columns);

void mg_out_begin(struct mg_out *out, const char *type);
/* The same of a record that is, where the format is no JSON, a row of the table of another type. */
void mg_out_begin_in(struct mg_out *out, const char *table, const char *type);
void mg_out_text(struct mg_out *out, const char *key, const char *text); /* NULL: null */
void mg_out_text_n(struct mg_out *out, const char *key, const char *text, size_t length);
void mg_out_int(struct mg_out *out, const char *key, int64_t value);
void mg_out_real(struct mg_out *out, const char *key, double value); /* not finite: null */
void mg_out_bool(struct mg_out *out, const char *key, bool value);
void mg_out_null(struct mg_out *out, const char *key);
void mg_out_list(struct mg_out *out, const char *key, const char *const *items, size_t count);
enum mg_code mg_out_end_record(struct mg_out *out, struct mg_error *err);

/* Says in the stream that its writer failed, instead of an end: {"type":"error","message":...,"hint":...}
 * in jsonl, so that the next tool stops with 3; a json array stays open. Nothing can be added after. */
void mg_out_failed(struct mg_out *out, const struct mg_error *why);

/* The end record (jsonl), the closing of the array or table, everything flushed. */
enum mg_code mg_out_close(struct mg_out *out, struct mg_error *err);
int64_t mg_out_records(const struct mg_out *out);
void mg_out_destroy(struct mg_out *out); /* without closing: what was buffered may be lost */

#endif
