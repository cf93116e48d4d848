#include "libdata/domain/import/import.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/db/read.h"
#include "libdata/domain/import/internal.h"
#include "libdata/domain/import/view.h"

static enum mg_code options_of(struct mg_import *import, int64_t edition, bool *ret_same,
                               struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf options = {0};
    struct mg_read row;
    enum mg_code code = mg_import_options_text(import, &options, err);
    if (code)
        return code;
    mg_read_ask(&row, import->db, MG_SQL_EDITION_OPTIONS, err, "i", edition);
    bool same = mg_read_next(&row) && !strcmp(mg_read_text(&row, 0, NULL), options.data);
    if (!row.code)
        *ret_same = same;
    return mg_read_end(&row);
}

static void take_stored(const struct mg_edition *edition, struct mg_import_result *result)
{
    result->rows_read = edition->rows_read;
    result->rows_loaded = edition->rows_loaded;
    result->rows_rejected = edition->rows_rejected;
    result->rows_skipped = edition->rows_skipped;
    result->issues = edition->issues;
    memcpy(result->sha256, edition->source_sha256, sizeof result->sha256);
    result->already_loaded = true;
}

static enum mg_code fail_there(const struct mg_import *import, const struct mg_edition *there,
                               bool same_bytes, struct mg_error *err)
{
    if (same_bytes) {
        mg_fail(err, MG_ERR_USAGE, _("the edition of %s was imported from this file with other options"),
                there->as_of);
        mg_error_hint(err, "%s",
                      _("--replace imports it again with these; or give the options of that time"));
        return MG_ERR_USAGE;
    }
    mg_fail(err, MG_ERR_USAGE, _("dataset '%s' already has an edition of %s, from another file"),
            import->options->dataset, there->as_of);
    mg_error_hint(err, "%s", _("--replace puts this one in its place; or give another --edition"));
    return MG_ERR_USAGE;
}

/* An edition of that date is there: the same bytes with the same options are a no-op (*ret_done), anything
 * else is refused, or takes its place. */
static enum mg_code meet_edition(struct mg_import *import, const struct mg_edition *there,
                                 struct mg_import_result *result, bool *ret_done, struct mg_error *err)
{
    char digest[65];
    bool same_options = false;
    enum mg_code code = mg_import_digest(import, digest, err);
    if (!code)
        code = options_of(import, there->id, &same_options, err);
    if (code)
        return code;
    bool same_bytes = !strcmp(digest, there->source_sha256);
    if (same_bytes && same_options) {
        *ret_done = true;
        take_stored(there, result);
        code = mg_import_stored_anomalies(import, there->id, &result->anomalies, err);
        return code ? code : mg_import_store_access(import, err);
    }
    if (!import->options->replace)
        return fail_there(import, there, same_bytes, err);
    code = mg_import_take_out(import, there, err);
    if (code)
        return code;
    mg_dataset_destroy(import->dataset);
    import->dataset = NULL;
    import->previous = import->next = NULL;
    return mg_import_find_dataset(import, &there, err);
}

/* A last line that breaks off in the middle means that the rest of the file is missing. */
static enum mg_code check_whole(const struct mg_import *import, struct mg_error *err)
{
    if (!import->short_row.line || !import->info->unterminated)
        return MG_OK;
    mg_fail(err, MG_ERR_INPUT,
            _("the file is cut off: its last line has %" PRId64 " of %" PRId64 " cells and no end"),
            import->short_row.cells, import->short_row.expected);
    mg_error_at(err, import->short_row.line, 0, 0, NULL);
    mg_error_hint(err, "%s", _("get the file again"));
    return MG_ERR_INPUT;
}

/* What the first refused row was, for the message that refuses all of them. */
static enum mg_code refuse(struct mg_import *import, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, import->db, MG_SQL_REJECT_LIST, err, "i", import->edition);
    if (!mg_read_next(&row))
        return row.code;
    int64_t line = mg_read_i64(&row, 0);
    const char *field = mg_read_text_or_null(&row, 2, NULL), *message = mg_read_text(&row, 5, NULL);
    if (row.code)
        return mg_read_end(&row);
    if (import->rows_loaded)
        mg_fail(
            err, MG_ERR_INPUT,
            _("%" PRId64 " of %" PRId64 " rows were refused, more than --max-rejects allows; the first: %s"),
            import->rows_rejected, import->rows_read, message);
    else
        mg_fail(err, MG_ERR_INPUT, _("all %" PRId64 " rows of the table were refused; the first: %s"),
                import->rows_rejected, message);
    mg_error_at(err, line, 0, 0, field);
    mg_error_hint(err, "%s",
                  import->rows_loaded ? _("--rejects FILE shows them all; --max-rejects N or P% allows more")
                                      : _("--rejects FILE shows them all"));
    mg_read_end(&row);
    return MG_ERR_INPUT;
}

static enum mg_code check_rejects(struct mg_import *import, struct mg_error *err)
{
    const struct mg_import_options *o = import->options;
    enum mg_code code = mg_import_report_rejects(import, err);
    if (code)
        return code;
    bool many = o->max_reject_rows >= 0
                    ? import->rows_rejected > o->max_reject_rows
                    : (double)import->rows_rejected > o->max_reject_share * (double)import->rows_read;
    return many ? refuse(import, err) : MG_OK;
}

static enum mg_code settle_digests(struct mg_import *import, struct mg_error *err)
{
    const struct mg_digest_owner dataset = {.dataset = import->dataset_id},
                                 edition = {.edition = import->edition};
    enum mg_digest_part standing =
        strcmp(import->kind->name, "counts") != 0 ? MG_DIGEST_CONTENT : MG_DIGEST_STOCK;
    enum mg_code code =
        mg_digest_take(import->db, &import->floors, MG_DIGEST_WRITTEN_ONCE, MG_DIGEST_MOVEMENT, err);
    if (!code)
        code = mg_digest_set(import->db, standing, &edition, import->standing_digest, err);
    return code ? code : mg_digest_add(import->db, MG_DIGEST_RECORD, &dataset, import->record_digest, err);
}

static enum mg_code load(struct mg_import *import, struct mg_error *err)
{
    enum mg_code code = mg_import_store_dataset(import, err);
    if (!code)
        code = mg_digest_floors(import->db, &import->floors, err);
    if (!code)
        code = mg_import_store_edition(import, err);
    if (!code)
        code = mg_import_store_access(import, err);
    if (!code)
        code = mg_import_store_presets(import, err);
    if (!code)
        code = mg_db_exec(import->db, err, "SAVEPOINT import");
    if (!code)
        code = mg_table_rewind(import->table, err);
    if (!code)
        code = import->kind->load(import, err);
    if (!code)
        code = mg_table_check_unchanged(import->table, err);
    if (!code)
        code = mg_corrections_check(import->corrections, err);
    if (!code)
        code = mg_import_take_shared(import, err);
    if (!code)
        code = check_whole(import, err);
    if (!code)
        code = check_rejects(import, err);
    if (!code && !import->rows_loaded)
        code = import->rows_rejected ? refuse(import, err)
                                     : mg_fail(err, MG_ERR_INPUT, "%s", _("the file has no row to load"));
    if (!code)
        code = mg_import_note_encodings(import, err);
    if (!code)
        code = mg_import_settle_issues(import, err);
    if (!code)
        code = mg_import_settle_fields(import, err);
    if (!code)
        code = mg_import_settle_edition(import, err);
    if (!code)
        code = mg_import_settle_profile(import, err);
    if (!code)
        code = mg_import_settle_communes(import, err);
    return code ? code : settle_digests(import, err);
}

/* The counts of issues, most frequent first; equal ones by their names. */
static void take_codes(const struct mg_import *import, struct mg_import_result *result)
{
    for (size_t i = 0; i < MG_IMPORT_CODES && import->codes[i].code; i++) {
        size_t at = i;
        while (at && (result->issue_codes[at - 1].n < import->codes[i].count ||
                      (result->issue_codes[at - 1].n == import->codes[i].count &&
                       strcmp(result->issue_codes[at - 1].code, import->codes[i].code) > 0))) {
            result->issue_codes[at] = result->issue_codes[at - 1];
            at--;
        }
        memset(&result->issue_codes[at], 0, sizeof result->issue_codes[at]);
        strncpy(result->issue_codes[at].code, import->codes[i].code, sizeof result->issue_codes[at].code - 1);
        result->issue_codes[at].n = import->codes[i].count;
    }
}

static void take_result(const struct mg_import *import, struct mg_import_result *result)
{
    result->corrected = import->corrected;
    if (import->national) {
        snprintf(result->profile, sizeof result->profile, "%s", import->national->name);
        mg_text_visible(import->national->title, strlen(import->national->title), result->profile_title,
                        sizeof result->profile_title);
    }
    result->replaced = import->replaced;
    result->events_dropped = import->events_dropped;
    result->links_dropped = import->links_dropped;
    result->rows_read = import->rows_read;
    result->rows_loaded = import->rows_loaded;
    result->rows_rejected = import->rows_rejected;
    result->rows_skipped = import->rows_skipped;
    result->issues = import->issues;
    memcpy(result->sha256, import->info->sha256, sizeof result->sha256);
    result->compared = import->compared;
    result->added = import->added;
    result->unchanged = import->unchanged;
    result->gone = import->gone;
    result->roles = import->roles;
    result->odd_form = mg_import_say_form(import, result->form, sizeof result->form) ||
                       strcmp(import->info->encoding, "UTF-8") != 0;
    for (int i = 0; i < MG_ROLE_COUNT; i++)
        if (import->roles.column[i] >= 0)
            mg_text_visible(import->columns[import->roles.column[i]].name,
                            strlen(import->columns[import->roles.column[i]].name), result->role_columns[i],
                            sizeof result->role_columns[i]);
    for (size_t i = 1; i < import->roles.key_part_count; i++) {
        char *text = result->role_columns[MG_ROLE_KEY], more[64];
        const char *name = import->columns[import->roles.key_parts[i]].name;
        mg_text_visible(name, strlen(name), more, sizeof more);
        size_t length = strlen(text), size = sizeof result->role_columns[MG_ROLE_KEY];
        snprintf(text + length, size - length, "' + '%.*s", (int)mg_text_utf8_prefix(more, 40), more);
    }
    take_codes(import, result);
    result->keyed = import->keyed;
    result->changed = import->changed;
    result->anomalies = import->anomalies;
    result->cog = import->cog.year;
}

/* With commas; cut, and told to be, where there is no more room. */
static void list_name(char *list, size_t size, size_t *used, const char *text)
{
    char name[64];
    mg_text_visible(text, strlen(text), name, sizeof name);
    if (*used + strlen(name) + sizeof ", ..." < size)
        *used += (size_t)snprintf(list + *used, size - *used, "%s%s", *used ? ", " : "", name);
    else
        snprintf(list + *used, size - *used, ", ...");
}

/* Who may see it is not part of an edition: another import of the same file may change it. */
static void take_amended(const struct mg_dataset *before, const struct mg_dataset *after,
                         struct mg_import_result *result)
{
    const char *producers[] = {before->producer ? before->producer : "",
                               after->producer ? after->producer : ""};
    size_t used = 0;
    result->amended.access = before->open != after->open;
    result->amended.open = after->open;
    result->amended.producer = strcmp(producers[0], producers[1]) != 0;
    mg_text_visible(producers[1], strlen(producers[1]), result->amended.said_producer,
                    sizeof result->amended.said_producer);
    for (size_t i = 0; i < after->field_count; i++) {
        const struct mg_field *earlier = mg_dataset_field(before, after->fields[i].name);
        if (!after->fields[i].open || (earlier && earlier->open))
            continue;
        result->amended.open_fields = true;
        list_name(result->amended.fields, sizeof result->amended.fields, &used, after->fields[i].name);
    }
}

/* Those that no earlier edition has. */
static void take_new_columns(const struct mg_dataset *before, const struct mg_dataset *after,
                             struct mg_import_result *result)
{
    size_t used = 0;
    for (size_t i = 0; i < after->field_count && before->edition_count; i++)
        if (!mg_dataset_field(before, after->fields[i].name))
            list_name(result->new_columns, sizeof result->new_columns, &used, after->fields[i].name);
}

static enum mg_code run(struct mg_import *import, struct mg_import_result *result, struct mg_error *err)
{
    const struct mg_edition *there = NULL;
    enum mg_code code = mg_import_find_dataset(import, &there, err);
    if (code)
        return code;
    strcpy(result->dataset, import->options->dataset);
    strcpy(result->edition, import->as_of);
    if (import->previous)
        strcpy(result->previous, import->previous->as_of);
    bool done = false;
    if (there)
        code = meet_edition(import, there, result, &done, err);
    if (code || done)
        return code;
    code = mg_import_find_roles(import, err);
    if (!code)
        code = mg_import_watch_communes(import, err);
    if (!code)
        code = load(import, err);
    if (!code)
        code = mg_view_update(import->db, import->dataset_id, err);
    if (!code)
        take_result(import, result);
    return code;
}

/* Inside the transaction. */
static enum mg_code run_and_compare(struct mg_import *import, struct mg_import_result *result,
                                    struct mg_error *err)
{
    struct mg_dataset *before = NULL, *after = NULL;
    bool there = false;
    enum mg_code code = mg_import_dataset_there(import, &there, err);
    if (!code && there)
        code = mg_dataset_load(import->db, import->options->dataset, &before, err);
    if (!code)
        code = run(import, result, err);
    if (!code && there)
        code = mg_dataset_load(import->db, import->options->dataset, &after, err);
    if (!code && there)
        take_amended(before, after, result);
    if (!code && there)
        take_new_columns(before, after, result);
    mg_dataset_destroy(before);
    mg_dataset_destroy(after);
    return code;
}

enum mg_code mg_import_file(struct mg_db *db, const char *path, const struct mg_import_options *options,
                            struct mg_import_result *ret_result, struct mg_error *err)
{
    struct mg_import import = {.db = db};
    struct mg_import_result result = {0};
    enum mg_code code = mg_import_prepare(&import, path, options, err);
    if (!code)
        code = mg_db_begin(db, err);
    if (!code) {
        code = mg_digest_ledger_open(db, &import.digests, err);
        if (!code)
            code = run_and_compare(&import, &result, err);
        if (!code)
            code = mg_digest_ledger_close(db, &import.digests, err);
        if (!code)
            code = mg_db_commit(db, err);
        if (code)
            mg_db_rollback(db);
    }
    mg_import_finish(&import);
    mg_digest_ledger_finish(&import.digests);
    if (!code)
        *ret_result = result;
    return code;
}
