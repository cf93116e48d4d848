/* crs.h - which coordinate system a place is in, and its longitude and latitude (EPSG:4326, degrees).
 *
 * Metric systems of the French territory: Lambert-93 (2154), CC42-CC50 (3942-3950), Lambert II étendu
 * (27572) and the zones I, III and IV (27571, 27573, 27574), the UTM of the Antilles (5490, 4559, 32620),
 * Guyane (2972, 32622), Réunion (2975), Mayotte (4471), Saint-Pierre-et-Miquelon (4467), Polynésie
 * (3296-3298), Wallis-et-Futuna (8903), Nouvelle-Calédonie (3163, 3169-3171), Web Mercator (3857).
 * Lambert-93 runs through a closed form
 * (IOGP guidance note 7-2, Lambert Conic Conformal 2SP; latitude series of Snyder 1987, eq. 3-5) that is
 * compared with PROJ over the country when a transformer is made: more than 10 micrometres apart, and
 * PROJ is used. All others are PROJ's.
 */
#ifndef MG_GEO_CRS_H
#define MG_GEO_CRS_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/error.h"
#include "libdata/geo/departement.h"

struct mg_crs; /* transformers to 4326, one for each system that was asked for */

enum mg_code mg_crs_create(struct mg_crs **ret_crs, struct mg_error *err);
void mg_crs_destroy(struct mg_crs *crs);

/* "EPSG:2154", "2154", "Lambert-93", "WGS84", "L93", "CC48", ...: the EPSG number, 0 if none we know. */
int mg_crs_from_name(const char *text, size_t length);

/* The metric system that a département's (or commune's) code calls for: 2154, overseas their UTM; 0 for
 * a code that is none. */
int mg_crs_for_code(const char *code, size_t length);

/* The systems that files of a land are found in, the likeliest first, 0 at the end. home: the one that
 * mg_crs_for_code gives; none for others. A constant. */
const int *mg_crs_candidates(int home);

/* Could x, y be this system's (its area of use, with a margin)? For 4326: lon, lat. */
bool mg_crs_plausible(int epsg, double x, double y);

/* Of mg_crs_candidates(home) the next after `after` (0: the first) that x, y could be in and that could lead
 * into the box; 0: no more. It tries no transformation: it is sure of what it leaves out, not of what it
 * gives. */
int mg_crs_next_candidate(const struct mg_crs *crs, int home, int after, double x, double y,
                          const struct mg_box *box);

/* count points in place; those that cannot be transformed become NAN. Unknown epsg: MG_ERR_INPUT. */
enum mg_code mg_crs_to_lonlat(struct mg_crs *crs, int epsg, double *x, double *y, size_t count,
                              struct mg_error *err);

/* Metres between two places on the ellipsoid (GeographicLib's geodesic through PROJ). */
double mg_crs_distance_m(struct mg_crs *crs, double lon1, double lat1, double lon2, double lat2);

#endif
