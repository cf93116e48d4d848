/* Text that a wrong encoding has garbled: found, repaired, and left alone where it only looks odd. */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/io/mojibake.h"
#include "tests/unit/test.h"

static void garbled_text_is_repaired(void **state)
{
    (void)state;
    static const struct {
        const char *garbled, *text;
    } cases[] = {
        {"La DÃ©sirade", "La Désirade"},
        {"cÅ“ur de lâ€™Ã®le", "cœur de l’île"},
        {"NÂ° 3 â€“ 10 â‚¬", "N° 3 – 10 €"},
        {"D√©sirade l‚Äô√Æle", "Désirade l’île"}, /* Mac Roman */
        {"D├®sirade", "Désirade"},                /* CP850 */
        {"DÃƒÂ©sirade", "Désirade"},              /* twice */
        {"l\xC2\x92\xC3\xA9"
         "cole",
         "l’école"}, /* a control character */
        {"Ã‰cole", "École"},
        {"dÃ©jÃ\xC2\xA0 lÃ\xC2\xA0", "déjà là"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
        assert_true(mg_mojibake_repair(cases[i].garbled, strlen(cases[i].garbled), &out));
        assert_string_equal(out.data, cases[i].text);
    }
}

static void other_text_is_left_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "plain",
        "créée",
        "l’école « Œuvre »",
        "SÃO PAULO",
        "À Â",
        "Âgé",
        "AÎNÉ ÎLE ÔÉ",
        "château",
        "русский",
        "日本語",
        "🏫 été",
        "37\xEF\xBF\xBD"
        "36",
        "Ã é",
        "Âéà",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
        if (mg_mojibake_repair(texts[i], strlen(texts[i]), &out))
            fail_msg("'%s' became '%s'", texts[i], out.data);
        assert_int_equal(out.length, 0);
    }
    assert_true(mg_mojibake_is_lossy("37\xEF\xBF\xBD"
                                     "36",
                                     7));
    assert_false(mg_mojibake_is_lossy("37é36", 6));
}

/* Wherever it stands, and however much follows: the fast way and the slow one agree. */
static void a_suspect_is_found_anywhere(void **state)
{
    (void)state;
    static const char *const suspects[] = {"Ã©", "√©", "├®", "\xEF\xBF\xBD", "\xC2\x92"};
    for (size_t s = 0; s < sizeof suspects / sizeof *suspects; s++)
        for (size_t before = 0; before < 70; before++)
            for (size_t after = 0; after < 40; after++) {
                char text[160];
                memset(text, 'x', sizeof text);
                if (before > 1) /* an accent before it is no reason */
                    memcpy(text + before - 2, "\xC3\xA9", 2);
                size_t length = before + strlen(suspects[s]) + after;
                memcpy(text + before, suspects[s], strlen(suspects[s]));
                assert_int_equal(mg_mojibake_suspect(text, length), before);
                assert_int_equal(mg_mojibake_suspect(text, before), before);
            }
}

static void no_memory_is_survived(void **state)
{
    (void)state;
    static const char text[] = "DÃƒÂ©sirade";
    for (long n = 0, left = -1; left < 0; n++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
        mg_alloc_fail_after(n);
        bool repaired = mg_mojibake_repair(text, sizeof text - 1, &out);
        left = mg_alloc_fail_after(-1);
        assert_true(repaired);
        assert_true(out.failed || !strcmp(out.data, "Désirade"));
        assert_true(out.failed || left >= 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(garbled_text_is_repaired),
        cmocka_unit_test(other_text_is_left_alone),
        cmocka_unit_test(a_suspect_is_found_anywhere),
        cmocka_unit_test(no_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
