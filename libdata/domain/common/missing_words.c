#include "libdata/domain/common/missing_words.h"

#include <string.h>

#define LONGEST 24 /* bytes of the longest word, points included */

/* Lower case, without points. */
static const char *const everywhere[] = {
    "-",
    "--",
    "---",
    "\xE2\x80\x93", /* en dash */
    "\xE2\x80\x94", /* em dash */
    "\xE2\x80\xA6", /* ellipsis */
    "?",
    "??",
    "/",
    "#n/a",
    "#na",
    "#null!",
    "#valeur!",
    "#value!",
    "#ref!",
    "(null)",
    "(vide)",
    "<na>",
    "<null>",
    "\\n",
    "n/a",
    "n/c",
    "n/d",
    "n/r",
    "nan",
    "null",
    "nil",
    "inconnu",
    "inconnue",
    "non communiqu\xC3\xA9",
    "non communique",
    "non connu",
    "non disponible",
    "non renseign\xC3\xA9",
    "non renseign\xC3\xA9" /* the e is no hex digit */
    "e",
    "non renseigne",
    "sans objet",
    "secret statistique",
    "unknown",
    "not available",
    "not applicable",
};

static const char *const in_codes[] = {"na",  "nc", "nd", "ne", "nr",   "ns",
                                       "nsp", "s",  "so", "ss", "none", "secret"};

static bool is_one_of(const char *const *words, size_t count, const char *plain, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == length && !memcmp(words[i], plain, length))
            return true;
    return false;
}

/* Without points and capitals; of "." and "..." nothing is left, which is missing too. */
static bool plain_of(const char *text, size_t length, char *plain, size_t *ret_length)
{
    *ret_length = 0;
    if (!length || length > LONGEST)
        return false;
    for (size_t i = 0; i < length; i++)
        if (text[i] != '.')
            plain[(*ret_length)++] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i]);
    return true;
}

bool mg_missing_word(const char *text, size_t length)
{
    static const char firsts[] = "-?/#(<\\.nNiIsSuU\xE2"; /* most cells begin with another */
    char plain[LONGEST];
    size_t n;
    if (!length || !text[0] || !strchr(firsts, text[0]) || !plain_of(text, length, plain, &n))
        return false;
    return !n || is_one_of(everywhere, sizeof everywhere / sizeof *everywhere, plain, n);
}

bool mg_missing_word_in_code(const char *text, size_t length)
{
    char plain[LONGEST];
    size_t n;
    if (!plain_of(text, length, plain, &n))
        return false;
    return !n || is_one_of(in_codes, sizeof in_codes / sizeof *in_codes, plain, n) ||
           is_one_of(everywhere, sizeof everywhere / sizeof *everywhere, plain, n);
}
