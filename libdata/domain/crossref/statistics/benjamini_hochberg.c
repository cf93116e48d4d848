#include "libdata/domain/crossref/statistics/benjamini_hochberg.h"

#include <math.h>
#include <stdlib.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

struct tested {
    double p;
    size_t i;
};

static int by_p(const void *a, const void *b)
{
    const struct tested *x = a, *y = b;
    return x->p != y->p ? (x->p > y->p) - (x->p < y->p) : (x->i > y->i) - (x->i < y->i);
}

enum mg_code mg_benjamini_hochberg(const double *p, size_t count, double *ret_q, struct mg_error *err)
{
    MG_FREE struct tested *tested = mg_calloc(count + 1, sizeof *tested);
    size_t m = 0;
    if (!tested)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!isnan(p[i]))
            tested[m++] = (struct tested){p[i], i};
        ret_q[i] = NAN;
    }
    qsort(tested, m, sizeof *tested, by_p);
    double least = 1;
    for (size_t j = m; j > 0; j--) {
        double q = tested[j - 1].p * (double)m / (double)j;
        least = q < least ? q : least;
        ret_q[tested[j - 1].i] = least;
    }
    return MG_OK;
}
