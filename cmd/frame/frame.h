/* frame.h - the parts of the frame (tool.h) among themselves, and what the front end shares with it. */
#ifndef MG_FRAME_FRAME_H
#define MG_FRAME_FRAME_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "cmd/frame/tool.h"

/* install_paths.c: where this program is installed. Directories are NUL-terminated, without a last slash. */
enum mg_installed { MG_INSTALLED_TOOLS, MG_INSTALLED_MAN, MG_INSTALLED_LOCALE };
bool mg_install_path(enum mg_installed what, char ret_path[PATH_MAX]);

/* start.c: standard descriptors, signals that are ignored, language. name NULL: the front end. */
void mg_frame_start(const char *name);
/* Everything printed is on its way, or the error says why not. */
enum mg_code mg_frame_flush(struct mg_error *err);

/* message.c */
void mg_message_name(const char *tool); /* NULL: the front end */
void mg_message_verbosity(int verbosity);
void mg_message_error(const struct mg_error *err); /* with its hint, or "try ... --help" */

/* files_apart.c: the files of the command line, none of which is both read and written */
enum mg_code mg_frame_declare(struct mg_files *files, bool written, const char *what, const char *path,
                              struct mg_error *err); /* "-": a standard stream */
/* The rest of them, then all compared. */
enum mg_code mg_frame_keep_apart(const struct mg_tool *tool, const struct mg_common *common,
                                 int operand_count, char **operands, struct mg_error *err);

/* options.c */
enum mg_action { MG_ACTION_RUN, MG_ACTION_HELP, MG_ACTION_VERSION, MG_ACTION_COMPLETE };
enum mg_when { MG_WHEN_AUTO, MG_WHEN_ALWAYS, MG_WHEN_NEVER };
struct mg_parsed {
    struct mg_common common;
    enum mg_action action;
    enum mg_when progress;
    int first_operand; /* in argv, whose options have been moved to its front */
};
/* files: those that options of the tool's own name are declared there. */
enum mg_code mg_options_parse(const struct mg_tool *tool, int argc, char **argv, struct mg_files *files,
                              struct mg_parsed *ret_parsed, struct mg_error *err);
/* The i-th option of a tool, its own first; NULL after the last. */
const struct mg_option *mg_options_at(const struct mg_tool *tool, size_t i);
const char *const *mg_options_formats(const struct mg_tool *tool);
extern const char *const mg_options_whens[]; /* of --progress, by enum mg_when; ends with NULL */

/* help.c: to standard output */
void mg_help_print(const struct mg_tool *tool);
void mg_help_version(void);
void mg_help_complete(
    const struct mg_tool *tool); /* an option a line: "--name", "--name ARGUMENT [VALUE]..." */

/* did_you_mean.c: the name that was probably meant, or NULL when none is near. names ends with NULL. */
const char *mg_did_you_mean(const char *name, const char *const *names);

/* progress.c */
const struct mg_progress *mg_progress_start(const char *tool, enum mg_when when, int verbosity);
void mg_progress_clear(void);

/* signals.c: signals that ask the work to stop */
void mg_signals_install(void);
bool mg_signals_requested(void);
/* To unlink when the process must end at once; released once it is renamed or removed. NULL: nothing, -1. */
int mg_signals_guard(const char *temporary);
int mg_signals_guarded(const char *temporary); /* which one it is, or -1 */
void mg_signals_release(int guard);
/* Between these two a signal waits: what is being made has its guard before it comes. */
void mg_signals_hold(void);
void mg_signals_let(void);
void mg_signals_raise(void); /* end by the signal that was received, if one was */

#endif
