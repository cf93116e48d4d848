/* frame.h - the parts of the frame (tool.h) among themselves, and what the front end shares with it. */
#ifndef MG_CMD_FRAME_H
#define MG_CMD_FRAME_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "cmd/tool.h"

/* place.c: where this program is installed. Directories are NUL-terminated, without a last slash. */
enum mg_place { MG_PLACE_TOOLS, MG_PLACE_MAN, MG_PLACE_LOCALE };
bool mg_place_find(enum mg_place place, char ret_path[PATH_MAX]);

/* start.c: standard descriptors, signals that are ignored, language. name NULL: the front end. */
void mg_frame_start(const char *name);
/* Everything printed is on its way, or the error says why not. */
enum mg_code mg_frame_flush(struct mg_error *err);

/* message.c */
void mg_message_name(const char *tool); /* NULL: the front end */
void mg_message_verbosity(int verbosity);
void mg_message_error(const struct mg_error *err); /* with its hint, or "try ... --help" */

/* options.c */
enum mg_action { MG_ACTION_RUN, MG_ACTION_HELP, MG_ACTION_VERSION, MG_ACTION_COMPLETE };
enum mg_when { MG_WHEN_AUTO, MG_WHEN_ALWAYS, MG_WHEN_NEVER };
struct mg_parsed {
    struct mg_common common;
    enum mg_action action;
    enum mg_when progress;
    int first_operand; /* in argv, whose options have been moved to its front */
};
enum mg_code mg_options_parse(const struct mg_tool *tool, int argc, char **argv, struct mg_parsed *ret_parsed,
                              struct mg_error *err);
/* The i-th option of a tool, its own first; NULL after the last. */
const struct mg_option *mg_options_at(const struct mg_tool *tool, size_t i);
const char *const *mg_options_formats(const struct mg_tool *tool);
extern const char *const mg_options_whens[]; /* of --progress, by enum mg_when; ends with NULL */

/* help.c: to standard output */
void mg_help_print(const struct mg_tool *tool);
void mg_help_version(void);
void mg_help_complete(
    const struct mg_tool *tool); /* an option a line: "--name", "--name ARGUMENT [VALUE]..." */

/* nearest.c: the name that was probably meant, or NULL when none is near. names ends with NULL. */
const char *mg_nearest(const char *name, const char *const *names);

/* progress.c */
const struct mg_progress *mg_progress_start(const char *tool, enum mg_when when, int verbosity);
void mg_progress_clear(void);

/* stop.c: signals that ask the work to stop */
void mg_stop_install(void);
bool mg_stop_requested(void);
void mg_stop_guard(const char *temporary); /* to unlink when the process must end at once; NULL: nothing */
void mg_stop_raise(void);                  /* end by the signal that was received, if one was */

#endif
