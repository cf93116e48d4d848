/* descriptor.h - what a datapackage.json or a Table Schema says of a file.
 *
 * A data package has resources: the one whose path ends with the file's name is meant, else the one that is
 * named ("FILE#NAME" on the command line), else the only one. A schema may be a file beside the descriptor;
 * nothing is fetched from elsewhere. Of the resource come the schema, encoding, dialect (delimiter, header,
 * skip lines); of it or the package, title, licence, producer (the contributor whose role is publisher, else
 * author, else the first) and, under names of our own, "maillage:as" and "maillage:access" (open or
 * restricted).
 *
 * Errors: MG_ERR_INPUT says what is wrong and, for broken JSON, on which line. Strings are the descriptor's.
 */
#ifndef MG_COLUMNS_DESCRIPTOR_H
#define MG_COLUMNS_DESCRIPTOR_H

#include "libdata/domain/columns/schema.h"

struct mg_descriptor {
    const char *title, *producer, *licence, *kind, *access, *encoding; /* NULL: it does not say */
    char delimiter;                                                    /* 0: it does not say */
    bool no_header;
    int skip_lines;
    struct mg_schema *schema; /* NULL: it has none */
    json_t *json;             /* holds the strings */
};

/* path: the descriptor's, which may end with #RESOURCE; data_path: the file that is imported. */
enum mg_code mg_descriptor_load(const char *path, const char *data_path,
                                struct mg_descriptor **ret_descriptor, struct mg_error *err);
void mg_descriptor_destroy(struct mg_descriptor *descriptor);

/* The same from memory. folder: where schemas in files of their own are; NULL: there are none. resource:
 * NULL, or the name of the one that is meant. */
enum mg_code mg_descriptor_parse(const char *text, size_t length, const char *folder, const char *resource,
                                 const char *data_path, struct mg_descriptor **ret_descriptor,
                                 struct mg_error *err);

#endif
