/* Writes an empty maillage file: what the tests copy (put_empty_file of test.h). */
#include <stdio.h>
#include <unistd.h>

#include "libdata/db/db.h"

int main(int argc, char **argv)
{
    struct mg_error err = {0};
    struct mg_db *db = NULL;
    if (argc != 2)
        return 2;
    unlink(argv[1]);
    if (mg_db_open(argv[1], MG_DB_CREATE, 0, &db, &err) == MG_OK && mg_db_begin(db, &err) == MG_OK)
        mg_db_commit(db, &err);
    mg_db_close(db);
    if (err.code)
        fprintf(stderr, "%s\n", err.message);
    return err.code != MG_OK;
}
