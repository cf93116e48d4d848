/* A maillage file that something has been at, given to what reads it. Whatever is in it, each ends with an
 * answer or an error that has a message.
 *
 * The first byte says where the bytes go: over bytes of the file (each four: where, in 24 bits, and what), or
 * into a column of all its rows, as a text or as a blob. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libdata/base/cleanup.h"
#include "libdata/domain/check/check.h"
#include "libdata/domain/crossref/crossref.h"
#include "libdata/domain/history/history.h"
#include "libdata/domain/import/import.h"
#include "libdata/domain/publish/geojson.h"
#include "libdata/domain/publish/publish.h"
#include "tests/fuzz/files.h"

MG_DEFINE_CLEANUP(struct mg_out, mg_out_destroy)

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

static void import(struct mg_db *db, const char *dataset, const char *edition, const char *kind,
                   const char *name, const char *text)
{
    const struct mg_import_options options = {.dataset = dataset,
                                              .edition = edition,
                                              .kind = kind,
                                              .level = kind ? "commune" : NULL,
                                              .access = "open",
                                              .max_reject_rows = 1};
    struct mg_import_result result;
    CHECK(mg_import_file(db, fuzz_file(name, text, strlen(text)), &options, &result, NULL) == MG_OK);
}

#define SQUARE(id, name, x, y)                                                                               \
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"" id "\",\"nom\":\"" name                              \
    "\"},\"geometry\":{\"type\":"                                                                            \
    "\"Polygon\",\"coordinates\":[[[" x ",48],[" x "9,48],[" x "9," y "],[" x "," y "],[" x ",48]]]}}"

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
    import(db, "postes", "2020", NULL, "b.csv",
           "id;nom;type;code_insee;lon;lat;horaires;annee\n1;Poste haute;Agence;51108;4.6;48.5;9h;2020\n"
           "2;Poste basse;Relais;51454;5.5;48.5;10h;2020\n4;Mairie;Agence;51454;5.2;48.2;8h;2020\n");
    mg_db_close(db);
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

static enum mg_code take_event(void *context, const struct mg_event *event, struct mg_error *err)
{
    return mg_event_write(context, event, err);
}

static enum mg_code check(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    int64_t findings;
    return mg_check(db, true, out, NULL, &findings, err);
}

static enum mg_code compare(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    const struct mg_history_options options = {0};
    struct mg_dataset *dataset = NULL;
    struct mg_history *history = NULL;
    const struct mg_edition *from, *to;
    enum mg_code code = mg_dataset_load(db, "postes", &dataset, err);
    if (!code)
        code = mg_edition_find(dataset, "2019-01-01", &from, err);
    if (!code)
        code = mg_edition_find(dataset, "2020-01-01", &to, err);
    if (!code)
        code = mg_history_create(db, dataset, from, to, &options, &history, err);
    if (!code)
        code = mg_history_events(history, take_event, out, err);
    mg_history_destroy(history);
    mg_dataset_destroy(dataset);
    return code;
}

static enum mg_code cross(struct mg_db *db, struct mg_out *out, struct mg_error *err)
{
    const struct mg_crossref_request request = {.level = MG_DEPARTEMENT,
                                                .metrics = MG_METRIC_COUNT | MG_METRIC_RATE,
                                                .at = MG_DATE_NONE,
                                                .from = MG_DATE_NONE,
                                                .to = MG_DATE_NONE,
                                                .cog = MG_DATE_NONE,
                                                .by_category = true};
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    enum mg_code code = mg_crossref_create(db, &request, &cross, err);
    return code ? code : mg_crossref_write(cross, out, err);
}

static enum mg_code publish(struct mg_db *db, int fd, struct mg_error *err)
{
    const char *const datasets[] = {"postes"};
    const struct mg_publish_options options = {.audience = MG_PUBLIC, .precision = MG_GEOJSON_PRECISION};
    struct mg_publish_result result;
    enum mg_code code = mg_publish_features(db, datasets, 1, &options, fd, &result, err);
    if (code && code != MG_ERR_USAGE)
        return code;
    return mg_publish_territories(db, MG_COMMUNE, NULL, 0, &options, fd, &result, err);
}

static void use_all(void)
{
    int fd = memfd_create("out", MFD_CLOEXEC);
    for (int tool = 0; tool < 4; tool++) {
        MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *out = NULL;
        struct mg_db *db = NULL;
        struct mg_error err = {0};
        CHECK(fd >= 0 && ftruncate(fd, 0) == 0 && mg_out_create(fd, MG_FORMAT_JSONL, &out, NULL) == MG_OK);
        enum mg_code code = mg_db_open(fuzz_path("damaged.sqlite"), MG_DB_READ, 0, &db, &err);
        if (!code)
            code = mg_db_begin(db, &err);
        if (!code)
            code = tool == 0   ? check(db, out, &err)
                   : tool == 1 ? compare(db, out, &err)
                   : tool == 2 ? cross(db, out, &err)
                               : publish(db, fd, &err);
        CHECK(!code || (err.code == code && err.message[0]));
        mg_db_close(db);
    }
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!sound)
        make_sound();
    if (!size)
        return 0;
    unsigned where = data[0] % (1 + 2 * COLUMNS);
    if (where == 0 ? damage_bytes(data + 1, size - 1)
                   : damage_column((where - 1) / 2, where % 2, data + 1, size - 1))
        use_all();
    return 0;
}
