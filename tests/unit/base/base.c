/* Numbers, dates, text, buffers, maps, errors. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/date.h"
#include "libdata/base/hash_set.h"
#include "libdata/base/map.h"
#include "libdata/base/num.h"
#include "libdata/base/text.h"
#include "tests/unit/test.h"

static void integers_take_the_whole_cell(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0},
                {"-0", 0},
                {"+7", 7},
                {"007", 7},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN}};
    static const char *bad[] = {"", "-", "+", " 1", "1 ", "1x", "--1", "9223372036854775808", "1.0"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t v = 42;
        assert_true(mg_num_parse_i64(good[i].text, strlen(good[i].text), &v));
        assert_int_equal(v, good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t v = 42;
        assert_false(mg_num_parse_i64(bad[i], strlen(bad[i]), &v));
        assert_int_equal(v, 42);
    }
}

static void reals_read_back_exactly(void **state)
{
    (void)state;
    static const char *texts[] = {"48.943878", "0",
                                  "-0.5",      "2.189764",
                                  "1e-300",    "123456789012345678",
                                  "0.1",       "5.7498155262292295",
                                  "6880776",   "179.99999999999997",
                                  ".5",        "5."};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double v = NAN, again;
        assert_true(mg_num_parse_f64(texts[i], strlen(texts[i]), &v));
        assert_true(v == strtod(texts[i], NULL));
        char out[MG_NUM_SIZE];
        size_t n = mg_num_format_f64(v, out);
        assert_int_equal(n, strlen(out));
        assert_true(mg_num_parse_f64(out, n, &again));
        assert_true(again == v);
    }
    static const char *bad[] = {"",    ".",    "-",  "48,9",  "1.2.3",   "nan",
                                "inf", "0x10", "1e", "1e999", "48,9438x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double v = 42;
        assert_false(mg_num_parse_f64(bad[i], strlen(bad[i]), &v));
        assert_true(v == 42);
    }
    double v;
    assert_true(mg_num_parse_f64_comma("48,9438", 7, &v));
    assert_true(v == 48.9438);
    assert_false(mg_num_parse_f64_comma("1.048,5", 7, &v));
}

/* splitmix64: the same numbers on every run */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static void random_reals_survive_text(void **state)
{
    (void)state;
    uint64_t seed = 20260101;
    for (int i = 0; i < slow_count(200000); i++) {
        uint64_t bits = next_random(&seed);
        double v, again;
        if (i % 2)
            v = (double)(int64_t)(bits >> 24) / 1e7 - 50; /* like a coordinate */
        else
            memcpy(&v, &bits, sizeof v);
        if (!isfinite(v))
            continue;
        char out[MG_NUM_SIZE];
        size_t n = mg_num_format_f64(v, out);
        assert_true(n < MG_NUM_SIZE);
        assert_true(mg_num_parse_f64(out, n, &again));
        if (again != v)
            fail_msg("seed 20260101, number %d: %s is not %.17g", i, out, v);
    }
}

static void fixed_decimals_have_no_tails(void **state)
{
    (void)state;
    static const struct {
        double value;
        int decimals;
        const char *text;
    } cases[] = {{4.3672, 6, "4.3672"}, {-0.0000001, 6, "0"}, {48.9438785, 6, "48.943879"},
                 {-1.5, 0, "-2"},       {100, 6, "100"},      {0.05, 1, "0.1"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[MG_NUM_SIZE];
        mg_num_format_fixed(cases[i].value, cases[i].decimals, out);
        assert_string_equal(out, cases[i].text);
    }
}

static void dates_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *text, *iso;
    } good[] = {{"2020", "2020-01-01"},
                {"2020-10", "2020-10-01"},
                {"2020-02-29", "2020-02-29"},
                {"31/12/1999", "1999-12-31"},
                {"01-02-2003", "2003-02-01"},
                {"1.1.2020", "2020-01-01"},
                {"31 décembre 2020", "2020-12-31"},
                {"1er mars 2020", "2020-03-01"},
                {"3-AOUT-2021", "2021-08-03"},
                {"12 fév. 1999", "1999-02-12"},
                {"31/12/2020 9:05", "2020-12-31"},
                {"2020/12/31", "2020-12-31"},
                {"1 juillet 2020 10h30", "2020-07-01"},
                {"30 fevrier 2020", NULL},
                {"1 jui 2020", NULL},
                {"12/31/2020", NULL},
                {"1/2/20", NULL},
                {"1 2 2020", NULL},
                {"1/2-2020", NULL},
                {"1 mar\x00 2020", NULL},
                {"20240801", "2024-08-01"},
                {"2024-08-01T10:00:00", "2024-08-01"},
                {"2023-02-29", NULL},
                {"31/04/2020", NULL},
                {"0000-01-01", NULL},
                {"2020-13", NULL},
                {"", NULL},
                {"20", NULL},
                {"1900-02-29", NULL},
                {"2000-02-29", "2000-02-29"},
                {"01/02/2003 12:30", "2003-02-01"}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        mg_date date;
        bool ok = mg_date_parse_any(good[i].text, strlen(good[i].text), &date);
        assert_int_equal(ok, good[i].iso != NULL);
        if (ok) {
            char text[MG_DATE_SIZE];
            mg_date_format(date, text);
            assert_string_equal(text, good[i].iso);
        }
    }
    assert_int_equal(mg_date_from_civil(1970, 1, 1), 0);
    for (mg_date d = -200000; d < 200000; d += 13) {
        int y, m, day;
        mg_date_to_civil(d, &y, &m, &day);
        assert_int_equal(mg_date_from_civil(y, m, day), d);
    }
}

static void utf8_is_strict(void **state)
{
    (void)state;
    static const char *bad[] = {"\xC0\x80", "\xED\xA0\x80",   "\xF5\x80\x80\x80", "\xE2\x82",
                                "\x80",     "abcdefgh\xFFij", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_true(mg_text_utf8_prefix(bad[i], strlen(bad[i])) < strlen(bad[i]));
    const char *good = "Châlons-en-Champagne \xE2\x82\xAC \xF0\x9F\x8F\xA4";
    assert_int_equal(mg_text_utf8_prefix(good, strlen(good)), strlen(good));
    assert_int_equal(mg_text_utf8_prefix("abcdefgh\xFFij", 11), 8);
    assert_int_equal(mg_text_width("Châlons", strlen("Châlons")), 7);
    assert_int_equal(mg_text_width("漢字", strlen("漢字")), 4);
    assert_int_equal(mg_text_fit("Châlons", strlen("Châlons"), 3), 4);
}

static void text_is_made_visible_and_folded(void **state)
{
    (void)state;
    char out[64];
    mg_text_visible("a\tb\x1b[31m\xFF\xE2\x80\xAE", 12, out, sizeof out);
    assert_string_equal(out, "a\\x09b\\x1B[31m\\xFF\\u{202E}");
    mg_text_visible("\x7F\xC2\x9B\xE2\x80\xA8\xC2\xA0", 8, out, sizeof out);
    assert_string_equal(out, "\\x7F\\x9B\\u{2028}\xC2\xA0");
    mg_text_visible("ééé", 6, out, 6);
    assert_string_equal(out, "éé");
    static const struct {
        const char *text, *folded;
    } cases[] = {{"Code_INSEE ", "code insee"},
                 {"#Identifiant_du_site", "identifiant du site"},
                 {"Précision du géocodage", "precision du geocodage"},
                 {"Cœur ŒUVRE", "coeur oeuvre"},
                 {"", ""},
                 {" -- ", ""},
                 {"q1_01", "q1 01"},
                 {"@AZ[`az{/09:\x7F\x01É", "az az 09 e"},
                 {"Ⅳ", "iv"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf buf = {0};
        mg_text_add_folded(&buf, cases[i].text, strlen(cases[i].text));
        assert_string_equal(buf.data ? buf.data : "", cases[i].folded);
    }
    static const struct {
        const char *text, *normal, *folded;
    } forms[] = {{"A1", "A1", "a1"},
                 {" A1\xC2\xA0", "A1", "a1"},
                 {"E\xCC\x81"
                  "3",
                  "É3", "é3"},
                 {"Z4\xE2\x80\x8B", "Z4", "z4"},
                 {"\xEF\xBB\xBF"
                  "a\xC2\xA0\t b",
                  "a b", "a b"},
                 {"so\xC2\xAD" "ft", "soft", "soft"},
                 {"\xFF"
                  "A ",
                  "\xFF"
                  "A",
                  "\xFF"
                  "A"}, /* no UTF-8 */
                 {" \xE2\x80\x8B ", "", ""},
                 {"", "", ""}};
    for (size_t i = 0; i < 2 * sizeof forms / sizeof *forms; i++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf buf = {0};
        mg_buf_add_str(&buf, "x ");
        mg_text_add_normal(&buf, forms[i / 2].text, strlen(forms[i / 2].text), i % 2);
        assert_string_equal(buf.data + 2, i % 2 ? forms[i / 2].folded : forms[i / 2].normal);
    }
    size_t n;
    const char *trimmed = mg_text_trim(" \xC2\xA0 a b\xC2\xA0\n", 10, &n);
    assert_int_equal(n, 3);
    assert_memory_equal(trimmed, "a b", 3);
}

static void check_hash_set(bool wide)
{
    struct mg_hash_set set = {.wide = wide};
    bool is_new = false;
    char text[16];
    for (int i = 0; i < 20000; i++) {
        must(mg_hash_set_put(&set, text, (size_t)snprintf(text, sizeof text, "%d", i % 5000), &is_new, &err));
        assert_int_equal(is_new, i < 5000);
    }
    must(mg_hash_set_put(&set, "", 0, &is_new, &err));
    assert_true(is_new);
    assert_int_equal(set.count, 5001);
    assert_true(set.slot_count * sizeof *set.slots <= 32 * set.count);
    mg_hash_set_clear(&set);
    must(mg_hash_set_put(&set, "7", 1, &is_new, &err));
    assert_true(is_new);
    /* another text whose first half of the hash is the same */
    for (size_t i = 1; wide && i < 2 * set.slot_count; i += 2)
        set.slots[i] ^= set.slots[i - 1] ? 1 : 0;
    must(mg_hash_set_put(&set, "7", 1, &is_new, &err));
    assert_int_equal(is_new, wide);
    mg_hash_set_finish(&set);
    set.wide = wide;
    mg_alloc_fail_after(0);
    struct mg_error err = {0};
    assert_int_equal(mg_hash_set_put(&set, "7", 1, &is_new, &err), MG_ERR_MEMORY);
    mg_alloc_fail_after(-1);
    mg_hash_set_finish(&set);
}

static void hash_sets_know_what_they_saw(void **state)
{
    (void)state;
    check_hash_set(false);
    check_hash_set(true);
}

static void check_map(size_t expected)
{
    MG_CLEANUP(mg_map_finish) struct mg_map map = {0};
    char key[16];
    if (expected)
        must(mg_map_expect(&map, expected, &err));
    for (int i = 0; i < 5000; i++) {
        int n = snprintf(key, sizeof key, "%05d", i * 7 % 5000);
        must(mg_map_put(&map, key, (size_t)n, i, NULL, &err));
    }
    int64_t held = -1;
    must(mg_map_put(&map, "00007", 5, 99, &held, &err));
    assert_int_equal(held, 1);
    assert_int_equal(mg_map_get(&map, "00014", 5), 2);
    assert_int_equal(mg_map_get(&map, "x", 1), -1);
    assert_string_equal(mg_map_key(&map, 3, NULL), "00021");
}

/* Expected: none, as many as come, fewer. */
static void maps_keep_their_order(void **state)
{
    (void)state;
    check_map(0);
    check_map(5000);
    check_map(1);
}

static void lost_allocations_are_reported(void **state)
{
    (void)state;
    for (long n = 0;; n++) {
        struct mg_error err = {0};
        struct mg_map map = {0};
        enum mg_code code = MG_OK;
        mg_alloc_fail_after(n);
        code = mg_map_expect(&map, 10, &err);
        for (int i = 0; i < 100 && !code; i++) {
            char key[8];
            code = mg_map_put(&map, key, (size_t)snprintf(key, sizeof key, "%d", i), i, NULL, &err);
        }
        long left = mg_alloc_fail_after(-1);
        mg_map_finish(&map);
        if (left >= 0) {
            assert_int_equal(code, MG_OK);
            assert_true(n > 3);
            return;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
        assert_int_equal(mg_exit_status(err.code), 4);
    }
}

static void numbers_do_not_follow_the_locale(void **state)
{
    (void)state;
    if (!setlocale(LC_NUMERIC, "fr_FR.UTF-8") && !setlocale(LC_NUMERIC, "de_DE.UTF-8"))
        skip();
    double v;
    char out[MG_NUM_SIZE];
    assert_true(mg_num_parse_f64("1.5e-7", 6, &v));
    assert_true(mg_num_parse_f64("0.30000000000000004", 19, &v));
    mg_num_format_f64(v, out);
    assert_string_equal(out, "0.30000000000000004");
    setlocale(LC_NUMERIC, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_take_the_whole_cell),
        cmocka_unit_test(reals_read_back_exactly),
        cmocka_unit_test(random_reals_survive_text),
        cmocka_unit_test(fixed_decimals_have_no_tails),
        cmocka_unit_test(dates_are_checked),
        cmocka_unit_test(utf8_is_strict),
        cmocka_unit_test(text_is_made_visible_and_folded),
        cmocka_unit_test(hash_sets_know_what_they_saw),
        cmocka_unit_test(maps_keep_their_order),
        cmocka_unit_test(lost_allocations_are_reported),
        cmocka_unit_test(numbers_do_not_follow_the_locale),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
