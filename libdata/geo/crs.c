#include "libdata/geo/crs.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/base/text.h"
#include "libdata/geo/crs_rough.h"
#include "libdata/geo/lambert.h"
#include "libdata/geo/proj.h"

enum { WGS84 = 4326, LAMBERT_93 = 2154, MOST_CANDIDATES = 16 };

/* One of the nine conic conformal zones, each 1,000 km north of the one before. */
#define CC(n)                                                                                                \
    {                                                                                                        \
        3900 + (n), 950e3, ((n)-41) * 1000e3, 2350e3, ((n)-41) * 1000e3 + 400e3,                             \
        {                                                                                                    \
            "cc" #n, "rgf93cc" #n, "rgf93v1cc" #n, "lambert93cc" #n                                          \
        }                                                                                                    \
    }

/* Where each system's coordinates lie over the land it serves, in its own units. names: as files write
 * them, folded and without blanks. */
static const struct system {
    int epsg;
    double west, south, east, north;
    const char *names[8]; /* ended by NULL */
} systems[] = {
    {WGS84,
     -180,
     -90,
     180,
     90,
     {"wgs84", "crs84", "urnogcdefcrsogc13crs84", "wgs1984", "gps", "lonlat", "latlon"}},
    {LAMBERT_93,
     -50e3,
     5950e3,
     1350e3,
     7250e3,
     {"lambert93", "l93", "rgf93lambert93", "rgf93v1lambert93", "lamb93", "l93metropole"}},
    CC(42),
    CC(43),
    CC(44),
    CC(45),
    CC(46),
    CC(47),
    CC(48),
    CC(49),
    CC(50),
    {27572,
     -100e3,
     1500e3,
     1300e3,
     2800e3,
     {"lambertiietendu", "lambert2etendu", "lambertiie", "lambert2e", "l2e", "ntfparislambertzoneii"}},
    {27571, -100e3, 900e3, 1300e3, 1400e3, {"lambertizone", "ntfparislambertzonei", "lambert1carto"}},
    {27573, -100e3, 2700e3, 1300e3, 3500e3, {"ntfparislambertzoneiii", "lambert3carto"}},
    {27574, 400e3, 4050e3, 700e3, 4350e3, {"ntfparislambertzoneiv", "lambert4carto"}},
    {5490, 400e3, 1500e3, 850e3, 2100e3, {"rgaf09utm20n", "rgaf09utmzone20n", "rgaf09"}},
    {4559, 400e3, 1500e3, 850e3, 2100e3, {"rraf1991utm20n", "rraf1991utmzone20n", "rraf91utm20n", "rraf91"}},
    {32620,
     400e3,
     1500e3,
     850e3,
     2100e3,
     {"wgs84utm20n", "wgs84utmzone20n", "utm20n", "utmzone20n", "utmn20"}},
    {2972, 0, 150e3, 550e3, 750e3, {"rgfg95utm22n", "rgfg95utmzone22n", "rgfg95"}},
    {32622, 0, 150e3, 550e3, 750e3, {"wgs84utm22n", "wgs84utmzone22n", "utm22n", "utmzone22n", "utmn22"}},
    {32621, 480e3, 5100e3, 630e3, 5300e3, {"wgs84utm21n", "wgs84utmzone21n"}},
    {2975,
     250e3,
     7550e3,
     450e3,
     7800e3,
     {"rgr92utm40s", "rgr92utmzone40s", "rgr92", "utm40s", "utmzone40s", "utms40"}},
    {4471,
     450e3,
     8500e3,
     600e3,
     8700e3,
     {"rgm04utm38s", "rgm04utmzone38s", "rgm04", "utm38s", "utmzone38s", "utms38"}},
    {4467,
     480e3,
     5100e3,
     630e3,
     5300e3,
     {"rgspm06utm21n", "rgspm06utmzone21n", "rgspm06", "utm21n", "utmzone21n", "utmn21"}},
    {3296, 150e3, 6800e3, 850e3, 9200e3, {"rgpfutm5s", "rgpfutmzone5s", "utm5s", "utmzone5s"}},
    {3297, 150e3, 6800e3, 850e3, 9200e3, {"rgpfutm6s", "rgpfutmzone6s", "rgpf", "utm6s", "utmzone6s"}},
    {3298, 150e3, 6800e3, 850e3, 9200e3, {"rgpfutm7s", "rgpfutmzone7s", "utm7s", "utmzone7s"}},
    {8903, 450e3, 8350e3, 750e3, 8600e3, {"rgwf96utm1s", "rgwf96utmzone1s", "rgwf96", "utm1s", "utmzone1s"}},
    {3163,
     50e3,
     50e3,
     850e3,
     750e3,
     {"rgnc9193lambertnewcaledonia", "rgnc9193lambertnc", "rgnclambert", "rgnc9193", "lambertnc"}},
    {3169, 150e3, 7400e3, 850e3, 8100e3, {"rgnc9193utm57s", "rgnc9193utmzone57s", "utm57s", "utmzone57s"}},
    {3170, 150e3, 7400e3, 850e3, 8100e3, {"rgnc9193utm58s", "rgnc9193utmzone58s", "utm58s", "utmzone58s"}},
    {3171, 150e3, 7400e3, 850e3, 8100e3, {"rgnc9193utm59s", "rgnc9193utmzone59s", "utm59s", "utmzone59s"}},
    {3857, -7200e3, -2600e3, 6400e3, 6800e3, {"webmercator", "wgs84pseudomercator", "wgs84webmercator"}},
};
#undef CC
enum { SYSTEM_COUNT = sizeof systems / sizeof *systems };

/* The systems of each land, its home first. */
static const int lands[][MOST_CANDIDATES + 1] = {
    {LAMBERT_93, 27572, 3942, 3943, 3944, 3945, 3946, 3947, 3948, 3949, 3950, 27571, 27573, 27574, 3857},
    {5490, 4559, 3857},
    {2972, 3857},
    {2975, 3857},
    {4471, 3857},
    {4467, 3857},
    {3297, 3296, 3298, 3857},
    {8903, 3857},
    {3163, 3170, 3169, 3171, 3857},
    {0},
};
enum { LAND_COUNT = sizeof lands / sizeof *lands };

struct mg_crs {
    PJ_CONTEXT *context;
    PJ *transformer[SYSTEM_COUNT]; /* made when first asked for */
    struct geod_geodesic ellipsoid;
    struct mg_lambert lambert;
    bool lambert_agrees; /* the closed form was compared with PROJ and may be used */
    struct mg_crs_rough rough;
    const struct system *candidates[LAND_COUNT][MOST_CANDIDATES + 1]; /* as lands */
};

static void say_nothing(void *data, int level, const char *message)
{
    (void)data;
    (void)level;
    (void)message;
}

static int find_system(int epsg)
{
    for (int i = 0; i < SYSTEM_COUNT; i++)
        if (systems[i].epsg == epsg)
            return i;
    return -1;
}

static void find_candidates(struct mg_crs *crs)
{
    for (size_t i = 0; i < LAND_COUNT; i++)
        for (size_t j = 0; lands[i][j]; j++)
            crs->candidates[i][j] = &systems[find_system(lands[i][j])];
}

enum mg_code mg_crs_create(struct mg_crs **ret_crs, struct mg_error *err)
{
    enum mg_code code = mg_proj_load(err);
    if (code)
        return code;
    struct mg_crs *crs = mg_calloc(1, sizeof *crs);
    if (!crs)
        return mg_fail_memory(err);
    crs->context = mg_proj.proj_context_create();
    if (!crs->context) {
        free(crs);
        return mg_fail_memory(err);
    }
    mg_proj.proj_log_func(crs->context, NULL, say_nothing);
    mg_proj.proj_context_set_enable_network(crs->context, 0);
    mg_proj.geod_init(&crs->ellipsoid, 6378137, 1 / 298.257223563);
    mg_lambert_init(&crs->lambert, &mg_lambert_93);
    mg_crs_rough_init(&crs->rough);
    find_candidates(crs);
    *ret_crs = crs;
    return MG_OK;
}

void mg_crs_destroy(struct mg_crs *crs)
{
    if (!crs)
        return;
    for (size_t i = 0; i < SYSTEM_COUNT; i++)
        mg_proj.proj_destroy(crs->transformer[i]);
    mg_proj.proj_context_destroy(crs->context);
    free(crs);
}

/* The text as the number of a system that is known; 0: it is none. */
static int system_number(const char *text, size_t length)
{
    int64_t number;
    if (!mg_num_parse_i64(text, length, &number) || number < 0 || number > 99999 ||
        find_system((int)number) < 0)
        return 0;
    return (int)number;
}

static int number_after(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) ? 0 : system_number(text + length, strlen(text + length));
}

static int from_name(const char *text, size_t length)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    mg_text_add_folded(&folded, text, length);
    char name[64];
    size_t n = 0;
    for (size_t i = 0; i < folded.length && n + 1 < sizeof name; i++)
        if (folded.data[i] != ' ')
            name[n++] = folded.data[i];
    name[n] = '\0';
    for (size_t i = 0; i < SYSTEM_COUNT; i++)
        for (const char *const *alias = systems[i].names; *alias; alias++)
            if (!strcmp(name, *alias))
                return systems[i].epsg;
    static const char *prefixes[] = {"", "epsg", "urnogcdefcrsepsg", "httpwwwopengisnetdefcrsepsg0"};
    int number = 0;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes && !number; i++)
        number = number_after(name, prefixes[i]);
    return number;
}

/* A number that follows "EPSG:", whatever stands around it. */
static int from_epsg(const char *text, size_t length)
{
    for (size_t i = 0; i + 5 < length; i++) {
        if (strncasecmp(text + i, "epsg:", 5))
            continue;
        size_t digits = i + 5;
        while (digits < length && mg_is_digit(text[digits]))
            digits++;
        if (digits < length && (unsigned char)text[digits] < 0x80 && isalpha((unsigned char)text[digits]))
            continue;
        return system_number(text + i + 5, digits - i - 5);
    }
    return 0;
}

/* "2,ATLASANTE,96,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole)": one of several things, the last of them
 * first, each without what it has in brackets. */
static int from_list(const char *text, size_t length)
{
    int found = 0;
    for (size_t end = length; !found; end--) {
        size_t start = end;
        while (start && text[start - 1] != ',')
            start--;
        const char *bracket = memchr(text + start, '(', end - start);
        size_t n = bracket ? (size_t)(bracket - text) - start : end - start;
        found = from_epsg(text + start, n);
        if (!found)
            found = from_name(text + start, n);
        if (!start)
            break;
        end = start;
    }
    return found;
}

int mg_crs_from_name(const char *text, size_t length)
{
    int found = from_name(text, length);
    return found ? found : from_list(text, length);
}

/* Départements 01 to 95, 2A, 2B; a lone digit and codes whose leading zero was lost are of the mainland. */
static bool is_mainland(const char *code, size_t length)
{
    if (length == 3 && code[0] == '0') { /* 035, 02A */
        code++;
        length--;
    }
    if (length == 1)
        return code[0] >= '1' && code[0] <= '9';
    if (length != 2 && length != 4 && length != 5)
        return false;
    for (size_t i = 2; i < length; i++)
        if (!mg_is_digit(code[i]))
            return false;
    if (length == 4)
        return mg_is_digit(code[0]) && code[0] > '0' && mg_is_digit(code[1]);
    if (code[0] == '2' && (code[1] == 'A' || code[1] == 'B' || code[1] == 'a' || code[1] == 'b'))
        return true;
    if (!mg_is_digit(code[0]) || !mg_is_digit(code[1]))
        return false;
    int number = (code[0] - '0') * 10 + code[1] - '0';
    return number >= 1 && number <= 95;
}

int mg_crs_for_code(const char *code, size_t length)
{
    static const struct {
        char prefix[4];
        int epsg;
    } overseas[] = {{"971", 5490}, {"972", 5490}, {"973", 2972}, {"974", 2975}, {"975", 4467}, {"976", 4471},
                    {"977", 5490}, {"978", 5490}, {"986", 8903}, {"987", 3297}, {"988", 3163}, {"9A", 5490},
                    {"9B", 5490},  {"9C", 2972},  {"9D", 2975},  {"9E", 4467},  {"9F", 4471}};
    for (size_t i = 0; i < sizeof overseas / sizeof *overseas && length && code[0] == '9'; i++) {
        size_t n = strlen(overseas[i].prefix);
        if (length >= n && length <= 5 && length != 4 && !memcmp(code, overseas[i].prefix, n))
            return overseas[i].epsg;
    }
    return is_mainland(code, length) ? LAMBERT_93 : 0;
}

static bool holds(const struct system *system, double x, double y)
{
    return x >= system->west && x <= system->east && y >= system->south && y <= system->north;
}

bool mg_crs_plausible(int epsg, double x, double y)
{
    int i = find_system(epsg);
    return i >= 0 && holds(&systems[i], x, y);
}

static size_t land_of(int home)
{
    size_t i = 0;
    while (lands[i][0] && lands[i][0] != home)
        i++;
    return i;
}

const int *mg_crs_candidates(int home)
{
    return lands[land_of(home)];
}

int mg_crs_next_candidate(const struct mg_crs *crs, int home, int after, double x, double y,
                          const struct mg_box *box)
{
    const struct system *const *candidate = crs->candidates[land_of(home)];
    while (after && *candidate && (*candidate)->epsg != after)
        candidate++;
    candidate += after && *candidate;
    while (*candidate &&
           (!holds(*candidate, x, y) || !mg_crs_rough_holds(&crs->rough, (*candidate)->epsg, x, y, box)))
        candidate++;
    return *candidate ? (*candidate)->epsg : 0;
}

static enum mg_code make_transformer(struct mg_crs *crs, int system, struct mg_error *err)
{
    char name[32];
    snprintf(name, sizeof name, "EPSG:%d", systems[system].epsg);
    PJ *plain = mg_proj.proj_create_crs_to_crs(crs->context, name, "EPSG:4326", NULL);
    PJ *lonlat = plain ? mg_proj.proj_normalize_for_visualization(crs->context, plain) : NULL;
    mg_proj.proj_destroy(plain);
    if (!lonlat) {
        mg_fail(err, MG_ERR_IO, _("PROJ knows no way from %s to longitude and latitude: %s"), name,
                mg_proj.proj_context_errno_string(crs->context, mg_proj.proj_context_errno(crs->context)));
        mg_error_hint(err, "%s", _("PROJ's database proj.db must be installed (package proj-data)"));
        return MG_ERR_IO;
    }
    crs->transformer[system] = lonlat;
    if (systems[system].epsg == LAMBERT_93)
        crs->lambert_agrees = mg_lambert_93_agrees(&crs->lambert, lonlat);
    return MG_OK;
}

static void transform_one(PJ *transformer, double *x, double *y)
{
    PJ_COORD there = {{HUGE_VAL, HUGE_VAL, 0, 0}};
    if (isfinite(*x) && isfinite(*y)) {
        mg_proj.proj_errno_reset(transformer);
        there = mg_proj.proj_trans(transformer, PJ_FWD, mg_proj.proj_coord(*x, *y, 0, 0));
    }
    bool good = isfinite(there.xy.x) && isfinite(there.xy.y);
    *x = good ? there.xy.x : NAN;
    *y = good ? there.xy.y : NAN;
}

enum mg_code mg_crs_to_lonlat(struct mg_crs *crs, int epsg, double *x, double *y, size_t count,
                              struct mg_error *err)
{
    int system = find_system(epsg);
    if (system < 0) {
        mg_fail(err, MG_ERR_INPUT, _("coordinate system EPSG:%d is not one of those known here"), epsg);
        mg_error_hint(err, "%s",
                      _("reproject the file to WGS 84 first, for instance with ogr2ogr -t_srs EPSG:4326"));
        return MG_ERR_INPUT;
    }
    if (epsg == WGS84) {
        for (size_t i = 0; i < count; i++)
            if (!mg_crs_plausible(WGS84, x[i], y[i]))
                x[i] = y[i] = NAN;
        return MG_OK;
    }
    enum mg_code code = crs->transformer[system] ? MG_OK : make_transformer(crs, system, err);
    if (code)
        return code;
    bool closed_form = epsg == LAMBERT_93 && crs->lambert_agrees;
    for (size_t i = 0; i < count; i++) {
        if (closed_form && mg_crs_plausible(LAMBERT_93, x[i], y[i]))
            mg_lambert_to_lonlat(&crs->lambert, x[i], y[i], &x[i], &y[i]);
        else
            transform_one(crs->transformer[system], &x[i], &y[i]);
    }
    return MG_OK;
}

double mg_crs_distance_m(struct mg_crs *crs, double lon1, double lat1, double lon2, double lat2)
{
    double distance;
    mg_proj.geod_inverse(&crs->ellipsoid, lat1, lon1, lat2, lon2, &distance, NULL, NULL);
    return distance;
}
