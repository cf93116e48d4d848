#include "libdata/domain/common/open_state.h"

#include <string.h>

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
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
static bool state_of_words(const char *text, enum mg_open_state *ret_state)
{
    size_t length = strcspn(text, " ");

    if (passing(text))
        return false;
    if (!strncmp(text, "a ouvrir", 8) || !strncmp(text, "ouverture prevue", 16)) {
        *ret_state = MG_STATE_PLANNED;
        return true;
    }
    while (text[length] && among(text, length, lead_words, COUNT(lead_words))) {
        text += length + 1;
        length = strcspn(text, " ");
    }
    if (among(text, length, closed_words, COUNT(closed_words)))
        *ret_state = MG_STATE_CLOSED;
    else if (among(text, length, planned_words, COUNT(planned_words)))
        *ret_state = MG_STATE_PLANNED;
    else
        return false;
    return true;
}

enum mg_code mg_open_state(const char *status, size_t length, mg_date opened, mg_date closed, mg_date at,
                           enum mg_open_state *ret_state, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    enum mg_open_state state = MG_STATE_OPEN;
    bool told = false;
    if (length) {
        mg_text_add_folded(&folded, status, length);
        enum mg_code code = mg_buf_check(&folded, err);
        if (code)
            return code;
        told = folded.length && state_of_words(folded.data, &state);
    }
    if (!told && closed != MG_DATE_NONE && closed <= at)
        state = MG_STATE_CLOSED;
    else if (!told && opened != MG_DATE_NONE && opened > at)
        state = MG_STATE_PLANNED;
    *ret_state = state;
    return MG_OK;
}
