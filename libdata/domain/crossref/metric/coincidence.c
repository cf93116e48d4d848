/* Do ministries leave the same places more than each alone would? */
#include <math.h>

#include "libdata/domain/crossref/losses/losses.h"

static const char *const keys[] = {"coincidence_p",  "coincidence_q", "twice_observed",
                                   "twice_expected", "twice_z",       NULL};

static enum mg_code prepare(struct mg_crossref *cross, struct mg_db *db, struct mg_error *err)
{
    enum mg_code code = mg_losses_prepare(cross, db, err);
    return code ? code : mg_coincidence_prepare(cross, err);
}

/* In how many of the units two or more lost, and in how many that was to be expected. */
static void fill_units(const struct mg_crossref *cross, size_t slot, struct mg_coincidence *coincidence)
{
    const struct mg_crossref *units = cross->units;
    double observed = 0, expected = 0, variance = 0;
    for (size_t i = cross->unit_first[slot]; i < cross->unit_first[slot + 1]; i++) {
        size_t unit = cross->units_in[i], lost = 0;
        double chance = units->losses->two_or_more[unit];
        mg_losses_net(units, unit);
        for (size_t m = 0; m < units->losses->ministries.count; m++)
            lost += units->losses->net[m] > 0;
        observed += lost >= 2;
        expected += chance;
        variance += chance * (1 - chance);
    }
    coincidence->twice_observed = observed;
    coincidence->twice_expected = expected;
    coincidence->twice_z = variance > 0 ? (observed - expected) / sqrt(variance) : NAN;
}

static enum mg_code fill(const struct mg_crossref *cross, const struct mg_crossref_at *at,
                         struct mg_crossref_row *row, struct mg_error *err)
{
    (void)err;
    row->coincidence = (struct mg_coincidence){NAN, NAN, NAN, NAN, NAN};
    if (at->layer || !at->slot)
        return MG_OK;
    row->coincidence.p = cross->losses->coincidence_p[at->slot];
    row->coincidence.q = cross->losses->coincidence_q[at->slot];
    if (cross->units)
        fill_units(cross, at->slot, &row->coincidence);
    return MG_OK;
}

static void write(struct mg_out *out, const struct mg_crossref_row *row)
{
    const struct mg_coincidence *coincidence = &row->coincidence;
    mg_metric_write_figure(out, keys[0], coincidence->p);
    mg_metric_write_figure(out, keys[1], coincidence->q);
    mg_metric_write_number(out, keys[2], coincidence->twice_observed);
    mg_metric_write_figure(out, keys[3], coincidence->twice_expected);
    mg_metric_write_figure(out, keys[4], coincidence->twice_z);
}

const struct mg_metric mg_metric_coincidence = {.name = "coincidence",
                                                .keys = keys,
                                                .needs = MG_NEEDS_TWO_DATES | MG_NEEDS_CHANGES |
                                                         MG_NEEDS_TOGETHER | MG_NEEDS_UNITS,
                                                .prepare = prepare,
                                                .fill = fill,
                                                .write = write};
