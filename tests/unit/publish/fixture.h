/* publish_fixture.h - a file in which everything that the public may not see carries the word CANARY.
 *
 * Open: services "postes" (editions 2014 and 2024; its column "Horaires" is open, "Reservé CANARY" is not),
 * commune borders of 2014 and 2020, projects "projets" (editions 2014 and 2024). Restricted: services
 * "canary-jeu", the borders "canary-zones" of 2023, projects "canary-projets".
 */
#ifndef MG_TESTS_UNIT_PUBLISH_FIXTURE_H
#define MG_TESTS_UNIT_PUBLISH_FIXTURE_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libdata/db/db.h"
#include "tests/unit/test.h"

static char fixture_path[48]; /* a process each: two tests use the fixture, at once perhaps */

/* A table each, a row a line. */
/* clang-format off */
static const char *const fixture_sql[] = {
    "INSERT INTO dataset (id, name, kind, access) VALUES"
    " (1, 'postes', 'services', 'open'),"
    " (2, 'canary-jeu', 'services', 'restricted'),"
    " (3, 'communes', 'territories', 'open'),"
    " (4, 'canary-zones', 'territories', 'restricted'),"
    " (5, 'bpe', 'counts', 'open'),"
    " (6, 'projets', 'projects', 'open'),"
    " (7, 'canary-projets', 'projects', 'restricted');",

    "INSERT INTO field (dataset, position, name, role, access) VALUES"
    " (1, 0, 'Id', 'key', 'restricted'),"
    " (1, 1, 'Réservé CANARY', NULL, 'restricted'),"
    " (1, 2, 'Horaires', NULL, 'open'),"
    " (1, 3, 'X', 'lon', 'restricted'),"
    " (1, 4, 'name', NULL, 'open'),"
    " (1, 5, 'Libellé', 'name', 'restricted'),"
    " (1, 6, 'Avis CANARY', 'comment', 'restricted'),"
    " (1, 7, 'Année', NULL, 'open'),"
    " (1, 8, 'Constante CANARY', NULL, 'restricted'),"
    " (2, 0, 'CANARY-id', 'key', 'open'),"
    " (6, 0, 'Id', 'key', 'restricted'),"
    " (6, 1, 'Nature', 'kind', 'restricted'),"
    " (6, 2, 'Jeu', 'dataset', 'restricted'),"
    " (6, 3, 'Identifiant', 'service', 'restricted'),"
    " (6, 4, 'Code', 'commune', 'restricted'),"
    " (6, 5, 'Remarque CANARY', NULL, 'restricted'),"
    " (6, 6, 'Détail', NULL, 'open'),"
    " (7, 0, 'Id', 'key', 'open');",

    "WITH e (id, dataset, as_of, level, first_version, last_version, rows) AS (VALUES"
    " (1, 1, '2014-01-01', NULL, 1, 3, 3),"
    " (2, 1, '2024-01-01', NULL, 4, 4, 3),"
    " (3, 2, '2024-01-01', NULL, 5, 6, 2),"
    " (4, 3, '2014-01-01', 'commune', NULL, NULL, 0),"
    " (5, 3, '2020-01-01', 'commune', NULL, NULL, 0),"
    " (6, 4, '2023-01-01', 'commune', NULL, NULL, 0),"
    " (7, 6, '2014-01-01', NULL, 1, 2, 0),"
    " (8, 6, '2024-01-01', NULL, 3, 7, 0),"
    " (9, 7, '2024-01-01', NULL, 8, 8, 0))"
    " INSERT INTO edition (id, dataset, as_of, level, first_version, last_version, source_name, source_sha256,"
    "   source_size, format, encoding, rows_read, rows_loaded, rows_rejected, rows_skipped, issues, imported_at,"
    "   tool_version)"
    " SELECT id, dataset, as_of, level, first_version, last_version, 'CANARY.csv', '', 0, 'CSV', 'UTF-8', rows, rows, 0,"
    "   0, 0, '', '' FROM e;",

    "INSERT INTO edition_constant VALUES"
    " (2, (SELECT id FROM field WHERE dataset = 1 AND position = 7), '2024'),"
    " (2, (SELECT id FROM field WHERE dataset = 1 AND position = 8), 'CANARY');",

    "INSERT INTO record (id, edition, line, key, name, geo_source, other, geom) VALUES"
    " (1, 1, 2, 'B', 'Bé', 'lonlat', '[null,\"CANARY\",\"9h-12h, \\\"12h\\\"\",\"CANARY\"]', MakePoint(4.36, 48.95, 4326)),"
    " (2, 1, 3, 'A', 'Á', 'lonlat', '[null,\"CANARY\",null,null,\"autre\",null,\"CANARY\"]', MakePoint(4.03, 49.25, 4326)),"
    " (3, 1, 4, 'B', NULL, NULL, NULL, NULL),"
    " (4, 2, 2, 'C', 'Cé', 'lonlat', '[\"CANARY\"]', MakePoint(4.5, 48.7, 4326)),"
    " (5, 3, 2, 'CANARY', 'CANARY', 'lonlat', '[\"CANARY\"]', MakePoint(4.5, 48.7, 4326)),"
    " (6, 3, 3, 'C', 'CANARY', 'lonlat', NULL, MakePoint(4.7, 48.7, 4326));",

    "INSERT INTO version VALUES"
    " (1, 1, 1, NULL, 1),"
    " (2, 2, 1, NULL, 2),"
    " (3, 3, 1, 2, 3),"
    " (4, 4, 2, NULL, 4),"
    " (5, 5, 3, NULL, 5),"
    " (6, 6, 3, NULL, 6);",

    "INSERT INTO territory (edition, level, type, code, name, valid_from, line, geom) VALUES"
    " (4, 'commune', 'COM', '51108', 'Châlons', '2014-01-01', 2,"
    "  GeomFromText('MULTIPOLYGON(((4 48, 4 49, 5 49, 5 48, 4 48)))', 4326)),"
    " (4, 'commune', 'COM', '51411', 'Oger', '2014-01-01', 3,"
    "  GeomFromText('MULTIPOLYGON(((3 48, 3 49, 4 49, 4 48, 3 48)))', 4326)),"
    " (5, 'commune', 'COM', '51108', 'Châlons', '2020-01-01', 2,"
    "  GeomFromText('MULTIPOLYGON(((3 48, 3 49, 5 49, 5 48, 3 48)))', 4326)),"
    " (6, 'commune', 'COM', '51108', 'CANARY', '2023-01-01', 2,"
    "  GeomFromText('MULTIPOLYGON(((7 48, 7 49, 8 49, 8 48, 7 48)))', 4326));",

    "INSERT INTO project (id, key, kind, service_dataset, service_key, commune, status, first_edition, gone_edition,"
    "   hash, edition, line, other, geom) VALUES"
    " (1, 'P0', 'closure', 'postes', 'A', '51108', 'announced', 7, 8, 1, 7, 2, NULL, NULL),"
    " (2, 'P1', 'closure', 'postes', 'B', '51108', 'announced', 7, NULL, 2, 7, 3,"
    "  '[null,null,null,null,null,\"CANARY\",\"rue Haute\"]', NULL),"
    " (3, 'P2', 'opening', 'postes', 'A', '51108', 'approved', 8, NULL, 3, 8, 2, NULL, MakePoint(4.1, 48.5, 4326)),"
    " (4, 'P3', 'closure', 'canary-jeu', 'CANARY', '51411', 'announced', 8, NULL, 4, 8, 3, NULL, NULL),"
    " (5, 'P4', 'move', NULL, 'A', '51108', 'done', 8, NULL, 5, 8, 4, NULL, NULL),"
    " (6, 'P5', 'closure', NULL, 'nothing', '99999', 'announced', 8, NULL, 6, 8, 5, NULL, NULL),"
    " (7, 'P6', 'merger', NULL, 'C', '51411', 'announced', 8, NULL, 7, 8, 6, NULL, NULL),"
    " (8, 'CANARY', 'closure', 'postes', 'B', '51108', 'announced', 9, NULL, 8, 9, 2, '[\"CANARY\"]', NULL);",
};
/* clang-format on */

static int fixture_set_up(void **state)
{
    snprintf(fixture_path, sizeof fixture_path, "publish-test-%ld.sqlite", (long)getpid());
    unlink(fixture_path);
    struct mg_db *db = NULL;
    put_empty_file(fixture_path);
    must(mg_db_open(fixture_path, MG_DB_CREATE, 1, &db, &err));
    must(mg_db_begin(db, &err));
    for (size_t i = 0; i < sizeof fixture_sql / sizeof *fixture_sql; i++)
        must(mg_db_exec(db, &err, "%s", fixture_sql[i]));
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
