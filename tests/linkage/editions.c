/* editions.c - two editions as lists of services and their keys; see editions.h. */
#include "tests/linkage/editions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/base/num.h"
#include "libdata/io/table.h"

_Noreturn void die(const char *what, const struct mg_error *err)
{
    fprintf(stderr, "measure: %s: %s\n", what, err ? err->message : "");
    exit(2);
}

enum { KEY, NAME, CATEGORY, ADDRESS, POSTCODE, COMMUNE, PHONE, LON, LAT, X, Y, ROLES };

static const char *const roles[] = {"key",   "name", "category", "address", "postcode", "commune",
                                    "phone", "lon",  "lat",      "x",       "y"};

const char *option(int argc, char **argv, const char *name)
{
    size_t length = strlen(name);

    for (int i = 3; i < argc; i++) {
        if (!strncmp(argv[i], name, length) && argv[i][length] == '=')
            return argv[i] + length + 1;
    }
    return NULL;
}

/* Which column of the table has that role, -1: none. */
static int column_of(const struct mg_table_info *info, const char *asked, int side)
{
    char name[256];
    const char *bar;

    if (!asked)
        return -1;
    bar = strchr(asked, '|');
    snprintf(name, sizeof name, "%.*s", bar && !side ? (int)(bar - asked) : (int)strlen(asked),
             bar && side ? bar + 1 : asked);
    if (!*name)
        return -1;
    for (size_t i = 0; i < info->column_count; i++) {
        if (!strcmp(info->columns[i], name))
            return (int)i;
    }
    fprintf(stderr, "measure: no column '%s'\n", name);
    exit(2);
}

static char *copy(const struct mg_row *row, int column)
{
    if (column < 0 || (size_t)column >= row->count)
        return strdup("");
    return strndup(row->cells[column].text, row->cells[column].length);
}

/* A postcode that was stored as a number. */
static char *five(char *code)
{
    char *padded = malloc(8);

    if (strlen(code) != 4 || strspn(code, "0123456789") != 4) {
        free(padded);
        return code;
    }
    snprintf(padded, 8, "0%s", code);
    free(code);
    return padded;
}

static void add_row(struct list *list, const struct mg_row *row, const int *columns)
{
    struct mg_linkage_service *s;
    bool plane = columns[X] >= 0;
    char *lon = copy(row, columns[plane ? X : LON]), *lat = copy(row, columns[plane ? Y : LAT]);

    if (!(list->count & (list->count + 1))) {
        list->services = realloc(list->services, (list->count + 1) * 2 * sizeof *list->services);
        list->keys = realloc(list->keys, (list->count + 1) * 2 * sizeof *list->keys);
    }
    s = &list->services[list->count];
    list->keys[list->count++] = copy(row, columns[KEY]);
    *s = (struct mg_linkage_service){.name = copy(row, columns[NAME]),
                                     .category = copy(row, columns[CATEGORY]),
                                     .address = copy(row, columns[ADDRESS]),
                                     .postcode = five(copy(row, columns[POSTCODE])),
                                     .commune = five(copy(row, columns[COMMUNE])),
                                     .phone = copy(row, columns[PHONE])};
    s->has_place = mg_num_parse_f64(lon, strlen(lon), &s->lon) &&
                   mg_num_parse_f64(lat, strlen(lat), &s->lat) && (s->lon != 0 || s->lat != 0);
    if (s->has_place && plane) { /* as far as distances go, which is all that counts here */
        s->lat = 46.5 + (s->lat - 6600000) / 111195;
        s->lon = 3 + (s->lon - 700000) / (111195 * cos(s->lat * (M_PI / 180)));
    }
    free(lon);
    free(lat);
}

void read_list(const char *path, int side, int argc, char **argv, struct list *list)
{
    struct mg_table *table = NULL;
    const struct mg_row *row;
    struct mg_error err = {0};
    int columns[ROLES];

    if (mg_table_open(path, &(struct mg_table_options){0}, &table, &err))
        die(path, &err);
    for (int i = 0; i < ROLES; i++)
        columns[i] = column_of(mg_table_info(table), option(argc, argv, roles[i]), side);
    while (!mg_table_next(table, &row, &err) && row)
        add_row(list, row, columns);
    if (err.code)
        die(path, &err);
    mg_table_destroy(table);
}

struct mg_succession *read_movements(const char *path)
{
    struct mg_succession *s = NULL;
    struct mg_table *table = NULL;
    const struct mg_row *row;
    struct mg_error err = {0};

    if (mg_table_open(path, &(struct mg_table_options){0}, &table, &err) || mg_succession_create(&s, &err))
        die(path, &err);
    while (!mg_table_next(table, &row, &err) && row) {
        char *cells[9];
        mg_date date;

        for (int i = 0; i < 9; i++)
            cells[i] = copy(row, i);
        /* MOD, DATE_EFF, TYPECOM_AV, COM_AV, TNCC_AV, NCC_AV, NCCENR_AV, LIBELLE_AV, TYPECOM_AP, COM_AP */
        char *after = copy(row, 9);
        if (mg_date_parse_iso(cells[1], strlen(cells[1]), &date)) {
            struct mg_movement movement = {atoi(cells[0]), date, cells[2], cells[3], cells[8], after};

            if (mg_succession_add(s, &movement, &err))
                die(path, &err);
        }
        for (int i = 0; i < 9; i++)
            free(cells[i]);
        free(after);
    }
    mg_table_destroy(table);
    if (err.code || mg_succession_build(s, &err))
        die(path, &err);
    return s;
}

void project(struct list *list, const struct mg_succession *s, mg_date from, mg_date to)
{
    for (size_t i = 0; i < list->count; i++) {
        const char *codes[16];
        size_t count = 0;
        enum mg_succession_how how;
        struct mg_error err = {0};

        if (mg_succession_project(s, list->services[i].commune, from, to, codes, 16, &count, &how, &err))
            die("communes", &err);
        if (count == 1) {
            char *now = strdup(codes[0]);
            free((char *)(uintptr_t)list->services[i].commune);
            list->services[i].commune = now;
        }
    }
}

void shuffle(struct list *list, uint64_t seed)
{
    for (size_t i = list->count; i > 1; i--) {
        size_t j;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        j = (size_t)((seed >> 33) % i);
        struct mg_linkage_service s = list->services[i - 1];
        char *key = list->keys[i - 1];
        list->services[i - 1] = list->services[j];
        list->keys[i - 1] = list->keys[j];
        list->services[j] = s;
        list->keys[j] = key;
    }
}
