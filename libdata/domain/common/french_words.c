/* common/french_words.c - French names and addresses as words that can be compared. */
#include "libdata/domain/common/french_words.h"

#include <stdlib.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"

#define MAX_WORDS  64
#define MAX_LETTER 128 /* bytes of a word that are compared */

enum where { ANYWHERE, IN_NAMES, IN_STREETS };

/* What a word is written for. NULL: it says nothing. By word. */
static const struct spelling {
    const char *word, *as;
    enum where where;
} spellings[] = {
    {"a", NULL, ANYWHERE},
    {"al", "allee", IN_STREETS},
    {"all", "allee", IN_STREETS},
    {"allees", "allee", IN_STREETS},
    {"asso", "association", ANYWHERE},
    {"au", NULL, ANYWHERE},
    {"aux", NULL, ANYWHERE},
    {"av", "avenue", ANYWHERE},
    {"ave", "avenue", ANYWHERE},
    {"bat", "batiment", ANYWHERE},
    {"bd", "boulevard", ANYWHERE},
    {"bis", NULL, IN_STREETS},
    {"bld", "boulevard", ANYWHERE},
    {"boul", "boulevard", ANYWHERE},
    {"bvd", "boulevard", ANYWHERE},
    {"bx", "beaux", ANYWHERE},
    {"carref", "carrefour", IN_STREETS},
    {"cdt", "commandant", ANYWHERE},
    {"cedex", NULL, IN_STREETS},
    {"cent", "100", ANYWHERE},
    {"ch", "chemin", IN_STREETS},
    {"che", "chemin", IN_STREETS},
    {"chem", "chemin", IN_STREETS},
    {"cial", "commercial", ANYWHERE},
    {"cinq", "5", ANYWHERE},
    {"cinquante", "50", ANYWHERE},
    {"cinquieme", "5", ANYWHERE},
    {"clg", "college", IN_NAMES},
    {"col", "colonel", IN_STREETS},
    {"cours", "cours", IN_STREETS},
    {"cpt", "capitaine", ANYWHERE},
    {"crs", "cours", IN_STREETS},
    {"ctre", "centre", ANYWHERE},
    {"d", NULL, ANYWHERE},
    {"de", NULL, ANYWHERE},
    {"des", NULL, ANYWHERE},
    {"deux", "2", ANYWHERE},
    {"deuxieme", "2", ANYWHERE},
    {"dix", "10", ANYWHERE},
    {"dixieme", "10", ANYWHERE},
    {"douze", "12", ANYWHERE},
    {"dr", "docteur", ANYWHERE},
    {"du", NULL, ANYWHERE},
    {"elem", "elementaire", IN_NAMES},
    {"en", NULL, ANYWHERE},
    {"esp", "esplanade", IN_STREETS},
    {"et", NULL, ANYWHERE},
    {"eurl", NULL, ANYWHERE},
    {"fbg", "faubourg", ANYWHERE},
    {"fg", "faubourg", ANYWHERE},
    {"gal", "general", ANYWHERE},
    {"gde", "grande", ANYWHERE},
    {"gds", "grands", ANYWHERE},
    {"gen", "general", ANYWHERE},
    {"hop", "hopital", ANYWHERE},
    {"huit", "8", ANYWHERE},
    {"huitieme", "8", ANYWHERE},
    {"ii", "2", ANYWHERE},
    {"iii", "3", ANYWHERE},
    {"imp", "impasse", IN_STREETS},
    {"iv", "4", ANYWHERE},
    {"ix", "9", ANYWHERE},
    {"l", NULL, ANYWHERE},
    {"la", NULL, ANYWHERE},
    {"le", NULL, ANYWHERE},
    {"les", NULL, ANYWHERE},
    {"lieudit", NULL, IN_STREETS},
    {"lot", "lotissement", IN_STREETS},
    {"lt", "lieutenant", ANYWHERE},
    {"lyc", "lycee", IN_NAMES},
    {"mal", "marechal", ANYWHERE},
    {"mat", "maternelle", IN_NAMES},
    {"mgr", "monseigneur", ANYWHERE},
    {"neuf", "9", IN_STREETS},
    {"neuvieme", "9", ANYWHERE},
    {"onze", "11", ANYWHERE},
    {"pdt", "president", ANYWHERE},
    {"pl", "place", ANYWHERE},
    {"pr", "professeur", ANYWHERE},
    {"premier", "1", ANYWHERE},
    {"premiere", "1", ANYWHERE},
    {"prim", "primaire", IN_NAMES},
    {"prof", "professeur", ANYWHERE},
    {"pt", "petit", ANYWHERE},
    {"pte", "petite", ANYWHERE},
    {"qu", "quai", IN_STREETS},
    {"quarante", "40", ANYWHERE},
    {"quart", "quartier", ANYWHERE},
    {"quater", NULL, IN_STREETS},
    {"quatorze", "14", ANYWHERE},
    {"quatre", "4", ANYWHERE},
    {"quatrieme", "4", ANYWHERE},
    {"quinze", "15", ANYWHERE},
    {"r", "rue", IN_STREETS},
    {"res", "residence", ANYWHERE},
    {"rte", "route", ANYWHERE},
    {"s", "sur", ANYWHERE},
    {"sa", NULL, ANYWHERE},
    {"sainte", "saint", ANYWHERE},
    {"saintes", "saint", ANYWHERE},
    {"saints", "saint", ANYWHERE},
    {"sarl", NULL, ANYWHERE},
    {"sas", NULL, ANYWHERE},
    {"sasu", NULL, ANYWHERE},
    {"sci", NULL, ANYWHERE},
    {"scop", NULL, ANYWHERE},
    {"seize", "16", ANYWHERE},
    {"selarl", NULL, ANYWHERE},
    {"sept", "7", ANYWHERE},
    {"septieme", "7", ANYWHERE},
    {"six", "6", ANYWHERE},
    {"sixieme", "6", ANYWHERE},
    {"snc", NULL, ANYWHERE},
    {"soixante", "60", ANYWHERE},
    {"sq", "square", ANYWHERE},
    {"ss", "sous", ANYWHERE},
    {"st", "saint", ANYWHERE},
    {"ste", "saint", ANYWHERE},
    {"stes", "saint", ANYWHERE},
    {"sts", "saint", ANYWHERE},
    {"ter", NULL, IN_STREETS},
    {"treize", "13", ANYWHERE},
    {"trente", "30", ANYWHERE},
    {"trois", "3", ANYWHERE},
    {"troisieme", "3", ANYWHERE},
    {"un", "1", ANYWHERE},
    {"une", "1", ANYWHERE},
    {"vi", "6", ANYWHERE},
    {"vii", "7", ANYWHERE},
    {"viii", "8", ANYWHERE},
    {"vingt", "20", ANYWHERE},
    {"xi", "11", ANYWHERE},
    {"xii", "12", ANYWHERE},
    {"xiii", "13", ANYWHERE},
    {"xiv", "14", ANYWHERE},
    {"xv", "15", ANYWHERE},
    {"xvi", "16", ANYWHERE},
};

static int by_word(const void *key, const void *entry)
{
    return strcmp(key, ((const struct spelling *)entry)->word);
}

/* "1er", "2e", "3eme", "08": the number. */
static size_t number_length(const char *word, size_t length)
{
    static const char *const endings[] = {"", "e", "er", "ere", "eme", "ieme", "nd", "nde"};
    size_t digits = 0;

    while (digits < length && mg_is_digit(word[digits]))
        digits++;
    for (size_t i = 0; digits && i < sizeof endings / sizeof *endings; i++) {
        if (strlen(endings[i]) == length - digits && !memcmp(word + digits, endings[i], length - digits))
            return digits;
    }
    return 0;
}

static void add_word(struct mg_buf *buf, size_t start, const char *word, size_t length)
{
    if (buf->length > start)
        mg_buf_add_char(buf, ' ');
    mg_buf_add(buf, word, length);
}

/* As it is written for; nothing for an article. */
static void add_spelt(struct mg_buf *buf, size_t start, const char *word, size_t length, enum where where)
{
    const struct spelling *found = NULL;
    char key[16];
    size_t digits = number_length(word, length);

    if (digits) {
        for (; digits > 1 && *word == '0'; digits--)
            word++;
        add_word(buf, start, word, digits);
        return;
    }
    if (length < sizeof key) {
        memcpy(key, word, length);
        key[length] = '\0';
        found = bsearch(key, spellings, sizeof spellings / sizeof *spellings, sizeof *spellings, by_word);
    }
    if (!found || (found->where != ANYWHERE && found->where != where))
        add_word(buf, start, word, length);
    else if (found->as)
        add_word(buf, start, found->as, strlen(found->as));
}

struct words {
    const char *at[MAX_WORDS];
    size_t length[MAX_WORDS];
    size_t count;
};

/* Single letters in a row are one word: "a p c", but not the elided article before a word ("l eglise"). */
static size_t letters_from(const struct words *words, size_t i)
{
    size_t end = i;

    while (end < words->count && words->length[end] == 1 && *words->at[end] >= 'a' && *words->at[end] <= 'z')
        end++;
    return end - i;
}

static void split(const struct mg_buf *folded, struct words *words)
{
    const char *at = folded->data, *end = at + folded->length;

    words->count = 0;
    while (at < end && words->count < MAX_WORDS) {
        const char *blank = memchr(at, ' ', (size_t)(end - at));

        words->at[words->count] = at;
        words->length[words->count++] = (size_t)((blank ? blank : end) - at);
        at = blank ? blank + 1 : end;
    }
}

static void add_words(struct mg_buf *buf, const struct words *words, size_t first, enum where where)
{
    size_t start = buf->length;

    for (size_t i = first; i < words->count;) {
        size_t letters = letters_from(words, i);
        char joined[MAX_WORDS];

        if (letters < 2) {
            add_spelt(buf, start, words->at[i], words->length[i], where);
            i++;
            continue;
        }
        for (size_t k = 0; k < letters; k++)
            joined[k] = *words->at[i + k];
        add_spelt(buf, start, joined, letters, where);
        i += letters;
    }
    if (buf->length > start)
        return;
    for (size_t i = first; i < words->count; i++)
        add_word(buf, start, words->at[i], words->length[i]);
}

void mg_words_add(struct mg_buf *buf, const char *text)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    struct words words;

    mg_text_add_folded(&folded, text, strlen(text));
    buf->failed |= folded.failed;
    if (!folded.length)
        return;
    split(&folded, &words);
    add_words(buf, &words, 0, IN_NAMES);
}

/* In "5-9 rue X" and "12 B rue X" the first number counts. */
void mg_words_add_street(struct mg_buf *buf, const char *text, uint32_t *ret_number)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    struct words words;
    size_t first = 0;

    *ret_number = 0;
    mg_text_add_folded(&folded, text, strlen(text));
    buf->failed |= folded.failed;
    if (!folded.length)
        return;
    split(&folded, &words);
    while (first < words.count && mg_all_digits(words.at[first], words.length[first]) &&
           words.length[first] < 6) {
        if (!*ret_number)
            *ret_number = (uint32_t)strtoul(words.at[first], NULL, 10);
        first++;
    }
    if (first && first + 1 < words.count && words.length[first] == 1 && *words.at[first] != 'r' &&
        *words.at[first] != 'l' && *words.at[first] != 'd')
        first++;
    add_words(buf, &words, first, IN_STREETS);
}

void mg_words_add_phone(struct mg_buf *buf, const char *text)
{
    char digits[16];
    size_t count = 0, skip;

    for (; *text && count < sizeof digits; text++) {
        if (mg_is_digit(*text))
            digits[count++] = *text;
        else if (strchr("/;,", *text) && count >= 9)
            break; /* the first of two */
    }
    skip = count >= 11 && !memcmp(digits, "33", 2) ? 2 : count >= 13 && !memcmp(digits, "0033", 4) ? 4 : 0;
    skip += skip < count && digits[skip] == '0';
    if (count - skip >= 8)
        mg_buf_add(buf, digits + skip, count - skip < 9 ? count - skip : 9);
}

double mg_words_likeness(const char *a, size_t a_length, const char *b, size_t b_length)
{
    bool taken_a[MAX_LETTER] = {false}, taken_b[MAX_LETTER] = {false};
    size_t la = a_length < MAX_LETTER ? a_length : MAX_LETTER;
    size_t lb = b_length < MAX_LETTER ? b_length : MAX_LETTER;
    size_t longest = la > lb ? la : lb, reach = longest / 2 ? longest / 2 - 1 : 0;
    size_t matches = 0, swapped = 0, prefix = 0;
    double jaro;

    if (!la || !lb)
        return la == lb;
    for (size_t i = 0; i < la; i++) {
        size_t from = i > reach ? i - reach : 0, to = i + reach + 1 < lb ? i + reach + 1 : lb;

        for (size_t j = from; j < to; j++) {
            if (!taken_b[j] && a[i] == b[j]) {
                taken_a[i] = taken_b[j] = true;
                matches++;
                break;
            }
        }
    }
    if (!matches)
        return 0;
    for (size_t i = 0, j = 0; i < la; i++) {
        if (!taken_a[i])
            continue;
        while (!taken_b[j])
            j++;
        swapped += a[i] != b[j++];
    }
    jaro = ((double)matches / (double)la + (double)matches / (double)lb +
            ((double)matches - (double)swapped / 2) / (double)matches) /
           3;
    while (prefix < 4 && prefix < la && prefix < lb && a[prefix] == b[prefix])
        prefix++;
    return jaro + (double)prefix * 0.1 * (1 - jaro);
}
