/* sql_words.h - the words of one SQL statement, as SQLite splits it; comments are left out. */
#ifndef MG_DB_SQL_WORDS_H
#define MG_DB_SQL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum mg_word {
    MG_WORD_END,
    MG_WORD_PLAIN,  /* a keyword, a name or a number */
    MG_WORD_QUOTED, /* "x", 'x', `x` or [x], with its quotes */
    MG_WORD_SIGN,   /* one character */
    MG_WORD_OPEN    /* a quote that never ends */
};

struct mg_sql_words {
    const char *at; /* what comes after the word; to be set to the statement's beginning */
    enum mg_word kind;
    const char *word;
    size_t length;
};

enum mg_word mg_sql_next(struct mg_sql_words *words);
/* The word just read: is it this keyword, this sign, this name? */
bool mg_sql_is_keyword(const struct mg_sql_words *words, const char *keyword);
bool mg_sql_is_sign(const struct mg_sql_words *words, char sign);
bool mg_sql_is_name(const struct mg_sql_words *words, const char *name);
/* The next word, and is it that? */
bool mg_sql_take_keyword(struct mg_sql_words *words, const char *keyword);
bool mg_sql_take_name(struct mg_sql_words *words, const char *name);

#endif
