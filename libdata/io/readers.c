#include "libdata/io/readers.h"

#include <strings.h>

#include "libdata/io/csv.h"

const struct mg_reader *const mg_readers[] = {&mg_csv_reader, NULL};

const struct mg_reader *mg_reader_of_extension(const char *extension)
{
    for (const struct mg_reader *const *reader = mg_readers; *reader; reader++)
        for (const char *const *own = (*reader)->extensions; *own; own++)
            if (strcasecmp(extension, *own) == 0)
                return *reader;
    return NULL;
}
