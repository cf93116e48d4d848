/* beside.h - what rows say of services that are beside one another, for taken_in.c. */
#ifndef MG_HISTORY_BESIDE_H
#define MG_HISTORY_BESIDE_H

#include "libdata/base/buf.h"
#include "libdata/domain/history/rows/rows.h"

enum beside_text { WORDS, CATEGORY, CATEGORY_WORDS, ADDRESS, COMMUNE, TEXTS };

struct beside {
    struct mg_history *h;
    struct mg_buf texts; /* of all that was read, until it is cut */
};

/* What a row says; texts are places in those. */
struct beside_said {
    bool has_place;
    double lon, lat;
    size_t texts[TEXTS];
};

/* What tells that one took another in, the surest last: its name lost the word that told it from the other;
 * it has a word of the other's that it had not; both had one name. */
enum beside_support { NO_SUPPORT, LOST_ITS_OWN, TOOK_A_WORD, ONE_NAME };

enum mg_code beside_read_row(struct beside *s, int side, int64_t record, struct beside_said *said,
                             struct mg_error *err);
const char *beside_text_of(const struct beside *s, const struct beside_said *said, enum beside_text which);
bool beside_is_same_text(const struct beside *s, const struct beside_said *a, const struct beside_said *b,
                         enum beside_text which);
/* Within 15 m, or, where one has no place, at one address. */
bool beside_is_same_place(const struct beside *s, const struct beside_said *a, const struct beside_said *b);
/* Of one name and category at one place. */
bool beside_is_same_name(const struct beside *s, const struct beside_said *a, const struct beside_said *b);
/* own, other: of the one that goes on, on the lone row's side and on the other. */
enum beside_support beside_support_of(const struct beside *s, const struct beside_said *lone,
                                      const struct beside_said *own, const struct beside_said *other);

#endif
