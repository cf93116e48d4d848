/* Datasets crossed by territory: where records are counted, changes, losses, rates, what can be compared. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/domain/common/access.h"
#include "libdata/domain/crossref/crossref.h"
#include "libdata/domain/crossref/metric/metric.h"
#include "tests/unit/crossref/fixture.h"

#define SQUARE(x, y)                                                                                         \
    "GeomFromText('MULTIPOLYGON(((" #x " " #y ", " #x "9 " #y ", " #x "9 " #y "9, " #x " " #y "9, " #x       \
    " " #y ")))', 4326)"

/* Four communes in two départements. 51004 was merged into 51003 in 2018; 51010 was cut into 51001 and 51002
 * in 2017, 51011 into 51001 and 35001. */
static const char territories[] =
    "INSERT INTO dataset (id, name, kind, producer) VALUES (1, 'communes', 'territories', NULL),"
    " (2, 'departements', 'territories', NULL), (3, 'mouvements', 'movements', NULL),"
    " (4, 'habitants', 'populations', NULL);" EDITION "(1, 1, '2020-01-01', 'commune', NULL, NULL" REST
    ", (2, 2, '2020-01-01', 'departement', NULL, NULL" REST ", (3, 3, '2020-01-01', NULL, NULL, NULL" REST
    ", (4, 4, '2020-01-01', 'commune', NULL, NULL" REST ";"
    "INSERT INTO territory (edition, level, type, code, name, valid_from, line, geom) VALUES"
    " (1, 'commune', 'COM', '51001', 'Aigny', '2020-01-01', 2, " SQUARE(
        4.1, 48.1) "),"
                   " (1, 'commune', 'COM', '51002', 'Bouy', '2020-01-01', 3, " SQUARE(
                       4.2,
                       48.1) "),"
                             " (1, 'commune', 'COM', '51003', 'Cuperly', '2020-01-01', 4, " SQUARE(
                                 4.3,
                                 48.1) "),"
                                       " (1, 'commune', 'COM', '35001', 'Acigné', '2020-01-01', 5, " SQUARE(
                                           1.1,
                                           48.1) "),"
                                                 " (2, 'departement', 'DEP', '51', 'Marne', '2020-01-01', 2, "
                                                 "NULL),"
                                                 " (2, 'departement', 'DEP', '35', 'Ille-et-Vilaine', "
                                                 "'2020-01-01', 3, NULL);"
                                                 "INSERT INTO territory_link (edition, child_level, "
                                                 "child_type, child, parent_level, parent, valid_from) VALUES"
                                                 " (1, 'commune', 'COM', '51001', 'departement', '51', "
                                                 "'2020-01-01'),"
                                                 " (1, 'commune', 'COM', '51002', 'departement', '51', "
                                                 "'2020-01-01'),"
                                                 " (1, 'commune', 'COM', '51003', 'departement', '51', "
                                                 "'2020-01-01'),"
                                                 " (1, 'commune', 'COM', '35001', 'departement', '35', "
                                                 "'2020-01-01');"
                                                 "INSERT INTO movement (edition, kind, date, type_before, "
                                                 "code_before, type_after, code_after, line) VALUES"
                                                 " (3, 32, '2018-01-01', 'COM', '51003', 'COM', '51003', 2), "
                                                 "(3, 32, '2018-01-01', 'COM', '51004', 'COM', '51003', 3),"
                                                 " (3, 21, '2017-01-01', 'COM', '51010', 'COM', '51001', 4), "
                                                 "(3, 21, '2017-01-01', 'COM', '51010', 'COM', '51002', 5),"
                                                 " (3, 21, '2017-01-01', 'COM', '51011', 'COM', '51001', 6), "
                                                 "(3, 21, '2017-01-01', 'COM', '51011', 'COM', '35001', 7);"
                                                 "INSERT INTO population (edition, level, code, year, n, "
                                                 "line) VALUES (4, 'commune', '51001', 2020, 10000, 2),"
                                                 " (4, 'commune', '51002', 2020, 20000, 3), (4, 'commune', "
                                                 "'35001', 2020, 5000, 4);";

/* postes has keys: k1 stays, k2 closes, k3 moves from 51002 to 35001, k4 cannot be placed, k5 and k6 are
 * where their points are, k7 opens. casernes has none. police counts by commune. */
static const char datasets[] =
    "INSERT INTO dataset (id, name, kind, producer) VALUES (5, 'postes', 'services', 'La Poste'),"
    " (6, 'casernes', 'services', 'Défense'), (7, 'police', 'counts', NULL);"
    "INSERT INTO field (dataset, position, name, role) VALUES (5, 0, 'id', 'key');" EDITION
    "(5, 5, '2016-01-01', NULL, 1, 6" REST ", (6, 5, '2020-01-01', NULL, 7, 8" REST
    ", (7, 6, '2016-01-01', NULL, 9, 10" REST ", (8, 6, '2020-01-01', NULL, NULL, NULL" REST
    ", (9, 7, '2016-01-01', 'commune', 1, 3" REST ", (10, 7, '2020-01-01', 'commune', 4, 5" REST ";"
    "INSERT INTO record (id, edition, key, category, commune, line, geom) VALUES"
    " (1, 5, 'k1', 'bureau', '51001', 2, NULL), (2, 5, 'k2', 'bureau', '51004', 3, NULL),"
    " (3, 5, 'k3', 'relais', '51002', 4, NULL), (4, 5, 'k4', 'relais', '99138', 5, NULL),"
    " (5, 5, 'k5', 'bureau', NULL, 6, MakePoint(4.25, 48.15, 4326)),"
    " (6, 5, 'k6', 'bureau', '51011', 7, MakePoint(1.15, 48.15, 4326)),"
    " (7, 6, 'k3', 'relais', '35001', 2, NULL), (8, 6, 'k7', 'agence', '51001', 3, NULL),"
    " (9, 7, NULL, 'caserne', '51003', 2, NULL), (10, 7, NULL, 'caserne', '51010', 3, NULL);"
    "INSERT INTO version (id, record, first_edition, gone_edition, hash) VALUES (1, 1, 5, NULL, 1), (2, 2, "
    "5, 6, 2),"
    " (3, 3, 5, 6, 3), (4, 4, 5, NULL, 4), (5, 5, 5, NULL, 5), (6, 6, 5, NULL, 6), (7, 7, 6, NULL, 7),"
    " (8, 8, 6, NULL, 8), (9, 9, 7, 8, 9), (10, 10, 7, NULL, 10);"
    "INSERT INTO stock (id, level, territory, category, n, first_edition, gone_edition, line) VALUES"
    " (1, 'commune', '51001', 'Police', 3, 9, 10, 2), (2, 'commune', '51004', 'Police', 1, 9, 10, 3),"
    " (3, 'commune', '35001', 'Poste', 2, 9, NULL, 4), (4, 'commune', '51001', 'Police', 1, 10, NULL, 2),"
    " (5, 'commune', '51003', 'Police', 2, 10, NULL, 3);";

/* The books of the editions say what stands in them. */
static const char books[] =
    "UPDATE edition SET (rows_read, rows_loaded) = (SELECT count(*), count(*) FROM version AS v JOIN edition "
    "AS f"
    " ON f.id = v.first_edition LEFT JOIN edition AS g ON g.id = v.gone_edition WHERE f.dataset ="
    " edition.dataset AND f.as_of <= edition.as_of AND coalesce(g.as_of, '9999') > edition.as_of)";

static int set_up(void **state)
{
    struct mg_db *db = fresh();
    fill(db, territories);
    fill(db, datasets);
    fill(db, books);
    *state = db;
    return 0;
}

static mg_date year(int y)
{
    return mg_date_from_civil(y, 1, 1);
}

static unsigned metrics_of(const char *names)
{
    unsigned metrics = 0;
    must(mg_metrics_parse(names, &metrics, &err));
    return metrics;
}

static struct mg_crossref_request ask(enum mg_level level, const char *const *dataset)
{
    return (struct mg_crossref_request){.level = level,
                                        .metrics = metrics_of("count"),
                                        .datasets = dataset,
                                        .dataset_count = dataset ? 1 : 0,
                                        .at = MG_DATE_NONE,
                                        .from = MG_DATE_NONE,
                                        .to = MG_DATE_NONE,
                                        .cog = MG_DATE_NONE};
}

/* Rows as text: "territory dataset category n before closed created ministries comparable" */
static enum mg_code note(void *context, const struct mg_crossref_row *row, struct mg_error *err)
{
    (void)err;
    mg_buf_printf(context, "%s %s %s %g", row->territory ? row->territory->code : "-",
                  row->dataset ? row->dataset : "*", row->category ? row->category : "-", row->n);
    if (row->from)
        mg_buf_printf(context, " %g %g %g %zu %s", row->before, row->closed, row->created, row->ministries,
                      row->comparable);
    mg_buf_add_char(context, '\n');
    return MG_OK;
}

static void expect(struct mg_db *db, const struct mg_crossref_request *request, const char *expected)
{
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    MG_CLEANUP(mg_buf_finish) struct mg_buf rows = {0};
    must(mg_crossref_create(db, request, &cross, &err));
    must(mg_crossref_each(cross, note, &rows, &err));
    assert_string_equal(rows.data, expected);
}

static const char *const postes[] = {"postes"}, *const police[] = {"police"},
                         *const casernes[] = {"casernes"};

static void each_record_is_counted_once(void **state)
{
    struct mg_crossref_request request = ask(MG_COMMUNE, postes);
    request.at = year(2016);
    expect(*state, &request,
           "35001 postes - 1\n51001 postes - 1\n51002 postes - 2\n51003 postes - 1\n- postes - 1\n");
    request.level = MG_DEPARTEMENT;
    expect(*state, &request, "35 postes - 1\n51 postes - 4\n- postes - 1\n");
    request.at = MG_DATE_NONE;
    expect(*state, &request, "35 postes - 2\n51 postes - 3\n- postes - 1\n");
}

static void successors_in_one_territory_settle_a_code(void **state)
{
    struct mg_crossref_request request = ask(MG_DEPARTEMENT, casernes);
    request.at = year(2016);
    expect(*state, &request, "35 casernes - 0\n51 casernes - 2\n");
    request.level = MG_COMMUNE;
    expect(
        *state, &request,
        "35001 casernes - 0\n51001 casernes - 0\n51002 casernes - 0\n51003 casernes - 1\n- casernes - 1\n");
}

static void categories_are_told_apart(void **state)
{
    struct mg_crossref_request request = ask(MG_DEPARTEMENT, postes);
    request.by_category = true;
    expect(*state, &request,
           "35 postes agence 0\n35 postes bureau 1\n35 postes relais 1\n"
           "51 postes agence 1\n51 postes bureau 2\n51 postes relais 0\n- postes relais 1\n");
}

static void losses_are_keys_that_go(void **state)
{
    struct mg_crossref_request request = ask(MG_DEPARTEMENT, postes);
    request.metrics = metrics_of("losses");
    request.from = year(2016);
    request.to = year(2020);
    /* k3 moved: neither closed nor created. One in six cannot be placed: reserve. */
    expect(*state, &request,
           "35 postes - 2 1 0 0 0 reserve\n35 * - 2 1 0 0 0 reserve\n51 postes - 3 4 1 1 0 reserve\n"
           "51 * - 3 4 1 1 0 reserve\n- postes - 1 1 0 0 0 reserve\n");
    request.by_category = true;
    request.within = "51";
    expect(*state, &request,
           "51 postes agence 1 0 0 1 0 no\n51 postes bureau 2 3 1 0 0 reserve\n51 postes relais 0 1 0 0 0 "
           "reserve\n51 * - 3 4 1 1 0 reserve\n");
}

static void ministries_that_withdraw_are_counted(void **state)
{
    struct mg_crossref_request request = ask(MG_COMMUNE, NULL);
    request.metrics = metrics_of("losses");
    request.from = year(2016);
    request.to = year(2020);
    request.within = "commune:51003";
    expect(*state, &request,
           "51003 casernes - 0 1 1 0 2 reserve\n51003 police - 2 1 0 1 2 yes\n51003 postes - 0 1 1 0 2 "
           "reserve\n51003 * - 2 3 2 1 2 reserve\n");
}

/* Of 51001: one closes by its status, one by its date; one is planned, and opens; one stands. The producer is
 * the one of postes, spelled otherwise. */
static void what_is_closed_is_not_counted(void **state)
{
    static const char *const both[] = {"guichets", "postes"};
    struct mg_crossref_request request = ask(MG_COMMUNE, both);
    fill(
        *state,
        "INSERT INTO dataset (id, name, kind, producer) VALUES (20, 'guichets', 'services', 'LA  POSTE');"
        "INSERT INTO field (dataset, position, name, role) VALUES (20, 0, 'id', 'key'), (20, 1, 'etat', "
        "'status'),"
        " (20, 2, 'fin', 'closed');" EDITION "(20, 20, '2016-01-01', NULL, 21, 24" REST
        ", (21, 20, '2020-01-01', NULL, 25, 26" REST ";"
        "INSERT INTO record (id, edition, key, commune, status, closed, line) VALUES"
        " (21, 20, 'a', '51001', 'ouvert', NULL, 2), (22, 20, 'b', '51001', NULL, '2018-05-01', 3),"
        " (23, 20, 'c', '51001', 'en projet', NULL, 4), (24, 20, 'd', '51001', NULL, NULL, 5),"
        " (25, 21, 'a', '51001', 'Fermé définitivement', NULL, 2), (26, 21, 'c', '51001', 'ouvert', NULL, 3);"
        "INSERT INTO version (id, record, first_edition, gone_edition, hash) VALUES (21, 21, 20, 21, 1),"
        " (22, 22, 20, NULL, 2), (23, 23, 20, 21, 3), (24, 24, 20, NULL, 4), (25, 25, 21, NULL, 5),"
        " (26, 26, 21, NULL, 6);");
    fill(*state, books);
    request.dataset_count = 2;
    request.metrics = metrics_of("losses");
    request.from = year(2016);
    request.to = year(2020);
    request.within = "commune:51001";
    /* postes: k7 opened in 51001; the two datasets together closed as many as they opened, but one */
    expect(*state, &request,
           "51001 guichets - 2 3 2 1 0 yes\n51001 postes - 2 1 0 1 0 reserve\n"
           "51001 * - 4 4 2 2 0 reserve\n");
}

static void stocks_are_brought_to_the_date(void **state)
{
    struct mg_crossref_request request = ask(MG_COMMUNE, police);
    request.from = year(2016);
    request.to = year(2020);
    request.by_category = true;
    request.metrics = metrics_of("delta,losses");
    expect(*state, &request,
           "35001 police Police 0 0 0 0 0 yes\n35001 police Poste 2 2 0 0 0 yes\n35001 * - 2 2 0 0 0 yes\n"
           "51001 police Police 1 3 2 0 1 yes\n51001 police Poste 0 0 0 0 1 yes\n51001 * - 1 3 2 0 1 yes\n"
           "51002 police Police 0 0 0 0 0 yes\n51002 police Poste 0 0 0 0 0 yes\n51002 * - 0 0 0 0 0 yes\n"
           "51003 police Police 2 1 0 1 0 yes\n51003 police Poste 0 0 0 0 0 yes\n51003 * - 2 1 0 1 0 yes\n");
}

typedef void writer(const void *what, struct mg_out *out);

static void write_to(writer *write_what, const void *what, char *text, size_t size)
{
    struct mg_out *out = NULL;
    int pipes[2];
    memset(text, 0, size);
    assert_int_equal(pipe(pipes), 0);
    must(mg_out_create(pipes[1], MG_FORMAT_JSONL, &out, &err));
    write_what(what, out);
    must(mg_out_close(out, &err));
    mg_out_destroy(out);
    close(pipes[1]);
    assert_true(read(pipes[0], text, size - 1) > 0);
    close(pipes[0]);
}

static void write_crossref(const void *cross, struct mg_out *out)
{
    must(mg_crossref_write(cross, out, &err));
}

static void records_have_their_keys_in_order(void **state)
{
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    struct mg_crossref_request request = ask(MG_DEPARTEMENT, postes);
    char text[2048];
    request.metrics = metrics_of("count,rate");
    request.within = "departement:35";
    must(mg_crossref_create(*state, &request, &cross, &err));
    write_to(write_crossref, cross, text, sizeof text);
    /* two for 5,000 inhabitants: exact limits 0.2422 and 7.2247 */
    assert_string_equal(
        text, "{\"type\":\"crossref\",\"level\":\"departement\",\"territory\":\"35\","
              "\"territory_name\":\"Ille-et-Vilaine\",\"cog\":\"2020-01-01\",\"at\":\"2020-01-01\","
              "\"dataset\":\"postes\",\"category\":null,\"n\":2,\"pop\":5000,\"rate_10k\":4,"
              "\"rate_lo\":0.4844,\"rate_hi\":14.4494,\"comparable\":\"reserve\",\"cost_kind\":null,"
              "\"pop_year\":2020,\"pop_reason\":null}\n"
              "{\"type\":\"end\",\"records\":1}\n");
}

/* A record of all together says more than the dataset's own where there are several, or categories. */
static void all_together_is_written_where_it_says_more(void **state)
{
    static const char *const both[] = {"postes", "police"};
    for (int which = 0; which < 3; which++) {
        MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
        struct mg_crossref_request request = ask(MG_DEPARTEMENT, both);
        char text[16384];
        request.dataset_count = which == 1 ? 2 : 1;
        request.by_category = which == 2;
        request.from = year(2016);
        request.to = year(2020);
        request.metrics = metrics_of("losses");
        must(mg_crossref_create(*state, &request, &cross, &err));
        write_to(write_crossref, cross, text, sizeof text);
        assert_int_equal(strstr(text, "\"dataset\":null") != NULL, which > 0);
        assert_int_equal(strstr(text, "\"closed\":null,\"created\":null") != NULL, which > 0);
    }
}

static void what_cannot_be_asked_is_refused(void **state)
{
    struct mg_crossref *cross = NULL;
    struct mg_crossref_request request = ask(MG_EPCI, postes);
    must_fail(mg_crossref_create(*state, &request, &cross, &err), MG_ERR_USAGE,
              "no territories of level 'epci'");
    request = ask(MG_COMMUNE, postes);
    request.at = year(2010);
    must_fail(mg_crossref_create(*state, &request, &cross, &err), MG_ERR_USAGE, "no edition as old");
    request = ask(MG_COMMUNE, postes);
    request.from = year(2020);
    request.to = year(2021);
    must_fail(mg_crossref_create(*state, &request, &cross, &err), MG_ERR_USAGE, "one edition only");
    request.to = MG_DATE_NONE;
    must_fail(mg_crossref_create(*state, &request, &cross, &err), MG_ERR_USAGE, "needs a last one");
    request = ask(MG_COMMUNE, postes);
    request.within = "99";
    must_fail(mg_crossref_create(*state, &request, &cross, &err), MG_ERR_USAGE, "no territory '99'");
    request = ask(MG_DEPARTEMENT, postes);
    request.within = "51001";
    must_fail(mg_crossref_create(*state, &request, &cross, &err), MG_ERR_USAGE, "smaller");
    static const char *const unknown[] = {"x"}, *const other[] = {"communes"},
                             *const twice[] = {"postes", "postes"};
    request = ask(MG_COMMUNE, unknown);
    must_fail(mg_crossref_create(*state, &request, &cross, &err), MG_ERR_USAGE, "x");
    request = ask(MG_COMMUNE, other);
    must_fail(mg_crossref_create(*state, &request, &cross, &err), MG_ERR_USAGE,
              "neither services nor counts");
    request = ask(MG_COMMUNE, twice);
    request.dataset_count = 2;
    must_fail(mg_crossref_create(*state, &request, &cross, &err), MG_ERR_USAGE, "named twice");
    request = ask(MG_COMMUNE, postes);
    request.metrics = metrics_of("delta");
    must_fail(mg_crossref_create(*state, &request, &cross, &err), MG_ERR_USAGE, "two dates");
}

static void metrics_have_names(void **state)
{
    (void)state;
    unsigned metrics = 0;
    must(mg_metrics_parse("rate,count", &metrics, &err));
    assert_int_equal(metrics, metrics_of("count,rate"));
    must_fail(mg_metrics_parse("count,", &metrics, &err), MG_ERR_USAGE, "'' is not a metric");
    must_fail(mg_metrics_parse("counts", &metrics, &err), MG_ERR_USAGE, "'counts' is not a metric");
    assert_int_equal(metrics, metrics_of("count,rate"));
}

static void read_page(struct mg_buf *page)
{
    char name[4096], line[1024];
    snprintf(name, sizeof name, "%s/man/maillage-crossref.1", getenv("MG_SOURCE_ROOT"));
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        mg_buf_add_str(page, line);
    fclose(file);
}

static void write_metric(const void *metric, struct mg_out *out)
{
    mg_out_begin(out, "crossref");
    ((const struct mg_metric *)metric)->write(out, &(struct mg_crossref_row){.n = 1});
    must(mg_out_end_record(out, &err));
}

/* Counted over datasets that the record does not name. */
static bool is_of_all_datasets(const char *key)
{
    static const char *const keys[] = {"ministries",    "ministries_list", "first_loss",      "last_loss",
                                       "twice",         "announced",       "announced_ratio", "coincidence_p",
                                       "coincidence_q", "twice_observed",  "twice_expected",  "twice_z"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!strcmp(key, keys[i]))
            return true;
    return false;
}

/* What a metric says it writes is what is written. The public sees all of it but what is of all datasets
 * together; the page has each. */
static void metrics_write_their_keys(void **state)
{
    (void)state;
    const struct mg_metric *metric;
    MG_CLEANUP(mg_buf_finish) struct mg_buf page = {0};
    read_page(&page);
    for (size_t i = 0; (metric = mg_metric_at(i)); i++) {
        char text[1024], quoted[64];
        write_to(write_metric, metric, text, sizeof text);
        const char *at = strchr(text, ',');
        for (size_t k = 0; metric->keys[k]; k++) {
            snprintf(quoted, sizeof quoted, ",\"%s\":", metric->keys[k]);
            assert_int_equal(strncmp(at, quoted, strlen(quoted)), 0);
            at += strlen(quoted) + strcspn(at + strlen(quoted), ",}");
            assert_int_equal(mg_access_key(MG_PUBLIC, NULL, metric->keys[k]),
                             !is_of_all_datasets(metric->keys[k]));
            snprintf(quoted, sizeof quoted, ".Cm %s", metric->keys[k]);
            assert_non_null(strstr(page.data, quoted));
        }
        assert_true(*at == '}' || !metric->keys[0]);
        snprintf(quoted, sizeof quoted, ".It Cm %s\n", metric->name);
        assert_non_null(strstr(page.data, quoted));
    }
}

static void datasets_that_cannot_answer_are_named(void **state)
{
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    struct mg_crossref_request request = ask(MG_COMMUNE, NULL);
    must(mg_db_begin(*state, &err));
    must(mg_db_exec(*state, &err, "UPDATE edition SET level = 'departement' WHERE dataset = 7"));
    must(mg_crossref_create(*state, &request, &cross, &err));
    assert_non_null(strstr(mg_crossref_left_out(cross, 0), "police: its counts are given for other"));
    assert_null(mg_crossref_left_out(cross, 1));
    mg_db_rollback(*state);
}

static void lost_allocations_are_reported(void **state)
{
    for (long n = 0;; n += 7 * slow_step()) {
        struct mg_error err = {0};
        struct mg_crossref *cross = NULL;
        struct mg_crossref_request request = ask(MG_COMMUNE, NULL);
        request.metrics = metrics_of("losses");
        request.from = year(2016);
        request.to = year(2020);
        mg_alloc_fail_after(n);
        enum mg_code code = mg_crossref_create(*state, &request, &cross, &err);
        long left = mg_alloc_fail_after(-1);
        mg_crossref_destroy(cross);
        if (left >= 0) {
            assert_int_equal(code, MG_OK);
            assert_true(n > 20);
            return;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
        assert_int_equal(err.code, MG_ERR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_record_is_counted_once),
        cmocka_unit_test(successors_in_one_territory_settle_a_code),
        cmocka_unit_test(categories_are_told_apart),
        cmocka_unit_test(losses_are_keys_that_go),
        cmocka_unit_test(ministries_that_withdraw_are_counted),
        cmocka_unit_test(what_is_closed_is_not_counted),
        cmocka_unit_test(stocks_are_brought_to_the_date),
        cmocka_unit_test(records_have_their_keys_in_order),
        cmocka_unit_test(all_together_is_written_where_it_says_more),
        cmocka_unit_test(what_cannot_be_asked_is_refused),
        cmocka_unit_test(metrics_have_names),
        cmocka_unit_test(metrics_write_their_keys),
        cmocka_unit_test(datasets_that_cannot_answer_are_named),
        cmocka_unit_test(lost_allocations_are_reported),
    };
    return cmocka_run_group_tests_name("crossref", tests, set_up, tear_down);
}
