/* What the kinds of features read from a row. */
#include "libdata/domain/publish/features.h"
#include "libdata/geo/blob.h"

struct mg_cell mg_feature_cell(struct mg_read *row, int column)
{
    struct mg_cell cell;
    cell.text = mg_read_text_or_null(row, column, &cell.length);
    return cell;
}

bool mg_feature_place(struct mg_read *row, int column, double *ret_lon, double *ret_lat)
{
    size_t length;
    const void *blob = mg_read_blob_or_null(row, column, &length);
    bool is_point = blob && mg_blob_read_point(blob, length, ret_lon, ret_lat);
    if (blob && !is_point)
        mg_read_refuse(row, column, "%s", _("the geometry is not a point"));
    return is_point;
}
