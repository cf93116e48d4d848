/* A maillage file that something has been at, given to what every tool does with one. Whatever is in it, each
 * ends with an answer or an error that has a message.
 *
 * The first byte says where the bytes go: over bytes of the file (each four: where, in 24 bits, and what);
 * into one of the columns below in all its rows, as a text or as a blob; or, after these, into any column of
 * any table (the second byte), as an integer, a real number, a text, a blob, or null whatever the table
 * allows; or as SQL into sqlite_master, for the object of that number. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libdata/base/cleanup.h"
#include "libdata/domain/barometer/barometer.h"
#include "libdata/domain/check/check.h"
#include "libdata/domain/crossref/crossref.h"
#include "libdata/domain/history/answer/event_counts.h"
#include "libdata/domain/history/answer/one_service.h"
#include "libdata/domain/history/decisions/decisions.h"
#include "libdata/domain/history/history.h"
#include "libdata/domain/import/import.h"
#include "libdata/domain/kinds/kinds.h"
#include "libdata/domain/planned/plan.h"
#include "libdata/domain/publish/geojson.h"
#include "libdata/domain/publish/publish.h"
#include "libdata/domain/stocks/stock.h"
#include "tests/fuzz/files.h"

MG_DEFINE_CLEANUP(struct mg_out, mg_out_destroy)

static int answers; /* where they are written, and thrown away */
static char *sound;
static size_t sound_size;

static const char *const columns[][2] = {
    {"record", "other"},
    {"record", "geom"},
    {"record", "key"},
    {"record", "name"},
    {"record", "commune"},
    {"record", "category"},
    {"record", "opened"},
    {"record", "geo_precision"},
    {"territory", "geom"},
    {"territory", "code"},
    {"edition", "as_of"},
    {"edition", "dialect"},
    {"edition", "options"},
    {"edition", "profile"},
    {"field", "role"},
    {"field", "name"},
    {"field", "position"},
    {"dataset", "name"},
    {"dataset", "kind"},
    {"version", "hash"},
    {"version", "gone_edition"},
    {"edition_constant", "value"},
    {"record", "line"},
    {"edition", "first_version"},
    {"idx_record_geom_node", "data"},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static const char *level_of(const char *kind)
{
    return kind && (!strcmp(kind, "territories") || !strcmp(kind, "counts")) ? "commune" : NULL;
}

static void import(struct mg_db *db, const char *dataset, const char *edition, const char *kind,
                   const char *name, const char *text)
{
    const struct mg_import_options options = {.kinds = mg_kinds,
                                              .dataset = dataset,
                                              .edition = edition,
                                              .kind = kind,
                                              .level = level_of(kind),
                                              .access = "open",
                                              .scale = kind && !strcmp(kind, "responses") ? "1:5" : NULL,
                                              .max_reject_rows = 1};
    struct mg_import_result result;
    CHECK(mg_import_file(db, fuzz_file(name, text, strlen(text)), &options, &result, NULL) == MG_OK);
}

#define SQUARE(id, name, x, y)                                                                               \
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"" id "\",\"nom\":\"" name                              \
    "\"},\"geometry\":{\"type\":"                                                                            \
    "\"Polygon\",\"coordinates\":[[[" x ",48],[" x "9,48],[" x "9," y "],[" x "," y "],[" x ",48]]]}}"

#define POSTS_2020                                                                                           \
    "id;nom;type;code_insee;lon;lat;horaires;annee\n1;Poste haute;Agence;51108;4.6;48.5;9h;2020\n"           \
    "2;Poste basse;Relais;51454;5.5;48.5;10h;2020\n4;Mairie;Agence;51454;5.2;48.2;8h;2020\n"

/* Every column of our own tables, as "table" and "column" one after the other. */
static char *places[600];
static size_t place_count;

static void list_places(const char *path)
{
    sqlite3 *handle;
    sqlite3_stmt *statement = NULL;
    CHECK(sqlite3_open(path, &handle) == SQLITE_OK);
    CHECK(sqlite3_prepare_v2(
              handle,
              "SELECT m.name, t.name FROM sqlite_master AS m, pragma_table_info(m.name) AS t "
              "WHERE m.type = 'table' AND (m.name IN ('dataset', 'digest', 'digest_key', 'release') "
              "OR (m.sql LIKE '%REFERENCES%' AND m.sql NOT LIKE '%FOREIGN KEY%')) "
              "ORDER BY m.name, t.cid",
              -1, &statement, NULL) == SQLITE_OK);
    while (place_count + 2 <= sizeof places / sizeof *places && sqlite3_step(statement) == SQLITE_ROW)
        for (int i = 0; i < 2; i++)
            CHECK((places[place_count++] = strdup((const char *)sqlite3_column_text(statement, i))));
    CHECK(place_count);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
}

/* Two rows that key and content would not bring together, and a service that did not really close. */
static void decide(struct mg_db *db)
{
    static const char text[] = "action,dataset,key_before,key_after,artefact,decided_by,reason\n"
                               "link,postes,3,4,,service,la mairie accueille la gare\n"
                               "artefact,postes,2,2,source_change,service,horaires\n";
    struct mg_decisions decisions = {0};
    struct mg_dataset *dataset = NULL;
    CHECK(!mg_decisions_read(fuzz_file("decisions.csv", text, sizeof text - 1), NULL, &decisions, NULL));
    CHECK(!mg_dataset_load(db, "postes", &dataset, NULL) && !mg_db_begin(db, NULL));
    CHECK(!mg_decisions_store(db, dataset, &decisions, NULL) && !mg_db_commit(db, NULL));
    mg_dataset_destroy(dataset);
    mg_decisions_finish(&decisions);
}

static void make_sound(void)
{
    struct mg_db *db = NULL;
    char path[128];
    snprintf(path, sizeof path, "%s", fuzz_path("sound.sqlite"));
    CHECK(mg_db_open(path, MG_DB_CREATE, 0, &db, NULL) == MG_OK);
    import(db, "communes", "2019", "territories", "t.geojson",
           "{\"type\":\"FeatureCollection\",\"features\":[" SQUARE("51108", "Châlons", "4.", "49") "," SQUARE(
               "51454", "Reims", "5.", "49") "]}");
    import(db, "postes", "2019", NULL, "a.csv",
           "id;nom;type;code_insee;lon;lat;horaires;annee\n1;Poste haute;Bureau;51108;4.5;48.5;9h;2019\n"
           "2;Poste basse;Relais;51454;5.5;48.5;10h;2019\n3;Gare;Agence;51108;;;;2019\n");
    import(db, "postes", "2020", NULL, "b.csv", POSTS_2020);
    import(
        db, "mvt", "2020", "movements", "m.csv",
        "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,"
        "NCCENR_AP,LIBELLE_AP\n32,2019-01-01,COM,51108,0,A,A,A,COM,51454,0,B,B,B\n");
    import(db, "effectifs", "2019", "counts", "c.csv", "code_insee;categorie;n\n51108;a;3\n51454;a;4\n");
    import(db, "effectifs", "2020", "counts", "c.csv", "code_insee;categorie;n\n51108;a;2\n51454;b;4\n");
    import(db, "avis", "2020", "responses", "r.csv",
           "q1;q2;date\n1;5;2020-01-02\n4;3;2020-03-04\n5;5;2020-03-05\n");
    import(db, "projets", "2019", "projects", "p.csv",
           "identifiant;nature;jeu;identifiant_service;code_insee;date_prevue;statut\n"
           "P1;fermeture;postes;3;51108;2020;annoncé\nP2;ouverture;postes;;51454;T1 2020;validé\n");
    decide(db);
    mg_db_close(db);
    list_places(path);
    FILE *file = fopen(path, "rb");
    CHECK(file && fseek(file, 0, SEEK_END) == 0);
    sound_size = (size_t)ftell(file);
    sound = malloc(sound_size);
    rewind(file);
    CHECK(sound && fread(sound, 1, sound_size, file) == sound_size && fclose(file) == 0);
}

static bool damage_bytes(const uint8_t *data, size_t size)
{
    char *bytes = malloc(sound_size);
    memcpy(bytes, sound, sound_size);
    for (; size >= 4; data += 4, size -= 4)
        bytes[((size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2]) % sound_size] = (char)data[3];
    fuzz_file("damaged.sqlite", bytes,
              size ? sound_size * data[0] / 256 : sound_size); /* a rest: cut short */
    free(bytes);
    return true;
}

static bool damage_column(unsigned column, bool as_text, const uint8_t *data, size_t size)
{
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    const char *path = fuzz_file("damaged.sqlite", sound, sound_size);
    CHECK(sqlite3_open(path, &handle) == SQLITE_OK);
    /* SpatiaLite's triggers are not known to this connection */
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    char *sql = sqlite3_mprintf("UPDATE OR IGNORE %s SET \"%w\" = ?", columns[column][0], columns[column][1]);
    CHECK(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK);
    sqlite3_free(sql);
    if (as_text)
        sqlite3_bind_text(statement, 1, (const char *)data, (int)size, SQLITE_STATIC);
    else
        sqlite3_bind_blob(statement, 1, data, (int)size, SQLITE_STATIC);
    sqlite3_step(statement);
    bool changed = sqlite3_finalize(statement) == SQLITE_OK;
    sqlite3_close(handle);
    return changed;
}

static bool run_sql(sqlite3 *handle, const char *sql)
{
    return sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* Any value in any column: the schema's own rules are lifted meanwhile. */
static bool damage_place(unsigned what, const uint8_t *data, size_t size)
{
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    size_t place = size ? data[0] % (place_count / 2) * 2 : 0;
    int64_t integer = 0;
    double real = 0;
    if (!size)
        return false;
    data++, size--;
    memcpy(&integer, data, size < 8 ? size : 8);
    memcpy(&real, data, size < 8 ? size : 8);
    const char *path = fuzz_file("damaged.sqlite", sound, sound_size);
    static const char lift[] =
        "PRAGMA writable_schema = 1; PRAGMA ignore_check_constraints = 1;"
        "CREATE TEMP TABLE kept AS SELECT rowid AS id, sql FROM main.sqlite_master WHERE type = 'table';"
        "UPDATE main.sqlite_master SET sql = replace(replace(sql, ' NOT NULL', ''), ' INTEGER,', ' ANY,') "
        "WHERE type = 'table' AND sql NOT LIKE '%WITHOUT%'; PRAGMA writable_schema = RESET";
    static const char restore[] =
        "PRAGMA writable_schema = 1; UPDATE main.sqlite_master SET sql = kept.sql FROM temp.kept "
        "WHERE kept.id = sqlite_master.rowid; PRAGMA writable_schema = 0";
    CHECK(sqlite3_open(path, &handle) == SQLITE_OK);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    run_sql(handle, lift);
    char *sql = sqlite3_mprintf("UPDATE OR IGNORE \"%w\" SET \"%w\" = ?", places[place], places[place + 1]);
    bool changed = sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK;
    sqlite3_free(sql);
    if (what == 0)
        sqlite3_bind_int64(statement, 1, integer);
    else if (what == 1)
        sqlite3_bind_double(statement, 1, real);
    else if (what == 2)
        sqlite3_bind_text(statement, 1, (const char *)data, (int)size, SQLITE_STATIC);
    else if (what == 3)
        sqlite3_bind_blob(statement, 1, data, (int)size, SQLITE_STATIC);
    sqlite3_step(statement);
    changed = sqlite3_finalize(statement) == SQLITE_OK && changed;
    run_sql(handle, restore);
    sqlite3_close(handle);
    return changed;
}

/* Other SQL for an object that is there, or, where the number is beyond them, an object more. */
static bool damage_schema(const uint8_t *data, size_t size)
{
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    if (!size)
        return false;
    const char *path = fuzz_file("damaged.sqlite", sound, sound_size);
    CHECK(sqlite3_open(path, &handle) == SQLITE_OK);
    run_sql(handle, "PRAGMA writable_schema = 1");
    CHECK(sqlite3_prepare_v2(handle,
                             data[0] < 200
                                 ? "UPDATE sqlite_master SET sql = ?1 WHERE rowid = ?2"
                                 : "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) SELECT "
                                   "'view', 'x' || ?2, 'x' || ?2, 0, ?1",
                             -1, &statement, NULL) == SQLITE_OK);
    sqlite3_bind_text(statement, 1, (const char *)data + 1, (int)size - 1, SQLITE_STATIC);
    sqlite3_bind_int(statement, 2, data[0]);
    sqlite3_step(statement);
    bool changed = sqlite3_finalize(statement) == SQLITE_OK;
    sqlite3_close(handle);
    return changed;
}

static enum mg_code take_event(void *context, const struct mg_event *event, struct mg_error *err)
{
    return mg_event_write(context, event, err);
}

static enum mg_code check(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    int64_t findings;
    return mg_check(db, true, out, NULL, &findings, err);
}

static enum mg_code take_link(void *context, const struct mg_link *link, struct mg_error *err)
{
    return mg_link_write(context, link, err);
}

static enum mg_code explain(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    struct mg_dataset *dataset = NULL;
    enum mg_code code = mg_dataset_load(db, "postes", &dataset, err);
    if (!code)
        code = mg_history_life_write(db, dataset, "1", out, err);
    mg_dataset_destroy(dataset);
    return code;
}

static enum mg_code survey(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    const struct mg_barometer_request request = {.dataset = "avis",
                                                 .period = MG_PERIOD_MONTH,
                                                 .scores = MG_SCORE_SATISFIED | MG_SCORE_MEAN,
                                                 .cog = MG_DATE_NONE,
                                                 .min_n = 1,
                                                 .audience = MG_MINISTRY};
    MG_CLEANUP(mg_barometer_destroy_pointer) struct mg_barometer *barometer = NULL;
    enum mg_code code = mg_barometer_create(db, &request, &barometer, err);
    return code ? code : mg_barometer_write(barometer, out, err);
}

/* Into the damaged file itself: a later edition, then the earlier one again. */
static enum mg_code import_more(struct mg_db *db, struct mg_error *err)
{
    static const char third[] = POSTS_2020 "5;Gare;Agence;51108;4.7;48.6;7h;2021\n";
    struct mg_import_options options = {
        .kinds = mg_kinds, .dataset = "postes", .edition = "2021", .access = "open", .max_reject_rows = 1};
    struct mg_import_result result;
    enum mg_code code =
        mg_import_file(db, fuzz_file("d.csv", third, sizeof third - 1), &options, &result, err);
    options.edition = "2019";
    options.replace = true;
    return code ? code
                : mg_import_file(db, fuzz_file("d.csv", third, sizeof third - 1), &options, &result, err);
}

struct pair {
    struct mg_dataset *dataset;
    const struct mg_edition *from, *to;
    struct mg_decisions decisions;
    struct mg_history *history;
};

static void pair_finish(struct pair *pair)
{
    mg_history_destroy(pair->history);
    mg_decisions_finish(&pair->decisions);
    mg_dataset_destroy(pair->dataset);
}

static enum mg_code find_pair(struct mg_db *db, const char *name, struct pair *pair, struct mg_error *err)
{
    enum mg_code code = mg_dataset_load(db, name, &pair->dataset, err);
    if (!code)
        code = mg_edition_find(pair->dataset, "2019-01-01", &pair->from, err);
    return code ? code : mg_edition_find(pair->dataset, "2020-01-01", &pair->to, err);
}

/* Of the post offices, as people decided. */
static enum mg_code open_pair(struct mg_db *db, struct pair *pair, bool unchanged, struct mg_error *err)
{
    const struct mg_history_options options = {.unchanged = unchanged, .decisions = &pair->decisions};
    enum mg_code code = find_pair(db, "postes", pair, err);
    if (!code)
        code = mg_decisions_load(db, pair->dataset, &pair->decisions, err);
    return code ? code
                : mg_history_create(db, pair->dataset, pair->from, pair->to, &options, &pair->history, err);
}

static enum mg_code compare(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    MG_CLEANUP(pair_finish) struct pair pair = {0};
    enum mg_code code = open_pair(db, &pair, false, err);
    if (!code)
        code = mg_history_events(pair.history, take_event, out, err);
    return code ? code : mg_history_links(pair.history, take_link, out, err);
}

static enum mg_code count_events(struct mg_db *db, struct mg_place *place, struct mg_out *out,
                                 struct mg_error *err)
{
    MG_CLEANUP(pair_finish) struct pair pair = {0};
    struct mg_history_stat *stat = NULL;
    enum mg_code code = open_pair(db, &pair, true, err);
    if (!code)
        code = mg_history_stat_create(place, &stat, err);
    if (!code) {
        mg_history_stat_by_category(stat);
        code = mg_history_events(pair.history, mg_history_stat_add, stat, err);
    }
    if (!code)
        code = mg_history_stat_write(stat, "postes", "2019-01-01", "2020-01-01",
                                     mg_history_summary(pair.history), out, err);
    mg_history_stat_destroy(stat);
    return code;
}

static enum mg_code count_stocks(struct mg_db *db, struct mg_place *place, struct mg_out *out,
                                 struct mg_error *err)
{
    MG_CLEANUP(pair_finish) struct pair pair = {0};
    struct mg_stock_history *history = NULL;
    enum mg_code code = find_pair(db, "effectifs", &pair, err);
    if (!code)
        code = mg_stock_history_create(db, pair.dataset, pair.from, pair.to, &history, err);
    if (!code)
        code = mg_stock_history_events(history, take_event, out, err);
    if (!code)
        code = mg_stock_history_stat(history, place, true, out, err);
    mg_stock_history_destroy(history);
    return code;
}

static enum mg_code count(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    MG_CLEANUP(mg_place_destroy_pointer) struct mg_place *place = NULL;
    enum mg_code code = mg_place_create(db, MG_COMMUNE, MG_DATE_NONE, &place, err);
    if (!code)
        code = count_events(db, place, out, err);
    return code ? code : count_stocks(db, place, out, err);
}

static enum mg_code take_planned(void *context, const struct mg_event *event, struct mg_error *err)
{
    return mg_plan_event(context, event, 0, err);
}

static enum mg_code plan_and_match(struct mg_db *db, struct mg_plan *plan, struct mg_out *out,
                                   struct mg_error *err)
{
    MG_CLEANUP(pair_finish) struct pair pair = {0};
    enum mg_code code = open_pair(db, &pair, false, err);
    if (!code)
        code = mg_plan_compared(plan, "postes", "2020-01-01", err);
    if (!code)
        code = mg_history_events(pair.history, take_planned, plan, err);
    if (!code)
        code = mg_plan_match(plan, err);
    return code ? code : mg_plan_write(plan, out, err);
}

static enum mg_code plan(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    struct mg_plan *plan = NULL;
    enum mg_code code = mg_plan_create(db, &plan, err);
    if (!code)
        code = plan_and_match(db, plan, out, err);
    mg_plan_destroy(plan);
    return code;
}

static enum mg_code cross(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    const struct mg_crossref_request request = {.level = MG_DEPARTEMENT,
                                                .metrics = mg_metrics_all(true),
                                                .at = MG_DATE_NONE,
                                                .from = mg_date_from_civil(2019, 6, 1),
                                                .to = mg_date_from_civil(2020, 6, 1),
                                                .cog = MG_DATE_NONE,
                                                .by_category = true};
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    enum mg_code code = mg_crossref_create(db, &request, &cross, err);
    return code ? code : mg_crossref_write(cross, out, err);
}

static enum mg_code publish(struct mg_db *db, enum mg_audience audience, int fd, struct mg_error *err)
{
    const char *const datasets[] = {"postes"};
    const struct mg_publish_options options = {.audience = audience, .precision = MG_GEOJSON_PRECISION};
    struct mg_publish_result result;
    enum mg_code code = mg_publish_features(db, datasets, 1, &options, fd, &result, err);
    if (code && code != MG_ERR_USAGE)
        return code;
    return mg_publish_territories(db, MG_COMMUNE, NULL, 0, &options, fd, &result, err);
}

static enum mg_code publish_open(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    (void)out;
    return publish(db, MG_PUBLIC, answers, err);
}

static enum mg_code publish_all(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    (void)out;
    return publish(db, MG_MINISTRY, answers, err);
}

/* undamaged: nothing has been at the file, so that everybody must be content with it. */
static void use_all(bool undamaged)
{
    static enum mg_code (*const readers[])(struct mg_db *, struct mg_out *, struct mg_error *) = {
        check, compare, count, plan, cross, publish_open, publish_all, explain, survey};
    enum { READERS = sizeof readers / sizeof *readers };
    answers = memfd_create("out", MFD_CLOEXEC);
    for (int tool = 0; tool <= READERS; tool++) {
        MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *out = NULL;
        struct mg_db *db = NULL;
        struct mg_error err = {0};
        bool reads = tool < READERS;
        CHECK(answers >= 0 && ftruncate(answers, 0) == 0 &&
              mg_out_create(answers, MG_FORMAT_JSONL, &out, NULL) == MG_OK);
        enum mg_code code =
            mg_db_open(fuzz_path("damaged.sqlite"), reads ? MG_DB_READ : MG_DB_WRITE, 0, &db, &err);
        if (!code && reads)
            code = mg_db_begin(db, &err);
        if (!code)
            code = reads ? readers[tool](db, out, &err) : import_more(db, &err);
        CHECK(!code || (!undamaged && err.code == code && err.message[0]));
        mg_db_close(db);
    }
    close(answers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!sound) {
        make_sound();
        fuzz_file("damaged.sqlite", sound, sound_size);
        use_all(true);
    }
    if (!size)
        return 0;
    unsigned where = data[0], beyond = 1 + 2 * COLUMNS;
    bool changed = where == 0                 ? damage_bytes(data + 1, size - 1)
                   : where < beyond           ? damage_column((where - 1) / 2, where % 2, data + 1, size - 1)
                   : (where - beyond) % 6 < 5 ? damage_place((where - beyond) % 6, data + 1, size - 1)
                                              : damage_schema(data + 1, size - 1);
    if (changed)
        use_all(false);
    return 0;
}
