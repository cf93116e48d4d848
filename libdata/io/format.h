/* format.h - what a file is, by its first bytes and then by its name. */
#ifndef MG_IO_FORMAT_H
#define MG_IO_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum mg_file_format {
    MG_FILE_CSV,     /* or another that is read here (readers.h): nothing says that it is something else */
    MG_FILE_GEOJSON, /* any JSON object */
    MG_FILE_ZIP,     /* an archive, or a workbook */
    MG_FILE_SQLITE,  /* a GeoPackage too */
    MG_FILE_XLS,
    MG_FILE_BY_NAME, /* OGR reads files of this extension */
    MG_FILE_FOREIGN, /* HTML, PDF, ...: nothing that is read here */
};

/* head: at least 512 bytes, or all there is. *ret_label: how to call it in a message, a constant. */
enum mg_file_format mg_format_of(const char *head, size_t length, const char *name, const char **ret_label);

bool mg_format_is_csv_name(const char *name); /* .csv, .tsv, .txt; .tab is OGR's */
bool mg_format_is_ogr_name(const char *name);

/* After the last dot of the last part of name; "". */
static inline const char *mg_format_extension(const char *name)
{
    const char *slash = strrchr(name, '/'), *dot = strrchr(slash ? slash : name, '.');
    return dot ? dot + 1 : "";
}

#endif
