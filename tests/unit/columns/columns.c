/* What is found of the columns of real files, and of invented ones in the manner of others, against what a
 * reader says of them (columns-truth.tsv): every wrong guess is listed, and macro-F1 must not fall.
 *
 * A class is a role or a meaning; each column counts once for its role and once for its meaning. F1 of a
 * class is 2 TP / (2 TP + FP + FN), macro-F1 its mean over the classes; abstention is the share of what the
 * reader named for which nothing was found. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/map.h"
#include "libdata/domain/import/internal.h"
#include "libdata/domain/kinds/kinds.h"
#include "tests/unit/test.h"

#define LEAST_F1 0.97
#define CLASSES  (MG_ROLE_COUNT + MG_MEANING_COUNT)

struct truth {
    char *line; /* holds the others */
    char *file, *kind, *column, *role, *meaning;
};

struct score {
    int hit[CLASSES], false_alarm[CLASSES], missed[CLASSES];
    int named, abstained, columns, files;
};

static const char *root(void)
{
    const char *path = getenv("MG_SOURCE_ROOT");
    return path ? path : ".";
}

static struct truth *read_truth(size_t *ret_count)
{
    char path[500], line[1000];
    snprintf(path, sizeof path, "%s/tests/unit/columns/truth.tsv", root());
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    struct truth *all = NULL;
    size_t count = 0;
    while (fgets(line, sizeof line, file)) {
        if (*line == '#')
            continue;
        line[strcspn(line, "\n")] = '\0';
        all = realloc(all, (count + 1) * sizeof *all);
        struct truth *truth = &all[count++];
        char *at = truth->line = strdup(line);
        char **cells[] = {&truth->file, &truth->kind, &truth->column, &truth->role, &truth->meaning};
        for (size_t i = 0; i < 5; i++)
            assert_non_null(*cells[i] = strsep(&at, "\t"));
    }
    fclose(file);
    *ret_count = count;
    return all;
}

/* found and wanted: a class, or -1 */
static void count(struct score *score, const struct truth *file, const char *column, int found, int wanted)
{
    if (wanted >= 0)
        score->named++;
    if (found == wanted) {
        if (found >= 0)
            score->hit[found]++;
        return;
    }
    const char *names[2] = {"nothing", "nothing"};
    int classes[2] = {found, wanted};
    for (int i = 0; i < 2; i++)
        if (classes[i] >= 0)
            names[i] = classes[i] < MG_ROLE_COUNT
                           ? mg_role_name((enum mg_role)classes[i])
                           : mg_meaning_name((enum mg_meaning)(classes[i] - MG_ROLE_COUNT));
    print_message("%s: '%s' is found to be %s, not %s\n", file->file, column, names[0], names[1]);
    if (found >= 0)
        score->false_alarm[found]++;
    if (wanted >= 0)
        score->missed[wanted]++;
    score->abstained += found < 0 && wanted >= 0;
}

static int role_class(const char *name)
{
    enum mg_role role;
    if (!strcmp(name, "-"))
        return -1;
    assert_true(mg_role_from_name(name, strlen(name), &role));
    return (int)role;
}

static int meaning_class(const char *name)
{
    enum mg_meaning meaning;
    if (!strcmp(name, "-"))
        return -1;
    assert_true(mg_meaning_from_name(name, strlen(name), &meaning));
    return MG_ROLE_COUNT + (int)meaning;
}

/* truth: the file's lines, line_count of them */
static void judge(struct score *score, const char *path, const struct truth *truth, size_t line_count)
{
    struct mg_import import = {0};
    const struct mg_import_options options = {
        .kinds = mg_kinds, .dataset = "x", .edition = "2020", .kind = truth->kind};
    must(mg_import_prepare(&import, path, &options, &err));
    struct mg_error error = {0};
    enum mg_code code = mg_import_find_roles(&import, &error);
    if (code && code != MG_ERR_INPUT)
        fail_msg("%s: %s", truth->file, error.message);
    size_t met = 0;
    for (size_t i = 0; i < import.info->column_count; i++) {
        const char *column = import.info->columns[i];
        const struct truth *said = NULL;
        for (size_t k = 0; k < line_count; k++)
            if (!strcmp(truth[k].column, column))
                said = &truth[k];
        int role = -1,
            meaning = import.meanings[i].meaning ? MG_ROLE_COUNT + (int)import.meanings[i].meaning : -1;
        for (int r = 0; r < MG_ROLE_COUNT; r++)
            if (import.roles.column[r] == (int)i)
                role = r;
        met += said != NULL;
        count(score, truth, column, role, said ? role_class(said->role) : -1);
        count(score, truth, column, meaning, said ? meaning_class(said->meaning) : -1);
    }
    if (met < line_count && strcmp(truth->column, "*"))
        fail_msg("%s: the truth names columns that it has not", truth->file);
    score->columns += (int)import.info->column_count;
    score->files++;
    mg_import_finish(&import);
}

static double macro_f1(const struct score *score)
{
    double sum = 0;
    int classes = 0;
    for (int i = 0; i < CLASSES; i++) {
        int all = 2 * score->hit[i] + score->false_alarm[i] + score->missed[i];
        if (!all)
            continue;
        sum += 2.0 * score->hit[i] / all;
        classes++;
    }
    return classes ? sum / classes : 0;
}

static void check(bool ours)
{
    struct score score = {0};
    size_t line_count;
    struct truth *truth = read_truth(&line_count);
    for (size_t from = 0, to; from < line_count; from = to) {
        char path[1000];
        bool invented = !strncmp(truth[from].file, "testdata/", 9);
        for (to = from + 1; to < line_count && !strcmp(truth[to].file, truth[from].file);)
            to++;
        snprintf(path, sizeof path, "%s/%s%s", root(), invented ? "" : "../shared/data/", truth[from].file);
        if (invented == ours && access(path, R_OK) == 0)
            judge(&score, path, &truth[from], to - from);
    }
    for (size_t i = 0; i < line_count; i++)
        free(truth[i].line);
    free(truth);
    if (!score.files)
        skip();
    double f1 = macro_f1(&score);
    print_message("%d files, %d columns: macro-F1 %.4f, abstention %.4f (%d of %d)\n", score.files,
                  score.columns, f1, (double)score.abstained / score.named, score.abstained, score.named);
    if (f1 < LEAST_F1)
        fail_msg("macro-F1 is %.4f, less than %.2f", f1, LEAST_F1);
}

static void invented_files(void **state)
{
    (void)state;
    check(true);
}

static void real_files(void **state)
{
    (void)state;
    check(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(invented_files), cmocka_unit_test(real_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
