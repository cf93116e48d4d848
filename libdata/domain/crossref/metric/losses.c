/* What closed and was created between the two dates, and how many producers withdrew. */
#include <string.h>

#include "libdata/domain/crossref/internal.h"
#include "libdata/domain/crossref/metric/metric.h"

static const char *const keys[] = {"closed", "created", "ministries", NULL};

/* How many producers closed more than they created there. */
static void count_withdrawn(const struct mg_crossref *cross, size_t slot, struct mg_crossref_row *row)
{
    row->ministries = 0;
    for (size_t i = 0; i < cross->layer_count; i++) {
        const char *producer = cross->layers[i].producer;
        double net = 0;
        bool seen = false;
        for (size_t j = 0; j < cross->layer_count; j++) {
            double figures[MG_CELL_COUNT];
            if (strcmp(cross->layers[j].producer, producer))
                continue;
            seen |= j < i;
            mg_layer_figures(&cross->layers[j], slot, -1, figures);
            net += figures[MG_CELL_CLOSED] - figures[MG_CELL_CREATED];
        }
        row->ministries += !seen && net > 0;
    }
}

static void write(struct mg_out *out, const struct mg_crossref_row *row)
{
    mg_metric_write_number(out, keys[0], row->closed);
    mg_metric_write_number(out, keys[1], row->created);
    mg_out_int(out, keys[2], row->ministries);
}

const struct mg_metric mg_metric_losses = {.name = "losses",
                                           .keys = keys,
                                           .needs = MG_NEEDS_TWO_DATES | MG_NEEDS_CHANGES,
                                           .count = count_withdrawn,
                                           .write = write};
