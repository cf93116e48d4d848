/* kinds.h - what can be imported: services, counts, territories, ... A new kind is a row in kinds.c. */
#ifndef MG_KINDS_KINDS_H
#define MG_KINDS_KINDS_H

#include "libdata/domain/import/kind.h"

extern const struct mg_import_kind *const mg_kinds[]; /* for mg_import_options.kinds; NULL-terminated */

#endif
