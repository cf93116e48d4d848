/* Any bytes as a geometry: WKB from a foreign file, blobs of our own file after somebody has been at it,
 * cells of its JSON, the root of its spatial index. What is taken is whole; nothing is read beyond its end.
 */
#include <math.h>
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/db/packed_tree.h"
#include "libdata/geo/blob.h"
#include "libdata/geo/locate.h"
#include "libdata/io/json_cells.h"
#include "tests/fuzz/fuzz.h"

static bool count_points(void *context, size_t polygon, bool hole, const double *xy, size_t count)
{
    (void)polygon;
    (void)hole;
    CHECK(count < 1 << 20);
    double *sum = context;
    for (size_t i = 0; i < 2 * count; i++)
        *sum += xy[i];
    return true;
}

static void read_blob(const unsigned char *blob, size_t length)
{
    double lon, lat, box[4], sum = 0;
    if (mg_blob_read_point(blob, length, &lon, &lat)) {
        unsigned char again[MG_POINT_BLOB_SIZE];
        mg_blob_point(lon, lat, again);
        double lon2, lat2;
        CHECK(mg_blob_read_point(again, sizeof again, &lon2, &lat2));
        CHECK((lon2 == lon || isnan(lon)) && (lat2 == lat || isnan(lat)));
    }
    mg_blob_box(blob, length, box);
    bool polygons = mg_blob_visit_rings(blob, length, NULL, NULL);
    if (polygons)
        CHECK(mg_blob_visit_rings(blob, length, count_points, &sum));
    struct mg_locate *locate = NULL;
    CHECK(mg_locate_create(&locate, NULL) == MG_OK);
    enum mg_code code = mg_locate_add(locate, blob, length, 7, NULL);
    if (!code && !mg_locate_build(locate, NULL))
        for (int i = 0; i < 16; i++) {
            int32_t found = mg_locate_find(locate, -180 + 24.0 * i, -90 + 12.0 * i);
            CHECK(found == -1 || found == 7);
        }
    mg_locate_destroy(locate);
}

static void read_wkb(const unsigned char *wkb, size_t length)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf blob = {0};
    struct mg_error err = {0};
    mg_buf_add_str(&blob, "before");
    enum mg_code code = mg_blob_from_wkb(wkb, length, &blob, &err);
    CHECK(!code || (code == MG_ERR_INPUT && err.message[0] && blob.length == 6));
    if (code)
        return;
    const unsigned char *made = (const unsigned char *)blob.data + 6;
    CHECK(mg_blob_visit_rings(made, blob.length - 6, NULL, NULL));
    read_blob(made, blob.length - 6);
}

static void read_json(const char *text, size_t length)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    struct mg_json_cells cells;
    struct mg_json_cell cell, at;
    mg_json_cells_start(&cells, text, length);
    for (size_t i = 0; i < 64 && mg_json_cells_next(&cells, &cell); i++) {
        mg_json_cells_at(text, length, i, &at);
        CHECK(at.kind == cell.kind && at.length == cell.length);
        mg_json_cell_add(&out, &cell);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned char *copy = malloc(size); /* of its own length, so that reading on is seen */
    if (size)
        memcpy(copy, data, size);
    read_blob(copy, size);
    read_wkb(copy, size);
    read_json((const char *)copy, size);
    free(copy);
    unsigned char node[MG_TREE_NODE_SIZE] = {0};
    struct mg_tree_root root;
    memcpy(node, data, size < sizeof node ? size : sizeof node);
    if (mg_tree_root_read(node, &root))
        CHECK(root.count <= MG_TREE_NODE_CELLS && root.depth >= 0);
    return 0;
}
