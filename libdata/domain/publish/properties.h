/* properties.h - the properties that one edition's features have, as an audience may see them; and one
 * feature's values on their way through the sorter.
 *
 * First dataset and edition, then the typed columns that the dataset has, then its other columns by their
 * position, under their own names (one that is taken gets _2, _3..., as in the dataset's view). A cell that
 * says nothing has the value that the edition has throughout.
 */
#ifndef MG_PUBLISH_PROPERTIES_H
#define MG_PUBLISH_PROPERTIES_H

#include "libdata/base/buf.h"
#include "libdata/domain/common/access.h"
#include "libdata/domain/publish/geojson.h"
#include "libdata/io/table.h"

#define MG_TYPED_MAX 16

/* A typed column: its property, and the role of the field that it comes from (NULL: the importer's own). */
struct mg_typed_column {
    const char *name, *role;
};

struct mg_property; /* a typed column, or a cell of record.other */

struct mg_properties {
    const struct mg_dataset *dataset;
    const struct mg_edition *edition;
    struct mg_property *list; /* typed ones first, then cells by position */
    size_t count;
    struct mg_buf common; /* what all features have: dataset, edition */
};

/* Start with {0}; the owner calls mg_properties_finish. dataset, edition and columns (of MG_TYPED_MAX at
 * most) outlive them. */
enum mg_code mg_properties_init(struct mg_properties *properties, struct mg_db *db, enum mg_audience audience,
                                const struct mg_dataset *dataset, const struct mg_edition *edition,
                                const struct mg_typed_column *columns, size_t column_count,
                                struct mg_error *err);
void mg_properties_finish(struct mg_properties *properties);

/* A feature's values, appended to row (ask mg_buf_check): typed by the number of the column, text NULL where
 * there is none; other: a JSON array of texts and nulls by field.position, or NULL. */
void mg_properties_pack(const struct mg_properties *properties, const struct mg_cell *typed,
                        const char *other, struct mg_buf *row);

/* packed: what mg_properties_pack appended. */
void mg_properties_write(const struct mg_properties *properties, const char *packed, struct mg_geojson *g);

#endif
