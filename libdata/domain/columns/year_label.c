#include "libdata/domain/columns/year_label.h"

#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"

static size_t digits_at(const char *text)
{
    return strspn(text, "0123456789");
}

static int year_of_digits(const char *text, size_t count)
{
    int year = 0;
    for (size_t i = 0; i < count; i++)
        year = year * 10 + (text[i] - '0');
    if (count == 2)
        return year + (year < 50 ? 2000 : 1900);
    return count == 4 && year >= 1800 && year < 2200 ? year : 0;
}

static int year_by_form(const char *label, const char *form)
{
    size_t before = strcspn(form, "#"), digits = 0;
    const char *after = form + before + 1;
    if (strncmp(label, form, before))
        return 0;
    digits = digits_at(label + before);
    bool alone = !before && !*after;
    if (strcmp(label + before + digits, after) || (alone && digits != 4))
        return 0;
    return year_of_digits(label + before, digits);
}

enum mg_code mg_year_of_label(const char *label, const char *const *forms, int *ret_year,
                              struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    int year = 0;
    mg_text_add_folded(&folded, label, strlen(label));
    mg_buf_add(&folded, "", 0);
    enum mg_code code = mg_buf_check(&folded, err);
    for (; !code && *forms && !year; forms++)
        year = year_by_form(folded.data, *forms);
    *ret_year = year;
    return code;
}
