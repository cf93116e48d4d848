/* role_names.c - what roles are called in --map and in the file. */
#include <string.h>

#include "libdata/domain/columns/roles.h"

static const char *const names[MG_ROLE_COUNT] = {
    [MG_ROLE_KEY] = "key",
    [MG_ROLE_NAME] = "name",
    [MG_ROLE_CATEGORY] = "category",
    [MG_ROLE_ADDRESS] = "address",
    [MG_ROLE_POSTCODE] = "postcode",
    [MG_ROLE_COMMUNE] = "commune",
    [MG_ROLE_STATUS] = "status",
    [MG_ROLE_OPENED] = "opened",
    [MG_ROLE_CLOSED] = "closed",
    [MG_ROLE_PRECISION] = "precision",
    [MG_ROLE_LON] = "lon",
    [MG_ROLE_LAT] = "lat",
    [MG_ROLE_LONLAT] = "lonlat",
    [MG_ROLE_X] = "x",
    [MG_ROLE_Y] = "y",
    [MG_ROLE_CRS] = "crs",
    [MG_ROLE_CODE] = "code",
    [MG_ROLE_POPULATION] = "population",
    [MG_ROLE_DATE] = "date",
    [MG_ROLE_SCORE] = "score",
    [MG_ROLE_COMMENT] = "comment",
    [MG_ROLE_SERVICE] = "service",
    [MG_ROLE_WEIGHT] = "weight",
    [MG_ROLE_GROUP] = "group",
    [MG_ROLE_KIND] = "kind",
    [MG_ROLE_EXPECTED] = "expected",
    [MG_ROLE_DATASET] = "dataset",
};

const char *mg_role_name(enum mg_role role)
{
    return names[role];
}

bool mg_role_from_name(const char *text, size_t length, enum mg_role *ret_role)
{
    for (int i = 0; i < MG_ROLE_COUNT; i++)
        if (strlen(names[i]) == length && memcmp(names[i], text, length) == 0) {
            *ret_role = (enum mg_role)i;
            return true;
        }
    return false;
}
