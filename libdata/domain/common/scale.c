#include "libdata/domain/common/scale.h"

#include <string.h>

#include "libdata/base/num.h"

bool mg_scale_parse(const char *text, int *ret_low, int *ret_high)
{
    const char *colon = strchr(text, ':');
    int64_t low, high;
    if (!colon || !mg_num_parse_i64(text, (size_t)(colon - text), &low) ||
        !mg_num_parse_i64(colon + 1, strlen(colon + 1), &high) || low < 0 || low >= high ||
        high > MG_SCALE_MOST)
        return false;
    *ret_low = (int)low;
    *ret_high = (int)high;
    return true;
}
