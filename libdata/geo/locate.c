#include "libdata/geo/locate.h"

#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/geo/blob.h"

enum {
    CELLS_PER_POLYGON = 64,
    BLOCK_BITS = 6, /* blocks of 64 by 64 cells */
    BLOCK = 1 << BLOCK_BITS,
    BLOCK_CELLS = BLOCK * BLOCK,
    MOST_BLOCKS = 1 << 18, /* in the frame around everything */
    BORDER_CELLS = 64,     /* most that borders cross, for each cell that is wanted */
};
#define LEAST_SIDE 1e-9 /* degrees: a tenth of a millimetre */

/* A cell is a polygon's place in the order of adding (it is all inside that polygon), or one of these. */
enum { EMPTY = -1, FIRST_LIST = -2 /* and below: -2 - the first candidate */ };

/* While the raster is built, a list is a chain of these. */
struct candidate {
    int32_t polygon;
    bool covers;  /* the whole cell is inside: no crossing number needed */
    int32_t next; /* -1: the last */
};

/* When it is built, a list is a run of these: polygon * 4, and two marks. */
enum { COVERS = 1, LAST = 2 };

struct polygon {
    int32_t number;             /* the caller's */
    size_t first, vertex_count; /* rings are closed and parted by a vertex that is not a number */
    double west, south, east, north;
};

/* Where a border crosses the middle of a row of cells. */
struct crossing {
    int32_t row;
    double x;
};

struct mg_locate {
    double *xy;
    size_t vertex_count, vertex_capacity;
    struct polygon *polygons;
    size_t polygon_count, polygon_capacity;
    double area, border; /* of all, in square degrees; and degrees */

    double west, south, east, north; /* the frame */
    double per_degree;               /* cells in a degree */
    int32_t columns, rows;           /* of cells, whole blocks */
    int32_t *blocks; /* for each square of the frame its place in cells, -1 without polygons */
    int32_t *cells;
    size_t block_count, block_capacity;
    struct candidate *candidates;
    size_t candidate_count, candidate_capacity;
    int32_t *lists;
    struct crossing *crossings; /* while a polygon is being entered */
    size_t crossing_count, crossing_capacity;
};

static bool grow(void **array, size_t *capacity, size_t needed, size_t size)
{
    if (needed <= *capacity)
        return true;
    size_t wanted = *capacity ? *capacity + *capacity / 2 : 64;
    if (wanted < needed)
        wanted = needed;
    void *grown = mg_realloc(*array, wanted, size);
    if (!grown)
        return false;
    *array = grown;
    *capacity = wanted;
    return true;
}

enum mg_code mg_locate_create(struct mg_locate **ret_locate, struct mg_error *err)
{
    struct mg_locate *locate = mg_calloc(1, sizeof *locate);
    if (!locate)
        return mg_fail_memory(err);
    *ret_locate = locate;
    return MG_OK;
}

void mg_locate_destroy(struct mg_locate *locate)
{
    if (!locate)
        return;
    free(locate->xy);
    free(locate->polygons);
    free(locate->blocks);
    free(locate->cells);
    free(locate->candidates);
    free(locate->lists);
    free(locate->crossings);
    free(locate);
}

/* --- adding --- */

struct addition {
    struct mg_locate *locate;
    struct polygon polygon;
    double area, border;
    enum mg_code code;
};

static bool is_on_earth(double lon, double lat)
{
    return fabs(lon) <= 360 && fabs(lat) <= 90; /* a land that crosses the antimeridian goes on beyond 180 */
}

static bool add_ring(void *context, size_t part, bool hole, const double *xy, size_t count)
{
    (void)part;
    struct addition *a = context;
    struct mg_locate *l = a->locate;
    bool parted = l->vertex_count > a->polygon.first;
    if (!grow((void **)&l->xy, &l->vertex_capacity, l->vertex_count + count + parted, 2 * sizeof *l->xy)) {
        a->code = MG_ERR_MEMORY;
        return false;
    }
    if (parted) {
        l->xy[2 * l->vertex_count] = l->xy[2 * l->vertex_count + 1] = NAN;
        l->vertex_count++;
    }
    memcpy(l->xy + 2 * l->vertex_count, xy, 2 * count * sizeof *xy);
    l->vertex_count += count;
    double twice = 0;
    for (size_t i = 0; i < count; i++) {
        double x = xy[2 * i], y = xy[2 * i + 1];
        if (!is_on_earth(x, y)) {
            a->code = MG_ERR_INPUT;
            return false;
        }
        a->polygon.west = fmin(a->polygon.west, x);
        a->polygon.east = fmax(a->polygon.east, x);
        a->polygon.south = fmin(a->polygon.south, y);
        a->polygon.north = fmax(a->polygon.north, y);
        if (i)
            a->border += hypot(x - xy[2 * i - 2], y - xy[2 * i - 1]);
        if (i)
            twice += (xy[2 * i - 2] - xy[0]) * (y - xy[1]) - (x - xy[0]) * (xy[2 * i - 1] - xy[1]);
    }
    a->area += (hole ? -0.5 : 0.5) * fabs(twice);
    return true;
}

enum mg_code mg_locate_add(struct mg_locate *locate, const unsigned char *blob, size_t length, int32_t number,
                           struct mg_error *err)
{
    size_t first = locate->vertex_count;
    struct addition a = {.locate = locate,
                         .polygon = {number, first, 0, INFINITY, INFINITY, -INFINITY, -INFINITY}};
    bool good = mg_blob_visit_rings(blob, length, add_ring, &a);
    if (good && !grow((void **)&locate->polygons, &locate->polygon_capacity, locate->polygon_count + 1,
                      sizeof *locate->polygons)) {
        good = false;
        a.code = MG_ERR_MEMORY;
    }
    if (!good) {
        locate->vertex_count = first;
        if (a.code != MG_ERR_INPUT && mg_blob_visit_rings(blob, length, NULL, NULL))
            return mg_fail_memory(err);
        return mg_fail(err, MG_ERR_INPUT, "%s",
                       _("the geometry is not a polygon of longitudes and latitudes"));
    }
    a.polygon.vertex_count = locate->vertex_count - first;
    if (!a.polygon.vertex_count)
        return MG_OK;
    locate->polygons[locate->polygon_count++] = a.polygon;
    locate->area += fmax(a.area, 0);
    locate->border += a.border;
    return MG_OK;
}

/* --- the raster --- */

/* Cells are half-open: a coordinate on the line between two is in the eastern or northern one. The result
 * is kept in the frame. */
static int32_t cell_of(double value, double origin, double per_degree, int32_t count)
{
    double cell = (value - origin) * per_degree;
    return cell < 0 ? 0 : cell >= count ? count - 1 : (int32_t)cell;
}

static int32_t column_of(const struct mg_locate *l, double lon)
{
    return cell_of(lon, l->west, l->per_degree, l->columns);
}

static int32_t row_of(const struct mg_locate *l, double lat)
{
    return cell_of(lat, l->south, l->per_degree, l->rows);
}

static double row_middle(const struct mg_locate *l, int32_t row)
{
    return l->south + (row + 0.5) / l->per_degree;
}

/* Where the border between two vertices is at a latitude between theirs. Both neighbours of a border must
 * get the same answer, so the lower vertex always comes first. */
static inline double border_at(const double *a, const double *b, double lat)
{
    if (a[1] > b[1]) {
        const double *t = a;
        a = b;
        b = t;
    }
    return a[0] + (lat - a[1]) * (b[0] - a[0]) / (b[1] - a[1]);
}

static int32_t *cell_at(struct mg_locate *l, int32_t column, int32_t row)
{
    int32_t *block = &l->blocks[(row >> BLOCK_BITS) * (l->columns >> BLOCK_BITS) + (column >> BLOCK_BITS)];
    if (*block < 0) {
        if (!grow((void **)&l->cells, &l->block_capacity, l->block_count + 1, BLOCK_CELLS * sizeof *l->cells))
            return NULL;
        *block = (int32_t)l->block_count++;
        int32_t *first = l->cells + (size_t)*block * BLOCK_CELLS;
        for (size_t i = 0; i < BLOCK_CELLS; i++)
            first[i] = EMPTY;
    }
    size_t within = (size_t)(row & (BLOCK - 1)) * BLOCK + (size_t)(column & (BLOCK - 1));
    return l->cells + (size_t)*block * BLOCK_CELLS + within;
}

/* Polygons enter in the order they were added. One that comes to a cell which an earlier one fills, or to
 * the end of a list whose last candidate does, is never the owner there. */
static bool enter(struct mg_locate *l, int32_t column, int32_t row, int32_t polygon, bool covers)
{
    int32_t *cell = cell_at(l, column, row);
    if (!cell)
        return false;
    if (*cell >= 0)
        return true;
    if (*cell == EMPTY && covers) {
        *cell = polygon;
        return true;
    }
    int32_t last = -1;
    for (int32_t c = *cell == EMPTY ? -1 : FIRST_LIST - *cell; c >= 0; c = l->candidates[c].next)
        last = c;
    if (last >= 0 && (l->candidates[last].polygon == polygon || l->candidates[last].covers))
        return true;
    if (l->candidate_count >= INT32_MAX - 2 ||
        !grow((void **)&l->candidates, &l->candidate_capacity, l->candidate_count + 1, sizeof *l->candidates))
        return false;
    int32_t added = (int32_t)l->candidate_count++;
    l->candidates[added] = (struct candidate){polygon, covers, -1};
    if (last >= 0)
        l->candidates[last].next = added;
    else
        *cell = FIRST_LIST - added;
    return true;
}

/* Every cell that the segment may touch: a little more than it does, so that rounding loses none. */
static bool enter_segment(struct mg_locate *l, const double *a, const double *b, int32_t polygon)
{
    double margin = 1e-6 / l->per_degree, south = fmin(a[1], b[1]), north = fmax(a[1], b[1]);
    double west = fmin(a[0], b[0]), east = fmax(a[0], b[0]);
    int32_t first = row_of(l, south - margin), last = row_of(l, north + margin);
    for (int32_t row = first; row <= last; row++) {
        double from = west, to = east;
        if (first != last && north > south) {
            double low = fmax(south, l->south + row / l->per_degree - margin);
            double high = fmin(north, l->south + (row + 1) / l->per_degree + margin);
            double at_low = border_at(a, b, fmin(low, north)), at_high = border_at(a, b, fmax(high, south));
            from = fmin(at_low, at_high);
            to = fmax(at_low, at_high);
        }
        int32_t end = column_of(l, to + margin);
        for (int32_t column = column_of(l, from - margin); column <= end; column++)
            if (!enter(l, column, row, polygon, false))
                return false;
    }
    return true;
}

/* Note where the segment crosses the middles of rows. */
static bool note_crossings(struct mg_locate *l, const double *a, const double *b)
{
    int32_t first = row_of(l, fmin(a[1], b[1])), last = row_of(l, fmax(a[1], b[1]));
    for (int32_t row = first; row <= last; row++) {
        double y = row_middle(l, row);
        if ((a[1] > y) == (b[1] > y))
            continue;
        if (!grow((void **)&l->crossings, &l->crossing_capacity, l->crossing_count + 1, sizeof *l->crossings))
            return false;
        l->crossings[l->crossing_count++] = (struct crossing){row, border_at(a, b, y)};
    }
    return true;
}

static int compare_crossings(const void *a, const void *b)
{
    const struct crossing *p = a, *q = b;
    if (p->row != q->row)
        return p->row < q->row ? -1 : 1;
    return p->x < q->x ? -1 : p->x > q->x;
}

/* The cells between an odd crossing and the next even one are inside; those at the crossings themselves
 * were entered with the border. */
static bool fill(struct mg_locate *l, int32_t polygon)
{
    if (l->crossing_count)
        qsort(l->crossings, l->crossing_count, sizeof *l->crossings, compare_crossings);
    for (size_t i = 0; i + 1 < l->crossing_count; i += 2) {
        int32_t end = column_of(l, l->crossings[i + 1].x);
        for (int32_t column = column_of(l, l->crossings[i].x) + 1; column < end; column++)
            if (!enter(l, column, l->crossings[i].row, polygon, true))
                return false;
    }
    return true;
}

static bool enter_polygon(struct mg_locate *l, int32_t polygon)
{
    const struct polygon *p = &l->polygons[polygon];
    l->crossing_count = 0;
    const double *xy = l->xy + 2 * p->first;
    for (size_t i = 0; i + 1 < p->vertex_count; i++, xy += 2) {
        if (isnan(xy[0]) || isnan(xy[2])) /* between two rings */
            continue;
        if (!enter_segment(l, xy, xy + 2, polygon) || !note_crossings(l, xy, xy + 2))
            return false;
    }
    return fill(l, polygon);
}

/* Cells of about area / (64 polygons), larger when the frame would have too many blocks, or where polygons
 * are all border and no area. */
static enum mg_code lay_out(struct mg_locate *l, struct mg_error *err)
{
    l->west = l->south = INFINITY;
    l->east = l->north = -INFINITY;
    for (size_t i = 0; i < l->polygon_count; i++) {
        l->west = fmin(l->west, l->polygons[i].west);
        l->south = fmin(l->south, l->polygons[i].south);
        l->east = fmax(l->east, l->polygons[i].east);
        l->north = fmax(l->north, l->polygons[i].north);
    }
    double width = l->east - l->west, height = l->north - l->south;
    double wanted = fmax((double)l->polygon_count * CELLS_PER_POLYGON, (double)l->vertex_count);
    double side = sqrt(l->area / wanted);
    double least = fmax(sqrt(width * height / MOST_BLOCKS), fmax(width, height) / MOST_BLOCKS * 4) / BLOCK;
    side = fmax(fmax(side, least), fmax(l->border / (BORDER_CELLS * wanted), LEAST_SIDE));
    l->per_degree = 1 / side;
    l->columns = ((int32_t)(width / side / BLOCK) + 1) * BLOCK;
    l->rows = ((int32_t)(height / side / BLOCK) + 1) * BLOCK;
    size_t squares = (size_t)(l->columns >> BLOCK_BITS) * (size_t)(l->rows >> BLOCK_BITS);
    l->blocks = mg_malloc(squares * sizeof *l->blocks);
    if (!l->blocks)
        return mg_fail_memory(err);
    for (size_t i = 0; i < squares; i++)
        l->blocks[i] = -1;
    return MG_OK;
}

/* The chains as runs, in the order of the cells: what is found together lies together. */
static bool flatten(struct mg_locate *l)
{
    l->lists = mg_malloc((l->candidate_count + 1) * sizeof *l->lists);
    if (!l->lists)
        return false;
    int32_t at = 0;
    for (size_t i = 0; i < l->block_count * BLOCK_CELLS; i++) {
        if (l->cells[i] > FIRST_LIST)
            continue;
        int32_t c = FIRST_LIST - l->cells[i];
        l->cells[i] = FIRST_LIST - at;
        for (; c >= 0; c = l->candidates[c].next)
            l->lists[at++] = l->candidates[c].polygon << 2 | (l->candidates[c].covers ? COVERS : 0) |
                             (l->candidates[c].next < 0 ? LAST : 0);
    }
    free(l->candidates);
    l->candidates = NULL;
    return true;
}

enum mg_code mg_locate_build(struct mg_locate *locate, struct mg_error *err)
{
    if (!locate->polygon_count || locate->blocks)
        return MG_OK;
    enum mg_code code = lay_out(locate, err);
    for (size_t i = 0; i < locate->polygon_count && !code; i++)
        if (!enter_polygon(locate, (int32_t)i))
            code = mg_fail_memory(err);
    if (!code && !flatten(locate))
        code = mg_fail_memory(err);
    free(locate->crossings);
    locate->crossings = NULL;
    if (code) { /* half a raster would say "in none" */
        free(locate->blocks);
        locate->blocks = NULL;
        locate->polygon_count = 0;
    }
    return code;
}

/* --- finding --- */

static bool is_inside(const struct mg_locate *l, const struct polygon *p, double lon, double lat)
{
    if (lon < p->west || lon > p->east || lat < p->south || lat > p->north)
        return false;
    /* between two rings border_at is not a number, and no place is west of that */
    bool inside = false;
    const double *v = l->xy + 2 * p->first, *end = v + 2 * (p->vertex_count - 1);
    for (; v < end; v += 2)
        if ((v[1] > lat) != (v[3] > lat) && lon < border_at(v, v + 2, lat))
            inside = !inside;
    return inside;
}

int32_t mg_locate_find(const struct mg_locate *locate, double lon, double lat)
{
    const struct mg_locate *l = locate;
    if (!l->blocks || !(lon >= l->west && lon <= l->east && lat >= l->south && lat <= l->north))
        return -1;
    int32_t column = column_of(l, lon), row = row_of(l, lat);
    int32_t block = l->blocks[(row >> BLOCK_BITS) * (l->columns >> BLOCK_BITS) + (column >> BLOCK_BITS)];
    if (block < 0)
        return -1;
    size_t within = (size_t)(row & (BLOCK - 1)) * BLOCK + (size_t)(column & (BLOCK - 1));
    int32_t cell = l->cells[(size_t)block * BLOCK_CELLS + within];
    if (cell >= 0)
        return l->polygons[cell].number;
    if (cell == EMPTY)
        return -1;
    for (const int32_t *entry = l->lists + (FIRST_LIST - cell);; entry++) {
        const struct polygon *p = &l->polygons[*entry >> 2];
        if ((*entry & COVERS) || is_inside(l, p, lon, lat))
            return p->number;
        if (*entry & LAST)
            return -1;
    }
}
