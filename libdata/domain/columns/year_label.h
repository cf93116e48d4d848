/* year_label.h - labels of tables that are wide by year: PMUN20, P13_POP, "Population en 2021", 2019. */
#ifndef MG_COLUMNS_YEAR_LABEL_H
#define MG_COLUMNS_YEAR_LABEL_H

#include "libdata/base/error.h"

/* The year in the label if the rest of it, folded (mg_text_add_folded), is one of the forms, else 0. A form
 * has one '#', where the year stands: of four digits (1800 to 2199) or, beside letters, of two (00 to 49 is
 * 2000 to 2049, 50 to 99 the century before). forms: ended by NULL. */
enum mg_code mg_year_of_label(const char *label, const char *const *forms, int *ret_year,
                              struct mg_error *err);

#endif
