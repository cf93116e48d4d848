/* features.h - what the kinds of datasets give to be published: a feature for each row of an edition. */
#ifndef MG_PUBLISH_FEATURES_H
#define MG_PUBLISH_FEATURES_H

#include "libdata/db/read.h"
#include "libdata/domain/publish/internal.h"
#include "libdata/domain/publish/properties.h"

/* A row's values, borrowed until the next one is read. */
struct mg_feature {
    bool has_place;
    double lon, lat;
    struct mg_cell typed[MG_TYPED_MAX]; /* by the kind's columns; text NULL: none */
    const char *other;                  /* the other cells (properties.h), or NULL */
};

enum { MG_FEATURE_KEY = 0 }; /* the first column of each kind */

/* A column's text (borrowed, NULL where it is null); the point in a column, if there is one. */
struct mg_cell mg_feature_cell(struct mg_read *row, int column);
bool mg_feature_place(struct mg_read *row, int column, double *ret_lon, double *ret_lat);

struct mg_feature_kind {
    const char *name; /* of datasets */
    const struct mg_typed_column *columns;
    size_t column_count;
    /* The statement whose rows are the edition's features; it is db's. */
    enum mg_code (*open)(struct mg_publication *p, const struct mg_dataset *dataset,
                         const struct mg_edition *edition, sqlite3_stmt **ret_statement, void **ret_context,
                         struct mg_error *err);
    enum mg_code (*read)(void *context, struct mg_read *row, struct mg_feature *ret_feature,
                         struct mg_error *err);
    void (*close)(
        void *context); /* NULL: nothing to close; else also after a failure, context NULL perhaps */
};

extern const struct mg_feature_kind mg_service_features; /* services.c */
extern const struct mg_feature_kind mg_project_features; /* projects.c */

#endif
