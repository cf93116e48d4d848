/* What a record says of where it is from, whatever its type. */
#include <string.h>

#include "libdata/domain/publish/public_internal.h"

bool public_date(const json_t *record, const char *key, char ret_date[MG_DATE_SIZE])
{
    const char *text = mg_in_text(record, key);
    mg_date date;
    if (!text || !mg_date_parse_iso(text, strlen(text), &date))
        return false;
    mg_date_format(date, ret_date);
    return true;
}

enum mg_code public_incomplete(const char *type, const char *keys, struct mg_error *err)
{
    mg_fail(err, MG_ERR_INPUT, _("this record of type %s does not say what it is about"), type);
    mg_error_hint(err, _("for the public it is computed again: keep its keys %s"), keys);
    return MG_ERR_INPUT;
}
