#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/frame/frame.h"
#include "libdata/base/text.h"

enum { BAR_WIDTH = 24 };

static const double SECONDS_BETWEEN = 0.1; /* at most ten updates a second */
static const double SECONDS_BEFORE = 0.3;  /* short work shows nothing */

static struct {
    const char *tool;
    bool drawn_at_all, always;
    char step[64];
    double started, drawn; /* of this step; of the last update */
    size_t shown;          /* terminal columns to blank out */
} bar;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void format_rate(double rate, char *out, size_t size)
{
    static const char *const units[] = {"", " k", " M", " G"};
    size_t unit = 0;
    for (; rate >= 1000 && unit < 3; unit++)
        rate /= 1000;
    snprintf(out, size, "%.*f%s", rate < 10 && unit ? 1 : 0, rate, units[unit]);
}

static void format_left(double seconds, char *out, size_t size)
{
    long s = seconds > 359999 ? 359999 : (long)(seconds + 0.5);
    if (s >= 3600)
        snprintf(out, size, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(out, size, "%ld:%02ld", s / 60, s % 60);
}

static void format_line(char *out, size_t size, int64_t done, int64_t total, double elapsed)
{
    char rate[32], left[32], marks[BAR_WIDTH + 1];
    double speed = elapsed > 0 ? (double)done / elapsed : 0;
    format_rate(speed, rate, sizeof rate);
    if (total <= 0) {
        format_rate((double)done, left, sizeof left);
        snprintf(out, size, "%s: %s  %s  %s/s", bar.tool, bar.step, left, rate);
        return;
    }
    double share = (double)(done > total ? total : done) / (double)total;
    memset(marks, '.', BAR_WIDTH);
    memset(marks, '#', (size_t)(share * BAR_WIDTH));
    marks[BAR_WIDTH] = '\0';
    int used = snprintf(out, size, "%s: %s [%s] %3.0f%%  %s/s", bar.tool, bar.step, marks, share * 100, rate);
    if (speed > 0 && used > 0 && (size_t)used < size) {
        format_left((double)(total - done) / speed, left, sizeof left);
        snprintf(out + used, size - (size_t)used, _(", %s left"), left);
    }
}

static void show(const char *line)
{
    size_t width = mg_text_width(line, strlen(line));
    fprintf(stderr, "\r%s%*s", line, bar.shown > width ? (int)(bar.shown - width) : 0, "");
    fflush(stderr);
    bar.shown = width;
}

static bool report(void *context, const char *step, int64_t done, int64_t total)
{
    (void)context;
    if (mg_signals_requested())
        return false;
    if (!bar.drawn_at_all)
        return true;
    double t = now();
    if (strcmp(bar.step, step) != 0) {
        snprintf(bar.step, sizeof bar.step, "%s", step);
        bar.started = t;
        bar.drawn = bar.always ? 0 : t + SECONDS_BEFORE - SECONDS_BETWEEN;
    }
    if (t - bar.drawn < SECONDS_BETWEEN)
        return true;
    bar.drawn = t;
    char line[256];
    format_line(line, sizeof line, done, total, t - bar.started);
    show(line);
    return true;
}

void mg_progress_clear(void)
{
    if (bar.shown)
        fprintf(stderr, "\r%*s\r", (int)bar.shown, "");
    bar.shown = 0;
}

const struct mg_progress *mg_progress_start(const char *tool, enum mg_when when, int verbosity)
{
    static const struct mg_progress progress = {.report = report};
    bar.tool = tool;
    bar.always = when == MG_WHEN_ALWAYS;
    bar.drawn_at_all = bar.always || (when == MG_WHEN_AUTO && verbosity >= 0 && isatty(STDERR_FILENO));
    return &progress;
}
