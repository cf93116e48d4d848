/* linkage.c - services linked without identifiers: words, levels, one to one, what is left, any order. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libdata/base/alloc.h"
#include "libdata/domain/common/french_words.h"
#include "libdata/domain/linkage/internal.h"
#include "tests/unit/test.h"

static void words_are(const char *text, const char *expected)
{
    struct mg_buf buf = {0};

    mg_words_add(&buf, text);
    assert_string_equal(buf.length ? buf.data : "", expected);
    mg_buf_finish(&buf);
}

static void street_is(const char *text, uint32_t expected_number, const char *expected)
{
    struct mg_buf buf = {0};
    uint32_t number;

    mg_words_add_street(&buf, text, &number);
    assert_string_equal(buf.length ? buf.data : "", expected);
    assert_int_equal(number, expected_number);
    mg_buf_finish(&buf);
}

static void test_words(void **state)
{
    (void)state;
    words_are("Agence Postale de Sainte-Étienne-s/-Mer", "agence postale saint etienne sur mer");
    words_are("ST ETIENNE A.P.C.", "saint etienne apc");
    words_are("Collège L'Églantine", "college eglantine");
    words_are("S.A.R.L. Dupont", "dupont");
    words_are("École Jean XXIII du IIIème", "ecole jean xxiii iiieme");
    words_are("Louis XIV, 2ème, deuxième, 02", "louis 14 2 2 2");
    words_are("Le", "le");
    words_are("", "");
    street_is("12 bis, av. du Gal Leclerc", 12, "avenue general leclerc");
    street_is("5-9 Rue des Papetiers", 5, "rue papetiers");
    street_is("14 D rue Guinguene", 14, "rue guinguene");
    street_is("8 RUE DU 8 MAI 1945", 8, "rue 8 mai 1945");
    street_is("R. de l'Église", 0, "rue eglise");
    street_is("LE BOURG", 0, "bourg");
    street_is("12", 12, "");
}

static void phone_is(const char *text, const char *expected)
{
    struct mg_buf buf = {0};

    mg_words_add_phone(&buf, text);
    assert_string_equal(buf.length ? buf.data : "", expected);
    mg_buf_finish(&buf);
}

static void test_phone(void **state)
{
    (void)state;
    phone_is("04 50 56 87 49", "450568749");
    phone_is("+33 (0)4.50.56.87.49", "450568749");
    phone_is("0033450568749", "450568749");
    phone_is("04 50 56 87 49 / 06 11 22 33 44", "450568749");
    phone_is("450568749", "450568749");
    phone_is("3631", "");
}

static double likeness(const char *a, const char *b)
{
    return mg_words_likeness(a, strlen(a), b, strlen(b));
}

/* The examples of Winkler (1990). */
static void test_jaro_winkler(void **state)
{
    (void)state;
    assert_true(fabs(likeness("martha", "marhta") - 0.9611) < 1e-4);
    assert_true(fabs(likeness("dwayne", "duane") - 0.8400) < 1e-4);
    assert_true(fabs(likeness("dixon", "dicksonx") - 0.8133) < 1e-4);
    assert_true(likeness("", "") == 1 && likeness("a", "") == 0 && likeness("abc", "xyz") == 0);
}

/* Every assignment of n rows to m columns, some to none; the greatest sum. */
static int64_t best_sum(const int64_t *weight, size_t n, size_t m, size_t row, uint32_t taken)
{
    int64_t best;

    if (row == n)
        return 0;
    best = best_sum(weight, n, m, row + 1, taken);
    for (size_t j = 0; j < m; j++) {
        int64_t with;

        if (taken >> j & 1 || weight[row * m + j] <= 0)
            continue;
        with = weight[row * m + j] + best_sum(weight, n, m, row + 1, taken | 1u << j);
        best = with > best ? with : best;
    }
    return best;
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void test_assignment(void **state)
{
    uint64_t seed = (uint64_t)time(NULL);

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 300; round++) {
        size_t n = 1 + next_random(&seed) % 5, m = 1 + next_random(&seed) % 5;
        int64_t weight[25], sum = 0;
        uint32_t column[5], taken = 0;

        for (size_t i = 0; i < n * m; i++)
            weight[i] = next_random(&seed) % 3 ? (int64_t)(next_random(&seed) % 20) : 0;
        must(linkage_hungarian(weight, n, m, column, &err));
        for (size_t i = 0; i < n; i++) {
            if (column[i] == LINKAGE_NONE)
                continue;
            assert_true(column[i] < m && !(taken >> column[i] & 1));
            taken |= 1u << column[i];
            sum += weight[i * m + column[i]];
        }
        assert_int_equal(sum, best_sum(weight, n, m, 0, 0));
    }
}

enum { ROW = MG_LINKAGE_GROUP + 50 };

/* Each row of the earlier list could be two neighbours of the later one, so that all hang together.
 * *ret_match: what each is; patterns: of its pair with the first, and with the second. */
static void take_row(const uint32_t patterns[2], bool backwards, uint32_t ret_match[ROW])
{
    static struct linkage_pair pairs[2 * ROW];
    static uint32_t before[ROW], after[ROW + 1];
    struct linkage_meaning meanings[] = {{.same = 0.9}, {.same = 0.5}};
    struct mg_linkage l = {.meanings = meanings, .pairs = {.items = pairs, .count = (size_t)2 * ROW}};
    uint32_t *const match[LINKAGE_SIDES] = {before, after};

    l.sides[LINKAGE_BEFORE].count = ROW;
    l.sides[LINKAGE_AFTER].count = ROW + 1;
    for (uint32_t i = 0; i < 2 * ROW; i++)
        pairs[backwards ? 2 * ROW - 1 - i : i] =
            (struct linkage_pair){.before = i / 2, .after = i / 2 + i % 2, .pattern = patterns[i % 2]};
    must(linkage_take_pairs(&l, match, &err));
    for (int i = 0; i < ROW; i++) {
        assert_int_not_equal(before[i], LINKAGE_NONE);
        assert_int_equal(pairs[before[i]].before, i);
        ret_match[i] = pairs[before[i]].after;
        assert_int_equal(after[ret_match[i]], before[i]);
    }
}

/* A group too great for the optimum takes the best pair first, whichever row it is of; of equal ones, that of
 * the first row. */
static void test_great_groups(void **state)
{
    (void)state;
    static uint32_t match[ROW];
    for (int backwards = 0; backwards < 2; backwards++) {
        take_row((uint32_t[]){1, 0}, backwards, match);
        for (uint32_t i = 0; i < ROW; i++)
            assert_int_equal(match[i], i + 1);
        take_row((uint32_t[]){0, 1}, backwards, match);
        for (uint32_t i = 0; i < ROW; i++)
            assert_int_equal(match[i], i);
        take_row((uint32_t[]){0, 0}, backwards, match);
        for (uint32_t i = 0; i < ROW; i++)
            assert_int_equal(match[i], i);
    }
}

#define TOWNS    60
#define CAPACITY 400

/* A small country: in each town a post office and a school; texts are kept here. */
struct country {
    struct mg_linkage_service services[CAPACITY];
    char texts[CAPACITY][6][64];
    size_t count;
};

static struct mg_linkage_service *add(struct country *c, const char *name, const char *category,
                                      const char *address, int town, double east_m, double north_m)
{
    struct mg_linkage_service *s = &c->services[c->count];
    char(*t)[64] = c->texts[c->count];

    assert_true(c->count < CAPACITY);
    snprintf(t[0], 64, "%s", name);
    snprintf(t[1], 64, "%s", category);
    snprintf(t[2], 64, "%s", address);
    snprintf(t[3], 64, "%05d", 35000 + town);
    snprintf(t[4], 64, "%05d", 35500 + town);
    *s = (struct mg_linkage_service){.name = t[0],
                                     .category = t[1],
                                     .address = t[2],
                                     .commune = t[3],
                                     .postcode = t[4],
                                     .has_place = true,
                                     .lon = -2 + 0.05 * (town % 8) + east_m / 75000,
                                     .lat = 48 + 0.05 * (town / 8) + north_m / 111000,
                                     .order = c->count};
    c->count++;
    return s;
}

static const char *const towns[] = {"ABER",    "BOUGE",   "CORLAY", "DINARD",   "ERBREE",
                                    "FOUGERE", "GUICHEN", "HEDE",   "IFFENDIC", "JANZE"};
static const char *const ends[] = {"", " LA CHAPELLE", " LE GRAND", " SUR VILAINE", " DES BOIS", " MONTAGNE"};

static void town_name(int town, const char *what, char out[64])
{
    snprintf(out, 64, "%s%s %s", towns[town % 10], ends[town / 10], what);
}

static struct country *make_country(bool later)
{
    struct country *c = calloc(1, sizeof *c);
    char name[64], address[64];

    assert_non_null(c);
    for (int town = 0; town < TOWNS; town++) {
        town_name(town, later && town % 3 == 0 ? "B.P." : "BP", name);
        snprintf(address, sizeof address, "%d RUE DE LA POSTE", town + 1);
        if (!(later && town == 7)) /* closed, and nothing in its place */
            add(c, name, "Bureau de Poste", address, town, 0, later && town % 5 == 0 ? 40 : 0);
        snprintf(name, sizeof name, "Ecole %s %d", town % 2 ? "Jules Ferry" : "Jean Moulin", town);
        if (!(later && town == 9)) /* merged into that of town 10, below */
            add(c, name, "Ecole", "2 PLACE DE LA MAIRIE", town, 500, 300);
    }
    return c;
}

static struct mg_linkage *run(const struct country *a, const struct country *b)
{
    struct mg_linkage *linkage = NULL;

    must(mg_linkage_create(&(struct mg_linkage_list){a->services, a->count},
                           &(struct mg_linkage_list){b->services, b->count}, NULL, &linkage, &err));
    return linkage;
}

static const struct mg_linkage_link *of_before(const struct mg_linkage *linkage, size_t before)
{
    size_t count;
    const struct mg_linkage_link *links = mg_linkage_links(linkage, &count);

    for (size_t i = 0; i < count; i++) {
        if (links[i].before == before)
            return &links[i];
    }
    return NULL;
}

static size_t find(const struct country *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++) {
        if (!strcmp(c->services[i].name, name))
            return i;
    }
    fail_msg("no service '%s'", name);
    return 0;
}

static void test_links(void **state)
{
    struct country *a = make_country(false), *b = make_country(true);
    struct mg_linkage *linkage = run(a, b);
    size_t count, same = 0;
    const struct mg_linkage_link *links = mg_linkage_links(linkage, &count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        same += links[i].kind == MG_LINKAGE_SAME;
        assert_string_equal(a->services[links[i].before].commune, b->services[links[i].after].commune);
        assert_string_equal(a->services[links[i].before].category, b->services[links[i].after].category);
        assert_int_equal(links[i].zone, MG_LINKAGE_ZONE_LINKED);
        assert_true(links[i].score > MG_LINKAGE_LINKED && links[i].score <= 1);
    }
    assert_int_equal(same, 2 * TOWNS - 2);
    assert_null(of_before(linkage, 14));
    assert_true(mg_linkage_bits(mg_linkage_model(linkage), MG_LINKAGE_PLACE, 7) > 3);
    assert_true(mg_linkage_bits(mg_linkage_model(linkage), MG_LINKAGE_PLACE, 1) < -1);
    mg_linkage_destroy(linkage);
    free(a);
    free(b);
}

/* A post office closes and an agency of the same name opens in another street: not one service; others
 * open, by their addresses in other streets too, in the very place of an office: one service, retyped. */
static void test_replaced(void **state)
{
    struct country *a = make_country(false), *b = make_country(true);
    struct mg_linkage *linkage;
    const struct mg_linkage_link *link;

    (void)state;
    for (int town = 11; town < 31; town++) {
        char name[64];
        size_t i;

        town_name(town, town % 3 == 0 ? "B.P." : "BP", name);
        i = find(b, name);
        town_name(town, "AP", b->texts[i][0]);
        snprintf(b->texts[i][1], 64, "Agence");
        snprintf(b->texts[i][2], 64, "%d GRANDE RUE", 3 * town);
        b->services[i].lat += 0.002;
    }
    for (int town = 32; town < 38; town++) { /* these kept their places to the digit */
        char name[64];
        size_t i;

        town_name(town, town % 3 == 0 ? "B.P." : "BP", name);
        i = find(b, name);
        snprintf(b->texts[i][1], 64, "Agence");
        snprintf(b->texts[i][2], 64, "%d GRANDE RUE", 3 * town);
    }
    linkage = run(a, b);
    link = of_before(linkage, 2 * 20);
    assert_non_null(link);
    assert_int_equal(link->kind, MG_LINKAGE_REPLACED);
    link = of_before(linkage, 2 * 33);
    assert_non_null(link);
    assert_int_equal(link->kind, MG_LINKAGE_SAME);
    assert_int_equal(link->zone, MG_LINKAGE_ZONE_LINKED);
    mg_linkage_destroy(linkage);
    free(a);
    free(b);
}

/* Nothing but what changed, as it is after rows of one content are paired: a third moved under their name, a
 * third was renamed in its place, and a third closed while another opened elsewhere in the town. */
static void test_moved_or_renamed(void **state)
{
    struct country *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    struct mg_linkage *linkage;

    (void)state;
    assert_non_null(a);
    assert_non_null(b);
    for (int town = 0; town < TOWNS; town++) {
        char name[64], other[64], address[64], elsewhere[64];
        bool moved = town % 3 == 0, renamed = town % 3 == 1;

        town_name(town, "GARAGE", name);
        town_name((town + 7) % TOWNS, "TAXIS", other);
        snprintf(address, sizeof address, "%d RUE DU MARCHE", town + 1);
        snprintf(elsewhere, sizeof elsewhere, "%d AVENUE FOCH", 2 * town);
        add(a, name, "Transport", address, town, 0, 0);
        add(b, moved ? name : other, "Transport", renamed ? address : elsewhere, town, 0, renamed ? 0 : 700);
    }
    linkage = run(a, b);
    for (size_t i = 0; i < TOWNS; i++) {
        const struct mg_linkage_link *link = of_before(linkage, i);

        if (i % 3 == 2) {
            assert_null(link);
            continue;
        }
        assert_non_null(link);
        assert_int_equal(link->after, i);
        assert_int_equal(link->kind, MG_LINKAGE_SAME);
        assert_int_equal(link->zone, MG_LINKAGE_ZONE_LINKED);
    }
    mg_linkage_destroy(linkage);
    free(a);
    free(b);
}

/* A nursery and a primary school in each building, of one name or (every second town) of two. In every third
 * of the latter towns the one closes and the other opens: that is not one school that was renamed. */
static void test_siblings(void **state)
{
    struct country *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    struct mg_linkage *linkage;
    size_t count;
    const struct mg_linkage_link *links;

    (void)state;
    assert_non_null(a);
    assert_non_null(b);
    for (int town = 0; town < TOWNS; town++) {
        char nursery[64], primary[64], address[64];

        town_name(town, "ECOLE MATERNELLE", nursery);
        town_name(town % 2 ? (town + 7) % TOWNS : town, "ECOLE ELEMENTAIRE", primary);
        snprintf(address, sizeof address, "%d RUE DU MARCHE", town + 1);
        add(a, nursery, "Ecole", address, town, 0, 0);
        if (town % 6 != 1)
            add(b, nursery, "Ecole", address, town, 0, 0);
        if (town % 6 != 1)
            add(a, primary, "Ecole", address, town, 0, 4);
        add(b, primary, "Ecole", address, town, 0, 4);
    }
    linkage = run(a, b);
    links = mg_linkage_links(linkage, &count);
    for (size_t i = 0; i < count; i++) {
        if (links[i].kind == MG_LINKAGE_SAME && links[i].zone == MG_LINKAGE_ZONE_LINKED)
            assert_string_equal(a->services[links[i].before].name, b->services[links[i].after].name);
    }
    assert_true(count >= 100);
    mg_linkage_destroy(linkage);
    free(a);
    free(b);
}

/* Two that are as like the one they became: either goes on, and the other is merged into it. */
static void test_merged_alike(void **state)
{
    (void)state;
    struct country *a = make_country(false), *b = make_country(true);
    size_t before = a->count, after = b->count, merged = 0, same = 0, count;
    add(a, "Ecole maternelle Vallon", "Ecole", "3 RUE DU VALLON", 11, 505, 300);
    add(a, "Ecole élémentaire Vallon", "Ecole", "3 RUE DU VALLON", 11, 505, 300);
    add(b, "Ecole maternelle et élémentaire Vallon", "Ecole", "3 RUE DU VALLON", 11, 505, 300);
    struct mg_linkage *linkage = run(a, b);
    const struct mg_linkage_link *links = mg_linkage_links(linkage, &count);
    for (size_t i = 0; i < count; i++) {
        if (links[i].before < before)
            continue;
        assert_int_equal(links[i].after, after);
        assert_int_equal(links[i].zone, MG_LINKAGE_ZONE_LINKED);
        same += links[i].kind == MG_LINKAGE_SAME;
        merged += links[i].kind == MG_LINKAGE_MERGED;
    }
    assert_int_equal(same, 1);
    assert_int_equal(merged, 1);
    mg_linkage_destroy(linkage);
    free(a);
    free(b);
}

static void test_merged(void **state)
{
    struct country *a = make_country(false), *b = make_country(true);
    struct mg_linkage *linkage;
    const struct mg_linkage_link *link;
    size_t gone;

    (void)state;
    gone = a->count;
    add(a, "Ecole Jules-Ferry 11", "Ecole", "4 PLACE DE LA MAIRIE", 11, 505, 300);
    linkage = run(a, b);
    link = of_before(linkage, gone);
    assert_non_null(link);
    assert_int_equal(link->kind, MG_LINKAGE_MERGED);
    assert_string_equal(b->services[link->after].name, "Ecole Jules Ferry 11");
    mg_linkage_destroy(linkage);
    linkage = run(b, a);
    link = NULL;
    {
        size_t count;
        const struct mg_linkage_link *links = mg_linkage_links(linkage, &count);

        for (size_t i = 0; i < count; i++) {
            if (links[i].after == gone)
                link = &links[i];
        }
    }
    assert_non_null(link);
    assert_int_equal(link->kind, MG_LINKAGE_SPLIT);
    mg_linkage_destroy(linkage);
    free(a);
    free(b);
}

/* Links as pairs of the services' own numbers, sorted. */
static size_t pairs_of(const struct country *a, const struct country *b, char out[][64])
{
    struct mg_linkage *linkage = run(a, b);
    size_t count;
    const struct mg_linkage_link *links = mg_linkage_links(linkage, &count);

    for (size_t i = 0; i < count; i++)
        snprintf(out[i], 64, "%d %llu %llu %.17g", (int)links[i].kind,
                 (unsigned long long)a->services[links[i].before].order,
                 (unsigned long long)b->services[links[i].after].order, links[i].score);
    mg_linkage_destroy(linkage);
    return count;
}

static void shuffle(struct country *c, uint64_t *seed)
{
    for (size_t i = c->count; i > 1; i--) {
        size_t j = next_random(seed) % i;
        struct mg_linkage_service s = c->services[i - 1];

        c->services[i - 1] = c->services[j];
        c->services[j] = s;
    }
}

static void test_any_order(void **state)
{
    struct country *a = make_country(false), *b = make_country(true);
    static char expected[CAPACITY][64], actual[CAPACITY][64];
    uint64_t seed = (uint64_t)time(NULL);
    size_t count;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < 3; i++) /* services that say the same */
        add(a, "MAIRIE", "Mairie", "1 PLACE DE LA MAIRIE", 3, 0, 0),
            add(b, "MAIRIE", "Mairie", "1 PLACE DE LA MAIRIE", 3, 0, 0);
    count = pairs_of(a, b, expected);
    for (int round = 0; round < 5; round++) {
        shuffle(a, &seed);
        shuffle(b, &seed);
        assert_int_equal(pairs_of(a, b, actual), count);
        for (size_t i = 0; i < count; i++)
            assert_string_equal(actual[i], expected[i]);
    }
    free(a);
    free(b);
}

static struct mg_linkage *run_sampled(const struct country *a, const struct country *b, size_t pairs)
{
    struct mg_linkage *linkage = NULL;

    must(mg_linkage_create(&(struct mg_linkage_list){a->services, a->count},
                           &(struct mg_linkage_list){b->services, b->count},
                           &(struct mg_linkage_options){.sample_pairs = pairs}, &linkage, &err));
    return linkage;
}

/* Two of one name in each town, 55 m apart, each found anew some metres off, and in a third of the towns only
 * one of them is left: what the links of the others explain is no evidence that nearer says less. */
static void test_two_of_a_name(void **state)
{
    struct country *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    struct mg_linkage *linkage;
    char name[64];
    size_t of[2 * TOWNS] = {0}, same = 0, count;
    const struct mg_linkage_link *links;

    (void)state;
    assert_non_null(a);
    assert_non_null(b);
    for (int town = 0; town < TOWNS; town++) {
        town_name(town, "Halte", name);
        for (int i = 0; i < 2; i++) {
            of[a->count] = SIZE_MAX;
            if (!i || town % 3) {
                of[a->count] = b->count;
                add(b, name, "", "", town, 0, i * 55 + (town * 7 + i * 11) % 24 - 12);
            }
            add(a, name, "", "", town, 0, i * 55);
        }
    }
    linkage = run(a, b);
    links = mg_linkage_links(linkage, &count);
    for (size_t i = 0; i < count; i++) {
        if (links[i].kind != MG_LINKAGE_SAME)
            continue;
        same += links[i].zone == MG_LINKAGE_ZONE_LINKED;
        assert_int_equal(links[i].after, of[links[i].before]);
    }
    assert_int_equal(same, b->count);
    mg_linkage_destroy(linkage);
    free(a);
    free(b);
}

/* Two of one name at one place in each town, told apart by columns that have no part in linkage: what kind it
 * is, and a number of its own. */
static void test_others(void **state)
{
    struct country *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    uint32_t others[2][CAPACITY][2] = {{{0}}};
    struct mg_linkage *linkage = NULL;
    struct mg_linkage_options options = {.others = {&others[0][0][0], &others[1][0][0]}, .columns = 2};
    char name[64];

    (void)state;
    assert_non_null(a);
    assert_non_null(b);
    for (int town = 0; town < TOWNS; town++) {
        town_name(town, "Halte", name);
        for (int i = 0; i < 2; i++) {
            others[0][a->count][0] = i ? 7 : 8;
            others[1][b->count][0] = town % 2 == i ? 7 : 8; /* the other way round in the later list */
            others[0][a->count][1] = 100 + (uint32_t)a->count;
            others[1][b->count][1] = town % 2 == i ? 101 + 2 * (uint32_t)town : 100 + 2 * (uint32_t)town;
            add(a, name, "Halte", "", town, 0, 0);
            add(b, name, "Halte", "", town, 0, i ? 30 : 10);
        }
    }
    must(mg_linkage_create(&(struct mg_linkage_list){a->services, a->count},
                           &(struct mg_linkage_list){b->services, b->count}, &options, &linkage, &err));
    for (size_t i = 0; i < a->count; i++) {
        const struct mg_linkage_link *link = of_before(linkage, i);

        assert_non_null(link);
        assert_int_equal(link->zone, MG_LINKAGE_ZONE_LINKED);
        assert_int_equal(others[0][i][0], others[1][link->after][0]);
    }
    mg_linkage_destroy(linkage);
    free(a);
    free(b);
}

/* Learned from some of the services only: the same are the same ones, at nearly the same score, in any order.
 */
static void test_sampled(void **state)
{
    static const size_t pairs[] = {0, 300, 100};
    struct country *a = make_country(false), *b = make_country(true);
    uint64_t of[CAPACITY] = {0}, seed = (uint64_t)time(NULL);
    int64_t compared[3] = {0};

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < 3; i++) {
        struct mg_linkage *linkage;
        const struct mg_linkage_link *links;
        size_t count, same = 0;

        shuffle(a, &seed);
        shuffle(b, &seed);
        linkage = run_sampled(a, b, pairs[i]);
        links = mg_linkage_links(linkage, &count);
        compared[i] = mg_linkage_model(linkage)->pairs;
        for (size_t k = 0; k < count; k++) {
            uint64_t before = a->services[links[k].before].order, after = b->services[links[k].after].order;

            if (links[k].kind != MG_LINKAGE_SAME)
                continue;
            same++;
            if (!i)
                of[before] = after;
            assert_int_equal(of[before], after);
            assert_true(links[k].score > 0.9);
        }
        assert_int_equal(same, 2 * TOWNS - 2);
        mg_linkage_destroy(linkage);
    }
    assert_true(compared[1] < compared[0] && compared[2] < compared[1]);
    assert_true(compared[1] >= 300 && compared[2] >= 100);
    free(a);
    free(b);
}

/* Which services are drawn depends on what they say alone. */
static void test_sampled_in_any_order(void **state)
{
    struct country *a = make_country(false), *b = make_country(true);
    struct mg_linkage_model first = {0};
    uint64_t seed = (uint64_t)time(NULL);

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < 4; i++) {
        struct mg_linkage *linkage = run_sampled(a, b, 100);
        const struct mg_linkage_model *model = mg_linkage_model(linkage);

        if (!i)
            first = *model;
        assert_int_equal(model->pairs, first.pairs);
        assert_memory_equal(model->rate, first.rate, sizeof first.rate);
        assert_memory_equal(model->share, first.share, sizeof first.share);
        mg_linkage_destroy(linkage);
        shuffle(a, &seed);
        shuffle(b, &seed);
    }
    free(a);
    free(b);
}

/* Nothing at all, nothing said, one side only, and places that are no numbers. */
static void test_edges(void **state)
{
    struct mg_linkage_service nothing[] = {{.name = NULL},
                                           {.name = "", .has_place = true, .lon = NAN, .lat = 1}};
    struct mg_linkage_list none = {0}, some = {nothing, 2};
    struct mg_linkage *linkage = NULL;
    size_t count;

    (void)state;
    must(mg_linkage_create(&none, &none, NULL, &linkage, &err));
    mg_linkage_links(linkage, &count);
    assert_int_equal(count, 0);
    mg_linkage_destroy(linkage);
    must(mg_linkage_create(&some, &some, NULL, &linkage, &err));
    mg_linkage_links(linkage, &count);
    assert_int_equal(count, 0);
    mg_linkage_destroy(linkage);
    mg_linkage_destroy(NULL);
}

/* One service that stays, alone in its list: the start of the model decides. */
static void test_one(void **state)
{
    struct mg_linkage_service before = {
        .name = "Gare de Dol", .commune = "35095", .has_place = true, .lon = -1.75, .lat = 48.55};
    struct mg_linkage_service after = before;
    struct mg_linkage *linkage = NULL;
    const struct mg_linkage_link *links;
    size_t count;

    (void)state;
    after.name = "GARE DOL";
    must(mg_linkage_create(&(struct mg_linkage_list){&before, 1}, &(struct mg_linkage_list){&after, 1}, NULL,
                           &linkage, &err));
    links = mg_linkage_links(linkage, &count);
    assert_int_equal(count, 1);
    assert_true(links[0].score > 0.9);
    mg_linkage_destroy(linkage);
    after.name = "Piscine";
    after.lon = -1.70;
    must(mg_linkage_create(&(struct mg_linkage_list){&before, 1}, &(struct mg_linkage_list){&after, 1}, NULL,
                           &linkage, &err));
    mg_linkage_links(linkage, &count);
    assert_int_equal(count, 0);
    mg_linkage_destroy(linkage);
}

static void test_allocations(void **state)
{
    struct country *a = make_country(false), *b = make_country(true);
    struct mg_linkage_list before = {a->services, 40}, after = {b->services, 40};
    enum mg_code code;
    long n = 0;

    (void)state;
    do {
        struct mg_linkage *linkage = NULL;
        struct mg_error err = {0};

        mg_alloc_fail_after(n++);
        code = mg_linkage_create(&before, &after, &(struct mg_linkage_options){.sample_pairs = 30}, &linkage,
                                 &err);
        mg_alloc_fail_after(-1);
        assert_true(code == MG_OK || code == MG_ERR_MEMORY);
        mg_linkage_destroy(linkage);
    } while (code);
    assert_true(n > 50);
    free(a);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),         cmocka_unit_test(test_phone),
        cmocka_unit_test(test_jaro_winkler),  cmocka_unit_test(test_assignment),
        cmocka_unit_test(test_great_groups),  cmocka_unit_test(test_links),
        cmocka_unit_test(test_replaced),      cmocka_unit_test(test_moved_or_renamed),
        cmocka_unit_test(test_siblings),      cmocka_unit_test(test_merged),
        cmocka_unit_test(test_merged_alike),  cmocka_unit_test(test_any_order),
        cmocka_unit_test(test_two_of_a_name), cmocka_unit_test(test_others),
        cmocka_unit_test(test_sampled),       cmocka_unit_test(test_sampled_in_any_order),
        cmocka_unit_test(test_edges),         cmocka_unit_test(test_one),
        cmocka_unit_test(test_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
