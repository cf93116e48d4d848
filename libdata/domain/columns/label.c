#include "libdata/domain/columns/label.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"

#define SPELT_OUT_COST 0.97
#define WORD_COST      0.86 /* any other word */
#define LEAST_CUT      3    /* letters from which on the beginning of a word says which it is */

/* Words of the field: how labels abbreviate them, and what they may be glued from. */
static const struct {
    const char *word, *meant; /* NULL: itself */
} field_words[] = {
    {"acheminement", NULL},
    {"adr", "adresse"},
    {"adresse", NULL},
    {"adresses", "adresse"},
    {"address", "adresse"},
    {"agence", NULL},
    {"ape", NULL},
    {"arr", "arrondissement"},
    {"arrondissement", NULL},
    {"cat", "categorie"},
    {"categ", "categorie"},
    {"categorie", NULL},
    {"category", "categorie"},
    {"cedex", NULL},
    {"cle", NULL},
    {"cod", "code"},
    {"code", NULL},
    {"codes", "code"},
    {"com", "commune"},
    {"commune", NULL},
    {"communes", "commune"},
    {"comp", "complement"},
    {"compl", "complement"},
    {"complement", NULL},
    {"cplmt", "complement"},
    {"cplt", "complement"},
    {"contact", NULL},
    {"coord", "coordonnee"},
    {"coordonnee", NULL},
    {"coordonnees", "coordonnee"},
    {"coordinates", "coordonnee"},
    {"courriel", "email"},
    {"cp", "postal"},
    {"creat", "creation"},
    {"creation", NULL},
    {"date", NULL},
    {"dat", "date"},
    {"dates", "date"},
    {"debut", NULL},
    {"denom", "denomination"},
    {"denomination", NULL},
    {"dep", "departement"},
    {"departement", NULL},
    {"departemen", "departement"},
    {"dept", "departement"},
    {"dpt", "departement"},
    {"ej", NULL},
    {"email", NULL},
    {"mail", "email"},
    {"mel", "email"},
    {"emails", "email"},
    {"epci", NULL},
    {"equ", "equipement"},
    {"equipement", NULL},
    {"et", NULL},
    {"etab", "etablissement"},
    {"ets", "etablissement"},
    {"etablissement", NULL},
    {"etablissements", "etablissement"},
    {"etat", NULL},
    {"facility", "etablissement"},
    {"fax", NULL},
    {"telecopie", "fax"},
    {"ferm", "fermeture"},
    {"fermeture", NULL},
    {"fin", NULL},
    {"finess", NULL},
    {"geo", NULL},
    {"gare", NULL},
    {"id", NULL},
    {"ident", "id"},
    {"identifiant", "id"},
    {"identifiants", "id"},
    {"identifier", "id"},
    {"insee", NULL},
    {"iris", NULL},
    {"lat", "latitude"},
    {"latitude", NULL},
    {"lib", "libelle"},
    {"libel", "libelle"},
    {"libelle", NULL},
    {"label", "libelle"},
    {"ligne", NULL},
    {"lng", "longitude"},
    {"lon", "longitude"},
    {"long", "longitude"},
    {"longitude", NULL},
    {"maj", NULL},
    {"naf", NULL},
    {"no", "numero"},
    {"nom", NULL},
    {"name", "nom"},
    {"noms", "nom"},
    {"num", "numero"},
    {"numero", NULL},
    {"nb", "nombre"},
    {"nbr", "nombre"},
    {"nombre", NULL},
    {"ouv", "ouverture"},
    {"ouverture", NULL},
    {"point", NULL},
    {"poste", NULL},
    {"postal", NULL},
    {"postale", "postal"},
    {"postcode", "postal"},
    {"pop", "population"},
    {"population", NULL},
    {"raison", NULL},
    {"reg", "region"},
    {"region", NULL},
    {"sociale", NULL},
    {"siren", NULL},
    {"siret", NULL},
    {"site", NULL},
    {"statut", NULL},
    {"status", "statut"},
    {"structure", NULL},
    {"tel", "telephone"},
    {"telephone", NULL},
    {"phone", "telephone"},
    {"type", NULL},
    {"typ", "type"},
    {"types", "type"},
    {"uai", NULL},
    {"uic", NULL},
    {"url", NULL},
    {"ville", NULL},
    {"city", "ville"},
    {"voi", "voie"},
    {"voie", NULL},
    {"web", NULL},
    {"zip", "postal"},
};

/* They say nothing of what a column is. */
static const char stop_words[] = " a au aux d de des du e en et l la le les of the un une ";
/* They name the thing that a row is about, or that the name is the one to use. */
static const char subjects[] = " agence antenne arret association beneficiaire bibliotheque borne brigade "
                               "bureau caisse caserne centre college"
                               " complet court ecole entite equipement etablissement fs gare implantation "
                               "lieu long longue lycee maison mairie musee objet"
                               " officiel officielle organisme osm point poi pole poste principal principale "
                               "public service services site station"
                               " structure tribunal unite usuel usuelle contact geo france accueil dossier "
                               "fiche sae msp mds cpam caf ccas amenity"
                               " actuel actuelle tous geocodage gps hopital pharmacie commissariat "
                               "gendarmerie tresorerie perception sip ";

static bool is_in(const char *list, const char *word, size_t length)
{
    for (const char *at = list; (at = strchr(at, ' ')); at++)
        if (!strncmp(at + 1, word, length) && at[1 + length] == ' ')
            return true;
    return false;
}

static const char *field_word(const char *word, size_t length, bool *ret_abbreviated)
{
    for (size_t i = 0; i < sizeof field_words / sizeof *field_words; i++)
        if (strlen(field_words[i].word) == length && !memcmp(field_words[i].word, word, length)) {
            *ret_abbreviated = field_words[i].meant;
            return field_words[i].meant ? field_words[i].meant : field_words[i].word;
        }
    return NULL;
}

static void add_word(struct mg_label *label, const char *word, size_t length)
{
    bool abbreviated = false;
    const char *meant = field_word(word, length, &abbreviated);
    if (is_in(stop_words, word, length) || label->count == MG_LABEL_WORDS)
        return;
    char *to = label->words[label->count++];
    if (meant)
        length = strlen(meant);
    else if (length > 3 && word[length - 1] == 's')
        length--; /* the plural */
    if (length >= MG_LABEL_WORD)
        length = MG_LABEL_WORD - 1;
    memcpy(to, meant ? meant : word, length);
    to[length] = '\0';
    label->spelt_out += abbreviated;
}

/* How many words of the field the text is glued from, the fewest; 0: it is not. ends: where each ends. */
static size_t split_glued(const char *text, size_t length, size_t *ends)
{
    size_t best[MG_LABEL_WORD + 1] = {0}, from[MG_LABEL_WORD + 1] = {0};
    bool ignored;
    if (length > MG_LABEL_WORD)
        return 0;
    for (size_t end = 2; end <= length; end++)
        for (size_t start = 0; start + 1 < end; start++) {
            bool axis = end - start == 1;
            if ((start && !best[start]) || axis || !field_word(text + start, end - start, &ignored))
                continue;
            if (!best[end] || best[start] + 1 < best[end]) {
                best[end] = best[start] + 1;
                from[end] = start;
            }
        }
    size_t count = best[length];
    for (size_t end = length, i = count; i--; end = from[end])
        ends[i] = end;
    return count;
}

static void add_token(struct mg_label *label, const char *token, size_t length)
{
    size_t ends[MG_LABEL_WORD + 1], start = 0;
    bool ignored;
    /* coordx, coordy */
    if (length > 4 && (token[length - 1] == 'x' || token[length - 1] == 'y') &&
        field_word(token, length - 1, &ignored)) {
        add_word(label, token, length - 1);
        add_word(label, token + length - 1, 1);
        return;
    }
    size_t letters = length;
    while (letters && isdigit((unsigned char)token[letters - 1]))
        letters--;
    if (letters > 4 && letters < length && field_word(token, letters, &ignored)) { /* adresse1 */
        add_word(label, token, letters);
        add_word(label, token + letters, length - letters);
        return;
    }
    size_t count = length >= 5 && !field_word(token, length, &ignored) ? split_glued(token, length, ends) : 0;
    if (!count)
        add_word(label, token, length);
    for (size_t i = 0; i < count; start = ends[i++])
        add_word(label, token + start, ends[i] - start);
}

enum mg_code mg_label_parse(const char *name, struct mg_label *ret_label, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf spaced = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    for (const char *at = name; *at; at++) {
        if (at > name && islower((unsigned char)at[-1]) && isupper((unsigned char)*at))
            mg_buf_add_char(&spaced, ' ');
        if (at > name && !strncmp(at, "\xC2\xB0", 2) && (at[-1] | 0x20) == 'n') { /* n° */
            mg_buf_add_str(&spaced, "o ");
            at++;
            continue;
        }
        mg_buf_add_char(&spaced, *at);
    }
    if (!spaced.failed)
        mg_text_add_folded(&folded, spaced.data ? spaced.data : "", spaced.length);
    if (spaced.failed || folded.failed)
        return mg_fail_memory(err);
    struct mg_label label = {0};
    const char *at = folded.data ? folded.data : "";
    while (*at) {
        size_t length = strcspn(at, " ");
        add_token(&label, at, length);
        at += length + (at[length] == ' ');
    }
    *ret_label = label;
    return MG_OK;
}

static bool is_number(const char *word)
{
    return word[strspn(word, "0123456789")] == '\0';
}

/* What the words of the field that begin so mean, if it is one thing; else NULL. */
static const char *completed(const char *start, size_t length)
{
    const char *found = NULL;
    for (size_t i = 0; i < sizeof field_words / sizeof *field_words; i++) {
        const char *meant = field_words[i].meant ? field_words[i].meant : field_words[i].word;
        if (strncmp(field_words[i].word, start, length))
            continue;
        if (found && strcmp(found, meant))
            return NULL;
        found = meant;
    }
    return found;
}

void mg_label_complete(struct mg_label *label, const char *name)
{
    size_t i = label->count;
    if (strlen(name) < MG_LABEL_CUT)
        return;
    while (i && is_number(label->words[i - 1]))
        i--;
    char *word = i ? label->words[i - 1] : NULL;
    if (!word || strlen(word) < LEAST_CUT)
        return;
    const char *meant = completed(word, strlen(word));
    if (meant)
        strcpy(word, meant); /* room: words of the field are short */
    else
        label->cut = i;
}

/* word against one of the rule's: "a|b" or "a*"; the label's words have lost their plural. cut: it is but the
 * beginning of one */
static bool word_matches(const char *word, bool cut, const char *wanted, size_t length)
{
    while (length) {
        size_t n = 0;
        while (n < length && wanted[n] != '|')
            n++;
        size_t singular = n > 3 && wanted[n - 1] == 's' ? n - 1 : n;
        size_t own = strlen(word);
        if (n && wanted[n - 1] == '*' ? !strncmp(word, wanted, n - 1)
            : cut && own < singular   ? !memcmp(word, wanted, own)
                                      : own == singular && !memcmp(word, wanted, own))
            return true;
        if (n == length)
            return false;
        wanted += n + 1;
        length -= n + 1;
    }
    return false;
}

/* "adresse 1" is nearly "adresse", "adresse 2" less, and so on. */
static double number_cost(const char *word)
{
    long number = strlen(word) < 3 ? strtol(word, NULL, 10) : 99;
    return number < 2 ? 0.98 : number < 30 ? 0.82 - 0.006 * (double)number : 0.6;
}

double mg_label_says(const struct mg_label *label, const char *rule)
{
    bool used[MG_LABEL_WORDS] = {false};
    bool alone = *rule == '=';
    double says = 1;
    for (const char *at = rule + alone; *at;) {
        size_t length = strcspn(at, " "), i = 0;
        while (i < label->count &&
               (used[i] || !word_matches(label->words[i], i + 1 == label->cut, at, length)))
            i++;
        if (i == label->count)
            return 0;
        used[i] = true;
        at += length + (at[length] == ' ');
    }
    for (size_t i = 0; i < label->count; i++) {
        const char *word = label->words[i];
        if (used[i])
            continue;
        if (alone)
            return 0;
        if (is_number(word))
            says *= number_cost(word);
        else
            says *= is_in(subjects, word, strlen(word)) ? 0.995 : WORD_COST;
    }
    for (size_t i = 0; i < label->spelt_out; i++)
        says *= SPELT_OUT_COST;
    return says;
}

bool mg_label_has(const struct mg_label *label, const char *words)
{
    for (const char *at = words; *at;) {
        size_t length = strcspn(at, " ");
        for (size_t i = 0; i < label->count; i++)
            if (word_matches(label->words[i], i + 1 == label->cut, at, length))
                return true;
        at += length + (at[length] == ' ');
    }
    return false;
}

double mg_label_best(const struct mg_label *label, const struct mg_label_rule *rules, const char *vetoes)
{
    double best = 0;
    if (vetoes && mg_label_has(label, vetoes))
        return 0;
    for (; rules->rule; rules++) {
        double here = mg_label_says(label, rules->rule) * rules->weight;
        if (here > best)
            best = here;
    }
    return best;
}
