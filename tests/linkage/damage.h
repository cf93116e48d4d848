/* damage.h - editions made worse on purpose, so that linkage is tried on more than what there is.
 *
 *   only=PREFIX,...  rows whose commune, else postcode, begins so
 *   closed=P         of P in 100 of the identifiers of both, the later edition loses the rows; of as many
 * others the earlier one: closures, and openings unchanged=drop   rows that say the same in both are left
 * out, as diff-history does before it links damage=KIND,...  to the later edition: upper      names and
 * addresses in capitals without accents short      long words of one name in three cut off, as in "CTRE", or
 * "MEDIATH." typo       two letters of one name, and of one address, in five changed places jitter     one
 * place in three up to 400 m off, the others in four decimals blank      one name, address, telephone and
 * place in five missing, each by itself category   categories under other names twice      one row in twenty
 * there twice, its name in another case number     one address in four without its number
 */
#ifndef MG_TESTS_LINKAGE_DAMAGE_H
#define MG_TESTS_LINKAGE_DAMAGE_H

#include "tests/linkage/editions.h"

void damage(struct list *before, struct list *after, int argc, char **argv);

#endif
