/* Everything is found from where the executable is, so an installed tree can be moved. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/frame/frame.h"

/* Cut the last `count` names off a path. */
static bool cut_names(char *path, int count)
{
    while (count--) {
        char *slash = strrchr(path, '/');
        if (!slash)
            return false;
        *slash = '\0';
    }
    return true;
}

static bool ends_with(const char *path, const char *end)
{
    size_t length = strlen(path), end_length = strlen(end);
    return length > end_length && strcmp(path + length - end_length, end) == 0 &&
           path[length - end_length - 1] == '/';
}

static int names_in(const char *path)
{
    int count = 1;
    for (; *path; path++)
        count += *path == '/';
    return count;
}

static bool executable_directory(char path[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
    if (length <= 0)
        return false;
    path[length] = '\0';
    return cut_names(path, 1);
}

/* path: the executable's directory, made the prefix that it is installed under. */
static bool find_prefix(char path[PATH_MAX])
{
    static const char *const installed[] = {MG_TOOLS_DIR, MG_BIN_DIR};
    for (size_t i = 0; i < sizeof installed / sizeof *installed; i++)
        if (ends_with(path, installed[i]))
            return cut_names(path, names_in(installed[i]));
    return false;
}

bool mg_install_path(enum mg_installed what, char ret_path[PATH_MAX])
{
    static const char *const installed[] = {[MG_INSTALLED_TOOLS] = MG_TOOLS_DIR,
                                            [MG_INSTALLED_MAN] = MG_MAN_DIR,
                                            [MG_INSTALLED_LOCALE] = MG_LOCALE_DIR};
    static const char *const built[] = {
        [MG_INSTALLED_TOOLS] = "cmd", [MG_INSTALLED_MAN] = "man", [MG_INSTALLED_LOCALE] = "po"};
    char root[PATH_MAX];
    if (!executable_directory(root))
        return false;
    bool in_build = ends_with(root, "cmd");
    if (in_build ? !cut_names(root, 1) : !find_prefix(root))
        return false;
    const char *part = in_build ? built[what] : installed[what];
    return snprintf(ret_path, PATH_MAX, "%s/%s", root, part) < PATH_MAX;
}
