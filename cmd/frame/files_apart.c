/* The files of a command line: no output takes the place of an input, or of another output. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/frame/frame.h"

enum mg_code mg_frame_declare(struct mg_files *files, bool written, const char *what, const char *path,
                              struct mg_error *err)
{
    enum mg_file_use use = written ? MG_FILE_WRITTEN : MG_FILE_READ;
    if (path && strcmp(path, "-") != 0)
        return mg_files_add(files, use, what, path, err);
    char named[64] = "";
    if (path && what)
        snprintf(named, sizeof named, "%s '-'", what);
    if (written)
        return mg_files_add_fd(files, use, *named ? named : _("standard output"), STDOUT_FILENO, err);
    return mg_files_add_fd(files, use, *named ? named : _("standard input"), STDIN_FILENO, err);
}

/* Nothing can be said where messages themselves would go into a file that is read: they go nowhere. */
static enum mg_code check_messages(struct mg_files *files, struct mg_error *err)
{
    enum mg_code code = mg_files_add_fd(files, MG_FILE_WRITTEN, _("standard error"), STDERR_FILENO, err);
    if (!code)
        code = mg_files_check_fd(files, STDERR_FILENO, err);
    int nothing = code == MG_ERR_USAGE ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1;
    if (nothing >= 0)
        dup2(nothing, STDERR_FILENO);
    return code;
}

enum mg_code mg_frame_keep_apart(const struct mg_tool *tool, const struct mg_common *common,
                                 int operand_count, char **operands, struct mg_error *err)
{
    struct mg_files *files = common->files;
    enum mg_code code = MG_OK;
    if ((tool->takes & MG_TAKES_DB) && common->db_path)
        code = mg_files_add(files, MG_FILE_DATABASE, "--db", common->db_path, err);
    for (int i = 0; i < operand_count && !code; i++)
        code = mg_frame_declare(files, false, NULL, operands[i], err);
    if (!code && (tool->takes & MG_TAKES_OUTPUT))
        code = mg_frame_declare(files, true, "--output", common->output_path, err);
    if (!code)
        code = check_messages(files, err);
    return code ? code : mg_files_check(files, err);
}
