/* label.h - the label of a column as words, and how plainly it says what a rule looks for.
 *
 * Words are folded, split where cases change ("dateOuverture") and where words of the field are glued
 * ("nomcom", "DEPCOM"), and abbreviations are spelt out (cod, lib, dep, tel, lon ...). Words that say nothing
 * are dropped (de, la, du ...).
 *
 * A rule is one or more words, in any order; "a|b" is one of two, a word ending with "*" the beginning of
 * one. The label may have more words: those that name the thing itself (etablissement, site, structure, gare)
 * cost nothing, others make the label say it less plainly. A rule that begins with "=" wants no others.
 */
#ifndef MG_COLUMNS_LABEL_H
#define MG_COLUMNS_LABEL_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/error.h"

#define MG_LABEL_WORDS 12
#define MG_LABEL_WORD  32

struct mg_label {
    size_t count;
    char words[MG_LABEL_WORDS][MG_LABEL_WORD];
    size_t spelt_out; /* how many words were abbreviations */
    size_t cut;       /* the word, from 1, that is the beginning of one; 0: none */
};

/* More words, or longer ones, than there is room for are cut off. */
enum mg_code mg_label_parse(const char *name, struct mg_label *ret_label, struct mg_error *err);

/* DBF and Shapefiles cut names at MG_LABEL_CUT bytes, without or with a number in their place ("identifian",
 * "identifi_1"): the last word of a name that long may be the beginning of one. It becomes the word of the
 * field that alone begins so, else it matches whatever word of a rule does. */
#define MG_LABEL_CUT 10
void mg_label_complete(struct mg_label *label, const char *name);

/* 0 (not at all) to 1. */
double mg_label_says(const struct mg_label *label, const char *rule);

/* Is one of the words (separated by blanks) in the label? */
bool mg_label_has(const struct mg_label *label, const char *words);

struct mg_label_rule {
    const char *rule;
    double weight;
};

/* The best of the rules (ended by one whose rule is NULL), each times its weight; 0 when the label has one
 * of the vetoes (NULL: none). */
double mg_label_best(const struct mg_label *label, const struct mg_label_rule *rules, const char *vetoes);

#endif
