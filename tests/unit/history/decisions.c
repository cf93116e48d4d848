/* Decisions of people: read, kept, put over a history; and the table of rows side by side. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/history/answer/daff.h"
#include "libdata/domain/history/decisions/decisions.h"
#include "libdata/domain/import/import.h"
#include "libdata/domain/kinds/kinds.h"
#include "tests/unit/database.h"

#include "tests/unit/output.h"

#define HEAD                                                                                                 \
    "action,key_before,line_before,edition_before,key_after,line_after,edition_after,decided_by,reason\n"

static void write_file(const char *text)
{
    write_csv(text);
}

/* G stands on three lines, then on two; H becomes I; J says something else, K the same. */
static struct mg_db *stations(void)
{
    static const char *const editions[][2] = {
        {"2019", "id,nom,ligne\nG,Gare,1\nG,Gare,2\nG,Gare,3\nH,Halte,1\nJ,Jonction,1\nK,Kiosque,1\n"},
        {"2024", "id,nom,ligne\nG,Gare,1\nG,Gare,20\nI,Halte,1\nJ,Jonction,2\nK,Kiosque,1\n"},
    };
    struct mg_db *db = fresh();
    struct mg_import_result result;
    for (int i = 0; i < 2; i++) {
        const struct mg_import_options options = {
            .kinds = mg_kinds, .dataset = "gares", .edition = editions[i][0]};
        write_file(editions[i][1]);
        must(mg_import_file(db, CSV, &options, &result, &err));
    }
    return db;
}

static enum mg_code add_event(void *context, const struct mg_event *event, struct mg_error *err)
{
    (void)err;
    mg_buf_printf(context, "%s %s:%lld %s:%lld\n", mg_event_kind_name(event->kind),
                  event->before.key ? event->before.key : "-", (long long)event->before.line,
                  event->after.key ? event->after.key : "-", (long long)event->after.line);
    return MG_OK;
}

/* The file of decisions read, stored, loaded again and replayed; fd: what differs as a table. */
static enum mg_code replay(struct mg_db *db, const struct mg_dataset *dataset, struct mg_decisions *decisions,
                           struct mg_buf *ret_events, int fd, struct mg_error *err)
{
    MG_CLEANUP(mg_decisions_finish) struct mg_decisions read = {0};
    const struct mg_history_options options = {.decisions = decisions};
    struct mg_history *history = NULL;
    enum mg_code code = mg_decisions_read(CSV, "gares", &read, err);
    if (!code)
        code = mg_decisions_store(db, dataset, &read, err);
    if (!code)
        code = mg_decisions_load(db, dataset, decisions, err);
    if (!code)
        code = mg_history_create(db, dataset, &dataset->editions[0], &dataset->editions[1], &options,
                                 &history, err);
    if (!code)
        code = mg_history_events(history, add_event, ret_events, err);
    if (!code)
        code = mg_history_highlight(history, MG_MINISTRY, fd, err);
    mg_history_destroy(history);
    return code ? code : mg_buf_check(ret_events, err);
}

/* applied: for each decision whether it was, 0 or 1. */
static void expect(struct mg_db *db, const char *decisions, const char *events, const char *applied)
{
    MG_CLEANUP(mg_decisions_finish) struct mg_decisions list = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf found = {0};
    struct mg_dataset *dataset = NULL;
    write_file(decisions);
    must(mg_dataset_load(db, "gares", &dataset, &err));
    int fd = memory_file("", 0);
    must(replay(db, dataset, &list, &found, fd, &err));
    close(fd);
    assert_string_equal(found.data, events);
    assert_int_equal(list.count, strlen(applied));
    for (size_t i = 0; i < list.count; i++)
        assert_int_equal(list.items[i].applied > 0, applied[i] - '0');
    mg_dataset_destroy(dataset);
}

static void rows_are_named(void **state)
{
    (void)state;
    struct mg_db *db = stations();
    expect(db, HEAD, "changed G:4 G:3\nchanged G:3 G:0\nchanged J:6 J:5\nclosed H:5 -:0\ncreated -:0 I:4\n",
           "");
    /* by key, where it names one row; by key and line, where it names several; by line alone */
    expect(db, HEAD "link,H,,,I,,,x,y\nunlink,G,4,2019,,,,x,y\nunlink,,6,2019,,,,x,y\n",
           "changed G:3 G:0\nclosed G:4 -:0\nclosed J:6 -:0\ncreated -:0 G:3\ncreated -:0 "
           "J:5\n",
           "111");
    /* several rows have the key; no row has it; the rows are the same in both; a row that is on another line
     */
    expect(db, HEAD "unlink,G,,,,,,x,y\nunlink,Z,,,,,,x,y\nunlink,K,,,,,,x,y\nlink,,5,2024,,4,2024,x,y\n",
           "changed G:4 G:3\nchanged G:3 G:0\nchanged J:6 J:5\nclosed H:5 -:0\ncreated -:0 I:4\n", "0000");
    /* what was matched otherwise comes apart; a row over of its key is matched; what is so already holds */
    expect(db, HEAD "link,J,,,I,,,x,y\nlink,G,3,2019,J,,,x,y\nunlink,H,,,I,,,x,y\n",
           "changed G:4 G:3\nchanged G:3 J:5\nchanged J:6 I:4\nclosed H:5 -:0\n", "111");
    expect(db, HEAD "unlink,H,,,I,,,x,y\nlink,J,,,J,,,x,y\n",
           "changed G:4 G:3\nchanged G:3 G:0\nchanged J:6 J:5\nclosed H:5 -:0\ncreated -:0 I:4\n", "11");
    leave(db);
}

static void memory_may_fail(void **state)
{
    (void)state;
    struct mg_db *db = stations();
    struct mg_dataset *dataset = NULL;
    const char *const files[] = {HEAD "link,H,,,I,,,x,y\nunlink,G,3,2019,,,,x,y\nreal,J,,,,,,x,y\n",
                                 "{\"action\":\"link\",\"key_before\":\"H\",\"key_after\":\"I\",\"decided_"
                                 "by\":\"x\",\"reason\":\"y\"}\n"};
    must(mg_dataset_load(db, "gares", &dataset, &err));
    for (size_t file = 0; file < 2; file++) {
        write_file(files[file]);
        for (long n = 0;; n += slow_step()) {
            MG_CLEANUP(mg_decisions_finish) struct mg_decisions list = {0};
            MG_CLEANUP(mg_buf_finish) struct mg_buf found = {0};
            struct mg_error err = {0};
            int fd = memory_file("", 0);
            mg_alloc_fail_after(n);
            enum mg_code code = replay(db, dataset, &list, &found, fd, &err);
            bool failed = mg_alloc_fail_after(-1) < 0;
            close(fd);
            assert_int_equal(code, failed ? MG_ERR_MEMORY : MG_OK);
            if (!failed)
                break;
        }
    }
    mg_dataset_destroy(dataset);
    leave(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_named),
        cmocka_unit_test(memory_may_fail),
    };
    return cmocka_run_group_tests_name("decisions", tests, NULL, NULL);
}
