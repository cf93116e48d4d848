/* The front end: lists the tools, opens their pages, and runs them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/frame/frame.h"

struct tool {
    const char *name, *summary;
};

static const struct tool tools[] = {
    {"import", N_("bring a dated edition of a dataset, or a reference, into the file")},
    {"diff-history", N_("what opened, closed, moved or changed between editions")},
    {"crossref", N_("datasets crossed by territory and time")},
    {"export-geojson", N_("publication files: RFC 7946")},
    {"barometer-summary", N_("the satisfaction barometer by service, territory and period")},
    {"check", N_("is this file whole, and are its books balanced?")},
};

enum { TOOL_COUNT = sizeof tools / sizeof *tools };

/* Planned, and refused until they are there. */
static const char *const not_built[] = {"export-map", NULL};

static const char example[] =
    "export MAILLAGE_DB=services.maillage\n"
    "maillage import postes-2016.csv --dataset postes --edition 2016 --access open\n"
    "maillage import postes-2020.csv --dataset postes --edition 2020 > edition\n"
    "maillage diff-history - < edition | maillage export-geojson - > moves.geojson\n"
    "maillage diff-history --dataset postes --all --stat --format table\n";

static void print_overview(void)
{
    puts(_("maillage: the public services of the territory, with their history, in one file\n"));
    puts(_("Usage: maillage TOOL [OPTION]... [FILE]\n"
           "       maillage help TOOL\n"));
    puts(_("Tools:"));
    for (size_t i = 0; i < TOOL_COUNT; i++)
        printf("  %-18s %s\n", tools[i].name, _(tools[i].summary));
    printf("\n%s\n\n%s\n", _("An example:"), example);
    puts(_("'maillage help tutorial' starts from the beginning."));
}

static enum mg_code tool_path(const char *name, char ret_path[PATH_MAX], struct mg_error *err)
{
    char directory[PATH_MAX];
    if (!mg_install_path(MG_INSTALLED_TOOLS, directory)) {
        mg_fail(err, MG_ERR_IO, "%s", _("the tools are not where they were installed"));
        mg_error_hint(err, _("they should be in %s, under the same directory as %s"), MG_TOOLS_DIR,
                      MG_BIN_DIR);
        return MG_ERR_IO;
    }
    if (snprintf(ret_path, PATH_MAX, "%s/%s", directory, name) >= PATH_MAX)
        return mg_fail_errno(err, ENAMETOOLONG, _("cannot run '%s'"), name);
    return MG_OK;
}

static bool is_tool(const char *name)
{
    size_t i = 0;
    while (i < TOOL_COUNT && strcmp(tools[i].name, name) != 0)
        i++;
    return i < TOOL_COUNT;
}

static enum mg_code fail_unknown(const char *name, struct mg_error *err)
{
    const char *names[TOOL_COUNT + 2] = {0};
    for (size_t i = 0; not_built[i]; i++)
        if (strcmp(not_built[i], name) == 0)
            return mg_fail(err, MG_ERR_USAGE, _("'%s' is not built yet"), name);
    for (size_t i = 0; i < TOOL_COUNT; i++)
        names[i] = tools[i].name;
    names[TOOL_COUNT] = "help";
    const char *near = mg_did_you_mean(name, names);
    if (near)
        return mg_fail(err, MG_ERR_USAGE, _("there is no tool '%s'; did you mean '%s'?"), name, near);
    return mg_fail(err, MG_ERR_USAGE, _("there is no tool '%s'"), name);
}

/* How glibc hands out memory, which it only asks for as a program starts. Huge pages where the kernel leaves
 * that to programs, and memory that is given back is used again instead of returned: the tools work on arrays
 * of megabytes, and the kernel's part in making and clearing their pages was a fifth of a long comparison.
 * Another C library does not look at it, and who has set it knows better. */
static void choose_memory(void)
{
    setenv("GLIBC_TUNABLES",
           "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=4194304:glibc.malloc.trim_threshold=67108864",
           0);
}

/* Does not return when the tool could be started. */
static enum mg_code run_tool(char **argv, struct mg_error *err)
{
    char path[PATH_MAX];
    if (!is_tool(argv[0]))
        return fail_unknown(argv[0], err);
    enum mg_code code = tool_path(argv[0], path, err);
    if (code)
        return code;
    choose_memory();
    execv(path, argv);
    return mg_fail_errno(err, errno, _("cannot run '%s'"), path);
}

static enum mg_code find_page(const char *topic, char ret_path[PATH_MAX], struct mg_error *err)
{
    static const char sections[] = {'1', '5', '7'};
    char directory[PATH_MAX];
    bool own = strcmp(topic, "maillage") == 0;
    if (!mg_install_path(MG_INSTALLED_MAN, directory))
        return mg_fail(err, MG_ERR_IO, "%s", _("the manual pages are not where they were installed"));
    for (size_t i = 0; i < sizeof sections; i++) {
        int length = snprintf(ret_path, PATH_MAX, "%s/man%c/%s%s.%c", directory, sections[i],
                              own ? "" : "maillage-", topic, sections[i]);
        if (length < PATH_MAX && access(ret_path, R_OK) == 0)
            return MG_OK;
        /* pages of a build that is not installed are all in one directory */
        length =
            snprintf(ret_path, PATH_MAX, "%s/%s%s.%c", directory, own ? "" : "maillage-", topic, sections[i]);
        if (length < PATH_MAX && access(ret_path, R_OK) == 0)
            return MG_OK;
    }
    if (!is_tool(topic))
        return fail_unknown(topic, err);
    return mg_fail(err, MG_ERR_IO, _("the page of '%s' is not installed"), topic);
}

/* Does not return when the page could be shown. */
static enum mg_code open_page(const char *topic, struct mg_error *err)
{
    char path[PATH_MAX];
    enum mg_code code = strchr(topic, '/') ? fail_unknown(topic, err) : find_page(topic, path, err);
    if (code)
        return code;
    execlp("man", "man", path, (char *)NULL);
    execlp("mandoc", "mandoc", "-a", path, (char *)NULL);
    mg_fail(err, MG_ERR_IO, "%s", _("there is no program to show manual pages"));
    mg_error_hint(err, _("install man-db or mandoc; the page is %s"), path);
    return MG_ERR_IO;
}

static enum mg_code act(int argc, char **argv, struct mg_error *err)
{
    const char *first = argc > 1 ? argv[1] : "--help";
    if (strcmp(first, "--version") == 0) {
        mg_help_version();
    } else if (strcmp(first, "--complete-tools") == 0) { /* for the shell completions */
        for (size_t i = 0; i < TOOL_COUNT; i++)
            puts(tools[i].name);
    } else if (strcmp(first, "--help") == 0 || (strcmp(first, "help") == 0 && argc == 2)) {
        print_overview();
    } else if (strcmp(first, "help") == 0) {
        return open_page(argv[2], err);
    } else if (first[0] == '-') {
        return mg_fail(err, MG_ERR_USAGE, _("unknown option '%s'; options come after the tool's name"),
                       first);
    } else {
        return run_tool(argv + 1, err);
    }
    return MG_OK;
}

int main(int argc, char **argv)
{
    struct mg_error err = {0};
    mg_frame_start(NULL);
    enum mg_code code = act(argc, argv, &err);
    if (!code)
        code = mg_frame_flush(&err);
    if (code && code != MG_ERR_CLOSED)
        mg_message_error(&err);
    return mg_exit_status(code);
}
