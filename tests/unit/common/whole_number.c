/* Figures that can only be whole, and words for none. Expected values by hand. */
#include "libdata/domain/common/whole_number.h"
#include "libdata/domain/common/missing_words.h"

#include <string.h>

#include "libdata/base/num.h"
#include "tests/unit/test.h"

static void numbers_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double n;
    } good[] = {
        {"44 379", 44379},
        {"44\xC2\xA0"
         "379",
         44379},
        {"180\xE2\x80\xAF"
         "318",
         180318},
        {"1\xE2\x80\x89"
         "234\xE2\x80\x87"
         "567",
         1234567},
        {"768 123,45", 768123.45},
        {"-1'234.5", -1234.5},
        {"1\xE2\x80\x99"
         "234",
         1234},
        {"12", 12},
        {"0,5", 0.5},
    };
    static const char *const bad[] = {"03 26 00 00 01", "12 34",     "1 2345", "1234 567", " 123",  "1  234",
                                      "1 234 ",         "1.234 567", "",       " ",        "1 23a", "0x10"};
    double n;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(mg_num_parse_written(good[i].text, strlen(good[i].text), &n));
        assert_true(n == good[i].n);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(mg_num_parse_written(bad[i], strlen(bad[i]), &n));
}

/* cells: those of the column before, with blanks between them; the last is read. */
static void expect(const char *cells, const char *cell, enum mg_whole how, double n)
{
    struct mg_whole_style style = {0};
    double found = -1;
    for (const char *p = cells; *p;) {
        size_t length = strcspn(p, " ");
        mg_whole_see(&style, p, length);
        p += length + (p[length] == ' ');
    }
    assert_int_equal(mg_whole_read(&style, cell, strlen(cell), &found), how);
    assert_true(found == (how <= MG_WHOLE_GROUPED ? n : -1));
}

static void no_figure_has_a_fraction(void **state)
{
    (void)state;
    expect("", "12", MG_WHOLE_READ, 12);
    expect("", "1 234", MG_WHOLE_READ, 1234);
    expect("", "1,234", MG_WHOLE_GROUPED, 1234);
    expect("", "12.345", MG_WHOLE_GROUPED, 12345);
    expect("", "1,234,567", MG_WHOLE_GROUPED, 1234567);
    expect("", "1.000.000", MG_WHOLE_GROUPED, 1000000);
    expect("", "2,000", MG_WHOLE_AMBIGUOUS, 0);
    expect("2,000 2,500", "2,000", MG_WHOLE_GROUPED, 2000);
    expect("2,000 0,000", "2,000", MG_WHOLE_READ, 2);
    expect("12,0", "2,000", MG_WHOLE_READ, 2);
    expect("2,500 2,0", "2,000", MG_WHOLE_AMBIGUOUS, 0); /* they contradict each other */
    expect("2,500 2,0", "2,500", MG_WHOLE_FRACTION, 0);
    expect("", "51.0", MG_WHOLE_READ, 51);
    expect("", "1234,000", MG_WHOLE_READ, 1234);
    expect("", "1,234.0", MG_WHOLE_READ, 1234);
    expect("", "1.234,50", MG_WHOLE_FRACTION, 0);
    expect("", "2,5", MG_WHOLE_FRACTION, 0);
    expect("", "0,250", MG_WHOLE_FRACTION, 0);
    expect("", "-1", MG_WHOLE_NONE, 0);
    expect("", "1,23,456", MG_WHOLE_NONE, 0);
    expect("", "1,234.567,8", MG_WHOLE_NONE, 0);
    expect("", "0326000000000000", MG_WHOLE_NONE, 0);
    expect("", "", MG_WHOLE_NONE, 0);
    expect("", "x", MG_WHOLE_NONE, 0);
}

static void words_for_nothing(void **state)
{
    (void)state;
    static const char *const anywhere[] = {"NULL", "n/a",           "#N/A", "-",      "..",  "\xE2\x80\xA6",
                                           "\\N",  "Non renseigné", "NaN",  "(null)", "N.R", "?"};
    static const char *const in_codes[] = {"NA", "n.c.", "nd", "s", "S", "ns", "N.D."};
    static const char *const words[] = {"Nantes",
                                        "Saint",
                                        "0",
                                        "51108",
                                        "Nord",
                                        "a",
                                        "N",
                                        "NANCY",
                                        "Non",
                                        "-1",
                                        "Sans objet connu",
                                        "Sarcelles-sur-Marne et environs"};
    for (size_t i = 0; i < sizeof anywhere / sizeof *anywhere; i++) {
        assert_true(i == 10 || mg_missing_word(anywhere[i], strlen(anywhere[i])));
        assert_true(mg_missing_word_in_code(anywhere[i], strlen(anywhere[i])));
    }
    for (size_t i = 0; i < sizeof in_codes / sizeof *in_codes; i++) {
        assert_false(mg_missing_word(in_codes[i], strlen(in_codes[i])));
        assert_true(mg_missing_word_in_code(in_codes[i], strlen(in_codes[i])));
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_false(mg_missing_word(words[i], strlen(words[i])) ||
                     mg_missing_word_in_code(words[i], strlen(words[i])));
    assert_false(mg_missing_word("", 0) || mg_missing_word_in_code("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_as_people_write_them),
        cmocka_unit_test(no_figure_has_a_fraction),
        cmocka_unit_test(words_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
