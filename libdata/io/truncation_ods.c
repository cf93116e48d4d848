#include "libdata/io/truncation_ods.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/gdal.h"

enum { BLOCK = 65536, LAST_ROW = 1048576 };

struct scan {
    VSILFILE *file;
    char block[BLOCK];
    size_t length, at;
    struct mg_buf tag;     /* what stands between < and > */
    int64_t row, repeated; /* rows of this sheet before this one; this one's number */
    bool ended;            /* OGR reads no more of this sheet */
};

static int next_char(struct scan *scan)
{
    if (scan->at == scan->length) {
        scan->length = mg_gdal.VSIFReadL(scan->block, 1, BLOCK, scan->file);
        scan->at = 0;
    }
    return scan->at < scan->length ? (unsigned char)scan->block[scan->at++] : -1;
}

static bool ends_with(const struct mg_buf *text, const char *end)
{
    const size_t length = strlen(end);
    return text->length >= length && memcmp(text->data + text->length - length, end, length) == 0;
}

static bool starts_with(const struct mg_buf *text, const char *start)
{
    return text->length >= strlen(start) && memcmp(text->data, start, strlen(start)) == 0;
}

/* The next tag, comments and CDATA with all that they hold; false at the end. */
static bool next_tag(struct scan *scan)
{
    int c;
    while ((c = next_char(scan)) >= 0 && c != '<')
        ;
    mg_buf_clear(&scan->tag);
    char quote = 0;
    while ((c = next_char(scan)) >= 0) {
        mg_buf_add_char(&scan->tag, (char)c);
        if (scan->tag.failed)
            return false;
        if (starts_with(&scan->tag, "!--")        ? scan->tag.length >= 6 && ends_with(&scan->tag, "-->")
            : starts_with(&scan->tag, "![CDATA[") ? ends_with(&scan->tag, "]]>")
                                                  : c == '>' && !quote)
            return true;
        if ((c == '"' || c == '\'') && (!quote || quote == c))
            quote = quote ? 0 : (char)c;
    }
    return false;
}

static bool is_tag(const struct scan *scan, const char *name)
{
    const size_t length = strlen(name);
    return starts_with(&scan->tag, name) && strchr(" \t\r\n/>", scan->tag.data[length]);
}

/* Of this row, as OGR reads the attribute. */
static int64_t repeated(const struct scan *scan)
{
    static const char name[] = "table:number-rows-repeated";
    const char *at = memmem(scan->tag.data, scan->tag.length, name, sizeof name - 1);
    const char *quote = at ? strpbrk(at, "\"'") : NULL;
    int64_t count = quote ? strtoll(quote + 1, NULL, 10) : 1;
    return count < 1 ? 1 : count < LAST_ROW ? count : LAST_ROW;
}

/* false: this tag holds what OGR does not read */
static bool take_tag(struct scan *scan)
{
    if (is_tag(scan, "table:table")) {
        scan->row = scan->repeated = 0;
        scan->ended = false;
    } else if (is_tag(scan, "table:table-row")) {
        scan->row += scan->repeated;
        scan->repeated = repeated(scan);
        scan->ended = scan->ended || scan->repeated >= LAST_ROW || scan->row + scan->repeated + 2 >= LAST_ROW;
    }
    return !scan->ended ||
           !(is_tag(scan, "text:p") || memmem(scan->tag.data, scan->tag.length, "office:value", 12));
}

enum mg_code mg_truncation_ods(const char *dataset, int64_t *ret_rows, struct mg_error *err)
{
    (void)ret_rows;
    MG_CLEANUP(mg_buf_finish) struct mg_buf path = {0};
    mg_buf_printf(&path, "/vsizip/{%s}/content.xml", dataset);
    MG_FREE struct scan *scan = path.failed ? NULL : mg_calloc(1, sizeof *scan);
    if (!scan)
        return mg_fail_memory(err);
    scan->file = mg_gdal.VSIFOpenL(path.data, "rb");
    if (!scan->file)
        return MG_OK;
    enum mg_code code = MG_OK;
    while (!code && next_tag(scan))
        if (!take_tag(scan)) {
            mg_fail(err, MG_ERR_INPUT,
                    _("rows after row %lld are not read: GDAL takes them for what is below a sheet"),
                    (long long)scan->row);
            mg_error_hint(err, "%s", _("remove the repeated rows, or save the sheet as CSV or XLSX"));
            code = MG_ERR_INPUT;
        }
    if (!code)
        code = mg_buf_check(&scan->tag, err);
    mg_gdal.VSIFCloseL(scan->file);
    mg_buf_finish(&scan->tag);
    return code;
}
