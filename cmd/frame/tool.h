/* tool.h - what every tool does the same way: options, --help, messages, output, exit status.
 *
 * A tool is one struct mg_tool; its main is `return mg_tool_main(&tool, argc, argv);`. One row of its
 * option table makes the getopt_long array, the --help text, and the shell completions; the options that
 * all tools share are declared and parsed here, once. Exit status: 0 done, 1 the answer is no, 2 usage,
 * 3 bad input, 4 database, disk or output failed, 5 locked.
 *
 * SIGINT, SIGTERM and SIGHUP ask the work to stop at its next progress report: what was begun is undone,
 * temporary files are removed, and the process then ends by that signal (a shell sees 130 for SIGINT). Work
 * that does not report within two seconds, or a second signal, ends it at once, temporary files removed.
 * SIGPIPE is ignored: a reader that closes early is MG_ERR_CLOSED, and the tool ends quietly with 0. So is
 * SIGXFSZ: a limit on the size of files is a full disk.
 *
 * Before a tool runs, the files of its command line are compared (files.h), so that no output takes the place
 * of an input or of another output: each operand, each option whose argument is FILE or DIR, --db, --output,
 * and the standard streams that are used. Operands and a tool's own options are read, unless the tool says
 * that it writes them.
 */
#ifndef MG_FRAME_TOOL_H
#define MG_FRAME_TOOL_H

#include <stdbool.h>

#include "libdata/base/error.h"
#include "libdata/db/db.h"
#include "libdata/domain/common/access.h"
#include "libdata/io/files.h"
#include "libdata/io/out.h"
#include "libdata/io/outfile.h"
#include "libdata/io/progress.h"

struct mg_option {
    const char *name;     /* long name, without dashes; NULL ends the table */
    char letter;          /* short form, or 0 */
    const char *argument; /* N_("FILE"), or NULL for a flag */
    const char *help;     /* N_("...") one line, no final stop */
};

enum mg_takes {                        /* which shared options beside --help, --version, -v, -q a tool has */
                MG_TAKES_DB = 1,       /* -d --db, --wait */
                MG_TAKES_OUTPUT = 2,   /* -o --output */
                MG_TAKES_FORMAT = 4,   /* -f --format: table on a terminal, else jsonl */
                MG_TAKES_PROGRESS = 8, /* --progress */
                MG_TAKES_STRICT = 16,  /* --strict-input */
                MG_DB_OPTIONAL =
                    32, /* with MG_TAKES_DB: db_path may be NULL, the tool says when it needs one */
};

struct mg_common {
    const char *db_path; /* -d or MAILLAGE_DB; without MG_DB_OPTIONAL there always is one */
    int wait_seconds;    /* 10 unless told */
    int verbosity;       /* -1 quiet, 0, 1 verbose */
    bool strict_input;
    const char *output_path;            /* NULL: standard output */
    const char *format_name;            /* as given, or NULL; tools with formats of their own look at it */
    enum mg_format format;              /* what it means for mg_out */
    const struct mg_progress *progress; /* never NULL; draws on stderr when it should */
    struct mg_files *files;             /* of this run; what no option names is to be added */
};

struct mg_tool {
    const char *name;    /* "import" */
    const char *summary; /* N_("...") one line */
    /* N_("FILE"); "" when it takes none, "[FILE]" when it may, "FILE..." when there may be many: their
     * number is checked. */
    const char *operands;
    unsigned takes; /* enum mg_takes */
    /* names --format accepts, ending with NULL; NULL: table jsonl csv json. For other names the tool looks
     * at format_name. */
    const char *const *formats;
    const struct mg_option *options;
    /* The i-th word that a list given to an option is made of, for --help; NULL after the last. values NULL:
     * none has such words. */
    const char *(*values)(const char *option, size_t i);
    const char *const
        *writes; /* names of its own options whose FILE or DIR it writes, ending with NULL; or NULL */
    /* Called for each of its own options as they come; the option is named in front of its message. */
    enum mg_code (*set)(void *args, const char *name, const char *value, struct mg_error *err);
    /* operands: the rest of the command line. *ret_answer: 0, or 1 for "the answer is no". The error's
     * place and file come out through mg_tool_blame. */
    enum mg_code (*run)(const struct mg_common *common, int operand_count, char **operands, void *args,
                        int *ret_answer, struct mg_error *err);
    void *args;
};

int mg_tool_main(const struct mg_tool *tool, int argc, char **argv);

/* Name the file that an error is about, before returning it ("maillage import: FILE:17:4: ..."). */
void mg_tool_blame(const char *file);

/* A line on stderr ("maillage import: ..."), unless -q; note only with -v. */
void mg_tool_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void mg_tool_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Records to -o or standard output, which the readers may see: a new file is 0600 unless they are the public.
 * Opened, and at the end closed, flushed, committed. On failure of the work in between, call
 * mg_tool_output_fail: the stream then says so and the file is not left behind. */
struct mg_output {
    struct mg_outfile *file;
    struct mg_out *out;
};
enum mg_code mg_tool_output_open(const struct mg_common *common, enum mg_audience readers,
                                 struct mg_output *ret_output, struct mg_error *err);
enum mg_code mg_tool_output_close(struct mg_output *output, struct mg_error *err);
void mg_tool_output_fail(struct mg_output *output, const struct mg_error *why);

/* The whole of a tool that reads the file and answers in records: output and file opened, answered, closed.
 */
typedef enum mg_code mg_tool_answerer(const struct mg_common *common, void *context, struct mg_db *db,
                                      struct mg_out *out, struct mg_error *err);
enum mg_code mg_tool_answer(const struct mg_common *common, enum mg_audience readers,
                            mg_tool_answerer *answer, void *context, struct mg_error *err);

/* For a format of its own, or a second output: a file (NULL or "-": standard output) whose temporary name
 * goes away when a signal ends the process. Commit and destroy it with mg_tool_file_commit and _destroy;
 * every output of a tool is opened here, so that none goes unguarded or over an input. */
enum mg_code mg_tool_file_open(const struct mg_common *common, const char *path, enum mg_audience readers,
                               struct mg_outfile **ret_file, struct mg_error *err);
enum mg_code mg_tool_file_commit(struct mg_outfile *file, struct mg_error *err); /* destroys it too */
void mg_tool_file_destroy(struct mg_outfile *file);

#endif
