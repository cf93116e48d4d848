/* run.h - one run of import: what was asked, and what is told of it. */
#ifndef MG_IMPORT_RUN_H
#define MG_IMPORT_RUN_H

#include "cmd/frame/tool.h"
#include "libdata/domain/import/import.h"

#define MAX_LIST 256 /* values of one option */

struct list {
    const char *items[MAX_LIST];
    size_t count;
    char *text; /* owned: the items point into it */
};

struct args {
    struct mg_import_options import;
    struct mg_map_option maps[MG_ROLE_COUNT];
    struct list open_fields;
    const char *ignored[MAX_LIST];
    const char *rejects_path;
    bool dry_run, list_profiles;
};

/* arguments.c */
extern const struct mg_option import_options[];
enum mg_code import_set(void *context, const char *name, const char *value, struct mg_error *err);
enum mg_code import_check_arguments(const struct mg_common *common, const struct args *args,
                                    int operand_count, char **operands, struct mg_error *err);

/* report.c: the record of type "edition", and what a person wants to know */
enum mg_code import_write_edition(struct mg_out *out, const struct mg_import_result *result,
                                  struct mg_error *err);
void import_report_result(const struct mg_import_result *result);
void import_report_source(const struct mg_import_source *source);

#endif
