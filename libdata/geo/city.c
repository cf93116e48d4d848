/* The three cities that have arrondissements of their own codes. */
#include <string.h>

#include "libdata/geo/territory_set.h"

const char *mg_territory_city(const char *code)
{
    if (strlen(code) != 5)
        return NULL;
    if (!strncmp(code, "751", 3) && strcmp(code, "75100") > 0 && strcmp(code, "75121") < 0)
        return "75056";
    if (!strncmp(code, "6938", 4) && code[4] >= '1')
        return "69123";
    if (!strncmp(code, "132", 3) && strcmp(code, "13200") > 0 && strcmp(code, "13217") < 0)
        return "13055";
    return NULL;
}

int mg_territory_city_parts(const char *city)
{
    return !strcmp(city, "75056") ? 20 : !strcmp(city, "69123") ? 9 : !strcmp(city, "13055") ? 16 : 0;
}
