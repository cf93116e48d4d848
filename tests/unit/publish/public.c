/* What the public gets does not depend on what is restricted: random files, each made twice, with other
 * restricted values, and what the public may ask, to the byte. MG_TEST_FILES=N makes N of them,
 * MG_TEST_SEED=N file N only. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/buf.h"
#include "libdata/domain/barometer/barometer.h"
#include "libdata/domain/crossref/crossref.h"
#include "libdata/domain/history/answer/daff.h"
#include "libdata/domain/import/import.h"
#include "libdata/domain/kinds/kinds.h"
#include "libdata/domain/publish/publish.h"
#include "tests/unit/database.h"
#include "tests/unit/output.h"

#define FILES 60

/* ---- numbers drawn: what is open by one series, what is restricted by another ---- */

struct series {
    uint64_t state;
};

static unsigned draw(struct series *s, unsigned below)
{
    s->state = s->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(s->state >> 33) % below;
}

static bool chance(struct series *s, unsigned percent)
{
    return draw(s, 100) < percent;
}

static const char *const words[] = {"Accueil", "Bureau",  "Relais", "Guichet", "Antenne",
                                    "Maison",  "Service", "Point",  "Agence",  "Centre"};
#define WORDS    (sizeof words / sizeof *words)
#define COMMUNES 6

struct file {
    struct series open, hidden;
    struct mg_db *db;
    bool keyed, repeated, phone_open, communes_open, populations_open, constant;
    struct mg_buf text; /* a source at hand */
};

static void import_as(struct file *f, const char *dataset, const char *kind, const char *edition,
                      struct mg_import_options options)
{
    struct mg_import_result result;
    options.kinds = mg_kinds;
    options.dataset = dataset;
    options.kind = kind;
    options.edition = edition;
    options.profile = "none";
    options.max_reject_rows = 1000;
    must(mg_buf_check(&f->text, &err));
    write_csv(f->text.data);
    must(mg_import_file(f->db, CSV, &options, &result, &err));
    mg_buf_clear(&f->text);
}

/* ---- services ---- */

enum { MOST = 60 };

struct service {
    bool there;
    char key[16];
    unsigned word, number, category, commune, x, y, said;
    char hidden[3][24]; /* effectif, note, telephone */
};

static void hide(struct file *f, struct service *s)
{
    snprintf(s->hidden[0], sizeof s->hidden[0], "%u", draw(&f->hidden, 4));
    snprintf(s->hidden[1], sizeof s->hidden[1], "%s%s",
             chance(&f->hidden, 20) ? "" : words[draw(&f->hidden, 3)], chance(&f->hidden, 30) ? " bis" : "");
    if (!f->phone_open)
        snprintf(s->hidden[2], sizeof s->hidden[2], "0326%06u", draw(&f->hidden, 1000000));
    if (f->constant)
        snprintf(s->hidden[0], sizeof s->hidden[0], "7");
}

static void found(struct file *f, struct service *s, unsigned number)
{
    struct series *o = &f->open;
    *s = (struct service){
        true,         "",           draw(o, WORDS), draw(o, 30), draw(o, 3), draw(o, COMMUNES),
        draw(o, 900), draw(o, 900), draw(o, 3),     {"", "", ""}};
    if (!chance(o, 5))
        snprintf(s->key, sizeof s->key, "K%u", f->repeated && chance(o, 30) ? number / 2 : number);
    snprintf(s->hidden[2], sizeof s->hidden[2], "0326%06u", draw(o, 1000000));
    hide(f, s);
}

/* From one edition to the next. */
static void live(struct file *f, struct service *s)
{
    struct series *o = &f->open;
    unsigned what = draw(o, 12);
    s->there = s->there && what != 0;
    s->word = what == 1 ? draw(o, WORDS) : s->word;
    s->x = what == 2 ? draw(o, 900) : s->x;
    s->category = what == 3 ? draw(o, 3) : s->category;
    s->said = what == 4 ? draw(o, 3) : s->said;
    s->commune = what == 5 ? draw(o, COMMUNES) : s->commune;
    if (chance(&f->hidden, 40))
        hide(f, s);
}

static void write_services(struct file *f, const struct service *services, size_t count)
{
    mg_buf_printf(&f->text, "%snom,categorie,code_commune,lon,lat,ouvert,effectif,note,telephone\n",
                  f->keyed ? "id," : "");
    for (size_t i = 0; i < count; i++) {
        const struct service *s = &services[i];
        if (!s->there)
            continue;
        if (f->keyed)
            mg_buf_printf(&f->text, "%s,", s->key);
        mg_buf_printf(&f->text, "%s %u,%s,5100%u,4.%03u,48.%03u,%u,%s,%s,%s\n", words[s->word], s->number,
                      words[s->category], s->commune + 1, s->x, s->y, s->said, s->hidden[0], s->hidden[1],
                      s->hidden[2]);
    }
}

static const struct mg_map_option service_maps[] = {
    {MG_ROLE_NAME, "nom"},
    {MG_ROLE_CATEGORY, "categorie"},
    {MG_ROLE_COMMUNE, "code_commune"},
    {MG_ROLE_LON, "lon"},
    {MG_ROLE_LAT, "lat"},
    {MG_ROLE_KEY, "id"},
};

static void make_services(struct file *f)
{
    static const char *const opened[] = {"ouvert", "telephone"};
    static const char *const editions[] = {"2019", "2021", "2022"};
    struct service services[MOST];
    size_t count = 8 + draw(&f->open, 30);
    struct mg_import_options options = {.maps = service_maps,
                                        .map_count = f->keyed ? 6 : 5,
                                        .no_key = !f->keyed,
                                        .access = "open",
                                        .open_fields = opened,
                                        .open_field_count = f->phone_open ? 2 : 1};
    for (size_t i = 0; i < count; i++)
        found(f, &services[i], (unsigned)i);
    for (int e = 0; e < 3; e++) {
        write_services(f, services, count);
        import_as(f, "s", "services", editions[e], options);
        for (size_t i = 0; i < count; i++)
            live(f, &services[i]);
        for (unsigned more = draw(&f->open, 4); more && count < MOST; more--, count++)
            found(f, &services[count], (unsigned)count);
    }
    /* all of another dataset is restricted */
    struct file all = *f;
    all.open = f->hidden;
    all.keyed = true;
    for (size_t i = 0; i < 5 + draw(&f->hidden, 9); i++)
        found(&all, &services[i], i % 40 + draw(&all.open, 3));
    write_services(&all, services, 5);
    f->text = all.text;
    options.map_count = 6;
    options.no_key = false;
    options.access = "restricted";
    import_as(f, "r", "services", "2021", options);
}

/* ---- territories, inhabitants, movements ---- */

static void make_communes(struct file *f, const char *dataset, bool open, bool borders)
{
    struct series *s = open ? &f->open : &f->hidden;
    mg_buf_add_str(&f->text, "TYPECOM,COM,REG,DEP,LIBELLE\n");
    for (unsigned i = 1; i <= COMMUNES; i++)
        if (open || chance(s, 80))
            mg_buf_printf(&f->text, "COM,5100%u,44,5%u,%s %u\n", i, 1 + draw(s, 2), words[draw(s, WORDS)],
                          draw(s, 100));
    if (!open)
        mg_buf_printf(&f->text, "COM,5190%u,44,5%u,Ailleurs\n", draw(s, 9), 1 + draw(s, 3));
    import_as(f, dataset, "territories", "2020",
              (struct mg_import_options){.level = "commune", .access = open ? "open" : "restricted"});
    if (!borders)
        return;
    mg_buf_printf(
        &f->text,
        "UPDATE territory SET geom = GeomFromText('MULTIPOLYGON(((' || (4 + (id %% 3) * 0.3) || ' ' ||"
        " (48 + (id %% 2) * 0.5) || ',' || (4.3 + (id %% 3) * 0.3) || ' ' || (48 + (id %% 2) * 0.5) ||"
        " ',' || (4.3 + (id %% 3) * 0.3) || ' ' || (48.5 + (id %% 2) * 0.5 + %u) || ',' ||"
        " (4 + (id %% 3) * 0.3) || ' ' || (48 + (id %% 2) * 0.5) || ')))', 4326)"
        " WHERE level = 'commune' AND edition IN (SELECT e.id FROM edition e JOIN dataset d ON"
        " d.id = e.dataset WHERE d.name = '%s')",
        draw(s, 3), dataset);
    must(mg_buf_check(&f->text, &err));
    fill(f->db, f->text.data);
    mg_buf_clear(&f->text);
}

static void make_references(struct file *f)
{
    make_communes(f, "contours", true, true);
    make_communes(f, "communes", f->communes_open, false);
    make_communes(f, "zones", false, true);
    mg_buf_add_str(&f->text, "COM;PMUN\n");
    for (unsigned i = 1; i <= COMMUNES; i++)
        mg_buf_printf(&f->text, "5100%u;%u\n", i,
                      1 + draw(f->populations_open ? &f->open : &f->hidden, 90000));
    import_as(f, "habitants", "populations", "2020",
              (struct mg_import_options){.level = "commune",
                                         .access = f->populations_open ? "open" : "restricted"});
    mg_buf_add_str(&f->text, "MOD,DATE_EFF,TYPECOM_AV,COM_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,LIBELLE_AP\n");
    for (int i = 0; i < 3; i++)
        mg_buf_printf(&f->text, "32,20%02u-01-01,COM,5100%u,Un,COM,5100%u,Deux\n", 19 + draw(&f->hidden, 4),
                      1 + draw(&f->hidden, COMMUNES), 1 + draw(&f->hidden, COMMUNES));
    import_as(f, "mouvements", "movements", "2022", (struct mg_import_options){0});
}

/* ---- projects, answers ---- */

static void make_projects(struct file *f)
{
    static const char *const kinds[] = {"fermeture", "ouverture", "fusion"};
    mg_buf_add_str(&f->text,
                   "identifiant,ministere,nature,jeu,identifiant_service,libelle,categorie,code_insee,"
                   "date_prevue,statut,remarque\n");
    for (unsigned i = 0; i < 6; i++) {
        unsigned about = draw(&f->open, 3); /* nothing, s, r: what is in r is restricted, and which it is */
        mg_buf_printf(&f->text, "P%u,Postes,%s,%s,", i, kinds[draw(&f->open, 3)],
                      about == 1   ? "s"
                      : about == 2 ? "r"
                                   : "");
        if (about)
            mg_buf_printf(&f->text, "K%u", draw(about == 1 ? &f->open : &f->hidden, 12));
        mg_buf_printf(&f->text, ",%s,%s,5100%u,202%u-06-30,annoncé,%s\n", words[draw(&f->open, WORDS)],
                      words[draw(&f->open, 3)], 1 + draw(&f->open, COMMUNES), draw(&f->open, 9),
                      words[draw(&f->hidden, WORDS)]);
    }
    import_as(f, "plans", "projects", "2021", (struct mg_import_options){.access = "open"});
}

static void make_answers(struct file *f)
{
    static const char *const opened[] = {"q1", "age"};
    static const struct mg_map_option maps[] = {
        {MG_ROLE_DATE, "le"}, {MG_ROLE_COMMUNE, "code_commune"}, {MG_ROLE_SERVICE, "guichet"}};
    mg_buf_add_str(&f->text, "numero,le,code_commune,guichet,canal,age,q1,q2\n");
    for (unsigned i = 0, n = 120 + draw(&f->open, 180); i < n; i++)
        mg_buf_printf(&f->text, "%u,2021-0%u-1%u,5100%u,K%u,%s,%u,%u,%u\n", i, 1 + draw(&f->open, 2),
                      draw(&f->open, 3), 1 + draw(&f->open, 2), draw(&f->hidden, 3),
                      words[draw(&f->hidden, 3)], 20 + 10 * draw(&f->open, 2), 1 + draw(&f->open, 5),
                      1 + draw(&f->hidden, 5));
    import_as(f, "avis", "responses", "2021",
              (struct mg_import_options){.maps = maps,
                                         .map_count = 3,
                                         .questions = "q1,q2",
                                         .scale = "1:5",
                                         .access = "open",
                                         .open_fields = opened,
                                         .open_field_count = 2});
}

/* ---- everything that the public may ask ---- */

struct told {
    struct mg_buf text;
    size_t features, figures;
};

static void tell(struct told *told, const char *what, enum mg_code code, const struct mg_error *err, int fd)
{
    char *text = take_text(fd);
    mg_buf_printf(&told->text, "## %s: %d %s / %s\n%s\n", what, (int)code, err->message, err->hint, text);
    for (const char *at = text; (at = strstr(at, "\"type\":\"Feature\"")); at++)
        told->features++;
    free(text);
}

static int nowhere(void)
{
    return memory_file("", 0);
}

static void tell_result(struct told *told, const struct mg_publish_result *r)
{
    mg_buf_printf(&told->text, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d %d\n",
                  r->features, r->unplaced, r->outside, r->collapsed_rings, r->values_withheld, r->uncounted,
                  r->uninhabited);
}

static void ask_features(struct file *f, struct told *told)
{
    static const char *const names[] = {"s",     "r",         "plans", "contours", "communes",
                                        "zones", "habitants", "avis",  "nothing"};
    static const double box[] = {4.2, 48.2, 4.7, 48.8};
    static const char *const dates[] = {NULL, "2020-06-01", "2021-06-01", "1990-01-01"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        unsigned d = draw(&f->open, 4);
        bool borders = n && chance(&f->open, 30);
        struct mg_publish_options options = {
            .precision = 6, .at = dates[d], .bbox = d == 2 ? box : NULL, .sequence = borders};
        struct mg_publish_result result = {0};
        struct mg_error why = {0};
        int fd = nowhere();
        enum mg_code code = borders ? mg_publish_territories(f->db, MG_COMMUNE, &names[n], n != 8, &options,
                                                             fd, &result, &why)
                                    : mg_publish_features(f->db, &names[n], 1, &options, fd, &result, &why);
        tell(told, names[n], code, &why, fd);
        tell_result(told, &result);
    }
}

static void publish(struct file *f, struct told *told, const char *what, int source)
{
    struct mg_publish_result result = {0};
    const struct mg_publish_options options = {.precision = 5};
    struct mg_error why = {0};
    struct mg_in *in = NULL;
    int fd = nowhere();
    assert_int_equal(lseek(source, 0, SEEK_SET), 0);
    must(mg_in_create(source, true, &in, &err));
    enum mg_code code = mg_publish_records(f->db, in, &options, fd, &result, &why);
    mg_in_destroy(in);
    close(source);
    tell(told, what, code, &why, fd);
    tell_result(told, &result);
}

static enum mg_code write_event(void *context, const struct mg_event *event, struct mg_error *err)
{
    return mg_event_write(context, event, err);
}

/* The ministries' events of all that there is, piped. */
static void ask_events(struct file *f, struct told *told, const char *name, size_t from, size_t to)
{
    struct mg_dataset *dataset = NULL;
    struct mg_history *history = NULL;
    struct mg_out *out = NULL;
    int source = nowhere();
    must(mg_dataset_load(f->db, name, &dataset, &err));
    must(mg_history_create(f->db, dataset, &dataset->editions[from], &dataset->editions[to],
                           &(struct mg_history_options){0}, &history, &err));
    must(mg_out_create(source, MG_FORMAT_JSONL, &out, &err));
    must(mg_history_events(history, write_event, out, &err));
    must(mg_out_close(out, &err));
    mg_out_destroy(out);
    mg_history_destroy(history);
    mg_dataset_destroy(dataset);
    publish(f, told, "events", source);
}

static void ask_rows(struct file *f, struct told *told)
{
    struct mg_dataset *dataset = NULL;
    struct mg_history *history = NULL;
    struct mg_error why = {0};
    int fd = nowhere();
    must(mg_access_load(f->db, MG_PUBLIC, "s", &dataset, &err));
    must(mg_access_narrow(f->db, MG_PUBLIC, &err));
    must(mg_history_create(f->db, dataset, &dataset->editions[0], &dataset->editions[1],
                           &(struct mg_history_options){.open_only = true}, &history, &err));
    mg_access_widen(f->db);
    enum mg_code code = mg_history_highlight(history, MG_PUBLIC, fd, &why);
    tell(told, "daff", code, &why, fd);
    mg_history_destroy(history);
    mg_dataset_destroy(dataset);
}

static void ask_figures(struct file *f, struct told *told, const char *name, enum mg_level level, bool two,
                        bool by_category)
{
    struct mg_crossref *cross = NULL;
    struct mg_out *out = NULL;
    int source = nowhere();
    mg_date dates[2];
    assert_true(mg_date_parse_iso("2019", 4, &dates[0]) && mg_date_parse_iso("2022", 4, &dates[1]));
    const struct mg_crossref_request request = {.level = level,
                                                .metrics = mg_metrics_all(two),
                                                .datasets = &name,
                                                .dataset_count = 1,
                                                .at = MG_DATE_NONE,
                                                .from = two ? dates[0] : MG_DATE_NONE,
                                                .to = two ? dates[1] : MG_DATE_NONE,
                                                .cog = MG_DATE_NONE,
                                                .by_category = by_category};
    must(mg_crossref_create(f->db, &request, &cross, &err));
    must(mg_out_create(source, MG_FORMAT_JSONL, &out, &err));
    must(mg_crossref_write(cross, out, &err));
    must(mg_out_close(out, &err));
    mg_out_destroy(out);
    mg_crossref_destroy(cross);
    publish(f, told, "figures", source);
}

static void ask_answers(struct file *f, struct told *told)
{
    static const char *const groups[] = {NULL,    "commune", "departement", "code_commune", "le",     "age",
                                         "canal", "guichet", "service",     "q2",           "nothing"};
    static const char *const questions[] = {NULL, "q1", "q2", "nothing"};
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        unsigned q = draw(&f->open, 6);
        struct mg_barometer *barometer = NULL;
        struct mg_error why = {0};
        struct mg_out *out = NULL;
        int fd = nowhere();
        const struct mg_barometer_request request = {.dataset = q == 5 ? "r" : "avis",
                                                     .questions = q < 4 ? questions[q] : NULL,
                                                     .by = groups[g],
                                                     .period = q == 1 ? MG_PERIOD_MONTH : MG_PERIOD_ALL,
                                                     .scores = MG_SCORE_SATISFIED | MG_SCORE_MEAN,
                                                     .cog = MG_DATE_NONE,
                                                     .min_n = MG_BAROMETER_MIN_N};
        must(mg_out_create(fd, MG_FORMAT_JSONL, &out, &err));
        enum mg_code code = mg_barometer_create(f->db, &request, &barometer, &why);
        if (!code) {
            must(mg_barometer_write(barometer, out, &err));
            must(mg_out_close(out, &err));
            told->figures++;
        }
        mg_out_destroy(out);
        mg_barometer_destroy(barometer);
        tell(told, groups[g] ? groups[g] : "all", code, &why, fd);
    }
}

static void ask_everything(struct file *f, struct told *told)
{
    ask_features(f, told);
    unsigned first = draw(&f->open, 2);
    ask_events(f, told, "s", first, 1 + first + (first ? 0 : draw(&f->open, 2)));
    ask_rows(f, told);
    ask_figures(f, told, "s", MG_COMMUNE, chance(&f->open, 50), chance(&f->open, 50));
    ask_figures(f, told, "s", MG_DEPARTEMENT, chance(&f->open, 50), chance(&f->open, 50));
    if (chance(&f->open, 20))
        ask_figures(f, told, "r", MG_COMMUNE, false, false);
    ask_answers(f, told);
}

/* ---- twice ---- */

static void make_and_ask(uint64_t seed, unsigned variant, struct told *told)
{
    struct file f = {.open = {seed * 977 + 1}, .hidden = {seed * 7919 + 13 + variant * 104729}};
    f.keyed = chance(&f.open, 70);
    f.repeated = chance(&f.open, 30);
    f.phone_open = chance(&f.open, 30);
    f.communes_open = chance(&f.open, 40);
    f.populations_open = chance(&f.open, 40);
    f.constant = chance(&f.hidden, 30);
    f.db = fresh();
    must(mg_db_exec(f.db, &err, "PRAGMA synchronous = 0; PRAGMA journal_mode = MEMORY"));
    make_references(&f);
    make_services(&f);
    make_projects(&f);
    make_answers(&f);
    ask_everything(&f, told);
    leave(f.db);
    mg_buf_finish(&f.text);
}

static void show_difference(uint64_t seed, const struct told *a, const struct told *b)
{
    size_t i = 0;
    while (i < a->text.length && i < b->text.length && a->text.data[i] == b->text.data[i])
        i++;
    size_t start = i;
    while (start && strncmp(a->text.data + start, "\n## ", 4) != 0)
        start--;
    fail_msg("file %" PRIu64
             " (MG_TEST_SEED), the public sees what is restricted, of '%.40s':\n...%.300s\nor\n...%.300s",
             seed, a->text.data + start + 1, a->text.data + (i > 150 ? i - 150 : 0),
             b->text.data + (i > 150 ? i - 150 : 0));
}

static void the_public_gets_the_same_whatever_is_restricted(void **state)
{
    const char *only = getenv("MG_TEST_SEED"), *many = getenv("MG_TEST_FILES");
    uint64_t files = many ? strtoull(many, NULL, 10) : FILES;
    size_t features = 0, figures = 0;
    (void)state;
    for (uint64_t seed = only ? strtoull(only, NULL, 10) : 1; seed <= files || only;
         seed += (uint64_t)slow_step()) {
        struct told told[2] = {{{0}, 0, 0}, {{0}, 0, 0}};
        for (unsigned variant = 0; variant < 2; variant++)
            make_and_ask(seed, variant, &told[variant]);
        if (told[0].text.length != told[1].text.length ||
            memcmp(told[0].text.data, told[1].text.data, told[0].text.length) != 0)
            show_difference(seed, &told[0], &told[1]);
        features += told[0].features;
        figures += told[0].figures;
        mg_buf_finish(&told[0].text);
        mg_buf_finish(&told[1].text);
        if (only)
            break;
    }
    if (!only && slow_step() == 1) { /* it was not silence that was the same */
        assert_true(features > files * 10);
        assert_true(figures > files);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_public_gets_the_same_whatever_is_restricted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
