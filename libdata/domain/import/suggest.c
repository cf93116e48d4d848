/* What a file's name says of the dataset and of the date. */
#include <stdio.h>
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/domain/import/import.h"

static size_t digits_at(const char *text)
{
    size_t n = 0;
    while (mg_is_digit(text[n]))
        n++;
    return n;
}

/* The length of a date that begins here (20200131, 2020, 2020 01, 2020 01 31), or 0. */
static size_t date_at(const char *text, char ret_iso[MG_DATE_SIZE])
{
    size_t digits = digits_at(text), length = digits;
    mg_date date;
    if (digits == 8 && mg_date_parse_any(text, digits, &date)) {
        mg_date_format(date, ret_iso);
        return digits;
    }
    if (digits != 4 || (memcmp(text, "19", 2) != 0 && memcmp(text, "20", 2) != 0))
        return 0;
    snprintf(ret_iso, MG_DATE_SIZE, "%.4s", text);
    while (length < 10 && text[length] == ' ' && digits_at(text + length + 1) == 2) {
        char longer[MG_DATE_SIZE];
        snprintf(longer, sizeof longer, "%.7s-%.2s", ret_iso, text + length + 1);
        if (!mg_date_parse_iso(longer, strlen(longer), &date))
            break;
        strcpy(ret_iso, longer);
        length += 3;
    }
    return length;
}

static void join(char name[MG_NAME_SIZE], char c)
{
    size_t length = strlen(name);
    bool letter = c >= 'a' && c <= 'z', part = letter || (length && mg_is_digit(c));
    bool gap = c == ' ' && length && name[length - 1] != '-';
    if ((part || gap) && length + 1 < MG_NAME_SIZE) {
        name[length] = gap ? '-' : c;
        name[length + 1] = '\0';
    }
}

enum mg_code mg_import_suggest(const char *path, char ret_dataset[MG_NAME_SIZE],
                               char ret_edition[MG_DATE_SIZE], struct mg_error *err)
{
    const char *slash = strrchr(path, '/'), *stem = slash ? slash + 1 : path;
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    mg_text_add_folded(&folded, stem, strcspn(stem, "."));
    mg_buf_add(&folded, "", 0);
    enum mg_code code = mg_buf_check(&folded, err);
    memset(ret_dataset, 0, MG_NAME_SIZE);
    *ret_edition = '\0';
    for (const char *at = code ? "" : folded.data; *at;) {
        char date[MG_DATE_SIZE];
        size_t digits = digits_at(at), length = date_at(at, date);
        if (length && !*ret_edition)
            strcpy(ret_edition, date);
        if (length)
            join(ret_dataset, ' ');
        for (size_t i = 0; !length && i < (digits ? digits : 1); i++)
            join(ret_dataset, at[i]);
        at += length ? length : digits ? digits : 1;
    }
    size_t end = strlen(ret_dataset);
    if (end && ret_dataset[end - 1] == '-')
        ret_dataset[end - 1] = '\0';
    if (!mg_dataset_name_valid(ret_dataset))
        strcpy(ret_dataset, "services");
    if (!*ret_edition)
        strcpy(ret_edition, "2024");
    return code;
}
