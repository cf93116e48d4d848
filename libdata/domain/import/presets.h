/* presets.h - what a profile or a descriptor says of the file, taken where the command line says
 * nothing. Parts of import.c, in the order in which they run. */
#ifndef MG_IMPORT_PRESETS_H
#define MG_IMPORT_PRESETS_H

#include "libdata/domain/columns/descriptor.h"
#include "libdata/domain/columns/national.h"
#include "libdata/domain/import/kind.h"

/* --descriptor is read, and says how the table is opened. */
enum mg_code mg_import_read_descriptor(struct mg_import *import, struct mg_error *err);
/* The table is open: a profile is recognised (not with a descriptor, and not when it is another kind than
 * asked for), and the options that were not given are set. *ret_reopen: the table has to be opened again. */
enum mg_code mg_import_take_presets(struct mg_import *import, bool *ret_reopen, struct mg_error *err);
/* Columns to ignore by the presets, those that are there. */
enum mg_code mg_import_take_ignored(struct mg_import *import, struct mg_error *err);
/* Add the presets' maps to those that are there: none for a role or a column that already has one, or that
 * earlier editions know. Returns how many there are then. */
size_t mg_import_preset_maps(const struct mg_import *import, struct mg_map_option *maps, size_t count);
/* Which columns the schema's fields are; MG_ERR_INPUT when one that is required is not there. */
enum mg_code mg_import_match_schema(struct mg_import *import, struct mg_error *err);
/* A row against the schema: its key's errors refuse it, others are issues, or refuse it too with
 * --strict-schema. */
enum mg_code mg_import_check_schema(struct mg_import *import, const struct mg_row *row, bool *ret_deliver,
                                    struct mg_error *err);
/* The same without an import: what breaks it is counted, of each column. */
struct mg_import_broken {
    int64_t n;
    char first[MG_SCHEMA_WHY + 64]; /* "line 4: type-error: is not of type integer" */
};
enum mg_code mg_import_try_schema(struct mg_import *import, const struct mg_row *row,
                                  struct mg_import_broken *broken, bool *ret_refused, struct mg_error *err);
/* Title, producer, licence, access as the presets say them, where nobody has said them yet. */
enum mg_code mg_import_store_presets(struct mg_import *import, struct mg_error *err);
void mg_import_presets_finish(struct mg_import *import);

#endif
