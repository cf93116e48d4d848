#include "libdata/domain/columns/roles.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/columns/role_rules.h"
#include "libdata/domain/columns/role_search.h"

#define PLAIN 0.9 /* what a label says so is meant */

static bool is_wanted(const struct role_search *search, int role)
{
    return search->request->wanted & MG_ROLE_BIT(role);
}

static void give(struct role_search *search, int role, int column, double confidence)
{
    search->roles.column[role] = column;
    search->roles.confidence[role] = confidence;
    search->taken[column] = true;
}

static int column_named(const struct role_search *search, const char *name)
{
    for (size_t i = 0; i < search->column_count; i++)
        if (!strcmp(search->request->columns[i], name))
            return (int)i;
    for (size_t i = 0; search->request->written && i < search->column_count; i++)
        if (!strcmp(search->request->written[i], name))
            return (int)i;
    return -1;
}

static enum mg_code no_such_column(const struct role_search *search, const char *name, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf list = {0};
    for (size_t i = 0; i < search->column_count; i++)
        mg_buf_printf(&list, "%s%s", i ? ", " : "", search->request->columns[i]);
    mg_fail(err, MG_ERR_USAGE, _("--map: there is no column '%s'"), name);
    mg_error_hint(err, _("the columns are: %s"), list.failed || !list.data ? "" : list.data);
    return MG_ERR_USAGE;
}

/* The role that an earlier edition gave to the column, or -1. */
static int earlier_role(const struct role_search *search, size_t column, bool *ret_known)
{
    const struct mg_dataset *dataset = search->request->dataset;
    enum mg_role role;
    *ret_known = false;
    for (size_t i = 0; dataset && i < dataset->field_count; i++) {
        const struct mg_field *field = &dataset->fields[i];
        if (strcmp(field->name, search->request->columns[column]))
            continue;
        *ret_known = true;
        return field->role && mg_role_from_name(field->role, strlen(field->role), &role) ? (int)role : -1;
    }
    return -1;
}

static enum mg_code take_map(struct role_search *search, const struct mg_map_option *map,
                             struct mg_error *err)
{
    if (!is_wanted(search, (int)map->role))
        return mg_fail(err, MG_ERR_USAGE, _("--map: this kind of data has no role '%s'"),
                       mg_role_name(map->role));
    int column = column_named(search, map->column);
    if (column < 0)
        return no_such_column(search, map->column, err);
    if (search->roles.column[map->role] >= 0)
        return mg_fail(err, MG_ERR_USAGE, _("--map: the role '%s' is given twice"), mg_role_name(map->role));
    if (search->taken[column])
        return mg_fail(err, MG_ERR_USAGE, _("--map: the column '%s' is given two roles"), map->column);
    bool known;
    int earlier = earlier_role(search, (size_t)column, &known);
    if (earlier >= 0 && earlier != (int)map->role) {
        mg_fail(err, MG_ERR_USAGE, _("--map: the column '%s' is the %s of the dataset's earlier editions"),
                map->column, mg_role_name((enum mg_role)earlier));
        mg_error_hint(err, "%s", _("import it into another dataset if it has come to mean something else"));
        return MG_ERR_USAGE;
    }
    give(search, (int)map->role, column, 1);
    search->roles.forced[map->role] = true;
    return MG_OK;
}

/* --- a key of several columns --- */

static const struct mg_field *field_of(const struct role_search *search, int column)
{
    return mg_dataset_field(search->request->dataset, search->request->columns[column]);
}

/* Parts that earlier editions had first, as they had them; then by the dataset's order, then the file's. */
static bool comes_before(const struct role_search *search, int a, int b)
{
    const struct mg_field *one = field_of(search, a), *other = field_of(search, b);
    int part = one && one->key_part ? one->key_part : MG_KEY_PARTS + 1;
    int other_part = other && other->key_part ? other->key_part : MG_KEY_PARTS + 1;
    if (part != other_part)
        return part < other_part;
    if (!one || !other)
        return one || (!other && a < b);
    return one->position < other->position;
}

static enum mg_code add_key_part(struct role_search *search, int column, struct mg_error *err)
{
    struct mg_roles *roles = &search->roles;
    size_t at = roles->key_part_count;
    for (size_t i = 0; i < at; i++)
        if (roles->key_parts[i] == column)
            return mg_fail(err, MG_ERR_USAGE, _("--map: the column '%s' is twice in the key"),
                           search->request->columns[column]);
    if (at == MG_KEY_PARTS)
        return mg_fail(err, MG_ERR_USAGE, _("--map: a key has %d columns at most"), MG_KEY_PARTS);
    for (; at && comes_before(search, column, roles->key_parts[at - 1]); at--)
        roles->key_parts[at] = roles->key_parts[at - 1];
    roles->key_parts[at] = column;
    roles->key_part_count++;
    roles->column[MG_ROLE_KEY] = roles->key_parts[0];
    roles->confidence[MG_ROLE_KEY] = 1;
    return MG_OK;
}

static size_t count_key_maps(const struct role_search *search)
{
    size_t count = 0;
    for (size_t i = 0; i < search->request->map_count; i++)
        count += search->request->maps[i].role == MG_ROLE_KEY;
    return count;
}

static enum mg_code take_key_maps(struct role_search *search, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    if (!search->request->may_have_key_parts)
        return mg_fail(err, MG_ERR_USAGE, "%s", _("--map: only services have a key of several columns"));
    for (size_t i = 0; i < search->request->map_count && !code; i++) {
        const struct mg_map_option *map = &search->request->maps[i];
        if (map->role != MG_ROLE_KEY)
            continue;
        int column = column_named(search, map->column);
        code = column < 0 ? no_such_column(search, map->column, err) : add_key_part(search, column, err);
    }
    search->roles.forced[MG_ROLE_KEY] = true;
    return code;
}

/* The key of earlier editions, if this file has all its columns; none of them: it has another. */
static enum mg_code take_earlier_key(struct role_search *search, struct mg_error *err)
{
    const struct mg_dataset *dataset = search->request->dataset;
    const char *missing = NULL;
    enum mg_code code = MG_OK;
    for (size_t i = 0; dataset && i < dataset->field_count && !code; i++) {
        if (!dataset->fields[i].key_part)
            continue;
        int column = column_named(search, dataset->fields[i].name);
        if (column >= 0)
            code = add_key_part(search, column, err);
        else
            missing = dataset->fields[i].name;
    }
    if (code || !missing || !search->roles.key_part_count)
        return code;
    mg_fail(err, MG_ERR_INPUT,
            _("there is no column '%s', which is in the key of the dataset's earlier editions"), missing);
    mg_error_hint(err, "%s", _("--map key=COLUMN, once for each, gives another key; --no-key none"));
    return MG_ERR_INPUT;
}

/* What earlier editions settled stays: roles for the columns that had one, none for those that had none. */
static void take_earlier(struct role_search *search)
{
    for (size_t i = 0; i < search->column_count; i++) {
        bool known;
        int role = earlier_role(search, i, &known);
        if (!known || search->taken[i])
            continue;
        search->taken[i] = true;
        if (role >= 0 && is_wanted(search, role) && search->roles.column[role] < 0 &&
            !(role == MG_ROLE_KEY && search->request->no_key))
            give(search, role, (int)i, 1);
    }
}

static enum mg_code take_best(struct role_search *search, int role, struct mg_error *err)
{
    size_t column;
    double confidence;
    enum mg_code code = role_find_best(search, role, &column, &confidence, err);
    if (!code && confidence > 0)
        give(search, role, (int)column, confidence);
    return code;
}

static bool has(const struct role_search *search, int role)
{
    return search->roles.column[role] >= 0;
}

static void drop(struct role_search *search, int role)
{
    if (has(search, role))
        search->taken[search->roles.column[role]] = false;
    search->roles.column[role] = -1;
    search->roles.confidence[role] = 0;
}

/* One way to a place is enough: the file's own geometry, else longitude and latitude, else both in one cell,
 * else metres. A way that --map names comes before all. */
static bool is_needed(const struct role_search *search, int role)
{
    const struct mg_roles *roles = &search->roles;
    bool lon_lat = has(search, MG_ROLE_LON) && has(search, MG_ROLE_LAT);
    bool metres = roles->forced[MG_ROLE_X] || roles->forced[MG_ROLE_Y];
    switch (role) {
    case MG_ROLE_LON:
    case MG_ROLE_LAT:
        return !search->request->has_geometry && !metres && !roles->forced[MG_ROLE_LONLAT];
    case MG_ROLE_LONLAT:
        return !search->request->has_geometry && !metres && !lon_lat;
    case MG_ROLE_X:
    case MG_ROLE_Y:
    case MG_ROLE_CRS:
        return !search->request->has_geometry && !lon_lat && !has(search, MG_ROLE_LONLAT);
    case MG_ROLE_KEY:
        return !search->request->no_key;
    default:
        return true;
    }
}

/* Half a pair of coordinates is none. */
static enum mg_code pair(struct role_search *search, int one, int other, struct mg_error *err)
{
    if (has(search, one) == has(search, other))
        return MG_OK;
    int there = has(search, one) ? one : other;
    if (search->roles.forced[there])
        return mg_fail(err, MG_ERR_USAGE, _("--map names the %s, but no column is the %s"),
                       mg_role_name((enum mg_role)there),
                       mg_role_name((enum mg_role)(there == one ? other : one)));
    drop(search, there);
    return MG_OK;
}

static enum mg_code find_all(struct role_search *search, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    size_t key_maps = count_key_maps(search);
    if (key_maps > 1)
        code = take_key_maps(search, err);
    for (size_t i = 0; i < search->request->map_count && !code; i++)
        if (key_maps < 2 || search->request->maps[i].role != MG_ROLE_KEY)
            code = take_map(search, &search->request->maps[i], err);
    if (!code && !key_maps && !search->request->no_key)
        code = take_earlier_key(search, err);
    if (code)
        return code;
    if (search->request->no_key && has(search, MG_ROLE_KEY))
        return mg_fail(err, MG_ERR_USAGE, "%s", _("--no-key and --map key=... contradict each other"));
    take_earlier(search);
    for (int role = 0; role < MG_ROLE_COUNT && !code; role++) {
        if (is_wanted(search, role) && !has(search, role) && is_needed(search, role))
            code = take_best(search, role, err);
        if (!code && role == MG_ROLE_LAT)
            code = pair(search, MG_ROLE_LON, MG_ROLE_LAT, err);
        if (!code && role == MG_ROLE_Y)
            code = pair(search, MG_ROLE_X, MG_ROLE_Y, err);
    }
    return code;
}

static void find_unread(struct role_search *search)
{
    static const enum mg_role roles[] = {MG_ROLE_POSTCODE, MG_ROLE_COMMUNE, MG_ROLE_LON,    MG_ROLE_LAT,
                                         MG_ROLE_X,        MG_ROLE_Y,       MG_ROLE_OPENED, MG_ROLE_CLOSED};
    for (int i = 0; i < MG_ROLE_COUNT; i++)
        search->roles.unread[i] = -1;
    for (size_t r = 0; r < sizeof roles / sizeof *roles; r++) {
        enum mg_role role = roles[r];
        if (!is_wanted(search, (int)role) || has(search, (int)role) || !is_needed(search, (int)role))
            continue;
        for (size_t i = 0; i < search->column_count && search->roles.unread[role] < 0; i++)
            if (!search->taken[i] &&
                mg_role_label_weight(role, &search->labels[i], search->meanings[i].meaning) >= PLAIN)
                search->roles.unread[role] = (int)i;
    }
}

static enum mg_code read_columns(struct role_search *search, struct mg_error *err)
{
    search->taken = mg_calloc(search->column_count + 1, sizeof *search->taken);
    search->labels = mg_calloc(search->column_count + 1, sizeof *search->labels);
    enum mg_code code = search->taken && search->labels ? MG_OK : mg_fail_memory(err);
    for (size_t i = 0; i < search->column_count && !code; i++) {
        code = mg_label_parse(search->request->columns[i], &search->labels[i], err);
        if (search->request->cut_names)
            mg_label_complete(&search->labels[i], search->request->columns[i]);
        if (!code)
            search->meanings[i].meaning = mg_meaning_find(&search->labels[i], search->request->sample, i,
                                                          &search->meanings[i].confidence);
    }
    return code;
}

enum mg_code mg_roles_find(const struct mg_roles_request *request, struct mg_roles *ret_roles,
                           struct mg_column_meaning *meanings, struct mg_error *err)
{
    struct role_search search = {
        .request = request, .column_count = request->sample->column_count, .meanings = meanings};
    for (int i = 0; i < MG_ROLE_COUNT; i++)
        search.roles.column[i] = -1;
    enum mg_code code = read_columns(&search, err);
    if (!code)
        code = find_all(&search, err);
    if (!code)
        find_unread(&search);
    if (!code)
        *ret_roles = search.roles;
    free(search.labels);
    free(search.taken);
    return code;
}
