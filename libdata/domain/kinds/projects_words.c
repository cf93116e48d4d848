/* What kind of project, and how far it has come, in the words of whoever announced it. */
#include <string.h>

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/domain/kinds/projects.h"

/* A word that begins so, after folding, means this. Longer ones first where one begins another. */
struct stem {
    const char *text, *meaning;
};

static const struct stem kinds[] = {
    {"ouvert", "opening"},  {"ouvrir", "opening"},  {"creation", "opening"}, {"creer", "opening"},
    {"implant", "opening"}, {"install", "opening"}, {"open", "opening"},     {"reouv", "opening"},
    {"reopen", "opening"},  {"nouveau", "opening"}, {"nouvelle", "opening"}, {"new", "opening"},
    {"ferm", "closure"},    {"suppr", "closure"},   {"clos", "closure"},     {"clot", "closure"},
    {"demenag", "move"},    {"transf", "move"},     {"relocal", "move"},     {"relocat", "move"},
    {"deplac", "move"},     {"move", "move"},       {"moving", "move"},      {"fusion", "merger"},
    {"regroup", "merger"},  {"merg", "merger"},     {"absor", "merger"},     {"mutualis", "merger"},
    {NULL, NULL},
};

static const struct stem statuses[] = {
    {"abandon", "abandoned"},
    {"annul", "abandoned"},
    {"cancel", "abandoned"},
    {"withdraw", "abandoned"},
    {"renonc", "abandoned"},
    {"realis", "done"},
    {"acheve", "done"},
    {"termin", "done"},
    {"effectu", "done"},
    {"effectif", "done"},
    {"effective", "done"},
    {"execut", "done"},
    {"done", "done"},
    {"fait", "done"},
    {"complet", "done"},
    {"livre", "done"},
    {"encours", "under way"},
    {"cours", "under way"},
    {"travaux", "under way"},
    {"chantier", "under way"},
    {"engag", "under way"},
    {"underway", "under way"},
    {"under", "under way"},
    {"way", "under way"},
    {"progress", "under way"},
    {"ongoing", "under way"},
    {"started", "under way"},
    {"valid", "approved"},
    {"approuv", "approved"},
    {"approv", "approved"},
    {"decid", "approved"},
    {"acte", "approved"},
    {"arrete", "approved"},
    {"autoris", "approved"},
    {"confirm", "approved"},
    {"annonc", "announced"},
    {"announc", "announced"},
    {"prevu", "announced"},
    {"previsionnel", "announced"},
    {"planifi", "announced"},
    {"planned", "announced"},
    {"projet", "announced"},
    {"propos", "announced"},
    {"envisag", "announced"},
    {"etude", "announced"},
    {NULL, NULL},
};

static const char *meaning_of(const char *word, const struct stem *stems)
{
    for (; stems->text; stems++)
        if (!strncmp(word, stems->text, strlen(stems->text)))
            return stems->meaning;
    return NULL;
}

/* A word that turns what follows round: "non validé" is not approved. */
static bool denies(const char *word, size_t length)
{
    static const char *const words[] = {"non", "pas", "not", "no", "sans"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == length && !memcmp(word, words[i], length))
            return true;
    return false;
}

static enum mg_code read_words(const char *text, size_t length, const struct stem *stems,
                               const char **ret_meaning, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    mg_text_add_folded(&folded, text, length);
    enum mg_code code = mg_buf_check(&folded, err);
    const char *word = folded.data ? folded.data : "";
    *ret_meaning = NULL;
    while (!code && *word && !*ret_meaning) {
        size_t end = strcspn(word, " ");
        if (denies(word, end))
            break;
        *ret_meaning = meaning_of(word, stems);
        word += end + (word[end] == ' ');
    }
    return code;
}

enum mg_code mg_project_kind(const char *text, size_t length, const char **ret_kind, struct mg_error *err)
{
    return read_words(text, length, kinds, ret_kind, err);
}

enum mg_code mg_project_status(const char *text, size_t length, const char **ret_status, struct mg_error *err)
{
    return read_words(text, length, statuses, ret_status, err);
}
