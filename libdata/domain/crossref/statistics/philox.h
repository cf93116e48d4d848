/* philox.h - random numbers by counting: the same for a counter and key wherever and in whatever order they
 * are drawn.
 *
 * Philox4x32-10 of Salmon, Moraes, Dror and Shaw 2011 (Parallel random numbers: as easy as 1, 2, 3). All
 * zero: 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
 */
#ifndef MG_CROSSREF_STATISTICS_PHILOX_H
#define MG_CROSSREF_STATISTICS_PHILOX_H

#include <stdint.h>

void mg_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t ret_words[4]);

#endif
