#include "libdata/io/archive_member.h"

#include <string.h>
#include <strings.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/archive.h"
#include "libdata/io/format.h"
#include "libdata/io/gdal.h"

static bool can_be_table(const char *member)
{
    const char *slash = strrchr(member, '/'), *name = slash ? slash + 1 : member;
    if (!name[0] || name[0] == '.' || strncmp(member, "__MACOSX/", 9) == 0)
        return false;
    /* a shapefile's .dbf is read with its .shp */
    return (mg_format_is_csv_name(name) || mg_format_is_ogr_name(name)) &&
           strcasecmp(mg_format_extension(name), "dbf") != 0;
}

/* The stops of a timetable in GTFS, which is an archive of tables with fixed names. */
static const char *gtfs_stops(char **list)
{
    static const char *const beside[] = {"agency.txt", "routes.txt", "trips.txt", "stop_times.txt"};
    int stops = mg_gdal.CSLFindString(list, "stops.txt");
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        if (mg_gdal.CSLFindString(list, beside[i]) < 0)
            return NULL;
    return stops >= 0 ? list[stops] : NULL;
}

enum mg_code mg_archive_only_table(const char *archive, char **ret_member, struct mg_error *err)
{
    MG_CLEANUP(mg_archive_list_free) char **list = NULL;
    enum mg_code code = mg_archive_list(archive, &list, err);
    if (code)
        return code;
    MG_CLEANUP(mg_buf_finish) struct mg_buf names = {0};
    const char *table = NULL;
    size_t count = 0;
    for (char **member = list; *member; member++) {
        if (!can_be_table(*member))
            continue;
        mg_buf_printf(&names, "%s%s", count ? ", " : "", *member);
        table = *member;
        count++;
    }
    if (!count)
        return mg_fail(err, MG_ERR_INPUT, "%s", _("the zip archive holds no table"));
    const char *stops = gtfs_stops(list);
    if (stops)
        table = stops;
    if (count > 1 && !stops) {
        mg_fail(err, MG_ERR_USAGE, "%s", _("the zip archive holds several tables"));
        mg_error_hint(err, _("name one, as in archive.zip/member: %s"), names.data ? names.data : "");
        return MG_ERR_USAGE;
    }
    char *member = mg_strdup(table);
    if (!member)
        return mg_fail_memory(err);
    *ret_member = member;
    return MG_OK;
}
