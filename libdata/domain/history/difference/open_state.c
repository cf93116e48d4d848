/* difference/open_state.c - is the service of a row open? What the source's own words and dates say of it. */
#include "libdata/domain/history/difference/difference.h"

#include "libdata/base/buf.h"
#include "libdata/base/text.h"

/* First words of a status, in comparison form. */
static const char *const closed_words[] = {"ferme",       "fermee",    "fermes",    "fermees",  "closed",
                                           "cesse",       "cessee",    "cessation", "supprime", "supprimee",
                                           "inactif",     "inactive",  "radie",     "radiee",   "desaffecte",
                                           "desaffectee", "fermeture", "dissous",   "dissoute"};
static const char *const planned_words[] = {"projet",       "prevu",   "prevue",  "planned",
                                            "previsionnel", "future",  "futur",   "programme",
                                            "announced",    "projete", "projetee"};
/* A service that is closed for works is still there. */
static const char *const passing_words[] = {"temporaire",     "temporairement", "provisoire",
                                            "provisoirement", "temporarily",    "travaux"};
/* "à ouvrir", "en projet", "définitivement fermé": the word that decides is not the first. */
static const char *const lead_words[] = {
    "en", "a", "etablissement", "site", "definitivement", "permanently", "ouverture", "est"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool among(const char *word, size_t length, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(words[i]) == length && !memcmp(words[i], word, length))
            return true;
    }
    return false;
}

static bool passing(const char *text)
{
    for (size_t length; *text; text += length + (text[length] == ' ')) {
        length = strcspn(text, " ");
        if (among(text, length, passing_words, COUNT(passing_words)))
            return true;
    }
    return false;
}

/* false: the status does not tell. */
static bool state_of_words(const char *text, enum history_state *ret_state)
{
    size_t length = strcspn(text, " ");

    if (passing(text))
        return false;
    if (!strncmp(text, "a ouvrir", 8) || !strncmp(text, "ouverture prevue", 16)) {
        *ret_state = HISTORY_PLANNED;
        return true;
    }
    while (text[length] && among(text, length, lead_words, COUNT(lead_words))) {
        text += length + 1;
        length = strcspn(text, " ");
    }
    if (among(text, length, closed_words, COUNT(closed_words)))
        *ret_state = HISTORY_CLOSED;
    else if (among(text, length, planned_words, COUNT(planned_words)))
        *ret_state = HISTORY_PLANNED;
    else
        return false;
    return true;
}

static bool typed_date(const struct mg_history *h, int side, enum history_typed typed, mg_date *ret_date)
{
    const struct history_cell *cell = history_typed(h, side, typed);

    return cell->length && mg_date_parse_any(cell->text, cell->length, ret_date);
}

enum mg_code history_state(const struct mg_history *h, int side, enum history_state *ret_state,
                           struct mg_error *err)
{
    const struct history_cell *status = history_typed(h, side, TYPED_STATUS);
    struct mg_buf folded = {0};
    bool told = false;
    enum mg_code code = MG_OK;
    mg_date date;

    *ret_state = HISTORY_OPEN;
    if (status->length) {
        mg_text_add_folded(&folded, status->text, status->length);
        if (!(code = mg_buf_check(&folded, err)) && folded.length)
            told = state_of_words(folded.data, ret_state);
        mg_buf_finish(&folded);
    }
    if (code || told)
        return code;
    if (typed_date(h, side, TYPED_CLOSED, &date) && date <= h->as_of[side])
        *ret_state = HISTORY_CLOSED;
    else if (typed_date(h, side, TYPED_OPENED, &date) && date > h->as_of[side])
        *ret_state = HISTORY_PLANNED;
    return MG_OK;
}

bool history_dated(const struct mg_history *h, int side)
{
    enum history_typed typed = side == HISTORY_BEFORE ? TYPED_CLOSED : TYPED_OPENED;
    mg_date date;

    return typed_date(h, side, typed, &date) && date >= h->as_of[HISTORY_BEFORE] &&
           date <= h->as_of[HISTORY_AFTER];
}
