/* objects.h - what a maillage file may hold: data, nothing that runs.
 *
 * sqlite_master is compared with what our migrations and SpatiaLite make, name by name and to the letter of
 * their SQL; a view services_NAME must have the form in which the tool writes it. The list is made while
 * building (make_objects.c), so a new migration is in it by itself. Others may add tables with plain columns,
 * plain indexes on these, and views: nothing of ours refers to them, foreign keys are not enforced, and no
 * connection of ours can use a view. Whatever else there is (a trigger, a virtual table, an expression, a
 * name that is ours, two things on one page) is refused. maillage-file(5) says the same in more words.
 */
#ifndef MG_DB_OBJECTS_H
#define MG_DB_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/db/db.h"

struct mg_object {
    const char *type, *name, *table;
    const char *sql; /* NULL: of the index of a constraint */
    int first, last; /* migrations after which it is there, in these words */
};

extern const struct mg_object mg_objects[]; /* in the order of names, ASCII case apart */
extern const size_t mg_objects_count;

/* Inside a transaction: does the file, which has gone through that many migrations, hold what it may? whole:
 * and is nothing missing? MG_ERR_DB names the first that is not ours. */
enum mg_code mg_objects_check(struct mg_db *db, int version, bool whole, struct mg_error *err);

/* What a file of the latest version lacks, in the order of names. */
typedef enum mg_code mg_objects_visitor(void *context, const char *type, const char *name,
                                        struct mg_error *err);
enum mg_code mg_objects_missing(struct mg_db *db, mg_objects_visitor *visit, void *context,
                                struct mg_error *err);

#endif
