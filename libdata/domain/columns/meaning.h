/* meaning.h - what the cells of a column are, whatever the column is used for: a SIRET, a telephone number, a
 * longitude, the name of a département.
 *
 * A role is one column's part in an import; a meaning is what a column says, and any number of columns may
 * say the same. It is found like a role: by how plainly the label says it, and by the share of the cells that
 * could be it, where a check digit or a list of names says more than a run of digits does. Meanings with a
 * strong form are found under any label. A meaning's name is the one in field.meaning (maillage-file(5)).
 */
#ifndef MG_COLUMNS_MEANING_H
#define MG_COLUMNS_MEANING_H

#include "libdata/domain/columns/label.h"
#include "libdata/domain/columns/sample.h"

enum mg_meaning {
    MG_MEANING_NONE,
    MG_MEANING_SIRET,
    MG_MEANING_UAI,
    MG_MEANING_FINESS,
    MG_MEANING_RNA,
    MG_MEANING_UIC,
    MG_MEANING_EPCI, /* before SIREN, which it is too */
    MG_MEANING_SIREN,
    MG_MEANING_IRIS,
    MG_MEANING_FANTOIR,
    MG_MEANING_COMMUNE,
    MG_MEANING_POSTCODE,
    MG_MEANING_DEPARTEMENT,
    MG_MEANING_REGION,
    MG_MEANING_COMMUNE_NAME,
    MG_MEANING_DEPARTEMENT_NAME,
    MG_MEANING_REGION_NAME,
    MG_MEANING_EPCI_NAME,
    MG_MEANING_ACTIVITY,
    MG_MEANING_PHONE,
    MG_MEANING_EMAIL,
    MG_MEANING_URL,
    MG_MEANING_ADDRESS,
    MG_MEANING_LON,
    MG_MEANING_LAT,
    MG_MEANING_LONLAT,
    MG_MEANING_X,
    MG_MEANING_Y,
    MG_MEANING_CRS,
    MG_MEANING_GEOMETRY, /* GeoJSON or WKT in a cell */
    MG_MEANING_DATE,
    MG_MEANING_YEAR,
    MG_MEANING_COUNT
};

const char *mg_meaning_name(enum mg_meaning meaning); /* NULL for MG_MEANING_NONE */
bool mg_meaning_from_name(const char *text, size_t length, enum mg_meaning *ret_meaning);

/* Could the trimmed cell be it? */
bool mg_meaning_fits(enum mg_meaning meaning, const char *text, size_t length);

/* Is it a code, whose digits are no number even where no zero leads them? */
bool mg_meaning_is_code(enum mg_meaning meaning);

/* Is it an identifier that has a check digit or letter? */
bool mg_meaning_has_check(enum mg_meaning meaning);

/* How plainly the label says it: 0 not at all, 1 entirely. */
double mg_meaning_label(enum mg_meaning meaning, const struct mg_label *label);

/* What the column's cells are. *ret_confidence is 0 when nothing is found. */
enum mg_meaning mg_meaning_find(const struct mg_label *label, const struct mg_sample *sample, size_t column,
                                double *ret_confidence);

#endif
