/* roles.h - what the columns of a foreign file are: found by their labels and by what is in them.
 *
 * A label counts by how plainly it says the role (French and English, label.h), the
 * content by the share of a sample's cells that could be it; both together are the confidence, 0 to 1. A
 * column has one role, a role one column. Of two columns that speak equally for a role, the first is taken
 * where they hold the same cells, else the one that is filled more; else nothing is guessed: MG_ERR_USAGE
 * names both and the --map that settles it.
 *
 * Columns are known by words, cells and wholes. A label is words (domain/columns/label.h), rules are a few
 * words, and identifiers with a check digit speak for themselves (domain/common/identifiers.h), so that a
 * file nobody has seen is understood; tests/unit/columns/truth.tsv says how well. A type is what the whole
 * column proves.
 */
#ifndef MG_COLUMNS_ROLES_H
#define MG_COLUMNS_ROLES_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/domain/columns/meaning.h"
#include "libdata/domain/columns/sample.h"
#include "libdata/domain/common/catalogue.h"

enum mg_role {
    MG_ROLE_KEY,
    MG_ROLE_NAME,
    MG_ROLE_CATEGORY,
    MG_ROLE_ADDRESS,
    MG_ROLE_POSTCODE,
    MG_ROLE_COMMUNE,
    MG_ROLE_STATUS,
    MG_ROLE_OPENED,
    MG_ROLE_CLOSED,
    MG_ROLE_PRECISION, /* how precise the place is, in the source's words */
    MG_ROLE_LON,
    MG_ROLE_LAT,
    MG_ROLE_LONLAT,
    MG_ROLE_X,
    MG_ROLE_Y,
    MG_ROLE_CRS,
    MG_ROLE_CODE,
    MG_ROLE_POPULATION,
    MG_ROLE_DATE,
    MG_ROLE_SCORE,
    MG_ROLE_COMMENT,
    MG_ROLE_SERVICE,
    MG_ROLE_WEIGHT,
    MG_ROLE_GROUP,
    MG_ROLE_KIND,
    MG_ROLE_EXPECTED,
    MG_ROLE_DATASET, /* the dataset that the service is in */
    MG_ROLE_COUNT
};

#define MG_ROLE_BIT(role) (1u << (role))

const char *mg_role_name(enum mg_role role);
bool mg_role_from_name(const char *text, size_t length, enum mg_role *ret_role);

struct mg_map_option { /* --map ROLE=COLUMN */
    enum mg_role role;
    const char *column;
};

/* A key may be of several columns: --map key=A --map key=B. They are its parts in the order of the dataset's
 * columns, and may have another role each. */
#define MG_KEY_PARTS 4

struct mg_roles_request {
    const char *const *columns; /* what the dataset calls them; column_count of the sample */
    const char *const *written; /* and what the file does; NULL: the same. --map may name either */
    const struct mg_sample *sample;
    unsigned wanted;                  /* the roles that this kind of data has, as MG_ROLE_BITs */
    const struct mg_dataset *dataset; /* its earlier columns keep their roles; NULL: it is new */
    const struct mg_map_option *maps;
    size_t map_count;
    bool cut_names; /* they are cut at ten bytes (label.h) */
    bool no_key;
    bool may_have_key_parts;
    bool has_geometry; /* the file has geometry of its own: coordinates are not looked for in columns */
};

struct mg_column_meaning { /* of a column, whether it has a role or not */
    enum mg_meaning meaning;
    double confidence;
};

struct mg_roles {
    int column[MG_ROLE_COUNT]; /* -1: no column has this role */
    double confidence[MG_ROLE_COUNT];
    bool forced[MG_ROLE_COUNT];
    int key_parts[MG_KEY_PARTS]; /* columns; column[MG_ROLE_KEY] is the first of them */
    size_t key_part_count;       /* 0: the key is one column, or there is none */
    /* Of codes, coordinates and dates that no column is: one whose label says plainly that it is, but whose
     * cells are not so; -1: none. */
    int unread[MG_ROLE_COUNT];
};

/* meanings: for each column, what its cells are, as found. A column in maps that is not there, or a role that
 * this kind has not: MG_ERR_USAGE. So is a column missing that was a part of the key of earlier editions. */
enum mg_code mg_roles_find(const struct mg_roles_request *request, struct mg_roles *ret_roles,
                           struct mg_column_meaning *meanings, struct mg_error *err);

#endif
