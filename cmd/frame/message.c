#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd/frame/frame.h"
#include "libdata/base/text.h"

static const char *tool_name; /* NULL: the front end */
static int verbosity;
static char blamed[1024];

void mg_message_name(const char *tool)
{
    tool_name = tool;
}

void mg_message_verbosity(int level)
{
    verbosity = level;
}

void mg_tool_blame(const char *file)
{
    blamed[0] = '\0';
    if (file && strcmp(file, "-") == 0)
        file = _("standard input");
    if (file)
        mg_text_visible(file, strlen(file), blamed, sizeof blamed);
}

static void print_name(void)
{
    mg_progress_clear();
    if (tool_name)
        fprintf(stderr, "maillage %s: ", tool_name);
    else
        fputs("maillage: ", stderr);
}

static void print_place(const struct mg_error *err)
{
    if (blamed[0])
        fputs(blamed, stderr);
    else if (err->line)
        fprintf(stderr, _("line %lld"), (long long)err->line);
    else
        return;
    if (blamed[0] && err->line)
        fprintf(stderr, ":%lld", (long long)err->line);
    if (err->line && err->column)
        fprintf(stderr, ":%lld", (long long)err->column);
    fputs(": ", stderr);
}

void mg_message_error(const struct mg_error *err)
{
    print_name();
    print_place(err);
    if (err->field[0])
        fprintf(stderr, "%s: ", err->field);
    fprintf(stderr, "%s\n", err->message);
    if (err->hint[0])
        fprintf(stderr, _("hint: %s\n"), err->hint);
    else if (err->code == MG_ERR_USAGE)
        fprintf(stderr, _("try 'maillage%s%s --help'\n"), tool_name ? " " : "", tool_name ? tool_name : "");
}

static void print_line(const char *format, va_list args)
{
    char plain[2048], visible[4096];
    vsnprintf(plain, sizeof plain, format, args);
    mg_text_visible(plain, strlen(plain), visible, sizeof visible);
    print_name();
    fprintf(stderr, "%s\n", visible);
}

void mg_tool_say(const char *format, ...)
{
    if (verbosity < 0)
        return;
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
}

void mg_tool_note(const char *format, ...)
{
    if (verbosity < 1)
        return;
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
}
