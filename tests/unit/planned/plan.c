/* Announced projects against events: what fulfils what, how late, and what nobody announced. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/import/import.h"
#include "libdata/domain/kinds/kinds.h"
#include "libdata/domain/planned/plan.h"
#include "tests/unit/database.h"

#include "tests/unit/output.h"

#define HEAD "id;kind;dataset;service;name;category;commune;expected;status;lon;lat\n"

static void announce(struct mg_db *db, const char *edition, const char *rows)
{
    const struct mg_import_options options = {
        .kinds = mg_kinds, .dataset = "projets", .edition = edition, .kind = "projects"};
    struct mg_import_result result;
    FILE *file = fopen(CSV, "w");
    assert_non_null(file);
    fprintf(file, HEAD "%s", rows);
    assert_int_equal(fclose(file), 0);
    must(mg_import_file(db, CSV, &options, &result, &err));
}

struct happening {
    enum mg_event_kind kind;
    const char *dataset, *key, *name, *category, *commune, *from, *to;
    double lon, lat; /* 0: none */
    bool artefact;
};

static enum mg_code add(struct mg_plan *plan, const struct happening *h, struct mg_error *err)
{
    bool opening = h->kind == MG_EVENT_CREATED || h->kind == MG_EVENT_REOPENED;
    struct mg_event event = {.dataset = h->dataset, .from = h->from, .to = h->to, .n = 1, .kind = h->kind};
    struct mg_event_side side = {
        .record = 1, .key = h->key, .name = h->name, .category = h->category, .commune = h->commune};
    if (opening || h->kind == MG_EVENT_CHANGED)
        event.after = side;
    if (!opening)
        event.before = side;
    event.changes[MG_MOVED] = h->kind == MG_EVENT_CHANGED;
    event.artefacts[MG_MOVED][MG_GEOCODING_REFINED] = h->artefact;
    event.has_place = h->lon != 0;
    event.lon = h->lon;
    event.lat = h->lat;
    snprintf(event.not_before, sizeof event.not_before, "%s", h->from);
    snprintf(event.not_after, sizeof event.not_after, "%s", h->to);
    enum mg_code code = mg_plan_compared(plan, h->dataset, h->to, err);
    return code ? code : mg_plan_event(plan, &event, 0, err);
}

/* The plan of these events: "project outcome key days_late_min days_late_max evidence" a line. */
static enum mg_code plan_of(struct mg_db *db, const struct happening *all, size_t count, int fd,
                            struct mg_error *err)
{
    struct mg_plan *plan = NULL;
    struct mg_out *out = NULL;
    enum mg_code code = mg_plan_create(db, &plan, err);
    for (size_t i = 0; i < count && !code; i++)
        code = add(plan, &all[i], err);
    if (!code)
        code = mg_plan_match(plan, err);
    if (!code)
        code = mg_out_create(fd, MG_FORMAT_CSV, &out, err);
    if (!code)
        code = mg_plan_write(plan, out, err);
    if (!code)
        code = mg_out_close(out, err);
    if (!code)
        code = mg_plan_store(plan, err);
    mg_out_destroy(out);
    mg_plan_destroy(plan);
    return code;
}

static const char *nth_cell(const char *line, int n, size_t *length)
{
    while (n--)
        line = strchr(line, ',') + 1;
    *length = strcspn(line, ",\n");
    return line;
}

static void expect(struct mg_db *db, const struct happening *all, size_t count, const char *expected)
{
    static const int columns[] = {1, 8, 10, 20, 21, 22};
    MG_CLEANUP(mg_buf_finish) struct mg_buf found = {0};
    int fd = memory_file("", 0);
    must(plan_of(db, all, count, fd, &err));
    char *text = take_text(fd);
    mg_buf_add(&found, "", 0);
    for (char *line = strchr(text, '\n') + 1; *line; line = strchr(line, '\n') + 1)
        for (size_t i = 0; i < 6; i++) {
            size_t length;
            const char *cell = nth_cell(line, columns[i], &length);
            mg_buf_printf(&found, "%.*s%c", (int)length, cell, i < 5 ? ' ' : '\n');
        }
    free(text);
    if (strcmp(found.data, expected))
        fail_msg("is\n%snot\n%s", found.data, expected);
}

#define EXPECT(db, events, expected) expect(db, events, sizeof(events) / sizeof *(events), expected)

static void by_key(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    announce(db, "2020",
             "A;closure;postes;P1;;;;2021-06;;;\nB;closure;postes;P2;;;;2019;;;\n"
             "C;opening;postes;P3;;;;2030;;;\nD;closure;postes;P4;;;;2021;abandoned;;\n"
             "E;closure;postes;P5;;;;2021;;;\nF;closure;postes;P6;;;;2023;;;\n"
             "G;move;postes;P7;;;;2021;;;\nH;closure;;P8;;;;;;;\nI;merger;postes;P9;;;;2021;done;;\n");
    const struct happening events[] = {
        {MG_EVENT_CLOSED, "ecoles", "P1", .from = "2021-01-01", .to = "2021-12-31"}, /* of another dataset */
        {MG_EVENT_CLOSED, "postes", "P1", .from = "2018-01-01",
         .to = "2019-01-01"}, /* before it was thought of */
        {MG_EVENT_CLOSED, "postes", "P1", .from = "2022-01-01", .to = "2022-12-31"},
        {MG_EVENT_CLOSED, "postes", "P1", .from = "2021-06-15", .to = "2021-06-15"}, /* nearer */
        {MG_EVENT_CLOSED, "postes", "P2", .from = "2020-01-02", .to = "2020-02-01"},
        {MG_EVENT_CREATED, "postes", "P3", .from = "2021-01-01", .to = "2022-01-01"},
        {MG_EVENT_CREATED, "postes", "P5", .from = "2021-01-01", .to = "2022-01-01"}, /* the wrong kind */
        {MG_EVENT_CHANGED, "postes", "P7", .from = "2021-01-01", .to = "2022-01-01", .artefact = true},
        {MG_EVENT_CLOSED, "armee", "P8", .from = "2021-01-01", .to = "2022-01-01"},
        {MG_EVENT_MERGED, "postes", "P9", .from = "2021-01-01", .to = "2022-01-01"},
    };
    EXPECT(db, events,
           "A done P1 0 0 key\nB late P2 2 32 key\nC early P3 -3287 -2922 key\nD abandoned P4   \n"
           "E overdue P5 365  \nF pending P6   \nG overdue P7 365  \nH done P8   key\nI done P9 0 1 key\n"
           " unannounced P1   \n unannounced P5   \n");
    leave(db);
}

static void without_a_key(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    announce(db, "2020",
             "A;closure;postes;;École du Bourg;;51108;2021;;;\nB;closure;postes;;Bourg;;51108;2021;;;\n"
             "C;opening;;;;Relais;51454;2021;;;\nD;opening;;;;Mairie;51230;2021;;;\n"
             "E;closure;;;Poste;;;2021;;4.0;48.0\nF;closure;;;Poste;;51649;2021;;4.0;48.0\n"
             "G;closure;;;Ailleurs;;51649;2021;abandoned;;\n");
    const struct happening events[] = {
        {MG_EVENT_CLOSED, "postes", "1", "Ecole du bourg", "École", "51108", "2021-01-01", "2021-12-31", 0, 0,
         0},
        {MG_EVENT_CLOSED, "postes", "2", "Ecole du bourg", "École", "51454", "2021-01-01", "2021-12-31", 0, 0,
         0},
        {MG_EVENT_CREATED, "postes", "3", "X", "relais", "51454", "2021-01-01", "2021-12-31", 0, 0, 0},
        {MG_EVENT_CREATED, "postes", "4", "Y", "Mairie", "51230", "2021-01-01", "2021-12-31", 0, 0, 0},
        {MG_EVENT_CREATED, "postes", "5", "Z", "Mairie", "51230", "2021-01-01", "2021-12-31", 0, 0, 0},
        {MG_EVENT_CLOSED, "postes", "6", "La Poste", NULL, "51000", "2021-01-01", "2021-12-31", 4.001, 48.001,
         0},
        {MG_EVENT_CLOSED, "postes", "7", "Ailleurs", NULL, "51649", "2021-01-01", "2021-12-31", 0, 0, 0},
    };
    /* A and B ask for one event, the one that has its name gets it; two town halls are too many for a
     * category */
    EXPECT(db, events,
           "A done 1 0 0 name;commune\nB pending    \nC done 3 0 0 category;commune\nD pending    \n"
           "E done 6 0 0 name;place\nF pending    \nG abandoned    \n unannounced 2   \n unannounced 4   \n"
           " unannounced 5   \n unannounced 7   \n");
    leave(db);
}

static void the_last_word_counts(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    announce(db, "2022", "A;closure;postes;P1;;;;2023;;;\n");
    announce(db, "2020", "A;closure;postes;P1;;;;2021;;;\nB;closure;postes;P2;;;;2021;;;\n");
    const struct happening events[] = {
        {MG_EVENT_CLOSED, "postes", "P1", .from = "2021-01-01", .to = "2022-01-01"},
    };
    EXPECT(db, events, "A early P1 -730 -365 key\nB overdue P2 1  no longer announced\n");
    leave(db);
}

static void memory_may_fail(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    announce(db, "2020", "A;closure;postes;P1;;;51108;2021-06;;;\n;closure;postes;;Bourg;;51108;2021;;;\n");
    const struct happening events[] = {
        {MG_EVENT_CLOSED, "postes", "P1", "Bourg", "École", "51108", "2021-01-01", "2021-12-31", 0, 0, 0},
        {MG_EVENT_CLOSED, "postes", "P2", "Bourg", "École", "51108", "2021-01-01", "2021-12-31", 0, 0, 0},
    };
    for (long n = 0;; n++) {
        struct mg_error err = {0};
        int fd = memory_file("", 0);
        mg_alloc_fail_after(n);
        enum mg_code code = plan_of(db, events, 2, fd, &err);
        bool failed = mg_alloc_fail_after(-1) < 0;
        close(fd);
        assert_int_equal(code, failed ? MG_ERR_MEMORY : MG_OK);
        if (!failed) {
            assert_true(n > 15);
            break;
        }
    }
    leave(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_key),
        cmocka_unit_test(without_a_key),
        cmocka_unit_test(the_last_word_counts),
        cmocka_unit_test(memory_may_fail),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
