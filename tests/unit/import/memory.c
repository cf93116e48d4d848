/* Each allocation failing once, in what is reached only after an import: the year of an edition's communes,
 * what became of them, keys that are written otherwise, links that are kept, and the balance of figures. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/cog_edition.h"
#include "libdata/domain/common/commune.h"
#include "libdata/domain/history/answer/event_counts.h"
#include "libdata/domain/history/history.h"
#include "libdata/domain/import/import.h"
#include "libdata/domain/kinds/kinds.h"
#include "libdata/domain/stocks/stock.h"
#include "libdata/io/out.h"
#include "tests/unit/database.h"

typedef enum mg_code work(struct mg_db *db, struct mg_out *out, struct mg_error *err);

static void import(struct mg_db *db, const char *kind, const char *dataset, const char *edition,
                   const char *text, bool no_key)
{
    struct mg_import_result result;
    struct mg_import_options options = {
        .kinds = mg_kinds, .dataset = dataset, .edition = edition, .kind = kind, .no_key = no_key};
    write_csv(text);
    must(mg_import_file(db, CSV, &options, &result, &err));
}

static enum mg_code try_work(struct mg_db *db, work *done, struct mg_error *err)
{
    struct mg_out *out = NULL;
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    enum mg_code code = mg_out_create(fd, MG_FORMAT_JSONL, &out, err);
    if (!code)
        code = done(db, out, err);
    if (!code)
        code = mg_out_close(out, err);
    mg_out_destroy(out);
    close(fd);
    return code;
}

/* least: the allocations that there are at least, so that the work is really done. SQLite's own are not among
 * them. */
static void fail_each(struct mg_db *db, work *done, long least)
{
    bool failed = true;
    long n = 0;
    must(try_work(db, done, &err)); /* statements are prepared once */
    for (; failed; n += slow_step()) {
        struct mg_error err = {0};
        mg_alloc_fail_after(n);
        enum mg_code code = try_work(db, done, &err);
        failed = mg_alloc_fail_after(-1) < 0;
        if (code != (failed ? MG_ERR_MEMORY : MG_OK))
            fail_msg("allocation %ld: code %d, %s", n, (int)code, err.message);
        assert_true(n < 20000);
    }
    assert_true(n > least);
}

static struct mg_db *with_movements(void)
{
    struct mg_db *db = fresh();
    import(db, "movements", "mouvements", "2024",
           "MOD,DATE_EFF,TYPECOM_AV,COM_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,LIBELLE_AP\n"
           "32,2016-01-01,COM,51002,Bas,COM,51001,Haut\n32,2016-01-01,COM,51001,Haut,COM,51001,Haut\n"
           "32,2016-01-01,COM,51002,Bas,COMD,51002,Bas\n32,2016-01-01,COM,51001,Haut,COMD,51001,Haut\n"
           "32,2018-01-01,COM,51003,Clos,COM,51001,Haut\n32,2018-01-01,COM,51001,Haut,COM,51001,Haut\n"
           "21,2020-01-01,COM,51004,Pont,COM,51005,Gué\n21,2020-01-01,COM,51004,Pont,COM,51004,Pont\n"
           "10,2021-01-01,COM,51006,Vieux,COM,51006,Neuf\n",
           false);
    return db;
}

static enum mg_code tell_years(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    enum mg_code code = mg_cog_edition_write(db, "services,figures", out, err);
    if (!code)
        code = mg_cog_edition_write(db, "all", out, err);
    if (!code)
        code = mg_db_begin(db, err);
    if (!code)
        code = mg_cog_edition_store_all(db, err);
    if (!code)
        return mg_db_commit(db, err);
    mg_db_rollback(db);
    return code;
}

static void years_of_communes(void **state)
{
    (void)state;
    struct mg_db *db = with_movements();
    import(db, "services", "services", "2019",
           "code,nom,code_commune,libelle_commune\na,A,51001,Haut\nb,B,51003,Clos\nc,C,51004,Pont\n"
           "d,D,51006,Vieux\n",
           false);
    import(db, "counts", "figures", "2019", "code_commune,Police\n51001,1\n51004,2\n51006,1\n", false);
    fail_each(db, tell_years, 40);
    leave(db);
}

static enum mg_code tell_communes(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    mg_date from = mg_date_from_civil(2014, 1, 1), to = mg_date_from_civil(2024, 1, 1);
    enum mg_code code = mg_commune_write(db, "51001,51002,51003,51004,51006,51999", from, to, out, err);
    return code ? code : mg_commune_write(db, "all", to, from, out, err);
}

static void what_became_of_communes(void **state)
{
    (void)state;
    struct mg_db *db = with_movements();
    import(db, "territories", "communes", "2024",
           "TYPECOM,COM,REG,DEP,LIBELLE\nCOM,51001,44,51,Haut\nCOM,51004,44,51,Pont\nCOM,51005,44,51,Gué\n"
           "COM,51006,44,51,Neuf\n",
           false);
    fail_each(db, tell_communes, 60);
    leave(db);
}

static enum mg_code see_event(void *stat, const struct mg_event *event, struct mg_error *err)
{
    return mg_history_stat_add(stat, event, err);
}

/* Events, their numbers and the links of the dataset's two editions. */
static enum mg_code compare(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    const struct mg_history_options none = {0};
    struct mg_dataset *dataset = NULL;
    struct mg_history *history = NULL;
    struct mg_history_stat *stat = NULL;
    enum mg_code code = mg_dataset_load(db, "essai", &dataset, err);
    if (!code)
        code = mg_db_begin(db, err);
    if (!code)
        code = mg_history_create(db, dataset, &dataset->editions[0], &dataset->editions[1], &none, &history,
                                 err);
    if (!code)
        code = mg_history_stat_create(NULL, &stat, err);
    if (!code)
        code = mg_history_events(history, see_event, stat, err);
    if (!code)
        code = mg_history_links_store(history, err);
    if (!code)
        code = mg_history_stat_write(stat, "essai", "2019-01-01", "2024-01-01", mg_history_summary(history),
                                     out, err);
    if (!code)
        code = mg_history_findings_write(history, "essai", "2019-01-01", "2024-01-01", out, err);
    mg_db_rollback(db);
    mg_history_stat_destroy(stat);
    mg_history_destroy(history);
    mg_dataset_destroy(dataset);
    return code;
}

/* Thirty services; form: how a key is written, "" for none. */
static void thirty(struct mg_db *db, const char *edition, const char *form, int from)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    mg_buf_add_str(&text, *form ? "id;nom;code_insee;lat;lon\n" : "nom;code_insee;lat;lon\n");
    for (int i = from; i < from + 30; i++) {
        if (*form) {
            mg_buf_printf(&text, form, i);
            mg_buf_add_char(&text, ';');
        }
        mg_buf_printf(&text, "Accueil %c%c;51%03d;48.%03d;4.%03d\n", 'A' + i % 26, 'A' + i / 26, i + 100,
                      i * 7, i * 5);
    }
    assert_false(text.failed);
    import(db, "services", "essai", edition, text.data, !*form);
}

static void keys_written_otherwise(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    thirty(db, "2019", "%d", 1);
    thirty(db, "2024", "AG-%05d", 2);
    fail_each(db, compare, 60);
    leave(db);
}

static void services_without_keys(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    thirty(db, "2019", "", 1);
    thirty(db, "2024", "", 3);
    fail_each(db, compare, 40);
    leave(db);
}

static enum mg_code balance(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    struct mg_dataset *dataset = NULL;
    struct mg_stock_history *history = NULL;
    enum mg_code code = mg_dataset_load(db, "figures", &dataset, err);
    if (!code)
        code =
            mg_stock_history_create(db, dataset, &dataset->editions[0], &dataset->editions[1], &history, err);
    if (!code)
        code = mg_stock_history_stat(history, NULL, true, out, err);
    mg_stock_history_destroy(history);
    mg_dataset_destroy(dataset);
    return code;
}

static void balances_of_figures(void **state)
{
    (void)state;
    struct mg_db *db = with_movements();
    import(db, "counts", "figures", "2014",
           "commune,Recette,École\n51001,2,1\n51002,1,1\n51003,1,1\n52001,0,9\n", false);
    import(db, "counts", "figures", "2019", "commune,Perception,Ecole\n51001,3,3\n52001,0,7\n", false);
    fail_each(db, balance, 40);
    leave(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(years_of_communes),      cmocka_unit_test(what_became_of_communes),
        cmocka_unit_test(keys_written_otherwise), cmocka_unit_test(services_without_keys),
        cmocka_unit_test(balances_of_figures),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
