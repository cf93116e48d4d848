/* What happened between two editions: which rows are one service, what changed, what is only an artefact. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/row_hash.h"
#include "libdata/domain/history/answer/daff.h"
#include "libdata/domain/history/answer/event_counts.h"
#include "libdata/domain/history/history.h"
#include "libdata/domain/import/import.h"
#include "libdata/domain/kinds/kinds.h"
#include "tests/unit/database.h"
#include "tests/unit/output.h"

#define HEAD "Identifiant;Nom;Type;Adresse;Code_INSEE;Latitude;Longitude;Horaires\n"

static void import_with(struct mg_db *db, const char *edition, const char *text,
                        struct mg_import_options options)
{
    static const struct mg_map_option key = {MG_ROLE_KEY, "Identifiant"};
    struct mg_import_result result;
    write_csv(text);
    options.kinds = mg_kinds;
    options.dataset = "essai";
    options.edition = edition;
    options.max_reject_rows = -1;
    if (!options.no_key) {
        options.maps = &key;
        options.map_count = 1;
    }
    must(mg_import_file(db, CSV, &options, &result, &err));
}

static void import(struct mg_db *db, const char *edition, const char *text)
{
    import_with(db, edition, text, (struct mg_import_options){0});
}

static void run(struct mg_db *db, const char *sql)
{
    if (sqlite3_exec(mg_db_handle(db), sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(mg_db_handle(db)));
}

static void check(struct mg_db *db, const char *sql, const char *expected)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(mg_db_handle(db), sql, -1, &s, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(mg_db_handle(db)));
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    const char *text = (const char *)sqlite3_column_text(s, 0);
    if (strcmp(text ? text : "NULL", expected))
        fail_msg("%s: is %s, not %s", sql, text ? text : "NULL", expected);
    sqlite3_finalize(s);
}

static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

/* An event as a line: kind, keys, changes with their artefacts, distance, evidence. */
static enum mg_code tell(void *context, const struct mg_event *event, struct mg_error *err)
{
    struct mg_buf *said = context;
    mg_buf_printf(said, "%s %s %s", mg_event_kind_name(event->kind), or_dash(event->before.key),
                  or_dash(event->after.key));
    for (int i = 0; i < MG_CHANGE_COUNT; i++) {
        if (event->changes[i])
            mg_buf_printf(said, " %s", mg_change_name((enum mg_change)i));
        for (int j = 0; j < MG_ARTEFACT_COUNT; j++) {
            if (event->artefacts[i][j])
                mg_buf_printf(said, "(%s)", mg_artefact_name((enum mg_artefact)j));
        }
    }
    if (!isnan(event->distance_m))
        mg_buf_printf(said, " %.1f", event->distance_m);
    for (size_t i = 0; i < event->evidence_count; i++)
        mg_buf_printf(said, "%s%s", i ? "," : " [", event->evidence[i]);
    mg_buf_add_str(said, event->evidence_count ? "]\n" : "\n");
    return mg_buf_check(said, err);
}

static enum mg_code tell_link(void *context, const struct mg_link *link, struct mg_error *err)
{
    struct mg_buf *said = context;
    mg_buf_printf(said, "%s %lld %s %lld %s %s\n", or_dash(link->before.key), (long long)link->before.line,
                  link->before.edition, (long long)link->after.line, link->after.edition, link->how);
    return mg_buf_check(said, err);
}

static enum mg_code history_of(struct mg_db *db, struct mg_history_options options, struct mg_buf *said,
                               struct mg_history_summary *summary, struct mg_error *err)
{
    struct mg_dataset *dataset = NULL;
    struct mg_history *history = NULL;
    enum mg_code code = mg_dataset_load(db, "essai", &dataset, err);
    if (!code)
        code = mg_history_create(db, dataset, &dataset->editions[0], &dataset->editions[1], &options,
                                 &history, err);
    if (!code)
        code = mg_history_events(history, tell, said, err);
    if (!code && summary)
        *summary = *mg_history_summary(history);
    mg_history_destroy(history);
    mg_dataset_destroy(dataset);
    return code;
}

/* The first two editions by date: these are their events. */
static struct mg_history_summary expect(struct mg_db *db, const char *events)
{
    struct mg_history_summary summary = {0};
    struct mg_buf said = {0};
    must(history_of(db, (struct mg_history_options){0}, &said, &summary, &err));
    assert_string_equal(said.data ? said.data : "", events);
    mg_buf_finish(&said);
    return summary;
}

static const char before[] = HEAD "A;Poste de Châlons;Bureau;1 rue Haute;51108;48.9566;4.3634;9h\n"
                                  "B;Poste de Reims;Bureau;2 rue Basse;51454;49.2583;4.0317;9h\n"
                                  "C;Relais d'Épernay;Relais;3 place du Port;51230;49.0402;3.9594;10h\n"
                                  "D;Relais de Vitry;Relais;4 quai;51649;48.7247;4.5847;8h\n"
                                  "E;Agence de Sézanne;Agence;5 cours;51535;;;8h\n";

static void kinds_and_changes(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2019", before);
    import(db, "2024",
           HEAD "A;Poste de Châlons;Bureau;1 rue Haute;51108;48.9566;4.3634;9h\n"
                "B;POSTE DE  REIMS;Agence;2 rue Basse;51454;49.2583;4.0318;9h\n"
                "C;Relais d'Épernay;Relais;3, place du Port;51230;49.0402;3.9594001;10 H\n"
                "E;Agence de Sézanne;Agence;5 Cours;51535;48.7217;3.7231;9h\n"
                "F;Agence d'Ay;Agence;6 rue;51030;49.0550;4.0039;8h\n");
    struct mg_history_summary s =
        expect(db, "changed B B moved(geocoding_refined) renamed(label_reformatted) retyped "
                   "7.3 [address unchanged]\n"
                   "changed C C fields [Horaires,Adresse]\n"
                   "changed E E fields [place,Horaires,Adresse]\n"
                   "closed D -\n"
                   "created - F\n");
    assert_int_equal(s.unchanged, 1);
    assert_int_equal(s.changed, 3);
    assert_int_equal(s.closed, 1);
    assert_int_equal(s.created, 1);
    leave(db);
}

static void same_content_is_no_event(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2019", before);
    import(db, "2024", before);
    struct mg_history_summary s = expect(db, "");
    assert_int_equal(s.unchanged, 5);
    leave(db);
}

/* Away for an edition and back: its record is there in two versions. */
static void a_return_is_no_event(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2014", before);
    import(db, "2019", HEAD "A;Poste de Châlons;Bureau;1 rue Haute;51108;48.9566;4.3634;9h\n");
    import(db, "2024", before);
    struct mg_dataset *dataset = NULL;
    struct mg_history *history = NULL;
    struct mg_buf said = {0};
    must(mg_dataset_load(db, "essai", &dataset, &err));
    must(mg_history_create(db, dataset, &dataset->editions[0], &dataset->editions[2],
                           &(struct mg_history_options){0}, &history, &err));
    must(mg_history_events(history, tell, &said, &err));
    assert_int_equal(said.length, 0);
    assert_int_equal(mg_history_summary(history)->unchanged, 5);
    must(mg_history_links(history, tell_link, &said, &err));
    assert_string_equal(said.data, "A 2 2014-01-01 2 2014-01-01 content\n"
                                   "B 3 2014-01-01 3 2014-01-01 content\n"
                                   "C 4 2014-01-01 4 2014-01-01 content\n"
                                   "D 5 2014-01-01 5 2014-01-01 content\n"
                                   "E 6 2014-01-01 6 2014-01-01 content\n");
    mg_buf_finish(&said);
    mg_history_destroy(history);
    mg_dataset_destroy(dataset);
    leave(db);
}

#define LINES "Identifiant;Nom;Ligne;Rang\n"

/* However few there are: keys of which none is found again tell nothing, and the services are linked. */
static void keys_of_a_small_list_lose_their_zeros(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2019",
           HEAD "001;Poste de Châlons;Bureau;1 rue Haute;51108;48.9566;4.3634;9h\n"
                "002;Poste de Reims;Bureau;2 rue Basse;51454;49.2583;4.0317;9h\n"
                "003;Relais d'Épernay;Relais;3 place du Port;51230;49.0402;3.9594;10h\n");
    import(db, "2024",
           HEAD "1;Poste de Châlons;Bureau;1 rue Haute;51108;48.9566;4.3634;9h\n"
                "2;Poste de Reims;Bureau;2 rue Basse;51454;49.2583;4.0317;9h\n"
                "3;Relais d'Épernay;Relais;3 place du Port;51230;49.0402;3.9594;10h\n");
    MG_CLEANUP(mg_buf_finish) struct mg_buf said = {0};
    struct mg_history_summary s = {0};
    must(history_of(db, (struct mg_history_options){0}, &said, &s, &err));
    assert_int_equal(s.key_doubt, MG_KEY_NOT_STABLE);
    assert_int_equal(s.closed, 0);
    assert_int_equal(s.created, 0);
    leave(db);
}

static void repeated_keys_stay_apart(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2019",
           LINES "G;Gare;100;1\nG;Gare;200;2\nG;Gare;300;3\nH;Halte;400;1\nH;Halte;500;2\nI;Arrêt;600;1\n"
                 "J;Point;700;1\nJ;Point;800;1\n");
    import(db, "2024",
           LINES "G;Gare;300;9\nG;Gare;100;1\nG;Gare;200;8\nH;Halte;400;1\nI;Arrêt;600;1\nI;Arrêt;650;2\n");
    struct mg_history_summary s = expect(db, "changed G G fields [Rang]\n"
                                             "changed G G fields [Rang]\n"
                                             "changed H H fields [row gone]\n"
                                             "changed I I fields [row added]\n"
                                             "closed J -\n"
                                             "closed J -\n");
    assert_int_equal(s.unchanged, 3);
    assert_int_equal(s.rows_gone, 1);
    assert_int_equal(s.rows_added, 1);
    assert_int_equal(s.keys_repeated_before, 3);
    assert_int_equal(s.keys_repeated_after, 2);
    leave(db);
}

/* Past MG_HISTORY_SIMILAR rows of one key they pair in the order of their content. */
static void many_rows_of_one_key(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_buf a = {0}, b = {0}, said = {0};
    struct mg_history_summary s;
    mg_buf_add_str(&a, LINES);
    mg_buf_add_str(&b, LINES);
    for (int i = 0; i < 70; i++) {
        mg_buf_printf(&a, "G;Gare;%d;%d\n", i, i % 3);
        if (i < 68)
            mg_buf_printf(&b, "G;Gare;%d;%d\n", i, i % 3 + 5);
    }
    import(db, "2019", a.data);
    import(db, "2024", b.data);
    must(history_of(db, (struct mg_history_options){.identity = MG_IDENTITY_KEY}, &said, &s, &err));
    assert_int_equal(s.changed, 68);
    assert_int_equal(s.rows_gone, 2);
    assert_int_equal(s.closed, 0);
    mg_buf_finish(&a);
    mg_buf_finish(&b);
    mg_buf_finish(&said);
    leave(db);
}

static void row_order_means_nothing(void **state)
{
    (void)state;
    static const char *const rows[] = {"G;Gare;100;1\n", "G;Gare;200;2\n", "G;Gare;200;2\n", "H;Halte;4;1\n",
                                       "I;;6;1\n",       ";Sans;7;1\n",    ";Autre;8;1\n"};
    static const char *const later[] = {"G;Gare;100;5\n", "G;Gare;200;7\n", "H;HALTE;4;1\n",
                                        ";Sans;7;2\n",    "K;Autre;8;1\n",  "G;Gare;200;2\n"};
    char *first = NULL;
    for (size_t shift = 0; shift < 6; shift++) {
        struct mg_db *db = fresh();
        struct mg_buf a = {0}, b = {0}, said = {0};
        mg_buf_add_str(&a, LINES);
        mg_buf_add_str(&b, LINES);
        for (size_t i = 0; i < 7; i++)
            mg_buf_add_str(&a, rows[(i * 3 + shift) % 7]);
        for (size_t i = 0; i < 6; i++)
            mg_buf_add_str(&b, later[(i * 5 + shift) % 6]);
        import(db, "2019", a.data);
        import(db, "2024", b.data);
        must(history_of(db, (struct mg_history_options){0}, &said, NULL, &err));
        if (first)
            assert_string_equal(said.data, first);
        else
            first = mg_strdup(said.data);
        mg_buf_finish(&a);
        mg_buf_finish(&b);
        mg_buf_finish(&said);
        leave(db);
    }
    free(first);
}

static void without_key(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_buf said = {0};
    struct mg_history_summary s;
    import_with(db, "2019", "Nom;Ligne\nGare;1\nHalte;2\nHalte;2\n",
                (struct mg_import_options){.no_key = true});
    import_with(db, "2024", "Nom;Ligne\nGare;1\nHalte;3\nHalte;2\n",
                (struct mg_import_options){.no_key = true});
    must_fail(history_of(db, (struct mg_history_options){.identity = MG_IDENTITY_KEY}, &said, NULL, &err),
              MG_ERR_USAGE, "no key column");
    must(history_of(db, (struct mg_history_options){.content_only = true}, &said, &s, &err));
    assert_string_equal(said.data, "closed - -\ncreated - -\n");
    assert_int_equal(s.unchanged, 2);
    mg_buf_finish(&said);
    leave(db);
}

#define PLACES "Identifiant;Nom;Catégorie;Adresse;Code INSEE;Latitude;Longitude\n"

static const char *const names[] = {"Aber", "Bouge", "Corlay", "Dinard", "Erbree", "Fougere"};

/* Thirty post offices; those of the later edition have other identifiers if `shift` is not 0. */
static void add_offices(struct mg_buf *csv, bool later, int shift)
{
    mg_buf_add_str(csv, PLACES);
    for (int i = 0; i < 30; i++) {
        mg_buf_printf(csv, "%d;%s sur Mer %d%s;Bureau;%d rue %s;35%03d;48.%d5;-1.%d8\n",
                      100 + (i + shift) % 30, names[i % 6], i / 6, later ? " BP" : "", i + 1,
                      later ? "de la Poste" : "DE LA POSTE", i + 1, 20 + i, 20 + i);
    }
}

static void import_offices(struct mg_db *db, int shift)
{
    struct mg_buf a = {0}, b = {0};
    add_offices(&a, false, 0);
    add_offices(&b, true, shift);
    import(db, "2019", a.data);
    import(db, "2024", b.data);
    mg_buf_finish(&a);
    mg_buf_finish(&b);
}

/* Identifiers that are numbers of rows: each is on another service in the later edition. */
static void a_key_that_is_no_key(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_buf said = {0};
    struct mg_history_summary s;
    import_offices(db, 7);
    must(history_of(db, (struct mg_history_options){0}, &said, &s, &err));
    assert_int_equal(s.key_doubt, MG_KEY_REUSED);
    assert_int_equal(s.linked, 30);
    assert_int_equal(s.changed, 30);
    assert_int_equal(s.closed + s.created + s.review, 0);
    assert_non_null(strstr(said.data, "changed 100 107 renamed"));
    assert_non_null(strstr(said.data, "name 4/7, place 7/7, address 4/4"));
    mg_buf_clear(&said);
    must(history_of(db, (struct mg_history_options){.identity = MG_IDENTITY_KEY}, &said, &s, &err));
    assert_int_equal(s.key_doubt, MG_KEY_TRUSTED);
    assert_non_null(strstr(said.data, "changed 100 100 moved renamed"));
    mg_buf_finish(&said);
    leave(db);
}

static void a_key_that_is_one(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_buf said = {0};
    struct mg_history_summary s;
    import_offices(db, 0);
    must(history_of(db, (struct mg_history_options){0}, &said, &s, &err));
    assert_int_equal(s.key_doubt, MG_KEY_TRUSTED);
    assert_int_equal(s.keys_reused + s.linked, 0);
    assert_int_equal(s.changed, 30);
    mg_buf_clear(&said);
    must(history_of(db, (struct mg_history_options){.identity = MG_IDENTITY_LINKAGE}, &said, &s, &err));
    assert_int_equal(s.linked, 30);
    mg_buf_finish(&said);
    leave(db);
}

/* Composed or not, with blanks, characters that nobody sees, in another case: no event. One that is not alone
 * in its letters stays what it is, and so does one that the other edition has as it stands. */
/* n services of one town each, some kilometres apart. */
static void add_halls(struct mg_buf *csv, int n)
{
    mg_buf_add_str(csv, HEAD);
    for (int i = 0; i < n; i++)
        mg_buf_printf(csv, "K%02d;Halle %c%c%c;Halle;%d rue du Bas;51108;48.%02d;4.1;9h\n", i, 'A' + i,
                      'a' + i, 'a' + i, i, i + 10);
}

static void replace(struct mg_buf *text, const char *what, const char *with)
{
    char *at = strstr(text->data, what);
    assert_non_null(at);
    assert_int_equal(strlen(what), strlen(with));
    memcpy(at, with, strlen(with));
}

/* A service that goes on to the letter under another key, while its key is another one's, is the same. */
static void a_key_that_is_given_away(void **state)
{
    /* two at one place, and two of one name */
    static const char *const exchanged[][2] = {
        {"X1;Ecole Curie;Ecole;1 rue Haute;51108;48.5;4.7;8h\nX2;Ecole Joliot;Ecole;1 rue "
         "Haute;51108;48.5;4.7;8h\n",
         "X2;Ecole Curie;Ecole;1 rue Haute;51108;48.5;4.7;8h\nX1;Ecole Joliot;Ecole;1 rue "
         "Haute;51108;48.5;4.7;8h\n"},
        {"X1;Mairie;Mairie;1 rue Haute;51108;48.5;4.7;8h\nX2;Mairie;Mairie;2 rue Basse;51454;49.2;4.1;8h\n",
         "X2;Mairie;Mairie;1 rue Haute;51108;48.5;4.7;8h\nX1;Mairie;Mairie;2 rue Basse;51454;49.2;4.1;8h\n"},
        /* one is renamed, and another one has its name: that is no exchange */
        {"X1;Ecole Curie;Ecole;1 rue Haute;51108;48.5;4.7;8h\n",
         "X1;Ecole Joliot;Ecole;1 rue Haute;51108;48.5;4.7;8h\nX2;Ecole Curie;Ecole;1 rue "
         "Haute;51108;48.5;4.7;8h\n"}};
    (void)state;
    static const struct {
        const char *keys[3][2]; /* a key, and what stands for it in the later edition */
        const char *more;       /* in the later edition */
        const char *events;
        int given, reused;
    } cases[] = {
        /* to a new service far away */
        {{{"K03", "K50"}},
         "K03;Chalet;Halle;8 rue Neuve;51454;49.5;4.1;9h\n",
         "created - K03 [key was of K50]\n",
         1,
         0},
        /* two are exchanged; at one place; of one name */
        {{{"K03", "K50"}, {"K07", "K03"}, {"K50", "K07"}}, "", "", 2, 0},
        /* to one of which the own service is gone */
        {{{"K03", "K50"}, {"K07", "K03"}}, "", "", 2, 0},
        /* what it said is said by two: which one it is nobody knows */
        {{{"K03", "K50"}},
         "K03;Chalet;Halle;8 rue Neuve;51454;49.5;4.1;9h\nK51;Halle Ddd;Halle;3 rue du "
         "Bas;51108;48.13;4.1;9h\n",
         "changed K03 K03 moved renamed recoded fields 152352.4 [Adresse,key doubted]\n"
         "created - K50\ncreated - K51\n",
         0,
         1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mg_db *db = fresh();
        struct mg_buf then = {0}, now = {0};
        add_halls(&then, 25);
        add_halls(&now, 25);
        for (size_t k = 0; k < 3 && cases[i].keys[k][0]; k++)
            replace(&now, cases[i].keys[k][0], cases[i].keys[k][1]);
        mg_buf_add_str(&now, cases[i].more);
        import(db, "2019", then.data);
        import(db, "2024", now.data);
        struct mg_history_summary s = expect(db, cases[i].events);
        assert_int_equal(s.keys_given, cases[i].given);
        assert_int_equal(s.keys_reused, cases[i].reused);
        mg_buf_finish(&then);
        mg_buf_finish(&now);
        leave(db);
    }
    for (size_t i = 0; i < sizeof exchanged / sizeof *exchanged; i++) {
        struct mg_db *db = fresh();
        struct mg_buf then = {0}, now = {0}, said = {0};
        struct mg_history_summary s;
        add_halls(&then, 25);
        add_halls(&now, 25);
        mg_buf_add_str(&then, exchanged[i][0]);
        mg_buf_add_str(&now, exchanged[i][1]);
        import(db, "2019", then.data);
        import(db, "2024", now.data);
        must(history_of(db, (struct mg_history_options){0}, &said, &s, &err));
        assert_int_equal(s.keys_given, i < 2 ? 2 : 0);
        assert_int_equal(s.changed, i < 2 ? 0 : 1);
        assert_int_equal(s.created, i < 2 ? 0 : 1);
        mg_buf_finish(&then);
        mg_buf_finish(&now);
        mg_buf_finish(&said);
        leave(db);
    }
}

/* Of two in one building one goes, and what the other says afterwards tells whether it took it in. */
static void one_takes_another_in(void **state)
{
    (void)state;
#define SCHOOL(key, name, kind) key ";" name ";" kind ";3 rue du Vallon;51108;48.97;4.38;9h\n"
    static const struct {
        const char *before, *after, *closed, *created;
    } cases[] = {
        {SCHOOL("V1", "Ecole maternelle Vallon", "Ecole") SCHOOL("V2", "Ecole élémentaire Vallon", "Ecole"),
         SCHOOL("V1", "Ecole primaire Vallon", "Ecole"), "closed V2 - [went into V1]\n",
         "created - V2 [came out of V1]\n"},
        {SCHOOL("V1", "Ecole Pasteur", "Ecole") SCHOOL("V2", "Ecole Curie", "Ecole"),
         SCHOOL("V1", "Ecole Pasteur et Curie", "Ecole"), "closed V2 - [went into V1]\n",
         "created - V2 [came out of V1]\n"},
        {SCHOOL("V1", "Ecole maternelle Vallon", "Maternelle")
             SCHOOL("V2", "Ecole élémentaire Vallon", "Elémentaire"),
         SCHOOL("V1", "Ecole primaire Vallon", "Primaire"), "closed V2 - [went into V1]\n",
         "created - V2 [came out of V1]\n"},
        /* one that stood twice, under two keys */
        {SCHOOL("V1", "Ecole Vallon", "Ecole") SCHOOL("V2", "Ecole Vallon", "Ecole"),
         "V1;Ecole Vallon;Ecole;3 rue du Vallon;51108;48.97;4.38;10h\n", "closed V2 - [went into V1]\n",
         "created - V2 [came out of V1]\n"},
        {SCHOOL("V1", "Ecole Vallon", "Ecole") SCHOOL("V2", "Ecole Vallon", "Ecole"),
         SCHOOL("V1", "Ecole Vallon", "Ecole"), "closed V2 - [went into V1]\n",
         "created - V2 [came out of V1]\n"},
        /* under a new key */
        {SCHOOL("V1", "Ecole maternelle Vallon", "Ecole") SCHOOL("V2", "Ecole élémentaire Vallon", "Ecole"),
         SCHOOL("V9", "Ecole primaire Vallon", "Ecole"), " [went into V9]\n", " [came out of V9]\n"},
        /* another kind of the same name, or another one there, is not it */
        {SCHOOL("V1", "Vallon", "Ecole") SCHOOL("V2", "Vallon", "Mairie"), SCHOOL("V1", "Vallon", "Ecole"),
         "closed V2 -\n", "created - V2\n"},
        {SCHOOL("V1", "Ecole Pasteur", "Ecole") SCHOOL("V2", "Ecole Curie", "Ecole"),
         SCHOOL("V1", "Ecole Pasteur", "Ecole"), "closed V2 -\n", "created - V2\n"},
        /* nothing of the one is in the other's new name; it has nothing of its own; they are of two kinds; it
           moved */
        {SCHOOL("V1", "Ecole Pasteur", "Ecole") SCHOOL("V2", "Ecole Curie", "Ecole"),
         SCHOOL("V1", "Ecole Joliot", "Ecole"), "closed V2 -\n", "created - V2\n"},
        {SCHOOL("V1", "Mairie Vallon", "Mairie") SCHOOL("V2", "Poste Vallon", "Poste"),
         SCHOOL("V1", "Hôtel de ville Vallon", "Mairie"), "closed V2 -\n", "created - V2\n"},
        {SCHOOL("V1", "Ecole maternelle Vallon", "Ecole") SCHOOL("V2", "Ecole élémentaire Vallon", "Ecole"),
         "V1;Ecole primaire Vallon;Ecole;7 rue Neuve;51108;48.98;4.39;9h\n", "closed V2 -\n",
         "created - V2\n"},
        /* either could have taken it in */
        {SCHOOL("V1", "Ecole maternelle Vallon", "Ecole") SCHOOL("V2", "Ecole élémentaire Vallon", "Ecole")
             SCHOOL("V3", "Ecole spéciale Vallon", "Ecole"),
         SCHOOL("V1", "Ecole primaire Vallon", "Ecole") SCHOOL("V3", "Ecole polyvalente Vallon", "Ecole"),
         "closed V2 -\n", "created - V2\n"},
    };
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        struct mg_db *db = fresh();
        struct mg_buf then = {0}, now = {0}, said = {0};
        bool split = i % 2;
        const char *lone = split ? cases[i / 2].created : cases[i / 2].closed;
        add_halls(&then, 25);
        add_halls(&now, 25);
        mg_buf_add_str(&then, split ? cases[i / 2].after : cases[i / 2].before);
        mg_buf_add_str(&now, split ? cases[i / 2].before : cases[i / 2].after);
        import(db, "2019", then.data);
        import(db, "2024", now.data);
        must(history_of(db, (struct mg_history_options){0}, &said, NULL, &err));
        if (!strstr(said.data, lone))
            fail_msg("case %zu: not %sbut %s", i, lone, said.data);
        mg_buf_finish(&then);
        mg_buf_finish(&now);
        mg_buf_finish(&said);
        leave(db);
    }
}

static void a_key_that_is_typed_otherwise(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2019",
           HEAD "A1;Un;Bureau;;51108;;;\nÉ3;Trois;Bureau;;51108;;;\nZ4;Quatre;Bureau;;51108;;;\n"
                "q5;Cinq;Bureau;;51108;;;\nab;Six;Bureau;;51108;;;\nr;Sept;Bureau;;51108;;;9h\n");
    import(db, "2024",
           HEAD "A1\xC2\xA0;Un;Bureau;;51108;;;\nE\xCC\x81"
                "3;Trois;Bureau;;51108;;;\n"
                "Z4\xE2\x80\x8B;Quatre;Bureau;;51108;;;10h\nQ5;Cinq;Bureau;;51108;;;\n"
                "AB;Six;Bureau;;51108;;;\nAb;Six;Bureau;;51108;;;\nr;Sept;Bureau;;51108;;;10h\n"
                "R;Huit;Bureau;;51108;;;10h\n");
    struct mg_history_summary s = {0};
    struct mg_buf said = {0};
    must(history_of(db, (struct mg_history_options){0}, &said, &s, &err));
    assert_int_equal(s.closed, 1);  /* ab */
    assert_int_equal(s.created, 3); /* AB, Ab, R */
    assert_int_equal(s.changed, 2); /* Z4, r */
    if (!strstr(said.data, "changed Z4 Z4\xE2\x80\x8B fields [") || strstr(said.data, "É3"))
        fail_msg("%s", said.data);
    mg_buf_finish(&said);
    leave(db);
}

/* Of identifiers that are otherwise good, one closes and another one opens in its place. */
static void a_new_key_in_the_same_place(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_buf a = {0}, b = {0};
    struct mg_history_summary s;
    struct mg_buf said = {0};
    add_offices(&a, false, 0);
    add_offices(&b, false, 0);
    mg_buf_add_str(&a, "200;Landevant;Bureau;3 place de l'Église;56096;47.76;-3.12\n");
    mg_buf_add_str(&b, "300;Landévant;Bureau;3 PL EGLISE;56096;47.76;-3.12\n");
    import(db, "2019", a.data);
    import(db, "2024", b.data);
    must(history_of(db, (struct mg_history_options){0}, &said, &s, &err));
    assert_int_equal(s.new_keys, 1);
    assert_string_equal(said.data, "closed 200 - [same place as 300,name 6/7, place 7/7, address 4/4, "
                                   "commune 4/4, category 3/4]\n"
                                   "created - 300 [same place as 200,name 6/7, place 7/7, address 4/4, "
                                   "commune 4/4, category 3/4]\n");
    mg_buf_finish(&a);
    mg_buf_finish(&b);
    mg_buf_finish(&said);
    leave(db);
}

/* Two schools of one name next to each other are one later on. */
static void two_become_one(void **state)
{
    (void)state;
    static const char *const events[] = {"merged", "split"};
    static const char two[] = "1;Ecole Jean Moulin;Ecole;2 rue de Bas;35001;48.1;-1.7\n"
                              "2;Ecole Jean Moulin;Ecole;4 rue de Bas;35001;48.1003;-1.7\n";
    static const char one[] = "1;Ecole Jean-Moulin;Ecole;2 rue de Bas;35001;48.1;-1.7\n";
    for (int split = 0; split < 2; split++) {
        struct mg_db *db = fresh();
        struct mg_buf a = {0}, b = {0}, said = {0};
        struct mg_history_summary s;
        add_offices(&a, false, 0);
        add_offices(&b, true, 0);
        mg_buf_add_str(&a, split ? one : two);
        mg_buf_add_str(&b, split ? two : one);
        import(db, "2019", a.data);
        import(db, "2024", b.data);
        must(history_of(db, (struct mg_history_options){.identity = MG_IDENTITY_LINKAGE}, &said, &s, &err));
        assert_int_equal(split ? s.split : s.merged, 1);
        assert_non_null(strstr(said.data, events[split]));
        mg_buf_finish(&a);
        mg_buf_finish(&b);
        mg_buf_finish(&said);
        leave(db);
    }
}

static enum mg_code tell_kind(void *context, const struct mg_link *link, struct mg_error *err)
{
    if (strcmp(link->kind, "link") != 0)
        mg_buf_printf(context, "%s %s\n", link->kind, link->how);
    return mg_buf_check(context, err);
}

/* A row that stood twice is merged into the other one, whether that one changed or not. */
static void a_row_that_stood_twice(void **state)
{
    (void)state;
    static const struct mg_import_options keyless = {.no_key = true};
    static const char *const rows[] = {"P;Parc;Parc;1 rue Haute;51108;48.5;4.7;8h\n", /* as it was */
                                       "Q;Quai;Parc;2 rue Basse;51108;48.6;4.8;8h\n",
                                       "Q;QUAI;Parc;2 rue Basse;51108;48.6;4.8;8h\n"};
    for (int split = 0; split < 2; split++) {
        struct mg_db *db = fresh();
        struct mg_buf two = {0}, one = {0}, kinds = {0}, said = {0};
        struct mg_dataset *dataset = NULL;
        struct mg_history *history = NULL;
        add_halls(&two, 25);
        add_halls(&one, 25);
        mg_buf_printf(&two, "%s%s%s%s", rows[0], rows[0], rows[1], rows[1]);
        mg_buf_add_str(
            &two, "R;Rive;Parc;5 rue Haute;51108;48.7;4.9;8h\nR;RIVE;Parc;5 rue Haute;51108;48.7;4.9;8h\n");
        mg_buf_add_str(&one, "R;Rive;Parc;5 rue Haute;51108;48.7;4.9;8h\n"); /* but for the spelling */
        mg_buf_printf(&one, "%s%s", rows[0], rows[2]);
        import_with(db, "2019", split ? one.data : two.data, keyless);
        import_with(db, "2024", split ? two.data : one.data, keyless);
        must(mg_dataset_load(db, "essai", &dataset, &err));
        must(mg_history_create(db, dataset, &dataset->editions[0], &dataset->editions[1],
                               &(struct mg_history_options){0}, &history, &err));
        must(mg_history_events(history, tell, &said, &err));
        must(mg_history_links(history, tell_kind, &kinds, &err));
        const struct mg_history_summary *s = mg_history_summary(history);
        assert_int_equal(split ? s->split : s->merged, 3);
        assert_int_equal(split ? s->merged : s->split, 0);
        assert_string_equal(kinds.data, split ? "split content\nsplit content\nsplit linkage\n"
                                              : "merged content\nmerged content\nmerged linkage\n");
        assert_non_null(
            strstr(said.data, split ? "split - - 0.0 [stands twice]\n" : "merged - - 0.0 [stood twice]\n"));
        assert_null(strstr(said.data, "closed"));
        assert_null(strstr(said.data, "created"));
        must(mg_db_begin(db, &err));
        must(mg_history_links_store(history, &err));
        must(mg_db_commit(db, &err));
        check(db, "SELECT group_concat(how) FROM (SELECT how FROM link ORDER BY how)",
              "content,content,linkage,linkage");
        mg_history_destroy(history);
        mg_dataset_destroy(dataset);
        mg_buf_finish(&two);
        mg_buf_finish(&one);
        mg_buf_finish(&said);
        mg_buf_finish(&kinds);
        leave(db);
    }
}

static void links_are_kept(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_dataset *dataset = NULL;
    struct mg_history *history = NULL;
    const struct mg_history_options options = {.identity = MG_IDENTITY_LINKAGE};
    import_offices(db, 0);
    must(mg_dataset_load(db, "essai", &dataset, &err));
    must(mg_history_create(db, dataset, &dataset->editions[0], &dataset->editions[1], &options, &history,
                           &err));
    for (int i = 0; i < 2; i++) {
        must(mg_db_begin(db, &err));
        must(mg_history_links_store(history, &err));
        must(mg_db_commit(db, &err));
        check(db, "SELECT count(*) || ' ' || min(how) || ' ' || min(zone) FROM link", "30 linkage linked");
        check(db,
              "SELECT count(*) || ' ' || json_array_length(parameters, '$.same.name') || ' ' ||"
              " json_array_length(parameters, '$.moved.place') FROM link_model",
              "1 7 7");
    }
    mg_history_destroy(history);
    mg_dataset_destroy(dataset);
    leave(db);
}

static void a_key_in_one_edition_only(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_buf said = {0}, a = {0}, b = {0};
    struct mg_history_summary s;
    add_offices(&a, false, 0);
    add_offices(&b, true, 0);
    import(db, "2019", a.data);
    import_with(db, "2024", b.data, (struct mg_import_options){.no_key = true});
    must(history_of(db, (struct mg_history_options){0}, &said, &s, &err));
    assert_int_equal(s.linked, 30);
    assert_int_equal(s.closed + s.created, 0);
    mg_buf_finish(&said);
    mg_buf_finish(&a);
    mg_buf_finish(&b);
    leave(db);
}

static void columns_that_come_or_go(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2019", "Identifiant;Nom;Guichets;Jours\nA;Un;1;5\nB;Deux;2;5\nC;Trois;3;5\n");
    import(db, "2024", "Identifiant;Nom;Accueil;Jours;Note\nA;Un;1;6;\nB;Deux;2;5;vu\nC;Trois;3;5;\n");
    struct mg_history_summary s = expect(db, "changed A A fields [Jours]\nchanged B B fields [Note]\n");
    assert_int_equal(s.unchanged, 1);
    /* the names are the dataset's, which is gone by now: their number is what can be asked */
    assert_int_equal(s.only_before_count, 1);
    assert_int_equal(s.only_after_count, 1);
    leave(db);
}

/* Rows that stand in both editions fill it: the column was there, and these three rows say more now. */
static void a_column_that_others_fill(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2019", "Identifiant;Nom;Note\nA;Un;vu\nB;Deux;su\nC;Trois;\nD;Quatre;\nE;Cinq;\n");
    import(db, "2024", "Identifiant;Nom;Note\nA;Un;vu\nB;Deux;su\nC;Trois;a\nD;Quatre;b\nE;Cinq;c\n");
    expect(db, "changed C C fields [Note]\nchanged D D fields [Note]\nchanged E E fields [Note]\n");
    leave(db);
}

static void ignored_columns(void **state)
{
    (void)state;
    static const char *const ignored[] = {"Rang"};
    const struct mg_import_options options = {.ignore = ignored, .ignore_count = 1};
    struct mg_db *db = fresh();
    import_with(db, "2019", LINES "G;Gare;100;1\nH;Halte;400;1\n", options);
    import_with(db, "2024", LINES "G;Gare;100;7\nH;Halte;500;8\n", options);
    expect(db, "changed H H fields [Ligne]\n");
    leave(db);
}

static void highlight(struct mg_db *db, size_t from, size_t to, const char *expected)
{
    struct mg_dataset *dataset = NULL;
    struct mg_history *history = NULL;
    int fd = memory_file("", 0);
    must(mg_dataset_load(db, "essai", &dataset, &err));
    must(mg_history_create(db, dataset, &dataset->editions[from], &dataset->editions[to],
                           &(struct mg_history_options){0}, &history, &err));
    must(mg_history_highlight(history, MG_MINISTRY, fd, &err));
    assert_text_taken(fd, expected);
    mg_history_destroy(history);
    mg_dataset_destroy(dataset);
}

/* Rows as tables show them are whole, of the edition and no other, whatever was compared. */
static void ignored_columns_are_of_the_row(void **state)
{
    (void)state;
    static const char *const ignored[] = {"Rang"};
    const struct mg_import_options options = {.ignore = ignored, .ignore_count = 1};
    struct mg_db *db = fresh();
    import_with(db, "2019", LINES "G;Gare;100;1\nH;Halte;400;2\nJ;Jonction;1;3\n", options);
    import_with(db, "2022", LINES "G;Gare;100;4\nH;Halte;500;5\nK;Kiosque;1;6\n", options);
    import_with(db, "2024", LINES "G;Gare;101;7\nH;Halte;500;8\nK;Kiosque;1;9\n", options);
    highlight(
        db, 0, 1,
        "@@,Identifiant,Nom,Ligne,Rang\n->,H,Halte,400->500,2->5\n---,J,Jonction,1,3\n+++,K,Kiosque,1,6\n"
        "...,...,...,...,...\n");
    /* G was as it had been in 2022, and what was in that column then is not known; nor of K in 2024 */
    highlight(db, 1, 2, "@@,Identifiant,Nom,Ligne,Rang\n->,G,Gare,100->101,7\n...,...,...,...,...\n");
    highlight(
        db, 0, 2,
        "@@,Identifiant,Nom,Ligne,Rang\n->,G,Gare,100->101,1->7\n->,H,Halte,400->500,\n---,J,Jonction,1,3\n"
        "+++,K,Kiosque,1,\n");
    leave(db);
}

/* A year that is the edition's is in each row of a table, and so is a column that came with one value. */
static void constants_are_in_each_row(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_buf then = {0}, now = {0}, rows = {0}, later = {0};
    mg_buf_add_str(&then, "Identifiant;Nom;Année\n");
    mg_buf_add_str(&now, "Identifiant;Nom;Année\n");
    mg_buf_add_str(&later, "Identifiant;Nom;Année;Pays\n");
    mg_buf_add_str(&rows, "@@,Identifiant,Nom,Année\n->,K12,Lieu 12->Lieu bis,2019->2022\n");
    for (int i = 10; i < 40; i++) {
        mg_buf_printf(&then, "K%d;Lieu %d;2019\n", i, i);
        mg_buf_printf(&now, i == 12 ? "K%d;Lieu bis;2022\n" : "K%d;Lieu %d;2022\n", i, i);
        mg_buf_printf(&later, i == 12 ? "K%d;Lieu bis;2022;FR\n" : "K%d;Lieu %d;2022;FR\n", i, i);
        if (i != 12)
            mg_buf_printf(&rows, "->,K%d,Lieu %d,2019->2022\n", i, i);
    }
    import(db, "2019", then.data);
    import(db, "2022", now.data);
    import(db, "2024", later.data);
    highlight(db, 0, 1, rows.data);
    mg_buf_clear(&rows);
    mg_buf_add_str(&rows, "!,,,,+++\n@@,Identifiant,Nom,Année,Pays\n");
    for (int i = 10; i < 40; i++)
        mg_buf_printf(&rows, i == 12 ? "+,K%d,Lieu bis,2022,FR\n" : "+,K%d,Lieu %d,2022,FR\n", i, i);
    highlight(db, 1, 2, rows.data);
    mg_buf_finish(&then);
    mg_buf_finish(&now);
    mg_buf_finish(&later);
    mg_buf_finish(&rows);
    leave(db);
}

/* Numbers of rows, which the import found to be that, and an edition says are not compared. */
static void row_numbers_are_no_change(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2019", "OBJECTID;Identifiant;Nom;Rang\n11;A;Un;1\n12;B;Deux;1\n13;C;Trois;1\n");
    import(db, "2024", "OBJECTID;Identifiant;Nom;Rang\n1;C;Trois;1\n2;A;Un;2\n3;B;Deux;1\n");
    expect(db, "changed A A fields [Rang]\n");
    leave(db);
}

/* A year column belongs to the edition, in all rows or, as a constant with exceptions, in nearly all. */
static void constants_belong_to_the_edition(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_buf a = {0}, b = {0};
    mg_buf_add_str(&a, "Identifiant;Nom;Année;Pays\n");
    mg_buf_add_str(&b, "Identifiant;Nom;Année;Pays\n");
    for (int i = 10; i < 50; i++) {
        mg_buf_printf(&a, "K%d;Lieu %d;2019;FR\n", i, i);
        mg_buf_printf(&b, "K%d;Lieu %d%s;2024;%s\n", i, i, i == 12 ? " bis" : "", i == 13 ? "MC" : "FR");
    }
    import(db, "2019", a.data);
    import(db, "2024", b.data);
    struct mg_history_summary s = expect(db, "changed K12 K12 renamed\nchanged K13 K13 fields [Pays]\n");
    assert_int_equal(s.unchanged, 38);
    mg_buf_finish(&a);
    mg_buf_finish(&b);
    leave(db);
}

static void minus_is_not_formatting(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2019", LINES "A;Un;-2;1\nB;Deux;1.5;1\nC;Trois;a, b;1\nD;Quatre;x;\n");
    import(db, "2024", LINES "A;Un;2;1\nB;Deux;15;1\nC;Trois;A,b;1\nD;Quatre;X;1\n");
    expect(db, "changed A A fields [Ligne]\n"
               "changed B B fields [Ligne]\n"
               "changed C C fields(label_reformatted) [Ligne]\n"
               "changed D D fields [Ligne,Rang]\n");
    leave(db);
}

/* The same without a place, by which another way would find it. */
static void a_row_that_stood_twice_nowhere(void **state)
{
    (void)state;
    static const struct mg_import_options keyless = {.no_key = true};
    struct mg_db *db = fresh();
    struct mg_buf two = {0}, one = {0};
    add_halls(&two, 25);
    add_halls(&one, 25);
    mg_buf_add_str(&one, "P;Parc;Parc;1 rue Haute;51108;;;8h\n");
    mg_buf_add_str(&two, "P;Parc;Parc;1 rue Haute;51108;;;8h\nP;Parc;Parc;1 rue Haute;51108;;;8h\n");
    import_with(db, "2019", two.data, keyless);
    import_with(db, "2024", one.data, keyless);
    expect(db, "merged - - [stood twice]\n");
    mg_buf_finish(&two);
    mg_buf_finish(&one);
    leave(db);
}

/* A word for none that is left out is another way to write it; a letter may mean something. */
static void a_word_for_none_says_nothing(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2019", LINES "A;Un;NA;1\nB;Deux;;1\nC;Trois;s;1\nD;Quatre;n.d.;1\n");
    import(db, "2024", LINES "A;Un;;1\nB;Deux;-;1\nC;Trois;;1\nD;Quatre;7;1\n");
    expect(db, "changed A A fields(label_reformatted) [Ligne]\n"
               "changed B B fields(label_reformatted) [Ligne]\n"
               "changed C C fields [Ligne]\n"
               "changed D D fields [Ligne]\n");
    leave(db);
}

static void places_written_twice(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2019",
           "Identifiant;Nom;Latitude;Longitude;latlong;Point\nA;Un;48.9;-4.3;48.9,-4.3;1\nB;Deux;48.9;4.4;48."
           "9,4.4;1\n"
           "C;Trois;48.9;4.5;48.9,4.5;1\n");
    import(db, "2024",
           "Identifiant;Nom;Latitude;Longitude;latlong;Point\nA;Un;48.9;-4.3;\"[-4.30000, 48.9]\";1\n"
           "B;Deux;48.9;4.4;48.9,4.5;1\nC;Trois;48.9;4.6;48.9,4.6;1\n");
    struct mg_history_summary s = expect(db, "changed B B fields [latlong]\nchanged C C moved 7331.8\n");
    assert_int_equal(s.unchanged, 1);
    leave(db);
}

static void add_movement(struct mg_db *db, const char *date, const char *code_before, const char *code_after)
{
    char sql[400];
    snprintf(
        sql, sizeof sql,
        "INSERT INTO movement (edition, kind, date, type_before, code_before, type_after, code_after, line) "
        "SELECT id, 32, '%s', 'COM', '%s', 'COM', '%s', 1 FROM edition WHERE source_name = 'm'",
        date, code_before, code_after);
    run(db, sql);
}

static void communes_that_merged(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2019",
           HEAD "A;Un;T;;51108;;;\nB;Deux;T;;51454;;;\nC;Trois;T;;51230;;;\nD;Quatre;T;;51001;;;\n");
    import(db, "2024",
           HEAD "A;Un;T;;51999;;;\nB;Deux;T;;51230;;;\nC;Trois;T;;51454;;;\nD;Quatre;T;;51002;;;\n");
    run(db, "INSERT INTO dataset (name, kind) VALUES ('m', 'movements');"
            "INSERT INTO edition (dataset, as_of, source_name, source_sha256, source_size, format, encoding,"
            " rows_read, rows_loaded, rows_rejected, rows_skipped, issues, imported_at, tool_version)"
            " SELECT id, '2026-01-01', 'm', '', 0, 'CSV', 'UTF-8', 5, 5, 0, 0, 0, '', '' FROM dataset"
            " WHERE name = 'm'");
    add_movement(db, "2021-01-01", "51108", "51999");
    add_movement(db, "2021-01-01", "51999", "51999");
    add_movement(db, "2025-01-01", "51230", "51454"); /* after both editions: still two in 2024 */
    add_movement(db, "2025-01-01", "51454", "51454");
    add_movement(db, "2017-01-01", "51001", "51002"); /* the file lagged behind */
    add_movement(db, "2017-01-01", "51002", "51002");
    expect(db, "changed A A recoded(commune_recoded)\n"
               "changed B B recoded\n"
               "changed C C recoded\n"
               "changed D D recoded(commune_recoded)\n");
    leave(db);
}

static enum mg_code see_dates(void *context, const struct mg_event *event, struct mg_error *err)
{
    struct mg_buf *said = context;
    mg_buf_printf(said, "%s %s..%s %s\n", mg_event_kind_name(event->kind), event->not_before,
                  event->not_after, event->evidence_count ? event->evidence[0] : "");
    return mg_buf_check(said, err);
}

static void dates_narrow_the_window(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_dataset *dataset = NULL;
    struct mg_history *history = NULL;
    struct mg_buf said = {0};
    import(db, "2019",
           "Identifiant;Nom;Date_ouverture;Date_fermeture\nA;Un;2001-01-01;2022-06-30\nB;Deux;2001-02-01;\n");
    import(db, "2024",
           "Identifiant;Nom;Date_ouverture;Date_fermeture\nC;Trois;2020-09-01;\nD;Quatre;1999-09-01;\n");
    must(mg_dataset_load(db, "essai", &dataset, &err));
    must(mg_history_create(db, dataset, &dataset->editions[0], &dataset->editions[1],
                           &(struct mg_history_options){0}, &history, &err));
    must(mg_history_events(history, see_dates, &said, &err));
    assert_string_equal(said.data, "closed 2022-06-30..2022-06-30 closed=2022-06-30\n"
                                   "closed 2019-01-01..2024-01-01 \n"
                                   "created 2020-09-01..2020-09-01 opened=2020-09-01\n"
                                   "created 2019-01-01..2024-01-01 opened=1999-09-01\n");
    mg_buf_finish(&said);
    mg_history_destroy(history);
    mg_dataset_destroy(dataset);
    leave(db);
}

static enum mg_code keep(void *context, const struct mg_event *event, struct mg_error *err)
{
    return mg_event_store_add(context, event, err);
}

static void store(struct mg_db *db)
{
    struct mg_dataset *dataset = NULL;
    struct mg_history *history = NULL;
    struct mg_event_store *events = NULL;
    must(mg_dataset_load(db, "essai", &dataset, &err));
    must(mg_history_create(db, dataset, &dataset->editions[0], &dataset->editions[1],
                           &(struct mg_history_options){0}, &history, &err));
    must(mg_db_begin(db, &err));
    must(mg_event_store_begin(db, dataset, &dataset->editions[0], &dataset->editions[1], &events, &err));
    must(mg_history_events(history, keep, events, &err));
    must(mg_event_store_end(events, &err));
    mg_event_store_destroy(events);
    must(mg_db_commit(db, &err));
    mg_history_destroy(history);
    mg_dataset_destroy(dataset);
}

static void events_are_stored_and_replaced(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    import(db, "2019", before);
    import(db, "2024",
           HEAD "A;Poste de Châlons;Bureau;1 rue Haute;51108;48.9566;4.3634;9h\n"
                "B;POSTE DE REIMS;Bureau;2 rue Basse;51454;49.2583;4.0417;9h\n"
                "E;Agence de Sézanne;Agence;5 cours;51535;;;8h\n");
    store(db);
    run(db, "INSERT INTO project (kind, status, first_edition, hash, edition, line, event) "
            "VALUES ('closure', 'done', 1, 0, 1, 1, 1)");
    store(db);
    check(db, "SELECT group_concat(event || key_before || changes || artefacts, ' ') FROM event",
          "changedB[\"moved\",\"renamed\"][\"label_reformatted\"] closedC[][] closedD[][]");
    check(db, "SELECT CheckSpatialIndex('event', 'geom')", "1");
    check(db, "SELECT count(*) FROM idx_event_geom", "3");
    check(db, "SELECT event FROM project", "NULL");
    check(db, "SELECT distance_m || not_before || not_after || ifnull(evidence, '-') FROM event WHERE id = 1",
          "727.92019-01-012024-01-01-");
    leave(db);
}

static void books_that_do_not_balance(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_buf said = {0};
    import(db, "2019", before);
    import(db, "2024", HEAD "A;Un;T;;51108;;;\n");
    run(db, "UPDATE edition SET rows_read = 6, rows_loaded = 6 WHERE as_of = '2019-01-01'");
    must_fail(history_of(db, (struct mg_history_options){0}, &said, NULL, &err), MG_ERR_DB,
              "loaded 6 rows, but 5 stand in it");
    run(db, "UPDATE edition SET rows_read = 5, rows_loaded = 5 WHERE as_of = '2019-01-01'");
    run(db, "UPDATE edition SET rows_read = 3, rows_loaded = 3 WHERE as_of = '2024-01-01'");
    must_fail(history_of(db, (struct mg_history_options){0}, &said, NULL, &err), MG_ERR_DB,
              "edition 2024-01-01 of dataset essai loaded 3 rows, but 1 stand in it");
    run(db, "UPDATE edition SET rows_read = 1, rows_loaded = 1 WHERE as_of = '2024-01-01'");
    must(history_of(db, (struct mg_history_options){0}, &said, NULL, &err));
    run(db, "DELETE FROM record WHERE id = (SELECT max(id) FROM record)");
    must_fail(history_of(db, (struct mg_history_options){0}, &said, NULL, &err), MG_ERR_DB,
              "names a record that is not there");
    mg_buf_finish(&said);
    leave(db);
}

static void requests_that_make_no_sense(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_dataset *dataset = NULL;
    struct mg_history *history = NULL;
    const struct mg_history_options none = {0};
    import(db, "2019", before);
    import(db, "2024", before);
    must(mg_dataset_load(db, "essai", &dataset, &err));
    must_fail(
        mg_history_create(db, dataset, &dataset->editions[1], &dataset->editions[0], &none, &history, &err),
        MG_ERR_USAGE, "2024-01-01, is not before the later one, 2019-01-01");
    must_fail(
        mg_history_create(db, dataset, &dataset->editions[0], &dataset->editions[0], &none, &history, &err),
        MG_ERR_USAGE, "is not before");
    strcpy(dataset->kind, "counts");
    must_fail(
        mg_history_create(db, dataset, &dataset->editions[0], &dataset->editions[1], &none, &history, &err),
        MG_ERR_USAGE, "holds counts, not services");
    assert_null(history);
    mg_dataset_destroy(dataset);
    leave(db);
}

static enum mg_code count_and_keep(void *context, const struct mg_event *event, struct mg_error *err)
{
    void **both = context;
    enum mg_code code = mg_event_store_add(both[0], event, err);
    return code ? code : mg_history_stat_add(both[1], event, err);
}

/* Events, stored and counted, and links; taken back. */
static enum mg_code everything(struct mg_db *db, const struct mg_dataset *dataset, struct mg_error *err)
{
    const struct mg_edition *from = &dataset->editions[0], *to = &dataset->editions[1];
    const struct mg_history_options none = {0};
    struct mg_history *history = NULL;
    struct mg_event_store *events = NULL;
    struct mg_history_stat *stat = NULL;
    struct mg_buf said = {0};
    enum mg_code code = mg_db_begin(db, err);
    if (!code)
        code = mg_history_create(db, dataset, from, to, &none, &history, err);
    if (!code)
        code = mg_event_store_begin(db, dataset, from, to, &events, err);
    if (!code)
        code = mg_history_stat_create(NULL, &stat, err);
    if (!code)
        code = mg_history_events(history, count_and_keep, (void *[]){events, stat}, err);
    if (!code)
        code = mg_event_store_end(events, err);
    if (!code)
        code = mg_history_links(history, tell_link, &said, err);
    mg_buf_finish(&said);
    mg_history_stat_destroy(stat);
    mg_event_store_destroy(events);
    mg_history_destroy(history);
    mg_db_rollback(db);
    return code;
}

/* Two hundred services that differ, every third without a key, one with a cell longer than rows are kept by.
 */
static void import_many(struct mg_db *db, const char *edition, bool later)
{
    struct mg_buf text = {0};
    mg_buf_add_str(&text, HEAD);
    for (int i = 0; i < 200; i++) {
        if (i % 3)
            mg_buf_printf(&text, "K%d", i);
        mg_buf_printf(&text, ";Poste %d;%s;%d rue Haute;%s;48.%04d;4.3634;", i, i % 7 ? "Bureau" : "Relais",
                      i + (later && i % 5 == 0), i % 11 ? "51108" : "", 9000 + i);
        for (int k = 0; i == 50 && k < 300000; k++)
            mg_buf_add_str(&text, "9h-12");
        mg_buf_add_str(&text, later ? "17h\n" : "18h\n");
    }
    must(mg_buf_check(&text, &err));
    import(db, edition, text.data);
    mg_buf_finish(&text);
}

/* How rare a name is, is told by the rows that did not change: of as many as here, by some of them. */
static void names_of_many_rows_are_sampled(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    for (int later = 0; later < 2; later++) {
        struct mg_buf text = {0};
        mg_buf_add_str(&text, "Nom;Type;Adresse;Code_INSEE\n");
        for (int i = 0; i < 20500; i++)
            mg_buf_printf(&text, "Jaures Moulin;Mairie;%d rue Haute;51%03d\n", i, i % 400);
        mg_buf_printf(&text, "Chapelle Zebre;Mairie;;%s\nJaures Moulin;Mairie;;%s\n",
                      later ? "08105" : "51108", later ? "08190" : "51649");
        must(mg_buf_check(&text, &err));
        import_with(db, later ? "2024" : "2019", text.data, (struct mg_import_options){.no_key = true});
        mg_buf_finish(&text);
    }
    expect(db, "changed - - recoded [name 7/7, commune 1/4, category 3/4]\nclosed - -\ncreated - -\n");
    leave(db);
}

static void what_memory_holds_means_nothing(void **state)
{
    (void)state;
    static const size_t kept[] = {0, 1, 5000, 2000000};
    struct mg_db *db = fresh();
    struct mg_buf said[4] = {{0}};
    struct mg_history_summary summary;
    import_many(db, "2019", false);
    import_many(db, "2024", true);
    for (size_t i = 0; i < 4; i++) {
        must(history_of(db, (struct mg_history_options){.kept_bytes = kept[i]}, &said[i], &summary, &err));
        assert_int_equal(summary.rows_before, 200);
        assert_string_equal(said[i].data, said[0].data);
    }
    assert_int_equal(summary.linked, 67);
    for (size_t i = 0; i < 4; i++)
        mg_buf_finish(&said[i]);
    mg_db_close(db);
}

/* Whatever allocation fails, the answer is that there was no memory, and nothing leaks. */
static void no_memory(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_dataset *dataset = NULL;
    long n = 0;
    import(db, "2019",
           HEAD "G;Gare;T;;;48.1;4.1;1\nG;Gare;T;;;48.2;4.2;2\nH;Halte;T;;;48.3;4.3;1\nJ;J;T;;;;;1\n");
    import(db, "2024",
           HEAD "G;Gare;T;;;48.1;4.1;3\nG;GARE;T;;;48.3;4.2;3\nI;Halte;T;;;48.3;4.3;1\nJ;J;T;;;;;1\n");
    must(mg_dataset_load(db, "essai", &dataset, &err));
    for (bool failed = true; failed; n += slow_step()) {
        struct mg_error err = {0};
        mg_alloc_fail_after(n);
        enum mg_code code = everything(db, dataset, &err);
        failed = mg_alloc_fail_after(-1) < 0;
        assert_int_equal(code, failed ? MG_ERR_MEMORY : MG_OK);
        assert_true(n < 1000);
    }
    assert_true(n > 20);
    mg_dataset_destroy(dataset);
    leave(db);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Its lines in order: where hashes are equal, what came by them comes by its lines. */
static void sort_lines(struct mg_buf *text)
{
    char *lines[64], *copy = mg_strdup(text->data ? text->data : "");
    size_t count = 0;
    for (char *line = strtok(copy, "\n"); line && count < 64; line = strtok(NULL, "\n"))
        lines[count++] = line;
    qsort(lines, count, sizeof *lines, by_text);
    mg_buf_clear(text);
    for (size_t i = 0; i < count; i++)
        mg_buf_printf(text, "%s\n", lines[i]);
    free(copy);
}

/* C was away in between, D is there twice, E went and F came. */
static void history_of_weak(uint64_t bits, bool keyed, struct mg_buf *ret_said)
{
    static const char first[] = HEAD "A;Poste de Châlons;Bureau;1 rue Haute;51108;48.9566;4.3634;9h\n"
                                     "B;Relais de Fagnières;Relais;2 rue Basse;51242;48.9600;4.3100;8h\n"
                                     "C;Poste de Reims;Bureau;3 rue Neuve;51454;49.2583;4.0317;9h\n"
                                     "D;Agence de Vitry;Agence;4 rue Vieille;51649;48.7244;4.5847;9h\n"
                                     "D;Agence de Vitry;Agence;4 rue Vieille;51649;48.7244;4.5847;9h\n"
                                     "E;Halte de Sézanne;Halte;5 rue Longue;51535;48.7214;3.7236;9h\n";
    static const char between[] = HEAD "A;Poste de Châlons;Bureau;1 rue Haute;51108;48.9566;4.3634;9h\n"
                                       "D;Agence de Vitry;Agence;4 rue Vieille;51649;48.7244;4.5847;9h\n";
    static const char last[] =
        HEAD "A;Poste de Châlons;Bureau;1 rue Haute;51108;48.9566;4.3634;10h\n"
             "C;Poste de Reims;Bureau;3 rue Neuve;51454;49.2583;4.0317;9h\n"
             "D;Agence de Vitry;Agence;4 rue Vieille;51649;48.7244;4.5847;9h\n"
             "F;Trésorerie d'Épernay;Trésorerie;6 rue Courte;51230;49.0431;3.9597;9h\n";
    struct mg_db *db = fresh();
    struct mg_history_options options = {.content_only = !keyed};
    mg_row_hash_weaken(bits);
    import(db, "2020", first);
    import(db, "2024", last);
    must(history_of(db, options, ret_said, NULL, &err));
    import(db, "2022", between); /* the same two editions, once more, from other versions */
    struct mg_dataset *dataset = NULL;
    struct mg_history *history = NULL;
    must(mg_dataset_load(db, "essai", &dataset, &err));
    must(mg_history_create(db, dataset, &dataset->editions[0], &dataset->editions[2], &options, &history,
                           &err));
    must(mg_history_events(history, tell, ret_said, &err));
    mg_history_destroy(history);
    mg_dataset_destroy(dataset);
    mg_db_close(db);
    mg_row_hash_weaken(UINT64_MAX);
    sort_lines(ret_said);
}

static void equal_hashes_change_nothing(void **state)
{
    (void)state;
    for (int keyed = 0; keyed < 2; keyed++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf wanted = {0};
        history_of_weak(UINT64_MAX, keyed, &wanted);
        assert_true(wanted.length > 60);
        for (uint64_t bits = 0; bits < 8; bits = 2 * bits + 1) {
            MG_CLEANUP(mg_buf_finish) struct mg_buf said = {0};
            history_of_weak(bits, keyed, &said);
            assert_string_equal(said.data, wanted.data);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_and_changes),
        cmocka_unit_test(same_content_is_no_event),
        cmocka_unit_test(a_return_is_no_event),
        cmocka_unit_test(keys_of_a_small_list_lose_their_zeros),
        cmocka_unit_test(repeated_keys_stay_apart),
        cmocka_unit_test(many_rows_of_one_key),
        cmocka_unit_test(row_order_means_nothing),
        cmocka_unit_test(without_key),
        cmocka_unit_test(a_key_that_is_no_key),
        cmocka_unit_test(a_key_that_is_one),
        cmocka_unit_test(a_new_key_in_the_same_place),
        cmocka_unit_test(a_key_that_is_given_away),
        cmocka_unit_test(one_takes_another_in),
        cmocka_unit_test(a_key_that_is_typed_otherwise),
        cmocka_unit_test(two_become_one),
        cmocka_unit_test(a_row_that_stood_twice),
        cmocka_unit_test(links_are_kept),
        cmocka_unit_test(a_key_in_one_edition_only),
        cmocka_unit_test(columns_that_come_or_go),
        cmocka_unit_test(a_column_that_others_fill),
        cmocka_unit_test(ignored_columns),
        cmocka_unit_test(ignored_columns_are_of_the_row),
        cmocka_unit_test(constants_are_in_each_row),
        cmocka_unit_test(row_numbers_are_no_change),
        cmocka_unit_test(constants_belong_to_the_edition),
        cmocka_unit_test(minus_is_not_formatting),
        cmocka_unit_test(a_row_that_stood_twice_nowhere),
        cmocka_unit_test(a_word_for_none_says_nothing),
        cmocka_unit_test(places_written_twice),
        cmocka_unit_test(communes_that_merged),
        cmocka_unit_test(dates_narrow_the_window),
        cmocka_unit_test(events_are_stored_and_replaced),
        cmocka_unit_test(books_that_do_not_balance),
        cmocka_unit_test(requests_that_make_no_sense),
        cmocka_unit_test(names_of_many_rows_are_sampled),
        cmocka_unit_test(what_memory_holds_means_nothing),
        cmocka_unit_test(no_memory),
        cmocka_unit_test(equal_hashes_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
