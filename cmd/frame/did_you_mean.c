#include <string.h>

#include "cmd/frame/frame.h"

enum { LONGEST = 40 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters inserted, left out, changed or swapped to make one name of the other. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), d[LONGEST + 1][LONGEST + 1];
    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    for (size_t i = 0; i <= n; i++)
        d[i][0] = i;
    for (size_t j = 0; j <= m; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 1; j <= m; j++) {
            d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[n][m];
}

const char *mg_did_you_mean(const char *name, const char *const *names)
{
    const char *nearest = NULL;
    size_t best = strlen(name) / 3 + 2; /* one error in a short name, more in a long one */
    for (; *names; names++) {
        size_t d = distance(name, *names);
        if (d < best) {
            best = d;
            nearest = *names;
        }
    }
    return nearest;
}
