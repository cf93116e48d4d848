/* run.h - one run of diff-history: what was asked, where things go, and the parts that do it. */
#ifndef MG_DIFF_HISTORY_RUN_H
#define MG_DIFF_HISTORY_RUN_H

#include "cmd/frame/tool.h"
#include "libdata/domain/digest/ledger.h"
#include "libdata/domain/history/answer/event_counts.h"
#include "libdata/domain/history/decisions/decisions.h"
#include "libdata/domain/history/history.h"
#include "libdata/domain/planned/plan.h"
#include "libdata/domain/publish/publish.h"

struct arguments {
    const char *dataset, *explain, *decisions, *as;
    char from[MG_DATE_SIZE], to[MG_DATE_SIZE]; /* "": not given */
    bool all, stat, links, content, exit_code, no_save, by, by_category, by_ministry, balance, planned;
    bool has_audience;
    enum mg_audience audience; /* of the formats geojson and daff */
    enum mg_level level;
    mg_date cog;
    enum mg_identity identity;
};

/* One run: its options, where things go, and what came of it. */
struct work {
    const struct mg_common *common;
    const struct arguments *args;
    struct mg_db *db;
    struct mg_digest_ledger digests; /* of what is saved */
    struct mg_out *out;
    struct mg_place *place;
    struct mg_history_stat *stat;
    struct mg_event_store *store;
    struct mg_plan *plan;
    struct mg_decisions decisions; /* of --decisions */
    struct mg_output output;       /* records */
    struct mg_outfile *file;       /* of a format that is not of records */
    struct mg_publisher *publisher;
    enum { AS_RECORDS, AS_FEATURES, AS_TABLE } form;
    bool save, reader_gone;
    int64_t events;
};

struct request {
    char *dataset;
    char from[MG_DATE_SIZE], to[MG_DATE_SIZE];
};

struct requests {
    struct request *items;
    size_t count;
};

/* arguments.c */
extern const struct mg_option diff_options[];
enum mg_code diff_set(void *context, const char *name, const char *value, struct mg_error *err);
enum mg_code diff_check_arguments(const struct arguments *args, bool from_stdin, struct mg_error *err);
enum mg_code diff_check_form(const struct work *work, bool from_stdin, struct mg_error *err);

/* requests.c: what is to be compared */
enum mg_code diff_requests_add(struct requests *requests, const char *dataset, const char *from,
                               const char *to, struct mg_error *err);
/* All of standard input, before the file is opened: import, at the other end, may only now be making it. */
enum mg_code diff_read_editions(const struct mg_common *common, struct requests *requests,
                                struct mg_error *err);
void diff_requests_finish(struct requests *requests);

/* compare.c: each request, from the file into work->out */
enum mg_code diff_answer(struct work *work, struct requests *requests, struct mg_error *err);

/* report.c: what a person is told of it */
void diff_report_summary(const struct mg_history *history, const struct mg_event *pair);
/* Those that these editions were asked about, and that changed nothing in any. */
void diff_report_decisions(const struct mg_decisions *decisions, const char *dataset);

/* output.c: records, features, or a table of the rows themselves */
enum mg_code diff_open_output(struct work *work, struct mg_error *err);
/* Once the file is open: who may see what is in it. */
enum mg_code diff_open_features(struct work *work, const struct mg_publish_options *publish,
                                struct mg_error *err);
enum mg_code diff_close_output(struct work *work, struct mg_error *err);
void diff_give_up(struct work *work, const struct mg_error *why);
/* Once the reader has gone, what is left to do is to save. */
enum mg_code diff_unless_gone(struct work *work, enum mg_code code);

#endif
