/* The edition as a record, and what a person wants to know of it. */
#include <inttypes.h>
#include <stdlib.h>

#include "cmd/import/run.h"

/* Rows against the previous edition; null where there is none, or no key. */
static void write_comparison(struct mg_out *out, const struct mg_import_result *result)
{
    const struct {
        const char *key;
        bool known;
        int64_t n;
    } figures[] = {
        {"unchanged", result->compared, result->unchanged},
        {"changed", result->keyed, result->changed},
        {"new", result->keyed, result->added - result->changed},
        {"gone", result->keyed, result->gone - result->changed},
    };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (figures[i].known && *result->previous)
            mg_out_int(out, figures[i].key, figures[i].n);
        else
            mg_out_null(out, figures[i].key);
}

static void write_anomalies(struct mg_out *out, const struct mg_anomalies *anomalies)
{
    const char *told[MG_ANOMALIES];
    for (size_t i = 0; i < anomalies->count; i++)
        told[i] = anomalies->list[i].told;
    mg_out_list(out, "anomalies", told, anomalies->count);
}

static void write_amended(struct mg_out *out, const struct mg_import_result *result)
{
    const char *names[3];
    size_t count = 0;
    if (result->amended.access)
        names[count++] = "access";
    if (result->amended.open_fields)
        names[count++] = "open-fields";
    if (result->amended.producer)
        names[count++] = "producer";
    mg_out_list(out, "amended", names, count);
}

enum mg_code import_write_edition(struct mg_out *out, const struct mg_import_result *result,
                                  struct mg_error *err)
{
    mg_out_begin(out, "edition");
    mg_out_text(out, "dataset", result->dataset);
    mg_out_text(out, "edition", result->edition);
    mg_out_text(out, "previous", *result->previous ? result->previous : NULL);
    mg_out_int(out, "rows_read", result->rows_read);
    mg_out_int(out, "rows_loaded", result->rows_loaded);
    mg_out_int(out, "rows_rejected", result->rows_rejected);
    mg_out_int(out, "rows_skipped", result->rows_skipped);
    mg_out_int(out, "issues", result->issues);
    mg_out_text(out, "sha256", result->sha256);
    mg_out_bool(out, "already_loaded", result->already_loaded);
    mg_out_bool(out, "replaced", result->replaced);
    write_comparison(out, result);
    write_anomalies(out, &result->anomalies);
    write_amended(out, result);
    return mg_out_end_record(out, err);
}

static void say_roles(const struct mg_import_result *result)
{
    for (int role = 0; role < MG_ROLE_COUNT; role++)
        if (*result->role_columns[role])
            mg_tool_note(_("%s: column '%s' (confidence %.2f)"), mg_role_name((enum mg_role)role),
                         result->role_columns[role], result->roles.confidence[role]);
}

static void say_cog_year(const struct mg_cog_year *cog)
{
    if (!cog->first)
        return;
    if (cog->first == cog->last && !cog->or_later)
        mg_tool_say(_("its communes are those of 1 January %d"), cog->first);
    else if (!cog->or_later)
        mg_tool_say(_("its communes are those of 1 January %d to %d, which cannot be told apart"), cog->first,
                    cog->last);
    else if (cog->first == cog->last)
        mg_tool_say(_("its communes are those of 1 January %d or later"), cog->first);
    else
        mg_tool_say(_("its communes are those of 1 January %d to %d, which cannot be told apart, or later"),
                    cog->first, cog->last);
    if (cog->strangers)
        mg_tool_say(_("%" PRId64 " codes are of other years (maillage check --cog-year)"), cog->strangers);
}

/* An edition in the communes of its own year is no news. */
static bool is_expected(const struct mg_cog_year *cog, const char *edition)
{
    int year = atoi(edition);
    return cog->first <= year && (year <= cog->last || cog->or_later) && !cog->strangers;
}

static void say_replaced(const struct mg_import_result *result)
{
    mg_tool_say(_("the edition of %s that was there is replaced"), result->edition);
    if (result->events_dropped || result->links_dropped)
        mg_tool_say(_("%" PRId64 " events and %" PRId64 " links with it are gone: run diff-history again"),
                    result->events_dropped, result->links_dropped);
}

static void say_profile(const char *profile, const char *title)
{
    if (*profile)
        mg_tool_say(_("this is %s (--profile %s)"), title, profile);
}

static void say_amended(const struct mg_import_result *result)
{
    if (result->amended.access && result->amended.open)
        mg_tool_say(_("%s is open to the public from now on"), result->dataset);
    else if (result->amended.access)
        mg_tool_say(_("%s is restricted from now on: the public sees nothing of it"), result->dataset);
    if (result->amended.open_fields && result->amended.open)
        mg_tool_say(_("columns that the public sees from now on: %s"), result->amended.fields);
    else if (result->amended.open_fields)
        mg_tool_say(_("columns that the public will see once %s is open: %s"), result->dataset,
                    result->amended.fields);
    if (result->amended.producer)
        mg_tool_say(_("the producer of %s is %s from now on"), result->dataset,
                    result->amended.said_producer);
}

/* What a person wants to know of it. */
void import_report_result(const struct mg_import_result *result)
{
    if (result->already_loaded) {
        if (result->amended.access || result->amended.open_fields || result->amended.producer)
            mg_tool_say(_("%s %s is already there, from this very file"), result->dataset, result->edition);
        else
            mg_tool_say(_("%s %s is already there, from this very file: nothing to do"), result->dataset,
                        result->edition);
        say_amended(result);
        return;
    }
    if (result->odd_form)
        mg_tool_say("%s", result->form);
    else
        mg_tool_note("%s", result->form);
    say_profile(result->profile, result->profile_title);
    say_roles(result);
    mg_tool_say(
        _("%s %s: %" PRId64 " rows read, %" PRId64 " loaded, %" PRId64 " rejected, %" PRId64 " skipped"),
        result->dataset, result->edition, result->rows_read, result->rows_loaded, result->rows_rejected,
        result->rows_skipped);
    if (result->keyed)
        mg_tool_say(
            _("against %s: %" PRId64 " unchanged, %" PRId64 " changed, %" PRId64 " new, %" PRId64 " gone"),
            result->previous, result->unchanged, result->changed, result->added - result->changed,
            result->gone - result->changed);
    else if (result->compared && *result->previous)
        mg_tool_say(
            _("against %s: %" PRId64 " unchanged, %" PRId64 " new or changed, %" PRId64 " gone or changed"),
            result->previous, result->unchanged, result->added, result->gone);
    if (!is_expected(&result->cog, result->edition))
        say_cog_year(&result->cog);
    if (*result->new_columns)
        mg_tool_say(_("columns that no earlier edition has: %s"), result->new_columns);
    if (result->replaced)
        say_replaced(result);
    say_amended(result);
    for (size_t i = 0; i < result->anomalies.count; i++)
        mg_tool_say(_("anomaly: %s"), result->anomalies.list[i].message);
    for (size_t i = 0; i < MG_IMPORT_CODES && result->issue_codes[i].n; i++)
        mg_tool_say(_("issue %s: %" PRId64), result->issue_codes[i].code, result->issue_codes[i].n);
}

void import_report_source(const struct mg_import_source *source)
{
    const char *delimiter = *source->delimiter == '\t' ? "tab" : source->delimiter;
    if (*delimiter)
        mg_tool_say(_("%s in %s, delimiter %s: %" PRId64 " rows, to import as %s"), source->format,
                    source->encoding, delimiter, source->rows, source->kind);
    else
        mg_tool_say(_("%s: %" PRId64 " rows, to import as %s"), source->format, source->rows, source->kind);
    if (*source->form)
        mg_tool_say("%s", source->form);
    say_profile(source->profile, source->profile_title);
    if (source->uneven_rows)
        mg_tool_say(_("%" PRId64 " more rows do not have a cell for each column"), source->uneven_rows);
    if (source->broken_cells)
        mg_tool_say(_("%" PRId64 " cells break the descriptor's schema; %" PRId64 " rows would be refused"),
                    source->broken_cells, source->refused_rows);
    say_cog_year(&source->cog);
}
