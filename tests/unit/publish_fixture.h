/* publish_fixture.h - a file in which everything that the public may not see carries the word CANARY.
 *
 * Open: services "postes" (editions 2014 and 2024; its column "Horaires" is open, "Reservé CANARY" is not),
 * commune borders of 2014 and 2020. Restricted: services "canary-jeu", the borders "canary-zones" of 2023.
 */
#ifndef MG_TESTS_UNIT_PUBLISH_FIXTURE_H
#define MG_TESTS_UNIT_PUBLISH_FIXTURE_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libdata/db/db.h"
#include "tests/unit/test.h"

static char fixture_path[48]; /* a process each: two tests use the fixture, at once perhaps */

#define EDITION_COLUMNS                                                                                      \
    "INSERT INTO edition (id, dataset, as_of, level, first_version, last_version, source_name, "             \
    "source_sha256,"                                                                                         \
    " source_size, format, encoding, rows_read, rows_loaded, rows_rejected, rows_skipped, issues, "          \
    "imported_at,"                                                                                           \
    " tool_version) VALUES "
#define EDITION(numbers) "(" numbers ", 'CANARY.csv', '', 0, 'CSV', 'UTF-8', 0, 0, 0, 0, 0, '', '')"

static const char fixture_sql[] =
    "INSERT INTO dataset (id, name, kind, access) VALUES (1, 'postes', 'services', 'open'),"
    " (2, 'canary-jeu', 'services', 'restricted'), (3, 'communes', 'territories', 'open'),"
    " (4, 'canary-zones', 'territories', 'restricted'), (5, 'bpe', 'counts', 'open');"
    "INSERT INTO field (dataset, position, name, role, access) VALUES (1, 0, 'Id', 'key', 'restricted'),"
    " (1, 1, 'Réservé CANARY', NULL, 'restricted'), (1, 2, 'Horaires', NULL, 'open'),"
    " (1, 3, 'X', 'lon', 'restricted'), (1, 4, 'name', NULL, 'open'), (1, 5, 'Libellé', 'name', "
    "'restricted'),"
    " (1, 6, 'Avis CANARY', 'comment', 'restricted'), (1, 7, 'Année', NULL, 'open'),"
    " (1, 8, 'Constante CANARY', NULL, 'restricted'), (2, 0, 'CANARY-id', 'key', 'open');" EDITION_COLUMNS
        EDITION("1, 1, '2014-01-01', NULL, 1, 3") "," EDITION("2, 1, '2024-01-01', NULL, 4, 4") "," EDITION("3, 2, '2024-01-01', NULL, 5, 5") "," EDITION(
            "4, 3, '2014-01-01', 'commune', NULL, NULL") "," EDITION("5, 3, '2020-01-01', 'commune', NULL, "
                                                                     "NULL") "," EDITION("6, 4, "
                                                                                         "'2023-01-01', "
                                                                                         "'commune', NULL, "
                                                                                         "NULL") ";"
                                                                                                 "INSERT "
                                                                                                 "INTO "
                                                                                                 "edition_"
                                                                                                 "constant "
                                                                                                 "VALUES (2, "
                                                                                                 "(SELECT id "
                                                                                                 "FROM field "
                                                                                                 "WHERE "
                                                                                                 "position = "
                                                                                                 "7), "
                                                                                                 "'2024'),"
                                                                                                 " (2, "
                                                                                                 "(SELECT id "
                                                                                                 "FROM field "
                                                                                                 "WHERE "
                                                                                                 "position = "
                                                                                                 "8), "
                                                                                                 "'CANARY');"
                                                                                                 "INSERT "
                                                                                                 "INTO "
                                                                                                 "record "
                                                                                                 "(id, "
                                                                                                 "edition, "
                                                                                                 "line, key, "
                                                                                                 "name, "
                                                                                                 "geo_source,"
                                                                                                 " other, "
                                                                                                 "geom) "
                                                                                                 "VALUES"
                                                                                                 " (1, 1, 2, "
                                                                                                 "'B', 'Bé', "
                                                                                                 "'lonlat', "
                                                                                                 "'[null,"
                                                                                                 "\"CANARY\","
                                                                                                 "\"9h-12h, "
                                                                                                 "\\\"12h\\\""
                                                                                                 "\","
                                                                                                 "\"CANARY\"]"
                                                                                                 "', "
                                                                                                 "MakePoint("
                                                                                                 "4.36, "
                                                                                                 "48.95, "
                                                                                                 "4326)),"
                                                                                                 " (2, 1, 3, "
                                                                                                 "'A', 'Á', "
                                                                                                 "'lonlat', "
                                                                                                 "'[null,"
                                                                                                 "\"CANARY\","
                                                                                                 "null,null,"
                                                                                                 "\"autre\","
                                                                                                 "null,"
                                                                                                 "\"CANARY\"]"
                                                                                                 "', "
                                                                                                 "MakePoint("
                                                                                                 "4.03, "
                                                                                                 "49.25, "
                                                                                                 "4326)),"
                                                                                                 " (3, 1, 4, "
                                                                                                 "'B', NULL, "
                                                                                                 "NULL, "
                                                                                                 "NULL, "
                                                                                                 "NULL),"
                                                                                                 " (4, 2, 2, "
                                                                                                 "'C', 'Cé', "
                                                                                                 "'lonlat', "
                                                                                                 "'["
                                                                                                 "\"CANARY\"]"
                                                                                                 "', "
                                                                                                 "MakePoint("
                                                                                                 "4.5, 48.7, "
                                                                                                 "4326)),"
                                                                                                 " (5, 3, 2, "
                                                                                                 "'CANARY', "
                                                                                                 "'CANARY', "
                                                                                                 "'lonlat', "
                                                                                                 "'["
                                                                                                 "\"CANARY\"]"
                                                                                                 "', "
                                                                                                 "MakePoint("
                                                                                                 "4.5, 48.7, "
                                                                                                 "4326));"
                                                                                                 "INSERT "
                                                                                                 "INTO "
                                                                                                 "version "
                                                                                                 "VALUES (1, "
                                                                                                 "1, 1, "
                                                                                                 "NULL, 1), "
                                                                                                 "(2, 2, 1, "
                                                                                                 "NULL, 2), "
                                                                                                 "(3, 3, 1, "
                                                                                                 "2, 3), (4, "
                                                                                                 "4, 2, "
                                                                                                 "NULL, 4),"
                                                                                                 " (5, 5, 3, "
                                                                                                 "NULL, 5);"
                                                                                                 "INSERT "
                                                                                                 "INTO "
                                                                                                 "territory "
                                                                                                 "(edition, "
                                                                                                 "level, "
                                                                                                 "type, "
                                                                                                 "code, "
                                                                                                 "name, "
                                                                                                 "valid_from,"
                                                                                                 " line, "
                                                                                                 "geom) "
                                                                                                 "VALUES"
                                                                                                 " (4, "
                                                                                                 "'commune', "
                                                                                                 "'COM', "
                                                                                                 "'51108', "
                                                                                                 "'Châlons', "
                                                                                                 "'2014-01-"
                                                                                                 "01', 2, "
                                                                                                 "GeomFromTex"
                                                                                                 "t('"
                                                                                                 "MULTIPOLYGO"
                                                                                                 "N(((4 48, "
                                                                                                 "4 49, 5 "
                                                                                                 "49, 5 48, "
                                                                                                 "4 48)))', "
                                                                                                 "4326)),"
                                                                                                 " (4, "
                                                                                                 "'commune', "
                                                                                                 "'COM', "
                                                                                                 "'51411', "
                                                                                                 "'Oger', "
                                                                                                 "'2014-01-"
                                                                                                 "01', 3, "
                                                                                                 "GeomFromTex"
                                                                                                 "t('"
                                                                                                 "MULTIPOLYGO"
                                                                                                 "N(((3 48, "
                                                                                                 "3 49, 4 "
                                                                                                 "49, 4 48, "
                                                                                                 "3 48)))', "
                                                                                                 "4326)),"
                                                                                                 " (5, "
                                                                                                 "'commune', "
                                                                                                 "'COM', "
                                                                                                 "'51108', "
                                                                                                 "'Châlons', "
                                                                                                 "'2020-01-"
                                                                                                 "01', 2, "
                                                                                                 "GeomFromTex"
                                                                                                 "t('"
                                                                                                 "MULTIPOLYGO"
                                                                                                 "N(((3 48, "
                                                                                                 "3 49, 5 "
                                                                                                 "49, 5 48, "
                                                                                                 "3 48)))', "
                                                                                                 "4326)),"
                                                                                                 " (6, "
                                                                                                 "'commune', "
                                                                                                 "'COM', "
                                                                                                 "'51108', "
                                                                                                 "'CANARY', "
                                                                                                 "'2023-01-"
                                                                                                 "01', 2, "
                                                                                                 "GeomFromTex"
                                                                                                 "t('"
                                                                                                 "MULTIPOLYGO"
                                                                                                 "N(((7 48, "
                                                                                                 "7 49, 8 "
                                                                                                 "49, 8 48, "
                                                                                                 "7 48)))', "
                                                                                                 "4326));";

static int fixture_set_up(void **state)
{
    snprintf(fixture_path, sizeof fixture_path, "publish-test-%ld.sqlite", (long)getpid());
    unlink(fixture_path);
    struct mg_db *db = NULL;
    must(mg_db_open(fixture_path, MG_DB_CREATE, 1, &db, &err));
    must(mg_db_begin(db, &err));
    must(mg_db_exec(db, &err, "%s", fixture_sql));
    must(mg_db_commit(db, &err));
    *state = db;
    return 0;
}

static int fixture_tear_down(void **state)
{
    mg_db_close(*state);
    unlink(fixture_path);
    return 0;
}

#endif
