#include "libdata/db/sql_words.h"

#include <sqlite3.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

static const char *skip_blanks(const char *at)
{
    for (;;) {
        const char *end;
        if (is_blank(*at)) {
            at++;
        } else if (at[0] == '-' && at[1] == '-') {
            at += strcspn(at, "\n");
        } else if (at[0] == '/' && at[1] == '*') {
            end = strstr(at + 2, "*/");
            at = end ? end + 2 : at + strlen(at);
        } else {
            return at;
        }
    }
}

/* After the quote that ends it, or NULL. A quote that is doubled is one of the text, but for ]. */
static const char *end_of_quoted(const char *at)
{
    char quote = *at == '[' ? ']' : *at;
    while ((at = strchr(at + 1, quote))) {
        if (quote == ']' || at[1] != quote)
            return at + 1;
        at++;
    }
    return NULL;
}

enum mg_word mg_sql_next(struct mg_sql_words *words)
{
    const char *from = skip_blanks(words->at), *to = from + 1;
    if (!*from) {
        words->kind = MG_WORD_END;
        to = from;
    } else if (strchr("\"'`[", *from)) {
        to = end_of_quoted(from);
        words->kind = to ? MG_WORD_QUOTED : MG_WORD_OPEN;
        to = to ? to : from + strlen(from);
    } else if (is_letter(*from)) {
        words->kind = MG_WORD_PLAIN;
        while (is_letter(*to))
            to++;
    } else {
        words->kind = MG_WORD_SIGN;
    }
    words->word = from;
    words->length = (size_t)(to - from);
    words->at = to;
    return words->kind;
}

bool mg_sql_is_keyword(const struct mg_sql_words *words, const char *keyword)
{
    return words->kind == MG_WORD_PLAIN && strlen(keyword) == words->length &&
           sqlite3_strnicmp(words->word, keyword, (int)words->length) == 0;
}

bool mg_sql_is_sign(const struct mg_sql_words *words, char sign)
{
    return words->kind == MG_WORD_SIGN && *words->word == sign;
}

bool mg_sql_is_name(const struct mg_sql_words *words, const char *name)
{
    const char *at = words->word, *end = words->word + words->length;
    bool quoted = words->kind == MG_WORD_QUOTED;
    if (words->kind != MG_WORD_PLAIN && !quoted)
        return false;
    char quote = quoted ? end[-1] : '\0';
    at += quoted;
    end -= quoted;
    for (; at < end && *at == *name; at++, name++)
        at += quoted && *at == quote; /* doubled */
    return at == end && !*name;
}

bool mg_sql_take_keyword(struct mg_sql_words *words, const char *keyword)
{
    return mg_sql_next(words) != MG_WORD_END && mg_sql_is_keyword(words, keyword);
}

bool mg_sql_take_name(struct mg_sql_words *words, const char *name)
{
    return mg_sql_next(words) != MG_WORD_END && mg_sql_is_name(words, name);
}
