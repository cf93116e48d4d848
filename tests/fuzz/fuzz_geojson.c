/* Any bytes as records to be published, for either audience, placed by their own coordinates or by the
 * borders of a territory: what is written is JSON, a FeatureCollection with as many features as were counted,
 * and nothing of what is not open is in it. */
#include <jansson.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libdata/base/cleanup.h"
#include "libdata/domain/publish/geojson.h"
#include "libdata/domain/publish/publish.h"
#include "libdata/io/outfile.h"
#include "tests/fuzz/files.h"

MG_DEFINE_CLEANUP(struct mg_in, mg_in_destroy)

static const char rows[] =
    "INSERT INTO dataset (id, name, kind, access) VALUES (1, 'postes', 'services', 'open'),"
    " (2, 'secret', 'services', 'restricted'), (3, 'communes', 'territories', 'open');"
    "INSERT INTO field (dataset, position, name, access) VALUES (1, 0, 'Horaires', 'open'), (1, 1, 'CANARY', "
    "'restricted');"
    "INSERT INTO edition (id, dataset, as_of, level, source_name, source_sha256, source_size, format, "
    "encoding, "
    "rows_read, rows_loaded, rows_rejected, rows_skipped, issues, imported_at, tool_version) VALUES "
    "(1, 3, '2020-01-01', 'commune', 'a', '', 0, 'CSV', 'UTF-8', 1, 1, 0, 0, 0, '', '');"
    "INSERT INTO territory (edition, level, type, code, name, valid_from, line, geom) VALUES "
    "(1, 'commune', 'COM', '51108', 'Châlons', '2020-01-01', 2, "
    "CastToMultiPolygon(GeomFromText('POLYGON((4 48, 5 48, 5 49, 4 49, 4 48))', 4326)));";

static struct mg_db *file_with_borders(void)
{
    static struct mg_db *db;
    if (db)
        return db;
    CHECK(mg_db_open(fuzz_path("borders.sqlite"), MG_DB_CREATE, 0, &db, NULL) == MG_OK);
    CHECK(mg_db_begin(db, NULL) == MG_OK && mg_db_exec(db, NULL, "%s", rows) == MG_OK);
    CHECK(mg_db_commit(db, NULL) == MG_OK);
    return db;
}

static void check_collection(int fd, const struct mg_publish_result *result, bool public)
{
    off_t length = lseek(fd, 0, SEEK_END);
    char *text = malloc((size_t)length + 1);
    CHECK(length > 0 && pread(fd, text, (size_t)length, 0) == length);
    json_t *collection = json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, NULL);
    CHECK(collection && !strcmp(json_string_value(json_object_get(collection, "type")), "FeatureCollection"));
    CHECK((int64_t)json_array_size(json_object_get(collection, "features")) == result->features);
    CHECK(!json_object_get(collection, "crs"));
    text[length] = '\0';
    CHECK(!public || !strstr(text, "\"CANARY\":"));
    json_decref(collection);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const double box[] = {4.2, 48.2, 4.8, 48.8};
    if (!size)
        return 0;
    const struct mg_publish_options options = {.audience = data[0] & 1 ? MG_PUBLIC : MG_MINISTRY,
                                               .precision = data[0] >> 1 & 7,
                                               .bbox = data[0] & 16 ? box : NULL};
    int input = memfd_create("records", MFD_CLOEXEC), output = memfd_create("features", MFD_CLOEXEC);
    CHECK(input >= 0 && output >= 0 && mg_write_all(input, data + 1, size - 1, NULL) == MG_OK);
    CHECK(lseek(input, 0, SEEK_SET) == 0);
    MG_CLEANUP(mg_in_destroy_pointer) struct mg_in *in = NULL;
    struct mg_publish_result result = {0};
    struct mg_error err = {0};
    CHECK(mg_in_create(input, false, &in, NULL) == MG_OK);
    enum mg_code code = mg_publish_records(file_with_borders(), in, &options, output, &result, &err);
    CHECK(!code || (err.code == code && err.message[0]));
    if (!code)
        check_collection(output, &result, options.audience == MG_PUBLIC);
    close(input);
    close(output);
    return 0;
}
