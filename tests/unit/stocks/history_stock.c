/* What became of figures: what went into what, and every allocation failing once. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/import/import.h"
#include "libdata/domain/kinds/kinds.h"
#include "libdata/domain/stocks/stock.h"
#include "tests/unit/database.h"

static void import_text(struct mg_db *db, const char *kind, const char *dataset, const char *edition,
                        const char *text)
{
    struct mg_import_result result;
    struct mg_import_options options = {
        .kinds = mg_kinds, .dataset = dataset, .edition = edition, .kind = kind};
    write_csv(text);
    must(mg_import_file(db, CSV, &options, &result, &err));
}

static struct mg_db *file_of(const char *before, const char *after)
{
    struct mg_db *db = fresh();
    import_text(db, "movements", "mouvements", "2020",
                "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TYPECOM_AP,COM_AP\n"
                "31,2016-01-01,COM,51002,COM,51001\n31,2016-01-01,COM,51001,COM,51001\n"
                "21,2016-01-01,COM,51009,COM,51008\n21,2016-01-01,COM,51009,COM,51009\n");
    import_text(db, "counts", "figures", "2014", before);
    import_text(db, "counts", "figures", "2019", after);
    return db;
}

static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

static enum mg_code tell(void *context, const struct mg_event *event, struct mg_error *err)
{
    struct mg_buf *said = context;
    mg_buf_printf(said, "%s %g %s %s>%s %s", mg_event_kind_name(event->kind), event->n,
                  or_dash(event->before.category), or_dash(event->before.commune),
                  or_dash(event->after.category), or_dash(event->after.commune));
    for (int i = 0; i < MG_ARTEFACT_COUNT; i++) {
        if (event->whole[i] || event->artefacts[MG_RECODED][i] || event->artefacts[MG_RETYPED][i])
            mg_buf_printf(said, " %s", mg_artefact_name((enum mg_artefact)i));
    }
    mg_buf_add_char(said, '\n');
    return mg_buf_check(said, err);
}

static enum mg_code history_of(struct mg_db *db, struct mg_buf *said, struct mg_error *err)
{
    struct mg_dataset *dataset = NULL;
    struct mg_stock_history *history = NULL;
    enum mg_code code = mg_dataset_load(db, "figures", &dataset, err);
    if (!code)
        code =
            mg_stock_history_create(db, dataset, &dataset->editions[0], &dataset->editions[1], &history, err);
    if (!code)
        code = mg_stock_history_events(history, tell, said, err);
    mg_stock_history_destroy(history);
    mg_dataset_destroy(dataset);
    return code;
}

static void expect(const char *before, const char *after, const char *expected)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf said = {0};
    struct mg_db *db = file_of(before, after);
    must(history_of(db, &said, &err));
    assert_string_equal(said.data ? said.data : "", expected);
    leave(db);
}

static void figures_follow_their_communes(void **state)
{
    (void)state;
    expect("commune,Poste\n51001,2\n51002,3\n51009,4\n51100,1\n",
           "commune,Poste\n51001,4\n51008,1\n51009,3\n51100,1\n",
           "changed 3 Poste 51002>Poste 51001 commune_recoded\nclosed 1 Poste 51001>- -\n");
}

static void a_label_is_not_a_category(void **state)
{
    (void)state;
    expect("commune,École  Maternelle,Bar\n51001,2,1\n51100,1,1\n",
           "commune,Ecole maternelle,BAR\n51001,2,1\n51100,2,1\n",
           "changed 2 Bar ->BAR - label_reformatted\n"
           "changed 3 École  Maternelle ->Ecole maternelle - label_reformatted\n"
           "created 1 - ->Ecole maternelle 51100\n");
}

/* Half of the mean, and not less. */
static void what_appears_instead_is_another_nomenclature(void **state)
{
    (void)state;
    expect("commune,Recette,Bar\n51001,2,1\n51100,1,1\n51101,0,1\n",
           "commune,Perception,Bar\n51001,1,1\n51101,2,1\n51102,0,1\n",
           "closed 1 Bar 51100>- -\nclosed 2 Recette 51001>- -\nclosed 1 Recette 51100>- -\n"
           "created 1 - ->Bar 51102\ncreated 1 - ->Perception 51001\ncreated 2 - ->Perception 51101\n");
    expect("commune,Recette,Bar\n51001,2,1\n51100,1,1\n51101,0,1\n",
           "commune,Perception,Bar\n51001,2,1\n51101,2,1\n51102,0,1\n",
           "closed 1 Bar 51100>- -\nclosed 2 Recette 51001>- - nomenclature_change\n"
           "closed 1 Recette 51100>- - nomenclature_change\ncreated 1 - ->Bar 51102\n"
           "created 2 - ->Perception 51001 nomenclature_change\ncreated 2 - ->Perception 51101 "
           "nomenclature_change\n");
}

static int times(const char *text, const char *word)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, word)); at++)
        count++;
    return count;
}

/* Twelve communes lose one of two, in seven or five of which an agency appears. */
static void part_of(int appearing, bool part)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf before = {0}, after = {0}, said = {0};
    mg_buf_add_str(&before, "commune,Bureau\n");
    mg_buf_add_str(&after, "commune,Bureau,Agence\n");
    for (int i = 0; i < 32; i++) {
        bool loses = i < 12;
        mg_buf_printf(&before, "51%03d,2\n", i + 100);
        mg_buf_printf(&after, "51%03d,%d,%d\n", i + 100, loses ? 1 : 2, i < appearing || i == 31);
    }
    struct mg_db *db = file_of(before.data, after.data);
    must(history_of(db, &said, &err));
    assert_int_equal(times(said.data, "nomenclature_change"), part ? 2 * appearing : 0);
    leave(db);
}

static void part_of_a_category_goes_into_another(void **state)
{
    (void)state;
    part_of(7, true);
    part_of(5, false);
}

/* Four départements of six communes: what is away from an edition in one of them. */
struct away {
    const char *territory; /* the beginning of its code; NULL: nothing */
    bool schools_only;
    bool relays_instead;
};

static void write_figures(struct mg_buf *text, const struct away *away)
{
    mg_buf_clear(text);
    mg_buf_add_str(text, "commune,Poste,École,Relais\n");
    for (int i = 0; i < 24; i++) {
        char code[8];
        snprintf(code, sizeof code, "%d%03d", 51 + i / 6, 100 + i % 6);
        bool here = !away->territory || strncmp(code, away->territory, strlen(away->territory)) != 0;
        if (!here && !away->schools_only)
            continue;
        mg_buf_printf(text, "%s,2,%d,%d\n", code, here ? 3 : 0,
                      !here && away->relays_instead ? 2 : i / 6 == 3);
    }
}

/* Events that are gaps; of how many all in all. */
static void expect_gaps(const struct away *before, const struct away *after, const struct away *last,
                        int gaps, int events)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf former = {0}, later = {0}, said = {0};
    write_figures(&former, before);
    write_figures(&later, after);
    struct mg_db *db = file_of(former.data, later.data);
    if (last) {
        write_figures(&former, last);
        import_text(db, "counts", "figures", "2021", former.data);
    }
    must(history_of(db, &said, &err));
    assert_int_equal(times(said.data ? said.data : "", "coverage_gap"), gaps);
    assert_int_equal(times(said.data ? said.data : "", "\n"), events);
    leave(db);
}

static void a_territory_that_is_away_is_a_gap(void **state)
{
    (void)state;
    const struct away none = {0}, departement = {.territory = "52"}, commune = {.territory = "52103"};
    expect_gaps(&none, &departement, NULL, 12, 12);
    expect_gaps(&departement, &none, NULL, 12, 12);
    /* nor does another edition that lacks it make it one that closed */
    expect_gaps(&none, &departement, &departement, 12, 12);
    /* five figures at a rate of one in a hundred: less than one in a million */
    expect_gaps(&none, &commune, NULL, 2, 2);
}

static void a_category_that_is_away_from_a_territory_is_a_gap(void **state)
{
    (void)state;
    const struct away none = {0}, schools = {.territory = "52", .schools_only = true},
                      commune = {.territory = "52103", .schools_only = true},
                      relays = {.territory = "52", .schools_only = true, .relays_instead = true};
    expect_gaps(&none, &schools, NULL, 6, 6);
    expect_gaps(&schools, &none, NULL, 6, 6);
    expect_gaps(&none, &schools, &none, 6, 6);
    expect_gaps(&none, &schools, &schools, 0, 6); /* it stays away: the schools closed */
    expect_gaps(&none, &commune, NULL, 0, 1);     /* of one commune, three may go */
    expect_gaps(&none, &relays, NULL, 0, 12);     /* something else is in their place */
}

/* Elsewhere they go as well: no gap. */
static void what_goes_elsewhere_too_is_no_gap(void **state)
{
    (void)state;
    expect("commune,Poste,Bar\n51001,6,1\n52001,9,1\n53001,8,1\n54001,9,2\n",
           "commune,Poste,Bar\n51001,0,1\n52001,3,1\n53001,3,1\n54001,4,2\n",
           "closed 6 Poste 51001>- -\nclosed 6 Poste 52001>- -\nclosed 5 Poste 53001>- -\n"
           "closed 5 Poste 54001>- -\n");
    expect("commune,Poste,Bar\n51001,6,1\n52001,9,1\n53001,8,1\n54001,9,2\n",
           "commune,Poste,Bar\n51001,0,1\n52001,9,1\n53001,8,1\n54001,9,2\n",
           "closed 6 Poste 51001>- - coverage_gap\n");
}

/* What an edition does not know has not closed, nor opened. */
static void figures_that_are_not_known_are_no_change(void **state)
{
    (void)state;
    expect("commune,Poste,Bar\n51001,6,1\n52001,9,NA\n", "commune,Poste,Bar\n51001,NA,1\n52001,8,2\n",
           "closed 6 Poste 51001>- - coverage_gap\nclosed 1 Poste 52001>- -\n"
           "created 2 - ->Bar 52001 coverage_gap\n");
    expect("commune,Poste,Bar\n51001,6,1\n52001,9,2\n", "commune,Poste,Bar\n51001,n.d.,1\n52001,s,2\n",
           "closed 6 Poste 51001>- - coverage_gap\nclosed 9 Poste 52001>- - coverage_gap\n");
}

static void lost_allocations_are_reported(void **state)
{
    (void)state;
    struct mg_db *db = file_of("commune,Recette,École,Bar\n51001,2,1,1\n51002,1,1,1\n51009,1,1,1\n"
                               "52001,0,9,9\n53001,0,9,0\n54001,0,9,30\n",
                               "commune,Perception,Ecole,Bar\n51001,2,1,2\n51009,2,1,0\n54001,0,9,0\n");
    import_text(db, "counts", "figures", "2021", "commune,Ecole,Bar\n51001,1,2\n54001,9,30\n");
    for (long n = 0;; n++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf said = {0};
        struct mg_error err = {0};
        mg_alloc_fail_after(n);
        enum mg_code code = history_of(db, &said, &err);
        if (mg_alloc_fail_after(-1) >= 0) {
            assert_int_equal(code, MG_OK);
            assert_true(n > 30);
            break;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
    }
    leave(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_follow_their_communes),
        cmocka_unit_test(a_label_is_not_a_category),
        cmocka_unit_test(what_appears_instead_is_another_nomenclature),
        cmocka_unit_test(part_of_a_category_goes_into_another),
        cmocka_unit_test(a_territory_that_is_away_is_a_gap),
        cmocka_unit_test(a_category_that_is_away_from_a_territory_is_a_gap),
        cmocka_unit_test(what_goes_elsewhere_too_is_no_gap),
        cmocka_unit_test(figures_that_are_not_known_are_no_change),
        cmocka_unit_test(lost_allocations_are_reported),
    };
    return cmocka_run_group_tests_name("history_stock", tests, NULL, NULL);
}
