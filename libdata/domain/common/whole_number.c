#include "libdata/domain/common/whole_number.h"

#include <math.h>
#include <string.h>

#include "libdata/base/num.h"
#include "libdata/base/text.h"

/* A cell of digits with commas or points among them. */
struct form {
    bool groups;      /* the signs may stand between groups of three digits */
    bool clear;       /* and for nothing else in a whole number */
    bool decimal;     /* the last sign may be that of a fraction */
    bool zeros;       /* only zeros follow the last sign */
    size_t last_sign; /* where it is */
};

static size_t digits_at(const char *text, size_t length)
{
    size_t n = 0;
    while (n < length && mg_is_digit(text[n]))
        n++;
    return n;
}

/* false: it has no such sign, or is no number in any way. */
static bool form_of(const char *text, size_t length, struct form *form)
{
    size_t first = digits_at(text, length), signs = 0, group = 0;
    char inner = 0, last = 0; /* signs: that before the last one, the last one */
    for (size_t at = first; at < length; at += 1 + group, signs++) {
        if (signs && (group != 3 || (inner && inner != last)))
            return false;
        inner = last;
        last = text[at];
        group = digits_at(text + at + 1, length - at - 1);
        form->last_sign = at;
        if ((last != ',' && last != '.') || !group)
            return false;
    }
    bool mixed = inner && inner != last;
    if (!signs || !first || (signs > 1 && first > 3))
        return false;
    form->groups = !mixed && first <= 3 && *text != '0' && group == 3;
    form->decimal = signs == 1 || mixed;
    form->zeros = strspn(text + form->last_sign + 1, "0") >= group;
    form->clear = form->groups && (signs > 1 || !form->zeros);
    return form->groups || form->decimal;
}

static double digits_of(const char *text, size_t length)
{
    double n = 0;
    for (size_t i = 0; i < length; i++)
        if (mg_is_digit(text[i]))
            n = n * 10 + (text[i] - '0');
    return n;
}

void mg_whole_see(struct mg_whole_style *style, const char *text, size_t length)
{
    struct form form;
    if (!form_of(text, length, &form))
        return;
    style->thousands |= form.clear;
    style->decimals |= form.decimal && !form.groups && form.zeros;
}

static enum mg_whole settle(double n, enum mg_whole how, double *ret_n)
{
    if (!(n >= 0 && n <= MG_WHOLE_MOST))
        return MG_WHOLE_NONE;
    if (n != floor(n))
        return MG_WHOLE_FRACTION;
    *ret_n = n;
    return how;
}

enum mg_whole mg_whole_read(const struct mg_whole_style *style, const char *text, size_t length,
                            double *ret_n)
{
    struct form form;
    double n;
    if (!form_of(text, length, &form))
        return mg_num_parse_written(text, length, &n) ? settle(n, MG_WHOLE_READ, ret_n) : MG_WHOLE_NONE;
    if (form.clear && style->decimals && form.decimal)
        return MG_WHOLE_FRACTION;
    if (form.groups && !form.clear && style->thousands == style->decimals)
        return MG_WHOLE_AMBIGUOUS;
    if (form.clear || (form.groups && style->thousands))
        return settle(digits_of(text, length), MG_WHOLE_GROUPED, ret_n);
    if (!form.zeros)
        return MG_WHOLE_FRACTION;
    return settle(digits_of(text, form.last_sign), MG_WHOLE_READ, ret_n);
}
