/* Any bytes as the header of a table, a label a line: the names that columns get are usable, and words are
 * found in every label. */
#include <string.h>

#include "libdata/base/text.h"
#include "libdata/domain/columns/meaning.h"
#include "libdata/domain/columns/roles.h"
#include "libdata/io/columns.h"
#include "tests/fuzz/fuzz.h"

enum { MOST = 40 };

static void check_names(const struct mg_columns *columns, size_t count)
{
    CHECK(columns->count == count);
    for (size_t i = 0; i < count; i++) {
        const char *name = columns->names[i];
        CHECK(name[0] && mg_text_utf8_prefix(name, strlen(name)) == strlen(name));
        CHECK(name[0] != ' ' && name[strlen(name) - 1] != ' ');
        for (const char *c = name; *c; c++)
            CHECK((unsigned char)*c >= 0x20 && *c != 0x7F);
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(name, columns->names[k]));
    }
}

static void check_label(const char *name)
{
    struct mg_label label = {0};
    CHECK(mg_label_parse(name, &label, NULL) == MG_OK);
    CHECK(label.count <= MG_LABEL_WORDS && label.spelt_out <= MG_LABEL_WORDS);
    for (size_t i = 0; i < label.count; i++)
        CHECK(strlen(label.words[i]) < MG_LABEL_WORD);
    for (int meaning = 1; meaning < MG_MEANING_COUNT; meaning++) {
        double says = mg_meaning_label((enum mg_meaning)meaning, &label);
        CHECK(says >= 0 && says <= 1);
    }
    double says = mg_label_says(&label, "code commune|insee");
    CHECK(says >= 0 && says <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mg_cell cells[MOST];
    const char *text = (const char *)data;
    size_t count = 0;
    size = mg_text_utf8_prefix(text, size); /* a reader's cells always are */
    for (size_t at = 0; at <= size && count < MOST;) {
        const char *end = size > at ? memchr(text + at, '\n', size - at) : NULL;
        size_t length = end ? (size_t)(end - text) - at : size - at;
        cells[count++] = (struct mg_cell){text + at, length};
        at += length + 1;
    }
    for (int repair = 0; repair < 2; repair++) {
        struct mg_columns columns = {0};
        CHECK(mg_columns_init(&columns, cells, count, repair, NULL) == MG_OK);
        check_names(&columns, count);
        for (size_t i = 0; i < count && !repair; i++)
            check_label(columns.names[i]);
        mg_columns_finish(&columns);
        columns = (struct mg_columns){0};
        size_t half = count / 2;
        if (half && mg_columns_init_double(&columns, cells, cells + half, half, repair, NULL) == MG_OK)
            check_names(&columns, half);
        mg_columns_finish(&columns);
    }
    return 0;
}
