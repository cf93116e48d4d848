/* history/history.c - the history of two editions: read, matched, judged as a whole; events.c walks it. */
#include "libdata/base/alloc.h"
#include "libdata/domain/history/answer/answer.h"

static bool has_role(const struct mg_dataset *dataset, const char *role)
{
    for (size_t i = 0; i < dataset->field_count; i++) {
        if (dataset->fields[i].role && !strcmp(dataset->fields[i].role, role))
            return true;
    }
    return false;
}

static enum mg_code check_request(const struct mg_dataset *dataset, const struct mg_edition *from,
                                  const struct mg_edition *to, const struct mg_history_options *options,
                                  struct mg_error *err)
{
    if (strcmp(dataset->kind, "services") != 0) {
        mg_fail(err, MG_ERR_USAGE, _("dataset %s holds %s, not services: it has no history of this kind"),
                dataset->name, dataset->kind);
        mg_error_hint(err, _("counts are compared by crossref --metric delta"));
        return MG_ERR_USAGE;
    }
    if (strcmp(from->as_of, to->as_of) >= 0)
        return mg_fail(err, MG_ERR_USAGE, _("the earlier edition, %s, is not before the later one, %s"),
                       from->as_of, to->as_of);
    if (options->identity == MG_IDENTITY_KEY && !has_role(dataset, "key")) {
        mg_fail(err, MG_ERR_USAGE, _("dataset %s has no key column"), dataset->name);
        mg_error_hint(err,
                      _("import its editions with --map key=COLUMN if a column identifies the services"));
        return MG_ERR_USAGE;
    }
    return MG_OK;
}

static enum mg_code keys_may_repeat(struct mg_history *h, bool *ret_repeat, struct mg_error *err)
{
    *ret_repeat = false;
    for (int side = 0; side < HISTORY_SIDES; side++) {
        int64_t repeated = 0;
        enum mg_code code = mg_db_query_i64(h->db, MG_SQL_HISTORY_KEYS_REPEATED, &repeated, NULL, err, "i",
                                            h->editions[side]->id);

        if (code)
            return code;
        *ret_repeat |= repeated != 0;
    }
    return MG_OK;
}

static enum mg_code date_editions(struct mg_history *h, struct mg_error *err)
{
    for (int side = 0; side < HISTORY_SIDES; side++) {
        const char *as_of = h->editions[side]->as_of;

        if (!mg_date_parse_iso(as_of, strlen(as_of), &h->as_of[side]))
            return mg_fail(err, MG_ERR_DB, _("an edition of dataset %s has a date that is none: '%s'"),
                           h->dataset->name, as_of);
        h->cog[side] = mg_cog_edition_date(h->editions[side], h->as_of[side]);
        while (strcmp(h->dataset->editions[h->ranks[side]].as_of, as_of))
            h->ranks[side]++;
    }
    return MG_OK;
}

static enum mg_code read_rows(struct mg_history *h, struct mg_error *err)
{
    bool repeat = false;
    enum mg_code code = history_columns_create(h, err);

    if (!code)
        code = mg_crs_create(&h->crs, err);
    if (!code)
        code = mg_succession_load(h->db, &h->succession, err);
    if (!code)
        code = history_load(h, err);
    if (!code)
        code = history_columns_settle(h, err);
    if (!code)
        code = keys_may_repeat(h, &repeat, err);
    if (!code && repeat)
        code = history_count_standing(h, err);
    return code;
}

static enum mg_code identify_rows(struct mg_history *h, struct mg_error *err)
{
    enum mg_code code = history_key_form(h, err);

    if (!code)
        code = history_match(h, err);
    if (!code && !h->options.content_only)
        code = history_identify(h, err);
    if (!code)
        code = history_decide(h, err);
    return code;
}

static enum mg_code find_artefacts(struct mg_history *h, struct mg_error *err)
{
    enum mg_code code = history_artefacts_create(h, err);

    return code ? code : history_gaps_create(h, err);
}

static enum mg_code find_dates_passed(struct mg_history *h, struct mg_error *err)
{
    bool dated = has_role(h->dataset, "opened") || has_role(h->dataset, "closed");

    return dated && !h->options.content_only ? history_passings_create(h, err) : MG_OK;
}

/* Each step fills what the later ones read; a room each. */
static enum mg_code prepare(struct mg_history *h, struct mg_error *err)
{
    enum mg_code code = date_editions(h, err);

    if (!code)
        code = read_rows(h, err);
    if (!code)
        code = identify_rows(h, err);
    if (!code)
        code = find_artefacts(h, err);
    if (!code)
        code = find_dates_passed(h, err);
    if (!code)
        h->matched = h->summary;
    return code;
}

enum mg_code mg_history_create(struct mg_db *db, const struct mg_dataset *dataset,
                               const struct mg_edition *from, const struct mg_edition *to,
                               const struct mg_history_options *options, struct mg_history **ret_history,
                               struct mg_error *err)
{
    enum mg_code code = check_request(dataset, from, to, options, err);
    struct mg_history *h;

    if (code)
        return code;
    if (!(h = mg_calloc(1, sizeof *h)))
        return mg_fail_memory(err);
    h->db = db;
    h->dataset = dataset;
    h->editions[HISTORY_BEFORE] = from;
    h->editions[HISTORY_AFTER] = to;
    h->options = *options;
    h->kept.limit = options->kept_bytes;
    h->has_states = has_role(dataset, "status") || has_role(dataset, "opened") || has_role(dataset, "closed");
    code = prepare(h, err);
    if (code) {
        mg_history_destroy(h);
        return code;
    }
    *ret_history = h;
    return MG_OK;
}

void mg_history_destroy(struct mg_history *h)
{
    if (!h)
        return;
    for (int side = 0; side < HISTORY_SIDES; side++) {
        free(h->rows[side].rows);
        free(h->same[side].rows);
        free(h->duplicates[side].items);
        free(h->taken[side].items);
        free(h->given_of[side]);
    }
    free(h->sampled.rows);
    mg_map_finish(&h->keys);
    free(h->key_form.aliases);
    free(h->key_entries);
    free(h->key_standing);
    free(h->pairs.pairs);
    free(h->closed.pairs);
    free(h->created.pairs);
    free(h->given.pairs);
    free(h->decided);
    free(h->links);
    history_columns_destroy(h);
    history_kept_finish(&h->kept);
    history_artefacts_destroy(h->artefacts);
    history_gaps_destroy(h->gaps);
    history_passings_finish(&h->passings);
    mg_crs_destroy(h->crs);
    mg_succession_destroy(h->succession);
    free(h);
}

const struct mg_history_summary *mg_history_summary(const struct mg_history *h)
{
    return &h->summary;
}

void mg_history_codes_of(const struct mg_history *h, mg_date *ret_before, mg_date *ret_after)
{
    *ret_before = h->cog[HISTORY_BEFORE];
    *ret_after = h->cog[HISTORY_AFTER];
}
