/* What closed and was created between the two dates, what of it is a loss, and how many producers withdrew.
 */
#include <math.h>

#include "libdata/domain/crossref/losses/losses.h"

static const char *const keys[] = {"closed",     "created",         "loss_observed",   "loss_expected",
                                   "loss_ratio", "loss_lo",         "loss_hi",         "loss_p",
                                   "loss_q",     "loss_shrunk",     "loss_shrunk_lo",  "loss_shrunk_hi",
                                   "ministries", "ministries_list", "first_loss",      "last_loss",
                                   "twice",      "announced",       "announced_ratio", NULL};

static void write_date(struct mg_out *out, const char *key, mg_date date)
{
    char text[MG_DATE_SIZE];
    if (date != MG_DATE_NONE)
        mg_date_format(date, text);
    mg_out_text(out, key, date != MG_DATE_NONE ? text : NULL);
}

static void write_together(struct mg_out *out, const struct mg_crossref_row *row)
{
    const struct mg_loss *loss = &row->loss;
    if (row->dataset) {
        for (size_t i = 13; keys[i]; i++)
            mg_out_null(out, keys[i]);
        return;
    }
    mg_out_list(out, keys[13], row->ministries_list, row->ministries);
    write_date(out, keys[14], loss->first);
    write_date(out, keys[15], loss->last);
    mg_out_bool(out, keys[16], loss->twice);
    mg_out_int(out, keys[17], loss->announced);
    mg_metric_write_figure(out, keys[18], loss->announced_ratio);
}

static void write(struct mg_out *out, const struct mg_crossref_row *row)
{
    const struct mg_loss *loss = &row->loss;
    const double figures[] = {
        loss->expected, loss->ratio,  loss->interval.lo,        loss->interval.hi,       loss->p,
        loss->q,        loss->shrunk, loss->shrunk_interval.lo, loss->shrunk_interval.hi};
    if (row->dataset) {
        mg_metric_write_number(out, keys[0], row->closed);
        mg_metric_write_number(out, keys[1], row->created);
    } else { /* what closed in one may stand in another: only what is withdrawn is added up */
        mg_out_null(out, keys[0]);
        mg_out_null(out, keys[1]);
    }
    mg_metric_write_number(out, keys[2], loss->observed);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        mg_metric_write_figure(out, keys[3 + i], figures[i]);
    mg_out_int(out, keys[12], (int64_t)row->ministries);
    write_together(out, row);
}

static enum mg_code fill(const struct mg_crossref *cross, const struct mg_crossref_at *at,
                         struct mg_crossref_row *row, struct mg_error *err)
{
    (void)err;
    mg_losses_fill(cross, at, row);
    return MG_OK;
}

static double value(const struct mg_crossref_row *row)
{
    return row->loss.ratio;
}

const struct mg_metric mg_metric_losses = {.name = "losses",
                                           .keys = keys,
                                           .needs = MG_NEEDS_TWO_DATES | MG_NEEDS_CHANGES | MG_NEEDS_TOGETHER,
                                           .prepare = mg_losses_prepare,
                                           .fill = fill,
                                           .write = write,
                                           .value = value};
