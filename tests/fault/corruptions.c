/* usage: corruptions FILE COMMANDS COUNT SEED [ONLY]
 *
 * A sound maillage file is damaged COUNT times, each time otherwise: bytes of a page, of the header, of the
 * schema, pages that are zeroed, swapped, doubled or random, a file that is cut short. Each time every
 * command of COMMANDS (a line each: TOOL and its arguments; @ is the damaged file) is run in a child of this
 * process, with the tools as they are: their main functions are linked into it, so that nothing is loaded or
 * started again.
 *
 * What must not be: a crash (a signal, a finding of the sanitizers), a hang (more than CPU_SECONDS), a status
 * that is none of 0 to 5, a failure without a message; and an answer that is given with status 0 or 1, is not
 * that of the sound file, and which `check --verify`, which must be among the commands, does not find. Each
 * is told with its number: ONLY runs that one alone and keeps the damaged file. Two of one SEED are the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libdata/db/spatialite.h"
#include "libdata/geo/proj.h"
#include "libdata/io/gdal.h"

int mg_main_barometer_summary(int argc, char **argv);
int mg_main_check(int argc, char **argv);
int mg_main_crossref(int argc, char **argv);
int mg_main_diff_history(int argc, char **argv);
int mg_main_export_geojson(int argc, char **argv);
int mg_main_import(int argc, char **argv);

static const struct {
    const char *name;
    int (*main)(int argc, char **argv);
} tools[] = {
    {"barometer-summary", mg_main_barometer_summary},
    {"check", mg_main_check},
    {"crossref", mg_main_crossref},
    {"diff-history", mg_main_diff_history},
    {"export-geojson", mg_main_export_geojson},
    {"import", mg_main_import},
};

enum { CPU_SECONDS = 20, MOST_COMMANDS = 64, MOST_WORDS = 40, SANITIZER_STATUS = 99 };

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "corruptions: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* ---- numbers that are the same for one seed ---- */

static uint64_t state;

static uint64_t number(uint64_t below)
{
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (z ^ z >> 31) % below;
}

/* ---- the sound file, and the pages in which our rows lie ---- */

static unsigned char *sound;
static size_t size, page_size;
static uint32_t *ours; /* pages of other tables than SpatiaLite's own, from 0 */
static size_t ours_count;

static void read_sound(const char *path)
{
    FILE *file = fopen(path, "rb");
    must(file && fseek(file, 0, SEEK_END) == 0, path);
    size = (size_t)ftell(file);
    sound = malloc(size);
    rewind(file);
    must(sound && fread(sound, 1, size, file) == size && fclose(file) == 0, path);
    page_size = (size_t)sound[16] << 8 | sound[17];
    if (page_size == 1)
        page_size = 65536;
}

static void find_pages(const char *path)
{
    static const char sql[] = "SELECT pageno - 1 FROM dbstat WHERE pageno > 1 AND name NOT LIKE 'spatial%' "
                              "AND name NOT LIKE '%aux%' "
                              "AND name NOT LIKE '%\\_history' ESCAPE '\\' ORDER BY pageno";
    sqlite3 *handle;
    sqlite3_stmt *statement = NULL;
    must(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK, path);
    ours = calloc(size / page_size + 1, sizeof *ours);
    sqlite3_prepare_v2(handle, sql, -1, &statement, NULL); /* a SQLite without dbstat: any page */
    while (ours && statement && sqlite3_step(statement) == SQLITE_ROW)
        ours[ours_count++] = (uint32_t)sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
}

static size_t some_page(void)
{
    return ours_count && number(10) ? ours[number(ours_count)] : number(size / page_size);
}

/* ---- damage ---- */

static void change_bytes(unsigned char *from, size_t length, uint64_t most)
{
    for (uint64_t n = 1 + number(most); n > 0; n--)
        from[number(length)] =
            number(2) ? (unsigned char)number(256) : (unsigned char)(from[number(length)] + 1);
}

static const char *damage(unsigned char *bytes, size_t *length)
{
    size_t page = some_page(), other = some_page();
    unsigned char *at = bytes + page * page_size;
    switch (number(16)) {
    case 0:
        change_bytes(bytes + 16, 84, 3);
        return "header";
    case 1:
        change_bytes(bytes + 100, page_size - 100, 4);
        return "schema";
    case 2:
        memset(at, 0, page_size);
        return "zeroed page";
    case 3:
        for (size_t i = 0; i < page_size; i++)
            at[i] = (unsigned char)number(256);
        return "random page";
    case 4:
        for (size_t i = 0; i < page_size; i++) {
            unsigned char kept = at[i];
            at[i] = bytes[other * page_size + i];
            bytes[other * page_size + i] = kept;
        }
        return "swapped pages";
    case 5:
        memmove(at, bytes + other * page_size, page_size);
        return "doubled page";
    case 6:
        *length = number(4) ? page * page_size : number(size);
        return "cut short";
    case 7:
        change_bytes(at, 12, 2);
        return "page header";
    case 8:
    case 9:
        change_bytes(at, page_size, 8);
        return "bytes";
    default: { /* one byte where there is something */
        size_t i = number(page_size);
        for (size_t tries = 0; !at[i] && tries < page_size; tries++)
            i = (i + 1) % page_size;
        at[i] ^= (unsigned char)(1 + number(255));
        return "byte";
    }
    }
}

static void write_file(const char *path, const unsigned char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    must(file && fwrite(bytes, 1, length, file) == length && fclose(file) == 0, path);
}

/* ---- commands ---- */

struct command {
    char line[512];
    char *words[MOST_WORDS + 1];
    int count;
    bool writes, verifies, compared;
    char *answer; /* of the sound file */
    size_t length;
    int status;
};
static struct command commands[MOST_COMMANDS];
static size_t command_count;

static void read_commands(const char *path)
{
    char line[512];
    FILE *file = fopen(path, "r");
    must(file, path);
    while (command_count < MOST_COMMANDS && fgets(line, sizeof line, file)) {
        struct command *command = &commands[command_count];
        memcpy(command->line, line, sizeof line);
        for (char *word = strtok(line, " \n"); word && command->count < MOST_WORDS;
             word = strtok(NULL, " \n"))
            command->words[command->count++] = strdup(word);
        command->line[strcspn(command->line, "\n")] = '\0';
        command->writes =
            command->count &&
            (!strcmp(command->words[0], "import") ||
             (!strcmp(command->words[0], "diff-history") && !strstr(command->line, "--no-save")));
        command->verifies = !strncmp(command->line, "check --verify", 14);
        command_count += command->count > 0;
    }
    fclose(file);
}

struct outcome {
    int status; /* as wait gives it */
    bool said;  /* something on standard error */
    char *answer;
    size_t length;
};

static char *take(int fd, size_t *ret_length)
{
    struct stat st;
    must(fstat(fd, &st) == 0, "an answer");
    char *text = malloc((size_t)st.st_size + 1);
    *ret_length = (size_t)st.st_size;
    must(text && pread(fd, text, *ret_length, 0) == (ssize_t)*ret_length, "an answer");
    text[*ret_length] = '\0';
    return text;
}

static void be_the_tool(const struct command *command, const char *file, int out, int said)
{
    char *argv[MOST_WORDS + 1];
    struct rlimit limit = {CPU_SECONDS, CPU_SECONDS + 1};
    for (int i = 0; i < command->count; i++)
        argv[i] = !strcmp(command->words[i], "@") ? (char *)(uintptr_t)file : command->words[i];
    argv[command->count] = NULL;
    setrlimit(RLIMIT_CPU, &limit);
    limit.rlim_cur = limit.rlim_max = 0;
    setrlimit(RLIMIT_CORE, &limit);
    int nothing = open("/dev/null", O_RDONLY);
    if (dup2(nothing, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(said, STDERR_FILENO) < 0)
        _exit(98);
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
        if (!strcmp(tools[i].name, argv[0]))
            _exit(tools[i].main(command->count, argv));
    _exit(97);
}

static struct outcome run(const struct command *command, const char *file, bool show)
{
    struct outcome outcome = {0};
    int out = memfd_create("out", MFD_CLOEXEC), said = memfd_create("said", MFD_CLOEXEC);
    must(out >= 0 && said >= 0, "memfd_create");
    fflush(NULL);
    pid_t child = fork();
    must(child >= 0, "fork");
    if (!child)
        be_the_tool(command, file, out, said);
    must(waitpid(child, &outcome.status, 0) == child, "waitpid");
    size_t length;
    char *words = take(said, &length);
    outcome.said = length > 0;
    if (show)
        fprintf(stderr, "--- %s: status %x\n%s", command->line, (unsigned)outcome.status, words);
    free(words);
    outcome.answer = take(out, &outcome.length);
    close(out);
    close(said);
    return outcome;
}

/* ---- the campaign ---- */

static char damaged[64], copy[64], remains[96];
static int crashes, hangs, wrong, refused, found, same;

static void sweep(const char *path)
{
    static const char *const beside[] = {"", "-journal", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        snprintf(remains, sizeof remains, "%s%s", path, beside[i]);
        unlink(remains);
    }
}

static struct outcome run_on(const struct command *command, const unsigned char *bytes, size_t length,
                             bool show)
{
    if (!command->writes)
        return run(command, damaged, show);
    write_file(copy, bytes, length);
    struct outcome outcome = run(command, copy, show);
    sweep(copy);
    return outcome;
}

/* Twice: what is not the same then (a time of day) is not compared. */
static void learn(void)
{
    write_file(damaged, sound, size);
    for (size_t i = 0; i < command_count; i++) {
        struct command *c = &commands[i];
        struct outcome first = run_on(c, sound, size, false), again = run_on(c, sound, size, false);
        if (!WIFEXITED(first.status) || WEXITSTATUS(first.status) > 1) {
            run_on(c, sound, size, true);
            fprintf(stderr, "corruptions: the sound file does not do for: %s\n", c->line);
            exit(2);
        }
        c->compared =
            !c->verifies && first.length == again.length && !memcmp(first.answer, again.answer, first.length);
        c->answer = first.answer;
        c->length = first.length;
        c->status = first.status;
        free(again.answer);
    }
}

static bool is_crash(int status)
{
    return (WIFSIGNALED(status) && WTERMSIG(status) != SIGXCPU && WTERMSIG(status) != SIGKILL) ||
           (WIFEXITED(status) && WEXITSTATUS(status) > 5);
}

static void try_one(int i, uint64_t seed, bool show)
{
    unsigned char *bytes = malloc(size);
    size_t length = size;
    bool differs[MOST_COMMANDS] = {false}, verified = false;
    must(bytes, "memory");
    memcpy(bytes, sound, size);
    state = seed * UINT64_C(1000003) + (uint64_t)i;
    const char *what = damage(bytes, &length);
    write_file(damaged, bytes, length);
    for (size_t k = 0; k < command_count; k++) {
        struct command *c = &commands[k];
        struct outcome o = run_on(c, bytes, length, show);
        int status = WIFEXITED(o.status) ? WEXITSTATUS(o.status) : -1;
        if (is_crash(o.status)) {
            crashes++;
            printf("%d (%s): crash, status %x: %s\n", i, what, (unsigned)o.status, c->line);
        } else if (status < 0) {
            hangs++;
            printf("%d (%s): hang: %s\n", i, what, c->line);
        } else if (status >= 2 && !o.said) {
            crashes++;
            printf("%d (%s): status %d without a word: %s\n", i, what, status, c->line);
        } else if (status >= 2) {
            refused++;
        } else if (c->verifies) {
            verified = status == 0;
        } else if (c->compared && (o.status != c->status || o.length != c->length ||
                                   memcmp(o.answer, c->answer, o.length) != 0)) {
            differs[k] = strncmp(c->line, "check", 5) != 0;
        } else {
            same++;
        }
        free(o.answer);
    }
    for (size_t k = 0; k < command_count; k++) {
        found += differs[k] && !verified;
        wrong += differs[k] && verified;
        if (differs[k] && verified)
            printf("%d (%s): another answer, and check --verify finds nothing: %s\n", i, what,
                   commands[k].line);
    }
    fflush(stdout);
    sweep(damaged);
    free(bytes);
}

int main(int argc, char **argv)
{
    if (argc < 5 || argc > 6) {
        fprintf(stderr, "usage: corruptions FILE COMMANDS COUNT SEED [ONLY]\n");
        return 2;
    }
    int count = atoi(argv[3]), only = argc > 5 ? atoi(argv[5]) : -1;
    uint64_t seed = strtoull(argv[4], NULL, 10);
    snprintf(damaged, sizeof damaged, "damaged.maillage");
    snprintf(copy, sizeof copy, "copy.maillage");
    struct mg_error err = {0};
    must(!mg_spatialite_load(&err) && !mg_gdal_load(&err) && !mg_proj_load(&err), err.message);
    read_sound(argv[1]);
    find_pages(argv[1]);
    read_commands(argv[2]);
    learn();
    printf("seed %llu: %d corruptions of %zu pages (%zu of them ours), %zu commands each\n",
           (unsigned long long)seed, count, size / page_size, ours_count, command_count);
    for (int i = 0; i < count; i++)
        if (only < 0 || only == i)
            try_one(i, seed, only >= 0);
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    printf("%d crashes, %d hangs, %d wrong answers that check --verify does not find (%d found, %d refused, "
           "%d as of "
           "the sound file); %ld CPU seconds\n",
           crashes, hangs, wrong, found, refused, same, (long)(used.ru_utime.tv_sec + used.ru_stime.tv_sec));
    return crashes || hangs || wrong;
}
