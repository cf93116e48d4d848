/* A file is damaged in each way that check looks for, and check says so. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/domain/check/check.h"
#include "libdata/domain/digest/ledger.h"
#include "libdata/domain/import/view.h"
#include "tests/unit/test.h"

static char path[] = "/tmp/maillage-check-XXXXXX";
static struct mg_buf sound; /* the bytes of a file that is whole */

/* Two datasets; the first loses 'B', keeps 'A' and gains 'C', and has said so. */
static const char *const rows =
    "INSERT INTO dataset (id, name, kind) VALUES (1, 'postes', 'services'), (2, 'gares', 'services'),"
    " (3, 'enquete', 'responses'), (4, 'communes', 'territories'), (5, 'epci', 'territories'),"
    " (6, 'mouvements', 'movements'), (7, 'habitants', 'populations'), (8, 'bpe', 'counts');"
    "INSERT INTO field (id, dataset, position, name) VALUES (1, 1, 0, 'année'), (2, 2, 0, 'année');"
    "INSERT INTO edition (id, dataset, as_of, source_name, source_sha256, source_size, format, encoding, "
    "rows_read,"
    " rows_loaded, rows_rejected, rows_skipped, issues, first_version, last_version, imported_at, "
    "tool_version)"
    " VALUES (1, 1, '2016-01-01', 'a', '', 0, 'CSV', 'UTF-8', 4, 2, 1, 1, 3, 1, 2, '', ''),"
    "        (2, 1, '2020-01-01', 'b', '', 0, 'CSV', 'UTF-8', 2, 2, 0, 0, 0, 3, 3, '', ''),"
    "        (3, 2, '2020-01-01', 'c', '', 0, 'CSV', 'UTF-8', 1, 1, 0, 0, 0, 4, 4, '', ''),"
    "        (4, 3, '2022-01-01', 'd', '', 0, 'CSV', 'UTF-8', 1, 1, 0, 0, 0, 1, 1, '', '');"
    "INSERT INTO edition (id, dataset, as_of, level, source_name, source_sha256, source_size, format, "
    "encoding,"
    " rows_read, rows_loaded, rows_rejected, rows_skipped, issues, first_version, last_version, imported_at,"
    " tool_version)"
    " VALUES (5, 4, '2022-01-01', 'commune', 'e', '', 0, 'CSV', 'UTF-8', 2, 2, 0, 0, 0, NULL, NULL, '', ''),"
    "        (6, 5, '2022-01-01', 'epci', 'f', '', 0, 'CSV', 'UTF-8', 3, 3, 0, 0, 0, NULL, NULL, '', ''),"
    "        (7, 6, '2022-01-01', NULL, 'g', '', 0, 'CSV', 'UTF-8', 1, 1, 0, 0, 0, NULL, NULL, '', ''),"
    "        (8, 7, '2022-01-01', 'commune', 'h', '', 0, 'CSV', 'UTF-8', 1, 1, 0, 0, 0, NULL, NULL, '', ''),"
    "        (9, 8, '2020-01-01', 'commune', 'i', '', 0, 'CSV', 'UTF-8', 1, 1, 0, 0, 0, 1, 2, '', ''),"
    "        (10, 8, '2021-01-01', 'commune', 'j', '', 0, 'CSV', 'UTF-8', 1, 1, 0, 0, 0, 3, 3, '', '');"
    "INSERT INTO territory (edition, level, type, code, name, valid_from, line) VALUES"
    " (5, 'commune', 'COM', '51030', 'A', '2022-01-01', 2), (5, 'commune', 'COM', '51108', 'B', "
    "'2022-01-01', 3),"
    " (6, 'epci', 'EPCI', '200000001', 'C', '2022-01-01', 2), (6, 'epci', 'EPCI', '200000002', 'D', "
    "'2022-01-01', 4);"
    "INSERT INTO territory_link (edition, child_level, child_type, child, parent_level, parent, valid_from) "
    "VALUES"
    " (5, 'commune', 'COM', '51030', 'departement', '51', '2022-01-01'),"
    " (5, 'commune', 'COMD', '51030', 'commune', '51108', '2022-01-01'),"
    " (6, 'commune', 'COM', '51030', 'epci', '200000001', '2022-01-01'),"
    " (6, 'commune', 'COM', '51108', 'epci', '200000001', '2022-01-01'),"
    " (6, 'commune', 'COM', '51454', 'epci', '200000002', '2022-01-01');"
    "INSERT INTO movement (edition, kind, date, type_before, code_before, type_after, code_after, line) "
    "VALUES"
    " (7, 32, '2018-01-01', 'COM', '51030', 'COM', '51108', 2);"
    "INSERT INTO population (edition, level, code, year, n, line) VALUES (8, 'commune', '51030', 2022, 9, 2);"
    "INSERT INTO stock (id, level, territory, category, n, first_edition, gone_edition, line) VALUES"
    " (1, 'commune', '51030', 'a', 2, 9, NULL, 2), (2, 'commune', '51030', 'b', 3, 9, 10, 2),"
    " (3, 'commune', '51030', 'b', 4, 10, NULL, 2);"
    "INSERT INTO edition_count VALUES (9, '51', 'a', 2, 0), (9, '51', 'b', 3, 0), (10, '51', 'a', 2, 0),"
    " (10, '51', 'b', 4, 0);"
    "INSERT INTO edition_constant VALUES (1, 1, '2016'), (2, 1, '2020');"
    "INSERT INTO edition_count VALUES (3, '51', 'Gare', 1, 0);"
    "INSERT INTO record (id, edition, key, line, other, geom) VALUES"
    " (1, 1, 'A', 2, '[null,\"x\"]', MakePoint(4.363, 48.956, 4326)), (2, 1, 'B', 3, NULL, NULL),"
    " (3, 2, 'C', 2, NULL, MakePoint(2.35, 48.85, 4326)), (4, 3, 'D', 2, NULL, NULL);"
    "INSERT INTO version VALUES (1, 1, 1, NULL, 11), (2, 2, 1, 2, 12), (3, 3, 2, NULL, 13), (4, 4, 3, NULL, "
    "14);"
    "INSERT INTO issue (edition, n, line, code, message) VALUES (1, 1, 2, 'a', ''), (1, 2, 3, 'a', '');"
    "INSERT INTO reject (edition, line, code, message) VALUES (1, 4, 'b', '');"
    "INSERT INTO survey (edition) VALUES (4);"
    "INSERT INTO response (id, edition, answers, line) VALUES (1, 4, '[4]', 2);"
    "INSERT INTO event (dataset, from_edition, to_edition, event, key_before, key_after) VALUES"
    " (1, 1, 2, 'closed', 'B', NULL), (1, 1, 2, 'created', NULL, 'C');";

static void read_file(struct mg_buf *out)
{
    char chunk[65536];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0;)
        mg_buf_add(out, chunk, n);
    fclose(file);
}

static void write_file(const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static int make_sound(void **state)
{
    (void)state;
    struct mg_db *db;
    int fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0)
        return -1;
    put_empty_file(path);
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    must(mg_db_exec(db, &err, "%s", rows));
    must(mg_view_update(db, 1, &err));
    must(mg_view_update(db, 2, &err));
    struct mg_digest_ledger ledger = {0};
    must(mg_digest_ledger_open(db, &ledger, &err)); /* digests of what is there */
    mg_digest_ledger_finish(&ledger);
    must(mg_db_commit(db, &err));
    mg_db_close(db);
    read_file(&sound);
    return 0;
}

static int drop_sound(void **state)
{
    (void)state;
    mg_buf_finish(&sound);
    return unlink(path);
}

/* What check says of the file as it is, a line for each finding. */
static void check_says(const char *expected)
{
    char name[] = "/tmp/maillage-check-out-XXXXXX", text[8192];
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    unlink(name);
    struct mg_db *db;
    struct mg_out *out;
    int64_t findings = -1;
    must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
    must(mg_out_create(fd, MG_FORMAT_CSV, &out, &err));
    must(mg_check(db, false, out, NULL, &findings, &err));
    assert_int_equal(findings, mg_out_records(out));
    must(mg_out_close(out, &err));
    mg_out_destroy(out);
    mg_db_close(db);
    ssize_t length = pread(fd, text, sizeof text - 1, 0);
    assert_true(length >= 0);
    text[length] = '\0';
    close(fd);
    const char *first = strchr(text, '\n'); /* after the names of the columns */
    first = first ? first + 1 : text;
    size_t prefix = strlen(expected);
    if (strncmp(first, expected, prefix) != 0 || (*expected == '\0' && *first))
        fail_msg("said \"%s\", not \"%s\"", first, expected);
}

static void damage(const char *sql, const char *expected)
{
    struct mg_db *db;
    write_file(sound.data, sound.length);
    must(mg_db_open(path, MG_DB_WRITE, 0, &db, &err));
    mg_db_triggers(db, false);
    must(mg_db_exec(db, &err, "PRAGMA ignore_check_constraints = 1"));
    must(mg_db_begin(db, &err));
    must(mg_db_exec(db, &err, "%s", sql));
    must(mg_db_commit(db, &err));
    mg_db_close(db);
    check_says(expected);
}

static void a_whole_file_has_no_findings(void **state)
{
    (void)state;
    damage("", "");
}

static void books_that_do_not_balance(void **state)
{
    (void)state;
    damage("UPDATE edition SET rows_read = 5 WHERE id = 1",
           "integrity,,1,CHECK constraint failed in edition: SQLite finds damage\n"
           "books,edition,1,\"postes 2016-01-01: rows read are not rows loaded, rejected and skipped (5 in "
           "the books, 4 "
           "counted)\"\n");
    damage(
        "UPDATE version SET gone_edition = 2 WHERE id = 1",
        "books,version,1,\"postes 2020-01-01: rows loaded are not the versions that stand in the edition (2 "
        "in the "
        "books, 1 counted)\"\n");
    damage(
        "INSERT INTO version VALUES (5, 4, 3, NULL, 0); UPDATE edition SET last_version = 5 WHERE id = 3",
        "books,version,1,\"gares 2020-01-01: rows loaded are not the versions that stand in the edition (1 "
        "in the "
        "books, 2 counted)\"\n");
    damage("DELETE FROM response",
           "books,response,1,\"enquete 2022-01-01: rows loaded are not the responses stored (1 in "
           "the books, 0 counted)\"\n");
    damage("DELETE FROM territory WHERE code = '51030'",
           "books,territory,1,\"communes 2022-01-01: rows loaded are not those stored (2 in the books, 1 "
           "counted)\"\n");
    damage("DELETE FROM territory_link WHERE child = '51108'",
           "books,territory,1,\"epci 2022-01-01: rows loaded are not those stored (3 in the books, 2 "
           "counted)\"\n");
    damage("DELETE FROM territory WHERE code = '200000002'",
           "books,territory,1,\"epci 2022-01-01: the territories of which there are members are not those "
           "stored (2 in the books, 1 counted)\"\n");
    damage("DELETE FROM movement",
           "books,movement,1,\"mouvements 2022-01-01: rows loaded are not those stored "
           "(1 in the books, 0 counted)\"\n");
    damage("INSERT INTO population (edition, level, code, year, n, line) SELECT edition, level, '51108', "
           "year, n, "
           "3 FROM population",
           "books,population,1,\"habitants 2022-01-01: rows loaded are not those stored (1 in the books, 2 "
           "counted)\"\n");
    damage(
        "UPDATE stock SET n = 3.5 WHERE id = 2",
        "books,stock,1,\"bpe 2020-01-01: figures that stand in the edition are not those counted by category "
        "and département (5 in the books, 5 counted)\"\n");
    damage(
        "DELETE FROM stock WHERE id = 1",
        "books,stock,2,\"bpe 2020-01-01: figures that stand in the edition are not those counted by category "
        "and département (5 in the books, 3 counted)\"\n"
        "books,stock,2,\"bpe 2021-01-01: figures that stand in the edition are not those counted by category "
        "and département (6 in the books, 4 counted)\"\n");
    damage("UPDATE edition_count SET n = 2 WHERE edition = 3",
           "books,edition_count,1,\"gares 2020-01-01: rows loaded are not those counted by category and "
           "département (1 in the books, 2 counted)\"\n");
    damage(
        "INSERT INTO edition_field VALUES (2, 1, 1, NULL, 1, 3)",
        "books,edition_field,1,\"postes 2020-01-01: a column is filled in more rows than there are (2 in the "
        "books, 3 counted)\"\n");
    damage("DELETE FROM reject",
           "books,reject,1,\"postes 2016-01-01: rows rejected are not those stored (1 in the books, "
           "0 counted)\"\n");
    damage("UPDATE issue SET n = 4 WHERE n = 2",
           "books,issue,2,\"postes 2016-01-01: issues are not those stored (3 in the books, 5 counted)\"\n");
    damage("DELETE FROM event WHERE event = 'closed'", "books,event,1,\"postes 2016-01-01 2020-01-01: events "
                                                       "do not lead from one edition to the other (0 in the "
                                                       "books, 1 counted)\"\n");
}

static void intervals_and_ranges(void **state)
{
    (void)state;
    damage("UPDATE version SET first_edition = 2, gone_edition = 2 WHERE id = 2; UPDATE edition SET "
           "rows_loaded = 1, "
           "rows_read = 3 WHERE id = 1; DELETE FROM event",
           "intervals,version,1,\"postes: an interval ends before it begins, or in another dataset\"\n");
    damage("INSERT INTO stock (level, territory, category, n, first_edition, gone_edition, line) "
           "VALUES ('commune', '51108', 'a', 1, 1, 3, 2)",
           "intervals,stock,1,\"postes: ");
    damage("UPDATE event SET from_edition = 2, to_edition = 1, event = 'changed'",
           "intervals,event,2,\"postes: ");
    damage(
        "UPDATE edition SET first_version = 3, last_version = 4 WHERE id = 3",
        "ranges,edition,1,\"gares 2020-01-01: the ids of two editions overlap, or run backwards\"\n"
        "ranges,edition,1,\"postes 2020-01-01: the ids of two editions overlap, or run backwards\"\n"
        "ranges,version,1,gares 2020-01-01: versions of another dataset are in the edition's range of ids\n");
    damage("UPDATE edition SET first_version = 9, last_version = 8 WHERE id = 2",
           "ranges,edition,1,\"postes 2020-01-01: the ids of two editions overlap, or run backwards\"\n"
           "ranges,version,1,versions are in no edition's range of ids\n");
    damage("INSERT INTO record (id, edition, line) VALUES (9, 1, 9)",
           "records,record,1,records stand in no edition\n");
}

#define CELLS(table, column, n, row)                                                                         \
    "values," table "," n ",\"table " table ", row " row ", column " column                                  \
    ": not a JSON array of texts, numbers and nulls\"\n"

/* Types, nulls, words, ranges, dates: by the schema's rules and by those of check/values.c. */
static void values_by_their_rules(void **state)
{
    (void)state;
    damage("UPDATE survey SET scale_low = 1, scale_high = 3000",
           "values,survey,1,\"table survey, row 4, column scale_high: 3000 is not between 1 and 100\"\n");
    damage("UPDATE survey SET scale_low = 5, scale_high = 5", "values,survey,1,");
    damage("UPDATE record SET line = 'x'",
           "values,record,4,\"table record, row 1, column line: not a whole number\"\n");
    damage("UPDATE record SET name = CAST(x'ff' AS TEXT) WHERE id = 2",
           "values,record,1,\"table record, row 2, column name: the text is not UTF-8\"\n");
    damage("UPDATE field SET position = -1 WHERE id = 2",
           "values,field,1,\"table field, row 2, column position: -1 is not between 0 and 1000000\"\n");
    damage("UPDATE response SET date = '2024-13-01'",
           "values,response,1,\"table response, row 1, column date: '2024-13-01' is not a date\"\n");
    damage("UPDATE response SET weight = 9e999",
           "values,response,1,\"table response, row 1, column weight: not a number\"\n");
}

static void references_and_cells(void **state)
{
    (void)state;
    damage("DELETE FROM record WHERE id = 2",
           "foreign-keys,version,1,record: rows refer to others that are not there\n");
    damage("UPDATE edition_constant SET field = 2 WHERE edition = 2",
           "fields,edition_constant,1,postes 2020-01-01: a field is of another dataset\n");
    damage("UPDATE record SET other = '[1' WHERE id = 1", CELLS("record", "other", "1", "1"));
    damage("UPDATE record SET other = '{}' WHERE id = 1", CELLS("record", "other", "1", "1"));
    damage("UPDATE response SET answers = ''", CELLS("response", "answers", "1", "1"));
    damage("UPDATE response SET other = 'x'", CELLS("response", "other", "1", "1"));
    damage("UPDATE survey SET missing = 9", CELLS("survey", "missing", "1", "4"));
    damage("UPDATE event SET changes = 'moved', artefacts = 0",
           CELLS("event", "changes", "2", "1") CELLS("event", "artefacts", "2", "1"));
}

static void what_others_open_it_by(void **state)
{
    (void)state;
    damage("DROP VIEW services_gares",
           "views,services_gares,1,the view of a dataset is missing or not registered\n");
    damage("DELETE FROM views_geometry_columns WHERE view_name = 'services_postes'",
           "views,services_postes,1,the view of a dataset is missing or not registered\n");
    damage("UPDATE record SET geom = MakePoint(0, 0, 2154) WHERE id = 2; INSERT INTO idx_record_geom VALUES "
           "(2,0,0,0,0)",
           "geometry,record,1,not a geometry of the column's type and coordinate system\n");
    damage("UPDATE record SET geom = x'00' WHERE id = 1",
           "geometry,record,1,not a geometry of the column's type and coordinate system\n");
    damage("DELETE FROM idx_record_geom WHERE pkid = 1",
           "spatial-index,record,1,the index does not hold as many as the table\n");
    damage("UPDATE record SET geom = MakePoint(4.37, 48.956, 4326) WHERE id = 1",
           "spatial-index,record,1,the index has another place than the table\n");
    damage("DELETE FROM idx_record_geom WHERE pkid = 1; INSERT INTO idx_record_geom VALUES (2, 0, 0, 0, 0)",
           "spatial-index,record,1,the index has another place than the table\n");
    damage("DELETE FROM idx_record_geom_rowid WHERE rowid = 1", "spatial-index,record,1,");
    damage("UPDATE geometry_columns SET spatial_index_enabled = 0 WHERE f_table_name = 'event'",
           "spatial-index,event,1,the spatial index is not enabled\n");
}

static void tables_that_are_missing(void **state)
{
    (void)state;
    damage("DROP TABLE stock; DROP INDEX event_pair",
           "tables,event_pair,1,a table or an index is missing\ntables,stock,1,a table or an index is "
           "missing\n");
    damage("DROP TRIGGER gii_record_geom", "tables,gii_record_geom,1,a trigger or a view is missing\n");
}

static void bytes_that_are_damaged(void **state)
{
    (void)state;
    struct mg_buf bytes = {0};
    mg_buf_add(&bytes, sound.data, sound.length);
    sqlite3_stmt *statement;
    struct mg_db *db;
    write_file(sound.data, sound.length);
    must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
    must(mg_db_prepare(db, &statement, &err, "SELECT rootpage FROM sqlite_master WHERE name = 'version'"));
    bool row;
    must(mg_db_step(statement, &row, &err));
    int64_t page = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    mg_db_close(db);
    int64_t size = (unsigned char)bytes.data[16] << 8 | (unsigned char)bytes.data[17]; /* of a page */
    memset(bytes.data + (page - 1) * size, 0x55, (size_t)size);
    write_file(bytes.data, bytes.length);
    check_says("integrity,,1,");
    mg_buf_finish(&bytes);
}

static bool stop_at_once(void *context, const char *step, int64_t done, int64_t total)
{
    (void)context, (void)step, (void)done, (void)total;
    return false;
}

/* ---- digests ---- */

struct comparison {
    const struct mg_digest_sums *with;
    bool differ;
};

static enum mg_code count_difference(void *context, enum mg_digest_part part,
                                     const struct mg_digest_owner *owner, uint64_t sum, struct mg_error *err)
{
    struct comparison *comparison = context;
    (void)err;
    comparison->differ = comparison->differ || mg_digest_sums_get(comparison->with, part, owner) != sum;
    return MG_OK;
}

static bool digests_differ(struct mg_db *db)
{
    struct mg_digest_sums stored = {0}, found = {0};
    struct mg_digest_key key;
    bool there = false;
    struct comparison comparison = {&stored, false};
    must(mg_digest_key_load(db, &key, &there, &err));
    assert_true(there);
    must(mg_digest_load(db, &stored, &err));
    comparison.differ = mg_digest_compute(db, &key, NULL, &found, NULL) != MG_OK; /* a value is none at all */
    must(mg_digest_sums_visit(&found, count_difference, &comparison, &err));
    comparison.with = &found;
    must(mg_digest_sums_visit(&stored, count_difference, &comparison, &err));
    mg_digest_sums_finish(&stored);
    mg_digest_sums_finish(&found);
    return comparison.differ;
}

/* One value of each column of what digests cover is made another: each is found. */
static void every_column_is_in_a_digest(void **state)
{
    (void)state;
    static const char
        *const exceptions = /* ids that ranges bound and foreign keys hold, the hash of the content */
        " version.id version.hash version.record stock.id stock.line release.* digest.* digest_key.* ";
    struct mg_db *db;
    sqlite3_stmt *column;
    int columns = 0;
    write_file(sound.data, sound.length);
    must(mg_db_open(path, MG_DB_WRITE, 0, &db, &err));
    mg_db_triggers(db, false);
    must(mg_db_exec(db, &err, "PRAGMA ignore_check_constraints = 1"));
    assert_false(digests_differ(db));
    must(mg_db_prepare(
        db, &column, &err,
        "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c "
        "WHERE m.type = 'table' AND m.name IN (SELECT part FROM digest UNION SELECT 'version')"));
    while (sqlite3_step(column) == SQLITE_ROW) {
        char name[128];
        const char *table = (const char *)sqlite3_column_text(column, 0);
        const char *field = (const char *)sqlite3_column_text(column, 1);
        snprintf(name, sizeof name, " %s.%s ", table, field);
        if (strstr(exceptions, name))
            continue;
        must(mg_db_exec(db, &err, "BEGIN"));
        must(mg_db_exec(db, &err,
                        "UPDATE \"%w\" SET \"%w\" = CASE typeof(\"%w\") WHEN 'text' THEN \"%w\" || 'x' "
                        "WHEN 'blob' THEN NULL WHEN 'null' THEN %s ELSE \"%w\" + 1000 END "
                        "WHERE (SELECT count(*) FROM \"%w\") > 0",
                        table, field, field, field, strstr(name, "edition") ? "1" : "'x'", field, table));
        if (!digests_differ(db))
            fail_msg("%s: a change is not found", name);
        must(mg_db_exec(db, &err, "ROLLBACK"));
        columns++;
    }
    sqlite3_finalize(column);
    assert_true(columns > 100);
    mg_db_close(db);
}

static void it_stops_when_asked(void **state)
{
    (void)state;
    struct mg_db *db;
    struct mg_out *out;
    struct mg_progress progress = {.report = stop_at_once};
    int64_t findings = -1;
    int fd = open("/dev/null", O_WRONLY);
    write_file(sound.data, sound.length);
    must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
    must(mg_out_create(fd, MG_FORMAT_JSONL, &out, &err));
    must_fail(mg_check(db, false, out, &progress, &findings, &err), MG_ERR_IO, "interrupted");
    assert_int_equal(findings, -1);
    mg_out_destroy(out);
    close(fd);
    mg_db_close(db);
}

static void no_allocation_is_taken_for_granted(void **state)
{
    (void)state;
    struct mg_db *db;
    int fd = open("/dev/null", O_WRONLY);
    write_file(sound.data, sound.length);
    must(mg_db_open(path, MG_DB_WRITE, 0, &db, &err));
    must(mg_db_exec(db, &err,
                    "INSERT INTO edition_field VALUES (1, 1, 1, NULL, 1, 0), (2, 1, 1, 'key', 1, 0);"
                    "DELETE FROM reject"));
    mg_db_close(db);
    for (long n = 0;; n += slow_step()) {
        struct mg_error error = {0};
        struct mg_out *out;
        int64_t findings = -1;
        must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
        must(mg_out_create(fd, MG_FORMAT_JSONL, &out, &err));
        mg_alloc_fail_after(n);
        enum mg_code code = mg_check(db, true, out, NULL, &findings, &error);
        bool reached = mg_alloc_fail_after(-1) < 0;
        mg_out_destroy(out);
        mg_db_close(db);
        if (!reached) {
            assert_int_equal(code, MG_OK);
            assert_true(n > 20 && findings > 0);
            break;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
        assert_int_equal(error.code, MG_ERR_MEMORY);
        assert_int_equal(findings, -1);
    }
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_file_has_no_findings),
        cmocka_unit_test(books_that_do_not_balance),
        cmocka_unit_test(intervals_and_ranges),
        cmocka_unit_test(values_by_their_rules),
        cmocka_unit_test(references_and_cells),
        cmocka_unit_test(what_others_open_it_by),
        cmocka_unit_test(tables_that_are_missing),
        cmocka_unit_test(bytes_that_are_damaged),
        cmocka_unit_test(every_column_is_in_a_digest),
        cmocka_unit_test(it_stops_when_asked),
        cmocka_unit_test(no_allocation_is_taken_for_granted),
    };
    return cmocka_run_group_tests(tests, make_sound, drop_sound);
}
