/* departement.h - where each département lies, roughly: the box around it, in degrees.
 *
 * From the boundaries of 2018 (IGN, Admin Express), to a tenth of a degree outwards; the collectivities
 * overseas by hand. It tells a service of Marseille that stands in Lille, no more.
 */
#ifndef MG_GEO_DEPARTEMENT_H
#define MG_GEO_DEPARTEMENT_H

#include <stdbool.h>
#include <stddef.h>

struct mg_box {
    double west, south, east, north;
};

/* By the code of a commune (or a postcode, or the département's own). NULL: none that is known. A constant.
 */
const struct mg_box *mg_departement_box(const char *code, size_t length);

/* Of a commune's code or a postcode, how many characters are the département's: overseas 3. */
static inline size_t mg_departement_length(const char *code)
{
    return code[0] == '9' && (code[1] == '7' || code[1] == '8') ? 3 : 2;
}

static inline bool mg_box_holds(const struct mg_box *box, double lon, double lat, double margin_deg)
{
    return lon >= box->west - margin_deg && lon <= box->east + margin_deg && lat >= box->south - margin_deg &&
           lat <= box->north + margin_deg;
}

#endif
