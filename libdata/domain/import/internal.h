/* internal.h - the parts of import.c, in the order in which they run. */
#ifndef MG_IMPORT_INTERNAL_H
#define MG_IMPORT_INTERNAL_H

#include "libdata/domain/import/presets.h"

/* import/open.c: options that make sense, the table open, its first rows read. */
enum mg_code mg_import_prepare(struct mg_import *import, const char *path,
                               const struct mg_import_options *options, struct mg_error *err);
void mg_import_finish(struct mg_import *import);

/* The dataset and this edition's neighbours; *ret_there: the edition of that date, if there is one. */
enum mg_code mg_import_dataset_there(struct mg_import *import, bool *ret_there, struct mg_error *err);
enum mg_code mg_import_find_dataset(struct mg_import *import, const struct mg_edition **ret_there,
                                    struct mg_error *err);
/* names.c: import->names; and is a column but the number of its row (OBJECTID, gid, 1..n without a label),
 * which another edition gives to other rows? */
enum mg_code mg_import_name_columns(struct mg_import *import, struct mg_error *err);
enum mg_code mg_import_is_row_number(const struct mg_import *import, size_t column, bool *ret_is,
                                     struct mg_error *err);

enum mg_code mg_import_find_roles(struct mg_import *import, struct mg_error *err);
/* The options that change what an edition holds, as canonical JSON: edition.options. */
enum mg_code mg_import_options_text(const struct mg_import *import, struct mg_buf *out, struct mg_error *err);
/* The digest of the whole source, which may not have been read yet. */
enum mg_code mg_import_digest(struct mg_import *import, char ret_hex[65], struct mg_error *err);

/* import/replace.c: the edition that is there goes, inside the transaction; the dataset has to be found
 * again. What later editions share with it gets ids shared_first to shared_last, which the new edition's
 * range takes in after the load. */
enum mg_code mg_import_take_out(struct mg_import *import, const struct mg_edition *there,
                                struct mg_error *err);
enum mg_code mg_import_take_shared(struct mg_import *import, struct mg_error *err);

/* import/rows.c: one more row that says what types its columns have; with a cell for each. */
void mg_import_see_types(struct mg_import *import, const struct mg_row *row);
/* What the rows seen say; codes are text, leading zeros or not. */
enum mg_type mg_import_type_of(const struct mg_import *import, size_t column);

/* import/commune_year.c: which columns have the communes; the codes of a row; at the end, the COG year they
 * are in: kept with the edition, and with all editions when these are movements. */
enum mg_code mg_import_watch_communes(struct mg_import *import, struct mg_error *err);
enum mg_code mg_import_see_commune(struct mg_import *import, const struct mg_row *row, struct mg_error *err);
enum mg_code mg_import_settle_communes(struct mg_import *import, struct mg_error *err);

/* import/store.c: dataset, field and edition rows; the rest of the issues; the rejects told. */
enum mg_code mg_import_store_dataset(struct mg_import *import, struct mg_error *err);
enum mg_code mg_import_store_access(struct mg_import *import, struct mg_error *err);
enum mg_code mg_import_store_edition(struct mg_import *import, struct mg_error *err);
enum mg_code mg_import_settle_issues(struct mg_import *import, struct mg_error *err);
enum mg_code mg_import_settle_fields(struct mg_import *import, struct mg_error *err);
enum mg_code mg_import_settle_edition(struct mg_import *import, struct mg_error *err);
/* import/profile_store.c: what the edition looks like is kept, and compared with the one before. */
enum mg_code mg_import_settle_profile(struct mg_import *import, struct mg_error *err);
/* The anomalies that an edition was stored with. */
enum mg_code mg_import_stored_anomalies(struct mg_import *import, int64_t edition,
                                        struct mg_anomalies *ret_anomalies, struct mg_error *err);

/* The last part of its path. */
const char *mg_import_source_name(const struct mg_import *import);

/* import/rejects.c */
enum mg_code mg_import_report_rejects(struct mg_import *import, struct mg_error *err);

/* import/source_issues.c: what is said of the source's form. An issue for each line before the header, name
 * that was made up, ...; for a row that is suspect, has a defect and cells, or belongs to the footer, which
 * is skipped. */
enum mg_code mg_import_note_header(struct mg_import *import, struct mg_error *err);
enum mg_code mg_import_note_row(struct mg_import *import, const struct mg_row *row, struct mg_error *err);
const char *mg_import_defect_code(enum mg_row_defect defect); /* a constant */
const char *mg_import_defect_message(enum mg_row_defect defect);

/* A row that is not UTF-8; at the end, where the file has several encodings, an issue for each of them. */
void mg_import_see_decoded(struct mg_import *import, const struct mg_row *row);
enum mg_code mg_import_note_encodings(struct mg_import *import, struct mg_error *err);

/* "CSV, CP1252, delimiter ;, ..." for a person. Returns whether there is more to say than
 * format, encoding and delimiter. */
bool mg_import_say_form(const struct mg_import *import, char *out, size_t size);
/* edition.dialect: a JSON object. */
enum mg_code mg_import_dialect_text(const struct mg_import *import, struct mg_buf *out, struct mg_error *err);

#endif
