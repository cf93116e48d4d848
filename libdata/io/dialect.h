/* dialect.h - which byte stands between the cells of a CSV file. */
#ifndef MG_IO_DIALECT_H
#define MG_IO_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

/* Among ; , tab and |: the one that splits the first rows (quotes respected) most consistently into the
 * same number of cells as the first of them, and into more; at a tie the first in this order. For a single
 * column, one that is not in the text. sample begins at the header; complete says that it is the whole file,
 * else its last, perhaps cut, row is left out. */
char mg_dialect_delimiter(const char *sample, size_t length, bool complete);

#endif
