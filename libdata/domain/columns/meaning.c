#include "libdata/domain/columns/meaning.h"

#include <math.h>
#include <string.h>

#include "libdata/base/date.h"
#include "libdata/base/num.h"
#include "libdata/base/text.h"
#include "libdata/domain/common/codes.h"
#include "libdata/domain/common/identifiers.h"
#include "libdata/geo/crs.h"

#define MIN_CONTENT    0.5
#define MIN_CONFIDENCE 0.5
#define UNLABELLED     5 /* cells that must speak when the label does not */
#define GLANCE         40
#define CERTAIN        0.9 /* a form that nothing else has */

/* The name, and how much the cells alone say. */
static const struct {
    const char *name;
    double strength;
} meanings[MG_MEANING_COUNT] = {
    [MG_MEANING_NONE] = {NULL, 0},
    [MG_MEANING_SIRET] = {"siret", 0.85},
    [MG_MEANING_UAI] = {"uai", 0.9},
    [MG_MEANING_FINESS] = {"finess", 0.45},
    [MG_MEANING_RNA] = {"rna", 0.9},
    [MG_MEANING_UIC] = {"uic", 0.7},
    [MG_MEANING_EPCI] = {"epci", 0.45},
    [MG_MEANING_SIREN] = {"siren", 0.4},
    [MG_MEANING_IRIS] = {"iris", 0},
    [MG_MEANING_FANTOIR] = {"fantoir", 0},
    [MG_MEANING_COMMUNE] = {"commune", 0},
    [MG_MEANING_POSTCODE] = {"postcode", 0},
    [MG_MEANING_DEPARTEMENT] = {"departement", 0},
    [MG_MEANING_REGION] = {"region", 0},
    [MG_MEANING_COMMUNE_NAME] = {"commune_name", 0},
    [MG_MEANING_DEPARTEMENT_NAME] = {"departement_name", 0.8},
    [MG_MEANING_REGION_NAME] = {"region_name", 0.8},
    [MG_MEANING_EPCI_NAME] = {"epci_name", 0},
    [MG_MEANING_ACTIVITY] = {"activity", 0.45},
    [MG_MEANING_PHONE] = {"phone", 0.7},
    [MG_MEANING_EMAIL] = {"email", 0.95},
    [MG_MEANING_URL] = {"url", 0.95},
    [MG_MEANING_ADDRESS] = {"address", 0},
    [MG_MEANING_LON] = {"lon", 0},
    [MG_MEANING_LAT] = {"lat", 0},
    [MG_MEANING_LONLAT] = {"lonlat", 0.7},
    [MG_MEANING_X] = {"x", 0},
    [MG_MEANING_Y] = {"y", 0},
    [MG_MEANING_CRS] = {"crs", 0},
    [MG_MEANING_GEOMETRY] = {"geometry", 0.95},
    [MG_MEANING_DATE] = {"date", 0.8},
    [MG_MEANING_YEAR] = {"year", 0},
};

const char *mg_meaning_name(enum mg_meaning meaning)
{
    return meanings[meaning].name;
}

bool mg_meaning_from_name(const char *text, size_t length, enum mg_meaning *ret_meaning)
{
    for (int i = 1; i < MG_MEANING_COUNT; i++)
        if (strlen(meanings[i].name) == length && !memcmp(meanings[i].name, text, length)) {
            *ret_meaning = (enum mg_meaning)i;
            return true;
        }
    return false;
}

bool mg_meaning_is_code(enum mg_meaning meaning)
{
    return (meaning >= MG_MEANING_SIRET && meaning <= MG_MEANING_REGION) || meaning == MG_MEANING_PHONE;
}

bool mg_meaning_has_check(enum mg_meaning meaning)
{
    return meaning == MG_MEANING_SIRET || meaning == MG_MEANING_SIREN || meaning == MG_MEANING_EPCI ||
           meaning == MG_MEANING_UAI || meaning == MG_MEANING_FINESS || meaning == MG_MEANING_UIC;
}

/* Degrees come with decimals; whole numbers are counts or codes. */
static bool is_degrees(const char *text, size_t length, double most)
{
    double value;
    return (memchr(text, '.', length) || memchr(text, ',', length)) &&
           mg_num_parse_written(text, length, &value) && fabs(value) <= most;
}

static bool is_within(const char *text, size_t length, double low, double high)
{
    double value;
    return mg_num_parse_written(text, length, &value) && value >= low && value <= high;
}

static bool is_metres(const char *text, size_t length)
{
    double value;
    return mg_num_parse_written(text, length, &value) && fabs(value) > 360 && fabs(value) < 3e7;
}

static bool is_lonlat(const char *text, size_t length)
{
    double a, b;
    return mg_place_split(text, length, &a, &b) && fabs(a) <= 180 && fabs(b) <= 180;
}

static bool has_letter(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z') || (unsigned char)text[i] >= 0xC3)
            return true;
    return false;
}

/* Letters, and no code among them. */
static bool is_place_name(const char *text, size_t length)
{
    char code[MG_CODE_SIZE];
    return length < 80 && has_letter(text, length) && !mg_code_commune(text, length, code);
}

/* A date to the day: a bare year is a number, and eight digits are a date only if they are one of our times.
 */
static bool is_date(const char *text, size_t length)
{
    mg_date date;
    if (length < 8 || !mg_date_parse_any(text, length, &date))
        return false;
    return date >= mg_date_from_civil(1700, 1, 1) && date < mg_date_from_civil(2200, 1, 1);
}

static bool is_geometry(const char *text, size_t length)
{
    static const char *const starts[] = {"{\"type\"", "{\"coordinates\"", "{ \"type\"", "POINT", "POLYGON",
                                         "MULTI",     "LINESTRING",       "SRID="};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (length > strlen(starts[i]) && !strncmp(text, starts[i], strlen(starts[i])))
            return memchr(text, *starts[i] == '{' ? ':' : '(', length) != NULL;
    return false;
}

bool mg_meaning_fits(enum mg_meaning meaning, const char *text, size_t length)
{
    char code[MG_CODE_SIZE];
    switch (meaning) {
    case MG_MEANING_SIRET:
        return mg_is_siret(text, length);
    case MG_MEANING_SIREN:
        return mg_is_siren(text, length);
    case MG_MEANING_UAI:
        return mg_is_uai(text, length);
    case MG_MEANING_FINESS:
        return mg_is_finess(text, length);
    case MG_MEANING_RNA:
        return mg_is_rna(text, length);
    case MG_MEANING_UIC:
        return mg_is_uic(text, length);
    case MG_MEANING_EPCI:
        return mg_is_epci(text, length);
    case MG_MEANING_IRIS:
        return mg_is_iris(text, length);
    case MG_MEANING_FANTOIR:
        return mg_is_fantoir(text, length);
    case MG_MEANING_COMMUNE:
        return mg_code_commune(text, length, code);
    case MG_MEANING_POSTCODE:
        return mg_code_postcode(text, length, code);
    case MG_MEANING_DEPARTEMENT:
        return mg_is_departement(text, length);
    case MG_MEANING_REGION:
        return mg_is_region(text, length);
    case MG_MEANING_DEPARTEMENT_NAME:
        return mg_is_departement_name(text, length);
    case MG_MEANING_REGION_NAME:
        return mg_is_region_name(text, length);
    case MG_MEANING_COMMUNE_NAME:
    case MG_MEANING_EPCI_NAME:
        return is_place_name(text, length);
    case MG_MEANING_ACTIVITY:
        return mg_is_activity(text, length);
    case MG_MEANING_PHONE:
        return mg_is_phone_like(text, length);
    case MG_MEANING_EMAIL:
        return mg_is_email(text, length);
    case MG_MEANING_URL:
        return mg_is_url(text, length);
    case MG_MEANING_ADDRESS:
        return has_letter(text, length);
    case MG_MEANING_LON:
        return is_degrees(text, length, 180);
    case MG_MEANING_LAT:
        return is_degrees(text, length, 90);
    case MG_MEANING_LONLAT:
        return is_lonlat(text, length);
    case MG_MEANING_X:
    case MG_MEANING_Y:
        return is_metres(text, length);
    case MG_MEANING_CRS:
        return mg_crs_from_name(text, length) != 0;
    case MG_MEANING_GEOMETRY:
        return is_geometry(text, length);
    case MG_MEANING_DATE:
        return is_date(text, length);
    case MG_MEANING_YEAR:
        return length == 4 && is_within(text, length, 1700, 2200);
    case MG_MEANING_NONE:
    case MG_MEANING_COUNT:
        break;
    }
    return false;
}

/* Ten digits in a row may be anything; grouped they are a telephone number. */
static bool is_plainly_phone(const char *text, size_t length)
{
    return mg_is_phone(text, length) && (*text == '+' || length > 10);
}

/* The share of filled cells that fit; few of the first, and the rest is not looked at. Under a label that
 * says nothing, one value all along says nothing either. */
static double share(enum mg_meaning meaning, bool labelled, const struct mg_sample *sample, size_t column,
                    size_t *ret_filled)
{
    size_t filled = 0, good = 0;
    bool varied = false;
    struct mg_cell first = {"", 0};
    for (size_t i = 0; i < sample->row_count; i++) {
        const struct mg_cell *cell = mg_sample_cell(sample, i, column);
        size_t length;
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        if (!length)
            continue;
        filled++;
        if (filled == 1)
            first = (struct mg_cell){text, length};
        varied = varied || length != first.length || memcmp(text, first.text, length);
        good += labelled || meaning != MG_MEANING_PHONE ? mg_meaning_fits(meaning, text, length)
                                                        : is_plainly_phone(text, length);
        if (filled == GLANCE && good < GLANCE / 8)
            break;
    }
    *ret_filled = filled;
    return filled && (labelled || varied || meanings[meaning].strength >= CERTAIN)
               ? (double)good / (double)filled
               : 0;
}

static double confidence_of(enum mg_meaning meaning, const struct mg_label *label,
                            const struct mg_sample *sample, size_t column)
{
    double strength = meanings[meaning].strength, says = mg_meaning_label(meaning, label);
    if (says == 0 && strength < MIN_CONFIDENCE)
        return 0;
    size_t filled;
    double content = share(meaning, says > 0, sample, column, &filled);
    if (!filled || content < MIN_CONTENT || (says == 0 && (filled < UNLABELLED || content < 0.9)))
        return 0;
    return content * (strength + (1 - strength) * says);
}

enum mg_meaning mg_meaning_find(const struct mg_label *label, const struct mg_sample *sample, size_t column,
                                double *ret_confidence)
{
    enum mg_meaning best = MG_MEANING_NONE;
    double confidence = MIN_CONFIDENCE;
    for (int i = 1; i < MG_MEANING_COUNT; i++) {
        double here = confidence_of((enum mg_meaning)i, label, sample, column);
        if (here > confidence) {
            confidence = here;
            best = (enum mg_meaning)i;
        }
    }
    *ret_confidence = best == MG_MEANING_NONE ? 0 : confidence;
    return best;
}
