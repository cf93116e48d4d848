/* measure.c - how well linkage does on two real editions whose identifiers are hidden from it and then told.
 *
 * usage: measure BEFORE AFTER [OPTION...] ROLE=COLUMN...
 *   ROLE=COLUMN                  key, name, category, address, postcode, commune, phone, lon, lat, or x and y
 * in metres of Lambert-93; COLUMN may be BEFORE|AFTER where the two name it differently movements=FILE
 * from=DATE to=DATE   bring the communes of BEFORE to the date of AFTER swap=yes                     the
 * later one is taken for the earlier one only=, closed=, unchanged=, damage=   make them worse: damage.h
 *   shuffle=SEED                 both lists in another order
 *   label=TEXT                   what the line is about
 *   min-f1=N max-review=N        exit 1 if it is less, or more
 *   show=N                       print N of the wrong links and N of the missed ones, and the model
 *   row=yes                      print no more than a row of a table
 *   scores=FILE                  append to it the score of each link, and 1 if it is right
 * Of an option that is there twice the first one counts.
 *
 * A link is right when both have the same identifier. Of an identifier on several rows as many links are due
 * as the side has that has fewer. Links to review count as missed. After the figures comes a table of what is
 * wrong or missed, by class.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libdata/base/map.h"
#include "tests/linkage/damage.h"
#include "tests/linkage/editions.h"

static void count_keys(const struct list *list, struct mg_map *counts, int64_t **ret_numbers)
{
    struct mg_error err = {0};
    int64_t *numbers = calloc(list->count + 1, sizeof *numbers), entry;

    for (size_t i = 0; i < list->count; i++) {
        if (mg_map_put(counts, list->keys[i], strlen(list->keys[i]), (int64_t)counts->count, &entry, &err))
            die("keys", &err);
        numbers[entry]++;
    }
    *ret_numbers = numbers;
}

static int64_t due(const struct mg_map *before, const int64_t *n, const struct mg_map *after,
                   const int64_t *m)
{
    int64_t sum = 0;

    for (size_t i = 0; i < before->count; i++) {
        size_t length;
        const char *key = mg_map_key(before, i, &length);
        int64_t other = mg_map_get(after, key, length);

        if (length && other >= 0)
            sum += n[i] < m[other] ? n[i] : m[other];
    }
    return sum;
}

static void show_service(const char *what, const struct mg_linkage_service *s, const char *key)
{
    printf("    %s %s | %s | %s | %s | %s | %s | %.6f %.6f\n", what, key, s->name, s->category, s->address,
           s->commune, s->phone, s->lon, s->lat);
}

static void show_link(const struct mg_linkage_link *link, const struct list *a, const struct list *b)
{
    static const char *const kinds[] = {"same", "merged", "split", "replaced"};

    printf("  %s %.3f levels", kinds[link->kind], link->score);
    for (int c = 0; c < MG_LINKAGE_COMPARISONS; c++)
        printf(" %s=%d", mg_linkage_comparison_name((enum mg_linkage_comparison)c), link->levels[c]);
    putchar('\n');
    show_service("-", &a->services[link->before], a->keys[link->before]);
    show_service("+", &b->services[link->after], b->keys[link->after]);
}

struct counts {
    int64_t linked, right, review, review_right, wrong_new_key, wrong_other;
    int64_t merged, split, replaced, replaced_right;
    int64_t bins[10], bins_right[10];
};

static void count_link(struct counts *n, const struct mg_linkage_link *link, bool right, bool new_key)
{
    int bin = (int)(link->score * 10);

    n->merged += link->kind == MG_LINKAGE_MERGED;
    n->split += link->kind == MG_LINKAGE_SPLIT;
    n->replaced += link->kind == MG_LINKAGE_REPLACED;
    n->replaced_right += link->kind == MG_LINKAGE_REPLACED && right;
    if (link->kind != MG_LINKAGE_SAME)
        return;
    bin = bin > 9 ? 9 : bin;
    n->bins[bin]++;
    n->bins_right[bin] += right;
    if (link->zone == MG_LINKAGE_ZONE_REVIEW) {
        n->review++;
        n->review_right += right;
        return;
    }
    n->linked++;
    n->right += right;
    n->wrong_new_key += !right && new_key;
    n->wrong_other += !right && !new_key;
}

static void print_model(const struct mg_linkage_model *model)
{
    printf("  pairs %lld, rounds %d\n", (long long)model->pairs, model->rounds);
    for (int k = 0; k < MG_LINKAGE_CLASSES; k++) {
        printf("  %-8s %.5f", mg_linkage_class_name(k), model->share[k]);
        for (int c = 0; c < MG_LINKAGE_COMPARISONS; c++) {
            printf("  %s", mg_linkage_comparison_name((enum mg_linkage_comparison)c));
            for (int level = 1; level <= mg_linkage_level_count((enum mg_linkage_comparison)c); level++)
                printf(" %.4f", model->rate[k][c][level]);
        }
        putchar('\n');
    }
}

/* Why a link is wrong, or one is missing. */
static const char *const classes[] = {
    "wrong: one closed and another opened at the same place, of the same name",
    "wrong: one closed and another opened at the same place, of another name",
    "wrong: one closed and another opened elsewhere in the commune or beyond",
    "wrong: two services of one name in one commune, taken for each other",
    "wrong: another service than the one that goes on",
    "missed: to review",
    "missed: linked to another",
    "missed: told as another one in its place",
    "missed: neither name nor place are alike",
    "missed: name or place are alike, not both",
};
enum {
    SAME_PLACE_SAME_NAME,
    SAME_PLACE_OTHER_NAME,
    CLOSED_AND_OPENED,
    NAMESAKES,
    ANOTHER,
    MISSED_REVIEW,
    MISSED_LINKED,
    MISSED_REPLACED,
    MISSED_UNLIKE,
    MISSED_HALF,
    ERROR_CLASSES
};

/* The two editions, what linkage made of them, and what is true. */
struct work {
    struct list a, b;
    struct mg_linkage *linkage;
    struct mg_map keys_a, keys_b;
    struct counts n;
    int64_t errors[ERROR_CLASSES];
    int64_t due;
    double seconds;
    long show;
    FILE *scores;
};

static void read_editions(struct work *w, int argc, char **argv)
{
    const char *movements = option(argc, argv, "movements"), *seed = option(argc, argv, "shuffle");

    bool swap = option(argc, argv, "swap");

    read_list(argv[1], 0, argc, argv, swap ? &w->b : &w->a);
    read_list(argv[2], 1, argc, argv, swap ? &w->a : &w->b);
    if (movements && *movements) {
        struct mg_succession *s = read_movements(movements);
        const char *from = option(argc, argv, "from"), *to = option(argc, argv, "to");
        mg_date d1, d2;

        if (!from || !to || !mg_date_parse_iso(from, strlen(from), &d1) ||
            !mg_date_parse_iso(to, strlen(to), &d2))
            die("from= and to= are needed", NULL);
        project(swap ? &w->b : &w->a, s, d1, d2);
        project(swap ? &w->a : &w->b, s, d2, d2);
        mg_succession_destroy(s);
    }
    damage(&w->a, &w->b, argc, argv);
    if (seed) {
        shuffle(&w->a, strtoull(seed, NULL, 10));
        shuffle(&w->b, strtoull(seed, NULL, 10) + 1);
    }
}

static void link_editions(struct work *w)
{
    const struct mg_linkage_list before = {w->a.services, w->a.count}, after = {w->b.services, w->b.count};
    struct mg_error err = {0};
    int64_t *n_a, *n_b;
    clock_t start = clock();

    if (mg_linkage_create(&before, &after, NULL, &w->linkage, &err))
        die("linkage", &err);
    w->seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    count_keys(&w->a, &w->keys_a, &n_a);
    count_keys(&w->b, &w->keys_b, &n_b);
    w->due = due(&w->keys_a, n_a, &w->keys_b, n_b);
    free(n_a);
    free(n_b);
}

static void show_missed(const struct work *w, const bool *linked)
{
    long shown = 0;

    for (size_t i = 0; i < w->a.count && shown < w->show; i++) {
        const char *key = w->a.keys[i];

        if (linked[i] || mg_map_get(&w->keys_b, key, strlen(key)) < 0)
            continue;
        shown++;
        puts("  missed");
        show_service("-", &w->a.services[i], key);
        for (size_t j = 0; j < w->b.count; j++) {
            if (!strcmp(w->b.keys[j], key))
                show_service("+", &w->b.services[j], key);
        }
    }
}

static void class_wrong(struct work *w, const struct mg_linkage_link *link, bool new_key)
{
    int place = link->levels[MG_LINKAGE_PLACE], name = link->levels[MG_LINKAGE_NAME];
    bool here = place >= MG_LINKAGE_PLACE_NEAR || link->levels[MG_LINKAGE_ADDRESS] == 4;

    if (new_key && here)
        w->errors[name >= 4 ? SAME_PLACE_SAME_NAME : SAME_PLACE_OTHER_NAME]++;
    else if (new_key)
        w->errors[CLOSED_AND_OPENED]++;
    else
        w->errors[name >= 4 && link->levels[MG_LINKAGE_COMMUNE] == 4 ? NAMESAKES : ANOTHER]++;
}

static bool is_link(const struct mg_linkage_link *link)
{
    return link->kind == MG_LINKAGE_SAME && link->zone == MG_LINKAGE_ZONE_LINKED;
}

/* By service of the earlier edition: what it is in, and with whom. */
static void class_missed(struct work *w, const struct mg_linkage_link *const *links, size_t i)
{
    const struct mg_linkage_link *link = links[i];
    const char *key = w->a.keys[i];
    const struct mg_linkage_service *a = &w->a.services[i];
    bool name = false, place = false;

    if (link && !strcmp(w->b.keys[link->after], key)) {
        if (link->kind == MG_LINKAGE_REPLACED)
            w->errors[MISSED_REPLACED]++;
        else if (link->zone == MG_LINKAGE_ZONE_REVIEW)
            w->errors[MISSED_REVIEW]++;
        return;
    }
    if (link && link->kind == MG_LINKAGE_SAME) {
        w->errors[MISSED_LINKED]++;
        return;
    }
    for (size_t j = 0; j < w->b.count; j++) {
        const struct mg_linkage_service *b = &w->b.services[j];

        if (strcmp(w->b.keys[j], key) != 0)
            continue;
        name = name || !strcmp(a->name, b->name);
        place = place || (a->has_place && b->has_place && fabs(a->lon - b->lon) < 0.002 &&
                          fabs(a->lat - b->lat) < 0.0014);
    }
    w->errors[name || place ? MISSED_HALF : MISSED_UNLIKE]++;
}

/* Links that each identifier of the earlier edition is due, and does not have. */
static int64_t *missing_of(struct work *w, const struct mg_linkage_link *const *of)
{
    int64_t *n_a, *n_b;

    count_keys(&w->a, &w->keys_a, &n_a);
    count_keys(&w->b, &w->keys_b, &n_b);
    for (size_t i = 0; i < w->keys_a.count; i++) {
        size_t length;
        const char *key = mg_map_key(&w->keys_a, i, &length);
        int64_t other = mg_map_get(&w->keys_b, key, length), m = other < 0 || !length ? 0 : n_b[other];

        n_a[i] = n_a[i] < m ? n_a[i] : m;
    }
    for (size_t i = 0; i < w->a.count; i++) {
        const char *key = w->a.keys[i];

        if (of[i] && is_link(of[i]) && !strcmp(w->b.keys[of[i]->after], key))
            n_a[mg_map_get(&w->keys_a, key, strlen(key))]--;
    }
    free(n_b);
    return n_a;
}

/* Every error is in one class. */
static void class_errors(struct work *w)
{
    size_t count;
    const struct mg_linkage_link *links = mg_linkage_links(w->linkage, &count);
    const struct mg_linkage_link **of = calloc(w->a.count + 1, sizeof *of);
    int64_t *missing;

    for (size_t i = 0; i < count; i++) {
        const char *x = w->a.keys[links[i].before], *y = w->b.keys[links[i].after];
        bool right = *x && !strcmp(x, y),
             new_key = mg_map_get(&w->keys_b, x, strlen(x)) < 0 && mg_map_get(&w->keys_a, y, strlen(y)) < 0;

        if (links[i].kind == MG_LINKAGE_SAME || !of[links[i].before])
            of[links[i].before] = &links[i];
        if (is_link(&links[i]) && !right)
            class_wrong(w, &links[i], new_key);
    }
    missing = missing_of(w, of);
    for (size_t i = 0; i < w->a.count; i++) {
        const char *key = w->a.keys[i];
        int64_t *left = &missing[mg_map_get(&w->keys_a, key, strlen(key))];

        if (*left <= 0 || (of[i] && is_link(of[i]) && !strcmp(w->b.keys[of[i]->after], key)))
            continue;
        --*left;
        class_missed(w, of, i);
    }
    free(missing);
    free(of);
    for (int i = 0; i < ERROR_CLASSES; i++) {
        if (w->errors[i])
            printf("| %s | %lld |\n", classes[i], (long long)w->errors[i]);
    }
}

static void judge(struct work *w)
{
    size_t count;
    const struct mg_linkage_link *links = mg_linkage_links(w->linkage, &count);
    bool *linked = calloc(w->a.count + 1, sizeof *linked);
    long shown[2] = {0};

    for (size_t i = 0; i < count; i++) {
        const char *x = w->a.keys[links[i].before], *y = w->b.keys[links[i].after];
        bool right = *x && !strcmp(x, y), same = links[i].kind == MG_LINKAGE_SAME;
        bool new_key = mg_map_get(&w->keys_b, x, strlen(x)) < 0 && mg_map_get(&w->keys_a, y, strlen(y)) < 0;
        bool review = same && links[i].zone == MG_LINKAGE_ZONE_REVIEW;

        count_link(&w->n, &links[i], right, new_key);
        if (w->scores && same)
            fprintf(w->scores, "%.4f %d\n", links[i].score, right);
        linked[links[i].before] |= same;
        if ((same != right || review) && shown[review]++ < w->show)
            show_link(&links[i], &w->a, &w->b);
    }
    if (w->show) {
        show_missed(w, linked);
        print_model(mg_linkage_model(w->linkage));
        for (int i = 2; i < 10; i++)
            printf("  score %.1f: %lld links, %lld right\n", i / 10.0, (long long)w->n.bins[i],
                   (long long)w->n.bins_right[i]);
    }
    free(linked);
}

static double share(int64_t part, int64_t all)
{
    return all ? (double)part / (double)all : 0;
}

static void print_figures(const struct work *w, const char *label, double precision, double recall, double f1,
                          double review)
{
    const struct counts *n = &w->n;

    printf(
        "%-28s %7zu %7zu rows, %7lld the same: precision %.4f recall %.4f F1 %.4f review %.4f, %lld of "
        "%lld right; wrong: %lld new key, %lld other; missed %lld, %lld as replaced; merged %lld split %lld "
        "replaced %lld; %.2f s\n",
        label ? label : "", w->a.count, w->b.count, (long long)w->due, precision, recall, f1, review,
        (long long)n->review_right, (long long)n->review, (long long)n->wrong_new_key,
        (long long)n->wrong_other, (long long)(w->due - n->right - n->review_right),
        (long long)n->replaced_right, (long long)n->merged, (long long)n->split, (long long)n->replaced,
        w->seconds);
}

int main(int argc, char **argv)
{
    struct work w = {0};
    const char *label = option(argc, argv, "label"), *min_f1 = option(argc, argv, "min-f1");
    const char *max_review = option(argc, argv, "max-review"), *show = option(argc, argv, "show");
    const char *scores = option(argc, argv, "scores");
    double precision, recall, f1, review;

    if (argc < 4)
        die("usage: measure BEFORE AFTER ROLE=COLUMN...", NULL);
    w.show = show ? atol(show) : 0;
    if (scores && !(w.scores = fopen(scores, "a")))
        die(scores, NULL);
    read_editions(&w, argc, argv);
    link_editions(&w);
    judge(&w);
    precision = share(w.n.right, w.n.linked);
    recall = share(w.n.right, w.due);
    f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
    review = share(w.n.review, w.n.linked + w.n.review);
    if (option(argc, argv, "row")) {
        printf("| %s | %zu | %zu | %lld | %.3f | %.3f | %.3f | %.1f |\n", label ? label : "", w.a.count,
               w.b.count, (long long)w.due, precision, recall, f1, 100 * review);
    } else {
        print_figures(&w, label, precision, recall, f1, review);
        class_errors(&w);
    }
    mg_linkage_destroy(w.linkage);
    mg_map_finish(&w.keys_a);
    mg_map_finish(&w.keys_b);
    if (w.scores && fclose(w.scores))
        die("scores", NULL);
    return (min_f1 && f1 < atof(min_f1)) || (max_review && review > atof(max_review));
}
