/* territory_code.h - the code of a territory, as files write it, in its proper form. */
#ifndef MG_COMMON_TERRITORY_CODE_H
#define MG_COMMON_TERRITORY_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/geo/territory.h"

#define MG_TERRITORY_CODE_SIZE 16

/* A commune as mg_code_commune; 5, 05 and 005 are the département 05, 2a and 02A are 2A, 971 is itself; 1 is
 * the région 01; an arrondissement is its département's code and a digit (511, 2A4, 9711); an EPCI nine
 * digits. Whether there is one of that code is not looked at. The text is trimmed. */
bool mg_territory_code(enum mg_level level, const char *text, size_t length,
                       char ret_code[MG_TERRITORY_CODE_SIZE]);

#endif
