/* national.h - the national files that most users have, known by their columns.
 *
 * A profile is a small text file, libdata/domain/columns/profiles/NAME.profile, built into the program:
 * nothing is looked for when it runs, so it works from the build tree and installed alike; a file of one's
 * own is described with --descriptor. Lines are "key: value"; a line that starts with "#" is a comment:
 *
 *   title, producer, licence   of the dataset
 *   as, level, crs             like the options of import
 *   has: A, B                  columns that the file must have, compared folded; more lines are alternatives
 *   not: A, B                  columns that it must not have
 *   map: ROLE = A | B          the first of these columns that is there has the role
 *   ignore: A, B               columns that are not compared between editions
 *   no-key: yes                no column identifies a service
 *   names: A, B                the columns' names, in a file without a header line
 *   rows: TEXT                 the first cell of the dataset's rows, where a file has lines of several kinds
 *   join: TEXT, KEY, A, B      lines whose first cell is TEXT complete the row whose column KEY is
 *                              their second cell, with A and B (io/two_line_rows.h)
 *
 * Of several profiles that fit, the one that asks for most columns is taken, then the first by name. What
 * the command line says comes before what a profile says.
 *
 * Profiles are built in. A national file is a text file in libdata/domain/columns/profiles, embedded when the
 * program is built: no path to look for, the build tree works as the installed program does. Files of one's
 * own have descriptors, which need no build.
 */
#ifndef MG_COLUMNS_NATIONAL_H
#define MG_COLUMNS_NATIONAL_H

#include "libdata/domain/columns/roles.h"
#include "libdata/io/out.h"

#define MG_NATIONAL_HAS   4
#define MG_NATIONAL_MAPS  16
#define MG_NATIONAL_NAMES 48

struct mg_national_list { /* in the profile's own text */
    size_t count;
    const char *items[MG_NATIONAL_NAMES];
};

struct mg_national {
    const char *name, *title, *producer, *licence, *kind, *level, *crs, *rows; /* NULL: it does not say */
    size_t has_count, map_count;
    struct mg_national_list has[MG_NATIONAL_HAS], without, ignore, names, join;
    struct {
        enum mg_role role;
        struct mg_national_list columns; /* the best first */
    } maps[MG_NATIONAL_MAPS];
    bool no_key;
    char *text; /* holds the strings */
};

/* The profile of that name; MG_ERR_USAGE naming those there are. */
enum mg_code mg_national_load(const char *name, struct mg_national **ret_profile, struct mg_error *err);
/* The profile that fits a file of these columns, or NULL. */
enum mg_code mg_national_recognise(const char *const *columns, size_t count, struct mg_national **ret_profile,
                                   struct mg_error *err);
void mg_national_destroy(struct mg_national *profile);

/* What a profile's text says; the name is borrowed. MG_ERR_INPUT with the line. For the tests and fuzzing. */
enum mg_code mg_national_parse(const char *name, const char *text, struct mg_national **ret_profile,
                               struct mg_error *err);

/* Where it is in the list, or -1. */
int mg_national_position(const struct mg_national_list *list, const char *item);

/* A record of type "profile" each, by name. */
enum mg_code mg_nationals_list(struct mg_out *out, struct mg_error *err);

#endif
