#include "libdata/io/format.h"

#include <string.h>
#include <strings.h>

#include "libdata/base/intl.h"
#include "libdata/io/ogr_formats.h"
#include "libdata/io/readers.h"

static const struct {
    const char *start;
    size_t length;
    enum mg_file_format format;
    const char *label;
} magics[] = {
    {"PK\3\4", 4, MG_FILE_ZIP, N_("a workbook or a zip archive")},
    {"PK\5\6", 4, MG_FILE_ZIP, N_("an empty zip archive")},
    {"SQLite format 3", 16, MG_FILE_SQLITE, N_("a GeoPackage or an SQLite file")},
    {"\xD0\xCF\x11\xE0", 4, MG_FILE_XLS, N_("an XLS workbook")},
    {"%PDF", 4, MG_FILE_FOREIGN, N_("a PDF document")},
    {"7z\xBC\xAF", 4, MG_FILE_FOREIGN, N_("a 7z archive")},
    {"Rar!", 4, MG_FILE_FOREIGN, N_("a RAR archive")},
    {"BZh", 3, MG_FILE_FOREIGN, N_("a bzip2 file")},
    {"\xFD"
     "7zXZ",
     5, MG_FILE_FOREIGN, N_("an xz file")},
    {"(\xB5/\xFD", 4, MG_FILE_FOREIGN, N_("a zstd file")},
};

bool mg_format_is_csv_name(const char *name)
{
    return mg_reader_of_extension(mg_format_extension(name)) == mg_readers[0];
}

bool mg_format_is_ogr_name(const char *name)
{
    return mg_ogr_format_of_extension(mg_format_extension(name)) != NULL;
}

static size_t skip_blanks(const char *text, size_t length, size_t at)
{
    while (at < length && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r'))
        at++;
    return at;
}

static bool starts_with(const char *text, size_t length, const char *start)
{
    return length >= strlen(start) && strncasecmp(text, start, strlen(start)) == 0;
}

/* { and then a quote or }: no header of a CSV file looks like this. */
static bool is_json_object(const char *text, size_t length)
{
    if (!length || text[0] != '{')
        return false;
    size_t second = skip_blanks(text, length, 1);
    return second < length && (text[second] == '"' || text[second] == '}');
}

/* [ and then an object: no header of a CSV file looks like this either. */
static bool is_json_list(const char *text, size_t length)
{
    if (!length || text[0] != '[')
        return false;
    size_t second = skip_blanks(text, length, 1);
    return second < length && text[second] == '{';
}

/* Text called a workbook, as programs do that hope that a spreadsheet opens it. */
static bool is_text_called_workbook(const char *head, size_t length, const char *name)
{
    static const char *const workbooks[] = {"xls", "xlsx", "xlsm", "ods"};
    for (size_t i = 0; i < sizeof workbooks / sizeof *workbooks; i++)
        if (!strcasecmp(mg_format_extension(name), workbooks[i]))
            return length && !memchr(head, '\0', length);
    return false;
}

enum mg_file_format mg_format_of(const char *head, size_t length, const char *name, const char **ret_label)
{
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        if (length >= magics[i].length && memcmp(head, magics[i].start, magics[i].length) == 0) {
            *ret_label = _(magics[i].label);
            return magics[i].format;
        }
    }
    size_t start = length >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    start = skip_blanks(head, length, start);
    const char *text = head + start;
    if (is_json_object(text, length - start)) {
        *ret_label = memmem(text, length - start, "\"Feature", 8) ? "GeoJSON" : "JSON";
        return MG_FILE_GEOJSON;
    }
    if (is_json_list(text, length - start)) {
        *ret_label = _("a JSON list, not GeoJSON");
        return MG_FILE_FOREIGN;
    }
    bool called_workbook = is_text_called_workbook(head, length, name);
    if (called_workbook && length > start && *text == '<') {
        *ret_label = _("HTML or XML, not a workbook");
        return MG_FILE_FOREIGN;
    }
    if (called_workbook) {
        *ret_label = "CSV";
        return MG_FILE_CSV;
    }
    if (starts_with(text, length - start, "<!DOCTYPE html") || starts_with(text, length - start, "<html")) {
        *ret_label = _("a web page");
        return MG_FILE_FOREIGN;
    }
    *ret_label = mg_format_is_ogr_name(name) ? mg_format_extension(name) : "CSV";
    return mg_format_is_ogr_name(name) ? MG_FILE_BY_NAME : MG_FILE_CSV;
}
