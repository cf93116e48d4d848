/* Where a row says its service is: which cells, which coordinate system, and what is wrong with them. */
#include <math.h>
#include <string.h>

#include "libdata/base/num.h"
#include "libdata/domain/common/missing_words.h"
#include "libdata/domain/kinds/services.h"

#define WGS84      4326
#define LAMBERT_93 2154

/* French territory, roughly, in degrees: enough to tell a longitude from a latitude */
static bool in_france(double lon, double lat)
{
    static const struct {
        double west, south, east, north;
    } boxes[] = {
        {-5.6, 41.2, 9.8, 51.3},      /* metropole */
        {-63.3, 14.2, -60.7, 18.3},   /* Antilles */
        {-54.8, 2, -51.4, 6},         /* Guyane */
        {55, -21.6, 56, -20.7},       /* Réunion */
        {44.9, -13.2, 45.5, -12.4},   /* Mayotte */
        {-56.6, 46.6, -56, 47.3},     /* Saint-Pierre-et-Miquelon */
        {163, -23, 168.4, -18},       /* Nouvelle-Calédonie */
        {-155, -28, -134, -7},        /* Polynésie */
        {-178.5, -14.6, -175.9, -13}, /* Wallis-et-Futuna */
    };
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
        if (lon >= boxes[i].west && lon <= boxes[i].east && lat >= boxes[i].south && lat <= boxes[i].north)
            return true;
    return false;
}

/* Over the sample: does the first number of the cell read better as the latitude? */
static bool is_lat_first(const struct mg_import *import, int column)
{
    size_t lat_first = 0, lon_first = 0;
    for (size_t i = 0; i < import->sample.row_count; i++) {
        const struct mg_cell *cell = mg_sample_cell(&import->sample, i, (size_t)column);
        double a, b;
        if (!mg_place_split(cell->text, cell->length, &a, &b))
            continue;
        lat_first += in_france(b, a);
        lon_first += in_france(a, b);
    }
    return lat_first >= lon_first;
}

enum mg_code mg_services_place_plan(struct mg_services *s, struct mg_error *err)
{
    const struct mg_import *import = s->import;
    const char *crs = import->options->crs;
    if (crs)
        s->fixed_epsg = mg_crs_from_name(crs, strlen(crs));
    if (import->roles.column[MG_ROLE_LONLAT] >= 0)
        s->lat_first = is_lat_first(import, import->roles.column[MG_ROLE_LONLAT]);
    enum mg_code code = mg_services_boxes_load(s, err);
    return code ? code : mg_crs_create(&s->crs, err);
}

static enum mg_code missing(struct mg_services *s, const struct mg_row *row, int column, struct mg_error *err)
{
    return mg_import_issue(s->import, row, column, "missing-coordinates", err, "%s", _("no coordinates"));
}

/* The number in a coordinate's cell; *ret_good false after an issue, or where the cell is empty. */
static enum mg_code read_number(struct mg_services *s, const struct mg_row *row, enum mg_role role,
                                double *ret_value, bool *ret_good, struct mg_error *err)
{
    struct mg_cell cell = mg_import_cell(s->import, row, role);
    int column = s->import->roles.column[role];
    *ret_good = true;
    if (mg_num_parse_f64(cell.text, cell.length, ret_value))
        return MG_OK;
    if (mg_num_parse_written(cell.text, cell.length, ret_value))
        return memchr(cell.text, ',', cell.length)
                   ? mg_import_issue(s->import, row, column, "decimal-comma", err, "%s",
                                     _("read with a decimal comma"))
                   : MG_OK;
    if ((role == MG_ROLE_LON || role == MG_ROLE_LAT) &&
        mg_place_degrees(cell.text, cell.length, role == MG_ROLE_LON ? "EOW" : "NS", ret_value))
        return mg_import_issue(s->import, row, column, "sexagesimal", err, "%s",
                               _("read as degrees, minutes and seconds"));
    *ret_good = false;
    if (!cell.length)
        return missing(s, row, column, err);
    if (mg_missing_word_in_code(cell.text, cell.length))
        return mg_import_missing_word(s->import, row, column, err);
    return mg_import_issue(s->import, row, column, "bad-coordinate", err, "%s", _("is not a number"));
}

/* Longitude and latitude: plausible at all, and the right way round. */
static enum mg_code settle_degrees(struct mg_services *s, const struct mg_row *row, int column, double lon,
                                   double lat, const char *source, struct mg_error *err)
{
    if (lon == 0 && lat == 0)
        return mg_import_issue(s->import, row, column, "zero-coordinates", err, "%s", _("0, 0 is no place"));
    enum mg_code code = MG_OK;
    if (!in_france(lon, lat) && in_france(lat, lon)) {
        double swap = lon;
        lon = lat;
        lat = swap;
        code = mg_import_issue(s->import, row, column, "swapped-axes", err, "%s",
                               _("longitude and latitude were in each other's place"));
    }
    if (fabs(lon) > 180 || fabs(lat) > 90)
        return mg_import_issue(s->import, row, column, "out-of-range", err, "%s", _("is not on the globe"));
    s->place = (struct mg_services_point){true, lon, lat, WGS84, source, 0, column};
    return code;
}

static enum mg_code place_lon_lat(struct mg_services *s, const struct mg_row *row, struct mg_error *err)
{
    struct mg_cell lon = mg_import_cell(s->import, row, MG_ROLE_LON);
    struct mg_cell lat = mg_import_cell(s->import, row, MG_ROLE_LAT);
    int column = s->import->roles.column[MG_ROLE_LON];
    if (!lon.length && !lat.length)
        return missing(s, row, column, err);
    double x = 0, y = 0;
    bool x_good, y_good = false;
    enum mg_code code = read_number(s, row, MG_ROLE_LON, &x, &x_good, err);
    if (!code)
        code = read_number(s, row, MG_ROLE_LAT, &y, &y_good, err);
    if (code || !x_good || !y_good)
        return code;
    return settle_degrees(s, row, column, x, y, "lonlat", err);
}

static enum mg_code place_lonlat(struct mg_services *s, const struct mg_row *row, struct mg_error *err)
{
    struct mg_cell cell = mg_import_cell(s->import, row, MG_ROLE_LONLAT);
    int column = s->import->roles.column[MG_ROLE_LONLAT];
    double a, b;
    if (!cell.length)
        return missing(s, row, column, err);
    if (mg_missing_word_in_code(cell.text, cell.length))
        return mg_import_missing_word(s->import, row, column, err);
    if (!mg_place_split(cell.text, cell.length, &a, &b))
        return mg_import_issue(s->import, row, column, "bad-coordinate", err, "%s", _("is not two numbers"));
    return settle_degrees(s, row, column, s->lat_first ? b : a, s->lat_first ? a : b, "lonlat", err);
}

/* geo_source of each system: text that stays */
static const char *source_of(int epsg)
{
    static const struct {
        int epsg;
        const char *source;
    } sources[] = {
#define SOURCE(n) {n, "x,y EPSG:" #n}
        SOURCE(2154),  SOURCE(5490),  SOURCE(2972),  SOURCE(2975),  SOURCE(4471),  SOURCE(4467), SOURCE(4559),
        SOURCE(32620), SOURCE(32621), SOURCE(32622), SOURCE(27572), SOURCE(3857),  SOURCE(4326), SOURCE(3942),
        SOURCE(3943),  SOURCE(3296),  SOURCE(3297),  SOURCE(3298),  SOURCE(8903),  SOURCE(3163), SOURCE(3169),
        SOURCE(3170),  SOURCE(3171),  SOURCE(27571), SOURCE(27573), SOURCE(27574), SOURCE(3944), SOURCE(3945),
        SOURCE(3946),  SOURCE(3947),  SOURCE(3948),  SOURCE(3949),  SOURCE(3950),
#undef SOURCE
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (sources[i].epsg == epsg)
            return sources[i].source;
    return "x,y";
}

/* The system of the row's x and y: the option, its own cell, its commune or postcode, else Lambert-93; the
 * last two are but suppositions. */
static enum mg_code system_of(struct mg_services *s, const struct mg_row *row, int *ret_epsg,
                              bool *ret_supposed, struct mg_error *err)
{
    *ret_supposed = false;
    *ret_epsg = s->fixed_epsg;
    if (*ret_epsg)
        return MG_OK;
    struct mg_cell cell = mg_import_cell(s->import, row, MG_ROLE_CRS);
    enum mg_code code = MG_OK;
    if (cell.length) {
        *ret_epsg = mg_crs_from_name(cell.text, cell.length);
        if (!*ret_epsg)
            code = mg_import_issue(s->import, row, s->import->roles.column[MG_ROLE_CRS], "unknown-crs", err,
                                   "%s", _("is not a coordinate system that is known here"));
    }
    const enum mg_role places[] = {MG_ROLE_COMMUNE, MG_ROLE_POSTCODE};
    *ret_supposed = !*ret_epsg;
    for (size_t i = 0; i < 2 && !*ret_epsg; i++) {
        const struct mg_text *text = &s->texts[places[i]];
        if (text->text)
            *ret_epsg = mg_crs_for_code(text->text, text->length);
    }
    if (!*ret_epsg)
        *ret_epsg = LAMBERT_93;
    return code;
}

/* The first of the land's systems in whose range x, y lie; 0: none. */
static int system_in_range(int home, double x, double y)
{
    const int *candidate = mg_crs_candidates(home);
    while (*candidate && !mg_crs_plausible(*candidate, x, y))
        candidate++;
    return *candidate;
}

static enum mg_code place_x_y(struct mg_services *s, const struct mg_row *row, struct mg_error *err)
{
    struct mg_cell cx = mg_import_cell(s->import, row, MG_ROLE_X),
                   cy = mg_import_cell(s->import, row, MG_ROLE_Y);
    int column = s->import->roles.column[MG_ROLE_X], epsg = 0;
    if (!cx.length && !cy.length)
        return missing(s, row, column, err);
    double x = 0, y = 0;
    bool x_good, y_good = false, supposed = false;
    enum mg_code code = read_number(s, row, MG_ROLE_X, &x, &x_good, err);
    if (!code)
        code = read_number(s, row, MG_ROLE_Y, &y, &y_good, err);
    if (code || !x_good || !y_good)
        return code;
    if (x == 0 && y == 0)
        return mg_import_issue(s->import, row, column, "zero-coordinates", err, "%s", _("0, 0 is no place"));
    code = system_of(s, row, &epsg, &supposed, err);
    if (code)
        return code;
    int home = epsg;
    if (!mg_crs_plausible(epsg, x, y) && !s->fixed_epsg && in_france(x, y))
        epsg = WGS84;
    if (epsg == WGS84)
        return settle_degrees(s, row, column, x, y, source_of(epsg), err);
    if (!mg_crs_plausible(epsg, x, y) && supposed)
        epsg = system_in_range(home, x, y);
    if (!epsg && supposed && system_in_range(home, y, x)) {
        epsg = system_in_range(home, y, x);
        double swap = x;
        x = y;
        y = swap;
        code = mg_import_issue(s->import, row, column, "swapped-axes", err, "%s",
                               _("x and y were in each other's place"));
    }
    if (code || !epsg || !mg_crs_plausible(epsg, x, y))
        return code ? code
                    : mg_import_issue(s->import, row, column, "out-of-range", err, _("is not within EPSG:%d"),
                                      home);
    s->place = (struct mg_services_point){true, x, y, epsg, source_of(epsg), supposed ? home : 0, column};
    return MG_OK;
}

/* A point of little-endian ISO WKB, with or without Z and M. */
static bool read_wkb_point(const struct mg_row *row, double *ret_x, double *ret_y)
{
    uint32_t type;
    if (row->wkb_length < 21 || row->wkb[0] != 1)
        return false;
    memcpy(&type, row->wkb + 1, 4);
    if (type % 1000 != 1)
        return false;
    memcpy(ret_x, row->wkb + 5, 8);
    memcpy(ret_y, row->wkb + 13, 8);
    return isfinite(*ret_x) && isfinite(*ret_y);
}

static enum mg_code place_geometry(struct mg_services *s, const struct mg_row *row, struct mg_error *err)
{
    double x, y;
    int epsg = s->fixed_epsg ? s->fixed_epsg : s->import->info->epsg;
    if (!row->wkb)
        return missing(s, row, -1, err);
    if (!read_wkb_point(row, &x, &y))
        return mg_import_issue(s->import, row, -1, "not-a-point", err, "%s",
                               _("the geometry is not a point"));
    if (!epsg || epsg == WGS84)
        return settle_degrees(s, row, -1, x, y, "geometry", err);
    if (!mg_crs_plausible(epsg, x, y))
        return mg_import_issue(s->import, row, -1, "out-of-range", err, _("is not within EPSG:%d"), epsg);
    s->place = (struct mg_services_point){true, x, y, epsg, "geometry", 0, -1};
    return MG_OK;
}

enum mg_code mg_services_place(struct mg_services *s, const struct mg_row *row, struct mg_error *err)
{
    const struct mg_roles *roles = &s->import->roles;
    s->place.there = false;
    if (s->import->info->has_geometry && !roles->forced[MG_ROLE_LON] && !roles->forced[MG_ROLE_LONLAT] &&
        !roles->forced[MG_ROLE_X])
        return place_geometry(s, row, err);
    bool degrees = roles->column[MG_ROLE_LON] >= 0;
    if (degrees && roles->column[MG_ROLE_X] >= 0) /* both: the row has the one or the other */
        degrees = mg_import_cell(s->import, row, MG_ROLE_LON).length ||
                  !mg_import_cell(s->import, row, MG_ROLE_X).length;
    if (degrees)
        return place_lon_lat(s, row, err);
    if (roles->column[MG_ROLE_LONLAT] >= 0)
        return place_lonlat(s, row, err);
    if (roles->column[MG_ROLE_X] >= 0)
        return place_x_y(s, row, err);
    return MG_OK; /* a file without places: nothing is missing from a row */
}

/* Where what the département calls for leads astray, and another system of the same land leads near the
 * commune that the row names, it is that one. */
static enum mg_code try_others(struct mg_services *s, const struct mg_row *row, const struct mg_box *declared,
                               double x, double y, bool *ret_near, struct mg_error *err)
{
    struct mg_services_point *place = &s->place;
    int epsg = 0;
    while (!*ret_near && (epsg = mg_crs_next_candidate(s->crs, place->home, epsg, x, y, declared))) {
        double lon = x, lat = y;
        if (epsg == place->epsg)
            continue;
        enum mg_code code = mg_crs_to_lonlat(s->crs, epsg, &lon, &lat, 1, err);
        if (code)
            return code;
        if (!isfinite(lon) || !isfinite(lat) || !mg_box_holds(declared, lon, lat, 0))
            continue;
        *place =
            (struct mg_services_point){true, lon, lat, epsg, source_of(epsg), place->home, place->column};
        *ret_near = true;
    }
    if (!*ret_near)
        return MG_OK;
    return mg_import_issue(s->import, row, place->column, "other-crs", err,
                           _("read as EPSG:%d, since EPSG:%d leads elsewhere"), place->epsg, place->home);
}

/* Is the place, now in degrees, where the row says that it is? */
static enum mg_code check_place(struct mg_services *s, const struct mg_row *row, double x, double y,
                                struct mg_error *err)
{
    struct mg_services_point *place = &s->place;
    const struct mg_box *declared = mg_services_declared(s);
    bool near = !declared || mg_box_holds(declared, place->x, place->y, 0);
    enum mg_code code = MG_OK;
    if (!near && place->home)
        code = try_others(s, row, declared, x, y, &near, err);
    if (code || (near && declared))
        return code;
    if (!in_france(place->x, place->y))
        return mg_import_issue(s->import, row, place->column, "outside-territory", err, "%s",
                               _("lies outside of the French territory"));
    if (!near)
        return mg_import_issue(s->import, row, place->column, "far-from-commune", err, "%s",
                               _("lies far from the commune that the row names"));
    return MG_OK;
}

enum mg_code mg_services_project(struct mg_services *s, const struct mg_row *row, struct mg_error *err)
{
    struct mg_services_point *place = &s->place;
    if (!place->there)
        return MG_OK;
    double x = place->x, y = place->y;
    enum mg_code code = MG_OK;
    if (place->epsg != WGS84)
        code = mg_crs_to_lonlat(s->crs, place->epsg, &place->x, &place->y, 1, err);
    if (code)
        return code;
    if (isfinite(place->x) && isfinite(place->y))
        return check_place(s, row, x, y, err);
    place->there = false;
    return mg_import_issue(s->import, row, -1, "out-of-range", err, _("cannot be projected from EPSG:%d"),
                           place->epsg);
}
