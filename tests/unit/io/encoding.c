/* Lines that are not UTF-8: which encoding they look like, and what they say in it. */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/text.h"
#include "libdata/io/encoding.h"
#include "tests/unit/test.h"

static void expect(enum mg_encoding forced, const char *bytes, enum mg_encoding encoding, const char *text)
{
    struct mg_buf out = {0};
    enum mg_encoding used = MG_ENCODING_FOUND;
    must(mg_decode(forced, NULL, bytes, strlen(bytes), &out, &used, &err));
    assert_string_equal(out.data, text);
    assert_string_equal(mg_encoding_name(used), mg_encoding_name(encoding));
    mg_buf_finish(&out);
}

static void names_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum mg_encoding encoding;
    } cases[] = {
        {NULL, MG_ENCODING_FOUND},           {"utf-8", MG_ENCODING_UTF_8},
        {"UTF8", MG_ENCODING_UTF_8},         {"Windows-1252", MG_ENCODING_CP1252},
        {"latin 1", MG_ENCODING_LATIN1},     {"ISO_8859-15", MG_ENCODING_ISO_8859_15},
        {"macroman", MG_ENCODING_MACINTOSH}, {"cp850", MG_ENCODING_CP850},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum mg_encoding found = MG_ENCODING_LATIN1;
        must(mg_encoding_parse(cases[i].name, &found, &err));
        assert_int_equal(found, cases[i].encoding);
    }
    enum mg_encoding found;
    must_fail(mg_encoding_parse("EBCDIC", &found, &err), MG_ERR_USAGE, "'EBCDIC' is not known");
}

static void the_likeliest_encoding_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum mg_encoding encoding;
        const char *text;
    } cases[] = {
        {"R\xe9union", MG_ENCODING_CP1252, "Réunion"},
        {"R\x8eunion", MG_ENCODING_MACINTOSH, "Réunion"},
        {"R\x82union", MG_ENCODING_CP850, "Réunion"},
        {"c\xbdur et \xe9"
         "cole",
         MG_ENCODING_ISO_8859_15, "cœur et école"},
        {"c\x9cur et \xe9"
         "cole",
         MG_ENCODING_CP1252, "cœur et école"},
        {"l\x92"
         "\xe9"
         "cole",
         MG_ENCODING_CP1252, "l’école"},
        {"H\xd4PITAL", MG_ENCODING_CP1252, "HÔPITAL"},
        {"SANT\xe9", MG_ENCODING_CP1252, "SANTé"},
        {"\xc9"
         "COLE",
         MG_ENCODING_CP1252, "ÉCOLE"},
        {"\x90"
         "COLE",
         MG_ENCODING_CP850, "ÉCOLE"},
        {"\x83"
         "COLE",
         MG_ENCODING_MACINTOSH, "ÉCOLE"},
        {"n\xb0 3", MG_ENCODING_CP1252, "n° 3"},
        {"n\xf8 3", MG_ENCODING_CP850, "n° 3"},
        {"suite\x85", MG_ENCODING_CP1252, "suite…"},
        {"vente \x85 Paris", MG_ENCODING_CP850, "vente à Paris"},
        {"10 \x80", MG_ENCODING_CP1252, "10 €"},
        {"10 \xa4", MG_ENCODING_ISO_8859_15, "10 €"},
        {"Mairie \x96 annexe", MG_ENCODING_CP1252, "Mairie – annexe"},
        {"6\xc8ME", MG_ENCODING_CP1252, "6ÈME"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(MG_ENCODING_FOUND, cases[i].bytes, cases[i].encoding, cases[i].text);
}

static void only_bad_bytes_are_decoded(void **state)
{
    (void)state;
    expect(MG_ENCODING_FOUND,
           "commer\xc3\xa7"
           "ant fran\xe7"
           "ais",
           MG_ENCODING_CP1252, "commerçant français");
    expect(MG_ENCODING_FOUND,
           "\xef\xbf\xbd"
           "caf\xe9",
           MG_ENCODING_CP1252,
           "\xef\xbf\xbd"
           "café");
    expect(MG_ENCODING_FOUND, "\xf0\x9f\x8f\xab \xe9t\xe9", MG_ENCODING_CP1252, "🏫 été");
    expect(MG_ENCODING_FOUND, "plain", MG_ENCODING_CP1252, "plain");
}

static void a_forced_encoding_reads_every_byte(void **state)
{
    (void)state;
    expect(MG_ENCODING_CP1252, "\xc3\xa7", MG_ENCODING_CP1252, "Ã§");
    expect(MG_ENCODING_LATIN1, "\x80\xe9", MG_ENCODING_LATIN1, "\xc2\x80é");
    expect(MG_ENCODING_CP1252, "\x81", MG_ENCODING_CP1252, "\xc2\x81"); /* undefined there: nothing is lost */
    expect(MG_ENCODING_ISO_8859_15, "\xbd", MG_ENCODING_ISO_8859_15, "œ");
    expect(MG_ENCODING_CP850, "\x8a", MG_ENCODING_CP850, "è");
    expect(MG_ENCODING_MACINTOSH, "\xcf", MG_ENCODING_MACINTOSH, "œ");
}

static void the_result_is_always_utf8(void **state)
{
    (void)state;
    for (int forced = MG_ENCODING_FOUND; forced <= MG_ENCODING_LATIN1; forced++) {
        if (forced == MG_ENCODING_UTF_8)
            continue;
        for (int a = 1; a < 256; a++) {
            for (int b = 1; b < 256; b++) {
                char bytes[] = {(char)a, (char)b, 'x', '\xe2'};
                struct mg_buf out = {0};
                enum mg_encoding used;
                must(mg_decode((enum mg_encoding)forced, NULL, bytes, 4, &out, &used, &err));
                assert_int_equal(mg_text_utf8_prefix(out.data, out.length), out.length);
                mg_buf_finish(&out);
            }
        }
    }
}

static void no_memory_is_survived(void **state)
{
    (void)state;
    struct mg_buf out = {0};
    enum mg_encoding used;
    mg_alloc_fail_after(0);
    must_fail(mg_decode(MG_ENCODING_FOUND, NULL, "\xe9", 1, &out, &used, &err), MG_ERR_MEMORY, "memory");
    mg_alloc_fail_after(-1);
    mg_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_understood),       cmocka_unit_test(the_likeliest_encoding_is_found),
        cmocka_unit_test(only_bad_bytes_are_decoded), cmocka_unit_test(a_forced_encoding_reads_every_byte),
        cmocka_unit_test(the_result_is_always_utf8),  cmocka_unit_test(no_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
