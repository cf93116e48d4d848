/* editions.h - what measure reads: two editions, from files and options. Ends the program on a mistake. */
#ifndef MG_TESTS_LINKAGE_EDITIONS_H
#define MG_TESTS_LINKAGE_EDITIONS_H

#include "libdata/base/date.h"
#include "libdata/domain/linkage/linkage.h"
#include "libdata/geo/succession.h"

struct list {
    struct mg_linkage_service *services; /* texts are the list's own */
    char **keys;
    size_t count;
};

_Noreturn void die(const char *what, const struct mg_error *err);
const char *option(int argc, char **argv, const char *name); /* from NAME=VALUE; NULL: not given */
void read_list(const char *path, int side, int argc, char **argv, struct list *list);
struct mg_succession *read_movements(const char *path);
/* Communes to a date, where there is one successor. */
void project(struct list *list, const struct mg_succession *s, mg_date from, mg_date to);
void shuffle(struct list *list, uint64_t seed);

#endif
