/* Which differences between editions are no change of the services: each rule, with what it must not take. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/domain/history/answer/event_counts.h"
#include "libdata/domain/history/history.h"
#include "libdata/domain/import/import.h"
#include "libdata/domain/kinds/kinds.h"
#include "tests/unit/database.h"

static void import(struct mg_db *db, const char *edition, struct mg_buf *text)
{
    static const struct mg_map_option key = {MG_ROLE_KEY, "Identifiant"};
    struct mg_import_options options = {.kinds = mg_kinds,
                                        .dataset = "essai",
                                        .edition = edition,
                                        .max_reject_rows = -1,
                                        .maps = &key,
                                        .map_count = 1};
    struct mg_import_result result;
    must(mg_buf_check(text, &err));
    write_csv(text->data);
    must(mg_import_file(db, CSV, &options, &result, &err));
    mg_buf_finish(text);
}

static enum mg_code tell(void *context, const struct mg_event *event, struct mg_error *err)
{
    struct mg_buf *said = context;
    const char *key = event->before.key ? event->before.key : event->after.key;
    mg_buf_printf(said, "%s %s", mg_event_kind_name(event->kind), key ? key : "-");
    for (int i = 0; i <= MG_CHANGE_COUNT; i++) {
        if (i < MG_CHANGE_COUNT && event->changes[i])
            mg_buf_printf(said, " %s", mg_change_name((enum mg_change)i));
        for (int j = 0; j < MG_ARTEFACT_COUNT; j++) {
            if (i < MG_CHANGE_COUNT ? event->artefacts[i][j] : event->whole[j])
                mg_buf_printf(said, "(%s)", mg_artefact_name((enum mg_artefact)j));
        }
    }
    for (size_t i = 0; i < event->evidence_count; i++)
        mg_buf_printf(said, "%s%s", i ? "; " : " [", event->evidence[i]);
    mg_buf_add_str(said, event->evidence_count ? "]\n" : "\n");
    return mg_buf_check(said, err);
}

/* The events between two editions by their place in time, as lines, then the findings. */
static char *history(struct mg_db *db, size_t from, size_t to)
{
    struct mg_dataset *dataset = NULL;
    struct mg_history *history = NULL;
    struct mg_buf said = {0};
    const struct mg_finding *findings;
    size_t count;
    must(mg_dataset_load(db, "essai", &dataset, &err));
    must(mg_history_create(db, dataset, &dataset->editions[from], &dataset->editions[to],
                           &(struct mg_history_options){0}, &history, &err));
    must(mg_history_events(history, tell, &said, &err));
    findings = mg_history_findings(history, &count);
    for (size_t i = 0; i < count; i++)
        mg_buf_printf(&said, "%s %s: %s -> %s %lld of %lld\n", mg_artefact_name(findings[i].artefact),
                      findings[i].column, findings[i].before ? findings[i].before : "",
                      findings[i].after ? findings[i].after : "", (long long)findings[i].n,
                      (long long)findings[i].of);
    mg_history_destroy(history);
    mg_dataset_destroy(dataset);
    return mg_buf_steal(&said);
}

static void expect(struct mg_db *db, size_t from, size_t to, const char *expected)
{
    char *said = history(db, from, to);
    assert_string_equal(said, expected);
    free(said);
}

static size_t times(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
        n++;
    return n;
}

#define HEAD "Identifiant;Nom;Categorie;Adresse;Code_INSEE;Fret;Statut;Date_fermeture\n"

struct made {
    int rows;             /* twenty to a département, from 11 on */
    int without;          /* rows left out: one in so many; 0: none */
    const char *category; /* of all; NULL: "Bureau", every third "Relais" */
    const char *no_freight;
    int no_departement;     /* the whole of it is left out */
    int no_relais_in;       /* the category, there */
    const char *new_relais; /* the name of that category */
    const char *closed;     /* the date of closure of the Relais of no_relais_in */
};

static struct mg_buf make(struct made m)
{
    struct mg_buf text = {0};
    mg_buf_add_str(&text, HEAD);
    for (int i = 0; i < m.rows; i++) {
        bool relais = i % 3 == 0, freight = i % 7 == 0;
        int departement = 11 + i / 20;
        if ((m.without && i % m.without == 1) || departement == m.no_departement ||
            (relais && departement == m.no_relais_in) || (m.no_freight && freight))
            continue;
        mg_buf_printf(&text, "K%03d;Lieu %d;%s;%d rue Haute;%d%03d;%s;;%s\n", i, i,
                      m.category ? m.category
                      : relais   ? (m.new_relais ? m.new_relais : "Relais")
                                 : "Bureau",
                      i, departement, i % 20 + 1, freight ? "O" : "N",
                      m.closed && relais && departement == 12 ? m.closed : "");
    }
    return text;
}

static char *between(struct made before, struct made after)
{
    struct mg_db *db = fresh();
    struct mg_buf a = make(before), b = make(after);
    import(db, "2019", &a);
    import(db, "2024", &b);
    char *said = history(db, 0, 1);
    leave(db);
    return said;
}

static void a_perimeter(void **state)
{
    (void)state;
    char *said = between((struct made){.rows = 200}, (struct made){.rows = 200, .no_freight = "O"});
    assert_int_equal(times(said, "closed"), 29);
    assert_int_equal(times(said, "(perimeter_change) [Fret=O (29 of 29 gone)]"), 29);
    assert_non_null(strstr(said, "perimeter_change Fret: O ->  29 of 29\n"));
    free(said);
    said = between((struct made){.rows = 200, .no_freight = "O"}, (struct made){.rows = 200});
    assert_int_equal(times(said, "created"), 29);
    assert_int_equal(times(said, "(perimeter_change) [Fret=O (29 of 29 new)]"), 29);
    free(said);
    /* closures all over: nobody's perimeter */
    said = between((struct made){.rows = 200}, (struct made){.rows = 200, .without = 4});
    assert_int_equal(times(said, "closed"), 50);
    assert_int_equal(times(said, "("), 0);
    free(said);
}

static void a_gap(void **state)
{
    (void)state;
    char *said = between((struct made){.rows = 200}, (struct made){.rows = 200, .no_departement = 12});
    assert_int_equal(times(said, "closed"), 20);
    assert_int_equal(times(said, "(coverage_gap) [departement=12 (20 of 20 gone)]"), 20);
    free(said);
    said = between((struct made){.rows = 200}, (struct made){.rows = 200, .no_relais_in = 12});
    assert_int_equal(times(said, "closed"), 7);
    assert_int_equal(times(said, "(coverage_gap) [departement=12: Relais (7 of 7 gone)]"), 7);
    free(said);
    said = between((struct made){.rows = 200, .no_relais_in = 12}, (struct made){.rows = 200});
    assert_int_equal(times(said, "created"), 7);
    assert_int_equal(times(said, "(coverage_gap) [departement=12: Relais (7 of 7 new)]"), 7);
    free(said);
    /* the source dates the closures: they are real */
    said = between((struct made){.rows = 200, .closed = "2021-05-01"},
                   (struct made){.rows = 200, .no_relais_in = 12, .closed = "2021-05-01"});
    assert_int_equal(times(said, "closed K"), 7);
    assert_int_equal(times(said, "coverage_gap"), 0);
    assert_int_equal(times(said, "[closed=2021-05-01]"), 7);
    free(said);
    /* the category goes elsewhere, too: that all of it goes here may be chance */
    said = between((struct made){.rows = 200}, (struct made){.rows = 200, .no_relais_in = 12, .without = 2});
    assert_int_equal(times(said, "departement=12: Relais"), 0);
    free(said);
}

/* Département 12 loses the Relais that have a code; those without one, which only a column places there,
 * stand when `stand`. figures: what is kept of the editions as a whole is there. */
static char *loses_coded(bool stand, bool figures)
{
    struct mg_db *db = fresh();
    for (int edition = 0; edition < 2; edition++) {
        struct mg_buf text = {0};
        mg_buf_add_str(&text, "Identifiant;Nom;Categorie;Code_INSEE;Departement\n");
        for (int i = 0; i < 200; i++) {
            int departement = 11 + i / 20;
            bool relais = i % 3 == 0, coded = i % 20 < 15;
            if (edition && relais && departement == 12 && (coded || !stand))
                continue;
            mg_buf_printf(&text, "K%03d;Lieu %d;%s;", i, i, relais ? "Relais" : "Bureau");
            if (coded)
                mg_buf_printf(&text, "%d%03d", departement, i % 20 + 1);
            mg_buf_printf(&text, ";%d\n", departement);
        }
        import(db, edition ? "2024" : "2019", &text);
    }
    if (!figures)
        assert_int_equal(sqlite3_exec(mg_db_handle(db), "DELETE FROM edition_count", NULL, NULL, NULL), 0);
    char *said = history(db, 0, 1);
    leave(db);
    return said;
}

static void few_that_stand(void **state)
{
    (void)state;
    for (int figures = 0; figures < 2; figures++) {
        char *said = loses_coded(true, figures);
        assert_int_equal(times(said, "closed"), 5);
        assert_int_equal(times(said, "coverage_gap"), 0);
        free(said);
        said = loses_coded(false, figures);
        assert_int_equal(times(said, "closed"), 7);
        assert_int_equal(times(said, "(coverage_gap) [departement=12: Relais (7 of 7 gone)]"), 7);
        free(said);
    }
    /* one row with a code stands: the figures say so, and so do the rows */
    for (int figures = 0; figures < 2; figures++) {
        struct mg_db *db = fresh();
        struct mg_buf a = make((struct made){.rows = 200}),
                      b = make((struct made){.rows = 200, .no_relais_in = 12});
        mg_buf_add_str(&a, "K900;Lieu 900;Relais;9 rue Haute;12021;N;;\n");
        mg_buf_add_str(&b, "K900;Lieu 900;Relais;9 rue Haute;12021;N;;\n");
        import(db, "2019", &a);
        import(db, "2024", &b);
        if (!figures)
            assert_int_equal(sqlite3_exec(mg_db_handle(db), "DELETE FROM edition_count", NULL, NULL, NULL),
                             0);
        char *said = history(db, 0, 1);
        assert_int_equal(times(said, "closed"), 7);
        assert_int_equal(times(said, "coverage_gap"), 0);
        free(said);
        leave(db);
    }
}

/* A later edition that lacks them, too, tells that they are gone; one that has them back, that they never
 * were. */
static void a_gap_and_later_editions(void **state)
{
    (void)state;
    for (int back = 0; back < 2; back++) {
        struct mg_db *db = fresh();
        struct mg_buf a = make((struct made){.rows = 200}),
                      b = make((struct made){.rows = 200, .no_relais_in = 12});
        struct mg_buf c = make((struct made){.rows = 200, .no_relais_in = back ? 0 : 12});
        import(db, "2024-05", &c); /* in any order */
        import(db, "2024-01", &a);
        import(db, "2024-03", &b);
        char *said = history(db, 0, 1);
        assert_int_equal(times(said, "closed"), 7);
        assert_int_equal(times(said, "(coverage_gap)"), back ? 7 : 0);
        assert_int_equal(times(said, "[back=2024-05-01]"), back ? 7 : 0);
        free(said);
        said = history(db, 1, 2);
        assert_int_equal(times(said, "created"), back ? 7 : 0);
        assert_int_equal(times(said, "(coverage_gap) [last=2024-01-01]"), back ? 7 : 0);
        free(said);
        leave(db);
    }
}

static void a_nomenclature(void **state)
{
    (void)state;
    char *said = between((struct made){.rows = 60}, (struct made){.rows = 60, .new_relais = "Point relais"});
    assert_int_equal(times(said, "retyped(nomenclature_change) [Relais -> Point relais (20)]"), 20);
    assert_non_null(strstr(said, "nomenclature_change Categorie: Relais -> Point relais 20 of 20\n"));
    free(said);
    /* to a category that was there: all of them, since theirs is gone */
    said = between((struct made){.rows = 60}, (struct made){.rows = 60, .category = "Bureau"});
    assert_int_equal(times(said, "nomenclature_change) [Relais -> Bureau (20)]"), 20);
    free(said);
    /* some services are retyped: both categories stay */
    struct mg_db *db = fresh();
    struct mg_buf a = {0}, b = {0};
    mg_buf_add_str(&a, HEAD);
    mg_buf_add_str(&b, HEAD);
    for (int i = 0; i < 40; i++) {
        mg_buf_printf(&a, "K%d;Lieu %d;%s;;;;;\n", i, i, i < 20 ? "Relais" : "Bureau");
        mg_buf_printf(&b, "K%d;Lieu %d;%s;;;;;\n", i, i, i < 10 ? "Relais" : "Bureau");
    }
    import(db, "2019", &a);
    import(db, "2024", &b);
    said = history(db, 0, 1);
    assert_int_equal(times(said, "retyped"), 10);
    assert_int_equal(times(said, "nomenclature_change"), 0);
    free(said);
    leave(db);
}

static void places(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_buf a = {0}, b = {0};
    const char *head = "Identifiant;Adresse;Code_INSEE;Latitude;Longitude;Precision_du_geocodage\n";
    mg_buf_add_str(&a, head);
    mg_buf_add_str(&b, head);
    mg_buf_add_str(&a,
                   "A;1 rue;51108;48.912345;4.312345;Centre de la commune\n"
                   "B;2 rue;51108;48.923456;4.323456;Numero\n"
                   "C;3 rue;51108;48.934567;4.334567;Numero\n"
                   "D;;51108;48.91;4.31;\nE;5 rue;51454;48.95;4.35;\nF;6 rue;51454;48.965432;4.365432;\n");
    mg_buf_add_str(&b, "A;1 rue;51108;48.922345;4.312345;Numero\n"  /* more precise now */
                       "B;2, RUE;51108;48.924456;4.323456;Numero\n" /* the address says it is the same */
                       "C;13 bd;51108;48.954567;4.334567;Numero\n"  /* elsewhere */
                       "D;;51108;48.912345;4.312345;\n"             /* was rounded */
                       "E;5 rue;51454;48.95;4.35;\n"
                       "F;6 rue;51230;48.965000;4.365432;\n"); /* another commune */
    for (int i = 0; i < 10; i++) {
        mg_buf_printf(&a, "S%d;%d quai;51649;48.7;4.%d5;\n", i, i, i);
        mg_buf_printf(&b, "S%d;%d quai;51649;48.7;4.%d5;\n", i, i, i);
    }
    import(db, "2019", &a);
    import(db, "2024", &b);
    char *said = history(db, 0, 1);
    assert_non_null(
        strstr(said, "changed A moved(geocoding_refined) fields(geocoding_refined) "
                     "[Precision_du_geocodage; Precision_du_geocodage: Centre de la commune -> Numero]\n"));
    assert_non_null(strstr(said, "[Adresse; address unchanged]\n"));
    assert_non_null(strstr(said, "changed C moved fields [Adresse]\n"));
    assert_non_null(strstr(said, "changed D moved(geocoding_refined) [place rounded]\n"));
    assert_non_null(strstr(said, "changed F moved recoded\n"));
    free(said);
    leave(db);
}

/* All places are written anew; the service that really moved is farther away than that. */
static void all_places_anew(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_buf a = {0}, b = {0};
    const char *head = "Identifiant;Nom;Latitude;Longitude\n";
    mg_buf_add_str(&a, head);
    mg_buf_add_str(&b, head);
    for (int i = 0; i < 30; i++) {
        mg_buf_printf(&a, "K%d;Lieu;48.%d12345;4.%d54321\n", i, i + 10, i + 10);
        mg_buf_printf(&b, "K%d;Lieu;48.%d%s31345;4.%d54321\n", i, i + 10, i == 7 ? "9" : "1", i + 10);
    }
    import(db, "2019", &a);
    import(db, "2024", &b);
    char *said = history(db, 0, 1);
    assert_int_equal(times(said, "changed K7 moved\n"), 1);
    assert_int_equal(times(said, "moved(source_change) [30 of 30 places]"), 29);
    assert_non_null(strstr(said, "source_change place:  ->  30 of 30\n"));
    free(said);
    leave(db);
}

/* Telephones, codes and names are written in another way; one of each really changed. */
/* Without a place the address tells whether a service moved; unless most are written anew at once. */
static void addresses(void **state)
{
    static const struct {
        const char *before, *after, *said;
    } cases[] = {
        {"3 rue Haute", "3 rue Basse", "changed K00 moved fields [Adresse]\n"},
        {"3 rue Haute", "5 rue Haute", "changed K00 moved fields [Adresse]\n"},
        {"3 rue Haute", "3 R. HAUTE", "changed K00 fields [Adresse]\n"},
        {"3 rue Haute", "rue Haute", "changed K00 fields [Adresse]\n"},
        {"3 rue Haute", "3 rue Hautes", "changed K00 fields [Adresse]\n"},
        {"3 rue Haute", "", "changed K00 fields [Adresse]\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mg_db *db = fresh();
        for (int edition = 0; edition < 2; edition++) {
            struct mg_buf text = {0};
            mg_buf_add_str(&text, "Identifiant;Nom;Adresse\n");
            for (int row = 0; row < 10; row++) {
                mg_buf_printf(&text, "K%02d;Lieu %d;", row, row);
                if (row)
                    mg_buf_printf(&text, "%d place Neuve\n", row);
                else
                    mg_buf_printf(&text, "%s\n", edition ? cases[i].after : cases[i].before);
            }
            import(db, edition ? "2024" : "2019", &text);
        }
        expect(db, 0, 1, cases[i].said);
        leave(db);
    }
    struct mg_db *db = fresh();
    for (int edition = 0; edition < 2; edition++) {
        struct mg_buf text = {0};
        mg_buf_add_str(&text, "Identifiant;Nom;Adresse\n");
        for (int row = 0; row < 10; row++)
            mg_buf_printf(&text, "K%02d;Lieu %d;%d place %s\n", row, row, row + 1,
                          edition && row < 6 ? "Neuve" : "du Parc");
        import(db, edition ? "2024" : "2019", &text);
    }
    char *said = history(db, 0, 1);
    assert_int_equal(times(said, " moved(source_change) fields [Adresse; 6 of 10 addresses]\n"), 6);
    assert_non_null(strstr(said, "source_change Adresse:  ->  6 of 10\n"));
    free(said);
    leave(db);
}

/* Names that get words before them, not the same ones; where fewer than half do, they are what they are. */
static void names_with_words_before(void **state)
{
    (void)state;
    static const char *const words[] = {"Espace Services de ", "Espace services d'", "Espace "};
    for (int part = 1; part <= 4; part += 3) {
        for (int turned = 0; turned < 2; turned++) {
            struct mg_db *db = fresh();
            struct mg_buf a = {0}, b = {0};
            mg_buf_add_str(&a, "Identifiant;Nom\n");
            mg_buf_add_str(&b, "Identifiant;Nom\n");
            for (int i = 10; i < 50; i++) {
                mg_buf_printf(&a, "K%d;Lieu %d\n", i, i);
                mg_buf_printf(&b, "K%d;%s%s %d\n", i, i % part ? "" : words[i % 3],
                              i == 12 ? "Halte" : "LIEU", i);
            }
            import(db, turned ? "2024" : "2019", &a);
            import(db, turned ? "2019" : "2024", &b);
            char *said = history(db, 0, 1);
            assert_int_equal(times(said, "renamed(source_change)"), part == 1 ? 39 : 0);
            assert_int_equal(
                times(said, turned ? "[Nom: -espace ... * (39 of 40)]" : "[Nom: +espace ... * (39 of 40)]"),
                part == 1 ? 39 : 0);
            free(said);
            leave(db);
        }
    }
}

/* All that were created have a value that no other row has; it dates them, or it does not. */
static void a_value_that_is_a_date(void **state)
{
    (void)state;
    static const char *const values[] = {"label du 01/09/2020", "label du 2023-12-31", "vague 3",
                                         "label du 01/09/2018", "01/09/202014"};
    static const bool perimeter[] = {false, false, true, true, true};
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
        struct mg_db *db = fresh();
        struct mg_buf a = {0}, b = {0};
        mg_buf_add_str(&a, "Identifiant;Nom;Code_INSEE;Vague\n");
        mg_buf_add_str(&b, "Identifiant;Nom;Code_INSEE;Vague\n");
        for (int i = 10; i < 90; i++) {
            if (i < 70)
                mg_buf_printf(&a, "K%d;Lieu %d;%d%03d;vague 1\n", i, i, 35 + i % 3, i);
            mg_buf_printf(&b, "K%d;Lieu %d;%d%03d;%s\n", i, i, 35 + i % 3, i, i < 70 ? "vague 1" : values[v]);
        }
        import(db, "2019", &a);
        import(db, "2024", &b);
        char *said = history(db, 0, 1);
        assert_int_equal(times(said, "created"), 20);
        assert_int_equal(times(said, "(perimeter_change)"), perimeter[v] ? 20 : 0);
        free(said);
        leave(db);
    }
}

static void columns_anew(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_buf a = {0}, b = {0};
    mg_buf_add_str(&a, "Identifiant;Nom;Telephone;Accessible;Guichets;Etage\n");
    mg_buf_add_str(&b, "Identifiant;Nom;Telephone;Accessible;Guichets;Niveau\n");
    for (int i = 10; i < 50; i++) {
        mg_buf_printf(&a, "K%d;Lieu %d;02 99 00 00 %d;%s;%d;%d\n", i, i, i, i % 2 ? "Oui" : "Non", i, i % 7);
        mg_buf_printf(&b, "K%d;France services %s %d;+33 2 99 00 00 %d;%s;%d;%d\n", i,
                      i == 12 ? "Halte" : "Lieu", i, i == 13 ? 99 : i,
                      (i == 14) != (i % 2 == 1) ? "true" : "false", i == 15 ? 1 : i, i % 7);
    }
    import(db, "2019", &a);
    import(db, "2024", &b);
    char *said = history(db, 0, 1);
    assert_int_equal(times(said, "renamed(source_change)"), 39);
    assert_int_equal(times(said, "fields(source_change)"), 37);
    assert_int_equal(times(said, "changed K12 renamed fields(source_change)"), 1);
    assert_int_equal(times(said, "changed K13 renamed(source_change) fields "), 1);
    assert_int_equal(times(said, "changed K14 renamed(source_change) fields "), 1);
    assert_int_equal(times(said, "changed K15 renamed(source_change) fields "), 1);
    assert_non_null(strstr(said, "source_change Nom:  -> +France services * 39 of 40\n"));
    assert_int_equal(times(said, "source_change Nom:"), 1);
    assert_non_null(strstr(said, "source_change Telephone:  -> same value 39 of 40\n"));
    assert_non_null(strstr(said, "source_change Accessible:  -> Oui -> true 20 of 20\n"));
    assert_non_null(strstr(said, "source_change Etage:  -> Niveau 40 of 40\n"));
    free(said);
    leave(db);
    /* a number that grows is no other way to write it */
    db = fresh();
    mg_buf_add_str(&a, "Identifiant;Nom;Eleves\n");
    mg_buf_add_str(&b, "Identifiant;Nom;Eleves\n");
    for (int i = 10; i < 50; i++) {
        mg_buf_printf(&a, "K%d;Lieu %d;%d\n", i, i, 200 + i * 7 % 90);
        mg_buf_printf(&b, "K%d;Lieu %d;%d\n", i, i, 200 + i * 11 % 97);
    }
    import(db, "2019", &a);
    import(db, "2024", &b);
    said = history(db, 0, 1);
    assert_int_equal(times(said, "source_change"), 0);
    free(said);
    leave(db);
}

static void import_text(struct mg_db *db, const char *edition, const char *rows)
{
    struct mg_buf text = {0};
    mg_buf_add_str(&text, HEAD);
    mg_buf_add_str(&text, rows);
    import(db, edition, &text);
}

/* A service that closes while its row stays, and all that a status may say. */
static void states(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import_text(db, "2019",
                "A;Un;T;;;N;Ouvert;\nB;Deux;T;;;N;Fermé;\nC;Trois;T;;;N;En projet;\nD;Quatre;T;;;N;fermé;\n"
                "E;Cinq;T;;;N;Ouvert;\nF;Six;T;;;N;Ouvert;2021-03-01\nG;Sept;T;;;N;Ouvert;\n");
    import_text(db, "2024",
                "A;Un;T;;;N;Définitivement fermé;2022-02-01\nB;Deux;T;;;N;Ouvert;\nC;Trois;T;;;N;Ouvert;\n"
                "E;Cinq;T;;;N;Fermé temporairement;\nF;Six bis;T;;;N;;2021-03-01\nH;Huit;T;;;N;Cessé;\n"
                "G;Sept;T;;;N;Ouvert;\n");
    expect(db, 0, 1,
           "closed A [closed=2022-02-01; status=Définitivement fermé]\n"
           "reopened B [status=Ouvert]\n"
           "created C [status=Ouvert]\n"
           "changed E fields [Statut]\n"
           "closed F [closed=2021-03-01]\n"
           "changed D fields [row gone; status=fermé]\n"
           "changed H fields [row added; status=Cessé]\n");
    leave(db);
}

/* The row says the same in both editions; its dates are of the time between. */
static void dates_that_pass(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    const char *rows =
        "Identifiant;Nom;Date_ouverture;Date_fermeture\nA;Un;2001-01-01;2022-06-30\n"
        "B;Deux;2021-09-01;\nC;Trois;2001-01-01;2030-01-01\nD;Quatre;;\nE;Cinq;2020-01-01;2023-01-01\n";
    for (int i = 0; i < 2; i++) {
        struct mg_buf text = {0};
        mg_buf_add_str(&text, rows);
        import(db, i ? "2024" : "2019", &text);
    }
    expect(db, 0, 1, "closed A [closed=2022-06-30]\ncreated B [opened=2021-09-01]\n");
    leave(db);
}

/* Away for a long time: reopened. Away for a short one: a gap, unless the source says that it closed. */
static void returns(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    const char *all = "A;Un;T;;;N;;\nB;Deux;T;;;N;;\nC;Trois;T;;;N;;\nD;Quatre;T;;;N;;\n";
    import_text(db, "2022-01", all);
    import_text(db, "2022-09", "A;Un;T;;;N;;\nB;Neuf;T;2 rue;;N;;\nC;Trois;T;;;N;;\nD;Quatre;T;;;N;;\n");
    import_text(db, "2018", "A;Un;T;;;N;;\nC;Trois;T;;;N;;2019-06-01\nE;Cinq;T;;;N;;\nD;Quatre;T;;;N;;\n");
    import_text(db, "2020", "D;Quatre;T;;;N;;\nE;Autre chose;T;;;N;;\n");
    import_text(db, "2021-06", "D;Quatre;T;;;N;;\nE;Autre chose;T;;;N;;\nB;Deux;T;;;N;;\n");
    import_text(db, "2022-06", "A;Un;T;;;N;;\nC;Trois;T;;;N;;\nD;Quatre;T;;;N;;\n");
    expect(db, 0, 1,
           "changed E renamed\nclosed A [back=2022-01-01]\nclosed C [closed=2019-06-01; back=2022-01-01]\n");
    expect(db, 1, 2, "created B\n");
    expect(db, 2, 3, "closed E\nreopened A [last=2018-01-01]\nreopened C [last=2018-01-01]\n");
    expect(db, 3, 4, "closed B\n"); /* another service has the key later */
    expect(db, 4, 5, "created B\n");
    leave(db);
}

static enum mg_code nothing(void *context, const struct mg_event *event, struct mg_error *err)
{
    (void)event;
    (void)err;
    ++*(int *)context;
    return MG_OK;
}

static enum mg_code everything(struct mg_db *db, const struct mg_dataset *dataset, struct mg_error *err)
{
    struct mg_history *history = NULL;
    int events = 0;
    enum mg_code code = mg_history_create(db, dataset, &dataset->editions[0], &dataset->editions[1],
                                          &(struct mg_history_options){0}, &history, err);
    if (!code)
        code = mg_history_events(history, nothing, &events, err);
    mg_history_destroy(history);
    return code;
}

static void no_memory(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_dataset *dataset = NULL;
    struct mg_buf a = make((struct made){.rows = 60}), c = make((struct made){.rows = 60});
    struct mg_buf b =
        make((struct made){.rows = 60, .no_departement = 12, .no_freight = "O", .new_relais = "P"});
    long n = 0;
    import(db, "2019", &a);
    import(db, "2020", &b);
    import(db, "2021", &c);
    must(mg_dataset_load(db, "essai", &dataset, &err));
    for (bool failed = true; failed; n += slow_step()) {
        struct mg_error err = {0};
        mg_alloc_fail_after(n);
        enum mg_code code = everything(db, dataset, &err);
        failed = mg_alloc_fail_after(-1) < 0;
        assert_int_equal(code, failed ? MG_ERR_MEMORY : MG_OK);
        assert_true(n < 5000);
    }
    assert_true(n > 40);
    mg_dataset_destroy(dataset);
    leave(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_perimeter),
        cmocka_unit_test(a_gap),
        cmocka_unit_test(few_that_stand),
        cmocka_unit_test(a_gap_and_later_editions),
        cmocka_unit_test(a_nomenclature),
        cmocka_unit_test(places),
        cmocka_unit_test(all_places_anew),
        cmocka_unit_test(addresses),
        cmocka_unit_test(names_with_words_before),
        cmocka_unit_test(a_value_that_is_a_date),
        cmocka_unit_test(columns_anew),
        cmocka_unit_test(dates_that_pass),
        cmocka_unit_test(states),
        cmocka_unit_test(returns),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
