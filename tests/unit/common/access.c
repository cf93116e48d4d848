/* Who may see what, and that a refusal tells nothing. */
#include <stdlib.h>

#include "libdata/base/alloc.h"
#include "libdata/domain/common/access.h"
#include "tests/unit/publish/fixture.h"

static void audiences_have_names(void **state)
{
    (void)state;
    enum mg_audience audience = MG_PUBLIC;
    assert_true(mg_audience_from_name("ministry", &audience));
    assert_int_equal(audience, MG_MINISTRY);
    assert_string_equal(mg_audience_name(MG_PUBLIC), "public");
    assert_false(mg_audience_from_name("Public", &audience));
    assert_int_equal(audience, MG_MINISTRY);
}

static void restricted_and_absent_are_refused_alike(void **state)
{
    struct mg_dataset *dataset = NULL;
    struct mg_error restricted = {0}, absent = {0};
    assert_int_equal(mg_access_load(*state, MG_PUBLIC, "canary-jeu", &dataset, &restricted), MG_ERR_USAGE);
    assert_int_equal(mg_access_load(*state, MG_PUBLIC, "nothing-so", &dataset, &absent), MG_ERR_USAGE);
    assert_null(dataset);
    assert_string_equal(restricted.message, "there is no open dataset 'canary-jeu'");
    assert_string_equal(absent.message, "there is no open dataset 'nothing-so'");
    assert_string_equal(restricted.hint, "open datasets: bpe, communes, postes, projets");
    assert_string_equal(restricted.hint, absent.hint);
}

static void the_ministries_see_everything(void **state)
{
    struct mg_dataset *dataset = NULL;
    must(mg_access_load(*state, MG_MINISTRY, "canary-jeu", &dataset, &err));
    assert_true(mg_access_dataset(MG_MINISTRY, dataset));
    assert_false(mg_access_dataset(MG_PUBLIC, dataset));
    assert_true(mg_access_role(MG_MINISTRY, dataset, "comment"));
    assert_true(mg_access_key(MG_MINISTRY, dataset, "evidence"));
    mg_dataset_destroy(dataset);
    dataset = NULL;
    must_fail(mg_access_load(*state, MG_MINISTRY, "nothing-so", &dataset, &err), MG_ERR_USAGE, "nothing-so");
}

static void a_restricted_dataset_opens_nothing(void **state)
{
    struct mg_dataset *dataset = NULL;
    must(mg_access_load(*state, MG_MINISTRY, "canary-jeu", &dataset, &err));
    assert_false(mg_access_role(MG_PUBLIC, dataset, "key"));
    assert_false(mg_access_field(MG_PUBLIC, dataset, &dataset->fields[0])); /* declared open, in vain */
    assert_false(mg_access_key(MG_PUBLIC, dataset, "n"));
    mg_dataset_destroy(dataset);
}

static void an_open_dataset_opens_its_typed_columns_and_its_open_fields(void **state)
{
    struct mg_dataset *dataset = NULL;
    must(mg_access_load(*state, MG_PUBLIC, "postes", &dataset, &err));
    assert_true(mg_access_role(MG_PUBLIC, dataset, "key"));
    assert_true(mg_access_role(MG_PUBLIC, dataset, "geom"));
    assert_true(mg_access_role(MG_PUBLIC, dataset, "address"));
    assert_true(mg_access_role(MG_PUBLIC, dataset, "status"));
    static const char *const never[] = {"comment", "weight", "service", "", "zzz", "line"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        assert_false(mg_access_role(MG_PUBLIC, dataset, never[i]));

    const struct mg_field *field = NULL;
    must(mg_access_find_field(MG_PUBLIC, dataset, "Horaires", &field, &err));
    assert_string_equal(field->name, "Horaires");
    struct mg_error restricted = {0}, absent = {0};
    assert_int_equal(mg_access_find_field(MG_PUBLIC, dataset, "Id", &field, &restricted), MG_ERR_USAGE);
    assert_int_equal(mg_access_find_field(MG_PUBLIC, dataset, "Ib", &field, &absent), MG_ERR_USAGE);
    assert_string_equal(restricted.message, "postes has no open column 'Id'");
    assert_string_equal(absent.message, "postes has no open column 'Ib'");
    assert_string_equal(restricted.hint, "columns: Horaires, name, Année");
    assert_string_equal(absent.hint, restricted.hint);
    must(mg_access_find_field(MG_MINISTRY, dataset, "Id", &field, &err));
    must_fail(mg_access_find_field(MG_MINISTRY, dataset, "Ib", &field, &err), MG_ERR_USAGE,
              "postes has no column 'Ib'");
    mg_dataset_destroy(dataset);
}

static void keys_of_records_pass_by_the_table(void **state)
{
    struct mg_dataset *dataset = NULL;
    must(mg_access_load(*state, MG_PUBLIC, "postes", &dataset, &err));
    static const char *const open[] = {"a2sfca",   "type", "value_kind", "event",
                                       "Horaires", "name", "key",        "commune"};
    static const char *const closed[] = {"evidence",       "raw",        "comment",
                                         "line_before",    "ministries", "source",
                                         "Réservé CANARY", "",           "Avis CANARY"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        assert_true(mg_access_key(MG_PUBLIC, dataset, open[i]));
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        assert_false(mg_access_key(MG_PUBLIC, dataset, closed[i]));
    assert_true(mg_access_key(MG_PUBLIC, NULL, "n"));
    assert_false(mg_access_key(MG_PUBLIC, NULL, "Horaires"));
    mg_dataset_destroy(dataset);
}

static void what_only_projects_open_is_not_open_elsewhere(void **state)
{
    struct mg_dataset *postes = NULL, *projets = NULL, *restricted = NULL;
    must(mg_access_load(*state, MG_PUBLIC, "postes", &postes, &err));
    must(mg_access_load(*state, MG_PUBLIC, "projets", &projets, &err));
    must(mg_access_load(*state, MG_MINISTRY, "canary-projets", &restricted, &err));
    static const char *const only[] = {"ministry", "kind", "expected", "service_dataset", "service_key"};
    for (size_t i = 0; i < sizeof only / sizeof *only; i++) {
        assert_true(mg_access_role(MG_PUBLIC, projets, only[i]));
        assert_false(mg_access_role(MG_PUBLIC, postes, only[i]));
        assert_false(mg_access_role(MG_PUBLIC, restricted, only[i]));
        assert_true(mg_access_role(MG_MINISTRY, restricted, only[i]));
    }
    assert_true(mg_access_role(MG_PUBLIC, projets, "name"));
    assert_false(mg_access_role(MG_PUBLIC, projets, "other"));
    mg_dataset_destroy(postes);
    mg_dataset_destroy(projets);
    mg_dataset_destroy(restricted);
}

static void lists_name_only_what_may_be_seen(void **state)
{
    char **names = NULL;
    must(mg_access_names(*state, MG_PUBLIC, NULL, &names, &err));
    assert_string_equal(names[0], "bpe");
    assert_string_equal(names[1], "communes");
    assert_string_equal(names[2], "postes");
    assert_string_equal(names[3], "projets");
    assert_null(names[4]);
    assert_true(mg_access_mention(MG_PUBLIC, names, "postes"));
    assert_true(mg_access_mention(MG_PUBLIC, names, NULL));
    assert_false(mg_access_mention(MG_PUBLIC, names, "canary-jeu"));
    assert_false(mg_access_mention(MG_PUBLIC, names, "nothing-so"));
    assert_true(mg_access_mention(MG_MINISTRY, names, "canary-jeu"));
    mg_access_names_free(names);
    must(mg_access_names(*state, MG_MINISTRY, "territories", &names, &err));
    assert_string_equal(names[0], "canary-zones");
    assert_string_equal(names[1], "communes");
    assert_null(names[2]);
    mg_access_names_free(names);
    mg_access_names_free(NULL);
}

static void a_file_without_open_data_says_how_to_open_some(void **state)
{
    struct mg_dataset *dataset = NULL;
    struct mg_error none = {0};
    must(mg_db_exec(*state, &err, "UPDATE dataset SET access = 'restricted'"));
    assert_int_equal(mg_access_load(*state, MG_PUBLIC, "postes", &dataset, &none), MG_ERR_USAGE);
    assert_non_null(strstr(none.hint, "--access open"));
}

static void every_failed_allocation_is_said(void **state)
{
    for (long n = 0;; n++) {
        char **names = NULL;
        struct mg_error err = {0};
        mg_alloc_fail_after(n);
        enum mg_code code = mg_access_names(*state, MG_PUBLIC, NULL, &names, &err);
        if (mg_alloc_fail_after(-1) >= 0) {
            assert_int_equal(code, MG_OK);
            mg_access_names_free(names);
            assert_true(n > 5);
            return;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
        assert_null(names);
    }
}

#define with_file(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(audiences_have_names),
        with_file(restricted_and_absent_are_refused_alike),
        with_file(the_ministries_see_everything),
        with_file(a_restricted_dataset_opens_nothing),
        with_file(an_open_dataset_opens_its_typed_columns_and_its_open_fields),
        with_file(keys_of_records_pass_by_the_table),
        with_file(what_only_projects_open_is_not_open_elsewhere),
        with_file(lists_name_only_what_may_be_seen),
        with_file(a_file_without_open_data_says_how_to_open_some),
        with_file(every_failed_allocation_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
