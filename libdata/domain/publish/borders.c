#include "libdata/domain/publish/borders.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"

struct mg_borders {
    struct mg_db *db;
    int64_t *editions; /* those that may be seen */
    size_t count, capacity;
    struct mg_buf last_question, last_blob; /* rows come a territory at a time: the last answer is kept */
};

void mg_borders_destroy(struct mg_borders *borders)
{
    if (!borders)
        return;
    free(borders->editions);
    mg_buf_finish(&borders->last_question);
    mg_buf_finish(&borders->last_blob);
    free(borders);
}
static enum mg_code add_dataset(struct mg_borders *borders, enum mg_audience audience, const char *name,
                                struct mg_error *err)
{
    struct mg_dataset *dataset = NULL;
    enum mg_code code = mg_access_load(borders->db, audience, name, &dataset, err);
    if (!code && strcmp(dataset->kind, "territories") != 0) {
        code = mg_fail(err, MG_ERR_USAGE, _("%s holds %s, not territories"), name, dataset->kind);
        mg_error_hint(err, _("without --level its services are exported"));
    }
    for (size_t i = 0; !code && i < dataset->edition_count; i++) {
        if (!mg_grow(borders->editions, borders->count, &borders->capacity)) {
            code = mg_fail_memory(err);
            break;
        }
        borders->editions[borders->count++] = dataset->editions[i].id;
    }
    mg_dataset_destroy(dataset);
    return code;
}

enum mg_code mg_borders_create(struct mg_db *db, enum mg_audience audience, const char *const *datasets,
                               size_t count, struct mg_borders **ret_borders, struct mg_error *err)
{
    MG_CLEANUP(mg_borders_destroy_pointer) struct mg_borders *borders = mg_calloc(1, sizeof *borders);
    if (!borders)
        return mg_fail_memory(err);
    borders->db = db;
    enum mg_code code = MG_OK;
    char **names = NULL;
    if (!count)
        code = mg_access_names(db, audience, "territories", &names, err);
    for (size_t i = 0; !code && (count ? i < count : names[i] != NULL); i++)
        code = add_dataset(borders, audience, count ? datasets[i] : names[i], err);
    mg_access_names_free(names);
    if (code)
        return code;
    *ret_borders = borders;
    borders = NULL;
    return MG_OK;
}

static bool visible(const struct mg_borders *borders, int64_t edition)
{
    for (size_t i = 0; i < borders->count; i++)
        if (borders->editions[i] == edition)
            return true;
    return false;
}

/* Is the list of date `next` better than the best so far? Lists come in the order of their dates. */
static bool better(const char *next, const char *best, const char *at)
{
    return !*best || !at || strcmp(next, at) <= 0;
}

enum mg_code mg_borders_list(struct mg_borders *borders, const char *level, const char *at,
                             int64_t *ret_edition, char ret_valid_from[MG_DATE_SIZE], struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, borders->db, MG_SQL_PUBLISH_BORDER_LISTS, err, "t", level);
    char best[MG_DATE_SIZE] = "", date[MG_DATE_SIZE];
    while (mg_read_next(&row)) {
        int64_t edition = mg_read_i64(&row, 0);
        mg_read_copy(&row, 1, date, sizeof date);
        if (!row.code && visible(borders, edition) && better(date, best, at)) {
            strcpy(best, date);
            *ret_edition = edition;
        }
    }
    if (mg_read_end(&row))
        return row.code;
    if (!*best) {
        mg_fail(err, MG_ERR_USAGE, _("there are no borders for level '%s'"), level);
        mg_error_hint(
            err, _("import them with --as territories --level %s, and --access open for the public"), level);
        return MG_ERR_USAGE;
    }
    strcpy(ret_valid_from, best);
    return MG_OK;
}

/* territory.id of the best row, 0 when there is none */
static enum mg_code best_row(struct mg_borders *borders, const char *level, const char *code_text,
                             const char *at, int64_t *ret_id, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, borders->db, MG_SQL_PUBLISH_BORDERS_OF, err, "tt", level, code_text);
    char best[MG_DATE_SIZE] = "", date[MG_DATE_SIZE];
    *ret_id = 0;
    while (mg_read_next(&row)) {
        int64_t id = mg_read_i64(&row, 0), edition = mg_read_i64(&row, 1);
        mg_read_copy(&row, 2, date, sizeof date);
        if (!row.code && visible(borders, edition) && better(date, best, at)) {
            strcpy(best, date);
            *ret_id = id;
        }
    }
    return mg_read_end(&row);
}

static enum mg_code read_blob(struct mg_borders *borders, int64_t id, struct mg_error *err)
{
    struct mg_read row;
    size_t length;
    mg_read_ask(&row, borders->db, MG_SQL_PUBLISH_BORDER, err, "i", id);
    if (mg_read_next(&row)) {
        const void *blob = mg_read_blob_or_null(&row, 0, &length);
        if (blob)
            mg_buf_add(&borders->last_blob, blob, length);
    }
    return mg_read_end(&row) ? row.code : mg_buf_check(&borders->last_blob, err);
}

enum mg_code mg_borders_find(struct mg_borders *borders, const char *level, const char *code_text,
                             const char *at, const void **ret_blob, size_t *ret_length, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf question = {0};
    mg_buf_printf(&question, "%s\n%s\n%s", level, code_text, at ? at : "");
    enum mg_code code = mg_buf_check(&question, err);
    if (code)
        return code;
    if (!borders->last_question.length || strcmp(question.data, borders->last_question.data) != 0) {
        mg_buf_clear(&borders->last_question);
        mg_buf_clear(&borders->last_blob);
        int64_t id = 0;
        code = best_row(borders, level, code_text, at, &id, err);
        if (!code && id)
            code = read_blob(borders, id, err);
        if (code)
            return code;
        mg_buf_add(&borders->last_question, question.data, question.length);
        code = mg_buf_check(&borders->last_question, err);
        if (code)
            return code;
    }
    *ret_blob = borders->last_blob.length ? borders->last_blob.data : NULL;
    *ret_length = borders->last_blob.length;
    return MG_OK;
}
