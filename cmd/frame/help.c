#include <stdio.h>
#include <string.h>

#include "cmd/frame/frame.h"
#include "libdata/base/text.h"

enum { HELP_COLUMN = 28 };

static void print_formats(const struct mg_tool *tool)
{
    const char *const *formats = mg_options_formats(tool);
    for (const char *before = " ("; *formats; formats++, before = ", ")
        printf("%s%s", before, *formats);
    putchar(')');
}

static void print_values(const struct mg_tool *tool, const char *option)
{
    const char *value;
    for (size_t i = 0; (value = tool->values(option, i)); i++)
        printf("%s%s", i ? ", " : " (", value);
    if (tool->values(option, 0))
        putchar(')');
}

static void print_option(const struct mg_tool *tool, const struct mg_option *o)
{
    char left[128];
    int used = o->letter ? snprintf(left, sizeof left, "  -%c, --%s", o->letter, o->name)
                         : snprintf(left, sizeof left, "      --%s", o->name);
    if (o->argument && used > 0 && (size_t)used < sizeof left)
        snprintf(left + used, sizeof left - (size_t)used, " %s", _(o->argument));
    size_t width = mg_text_width(left, strlen(left));
    fputs(left, stdout);
    if (width + 2 > HELP_COLUMN) {
        putchar('\n');
        width = 0;
    }
    printf("%*s%s", (int)(HELP_COLUMN - width), "", _(o->help));
    if (strcmp(o->name, "format") == 0)
        print_formats(tool);
    if (tool->values)
        print_values(tool, o->name);
    putchar('\n');
}

void mg_help_print(const struct mg_tool *tool)
{
    const char *operands = tool->operands[0] ? _(tool->operands) : "";
    printf(_("Usage: maillage %s [OPTION]...%s%s\n"), tool->name, *operands ? " " : "", operands);
    printf("%s.\n\n", _(tool->summary));
    for (size_t i = 0; mg_options_at(tool, i); i++)
        print_option(tool, mg_options_at(tool, i));
    printf(_("\nEverything is explained in maillage-%s(1): 'maillage help %s'.\n"), tool->name, tool->name);
}

void mg_help_version(void)
{
    printf("maillage %s\n", MG_VERSION);
}

static void print_words(const char *const *words)
{
    for (; *words; words++)
        printf(" %s", *words);
}

void mg_help_complete(const struct mg_tool *tool)
{
    const struct mg_option *o;
    for (size_t i = 0; (o = mg_options_at(tool, i)); i++) {
        for (int is_long = o->letter == 0; is_long < 2; is_long++) {
            if (is_long)
                printf("--%s", o->name);
            else
                printf("-%c", o->letter);
            if (o->argument)
                printf(" %s", o->argument);
            if (strcmp(o->name, "format") == 0)
                print_words(mg_options_formats(tool));
            else if (strcmp(o->name, "progress") == 0)
                print_words(mg_options_whens);
            putchar('\n');
        }
    }
}
