#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "cmd/frame/frame.h"

enum { SECONDS_TO_STOP = 2, MOST_GUARDED = 16 };

static volatile sig_atomic_t received;

/* Copies: the handler may run at any moment, and whoever gave the name may have freed it. A name is written
 * while it is not used, and used when it is whole. */
static struct {
    volatile sig_atomic_t used;
    char name[PATH_MAX];
} guarded[MOST_GUARDED];

/* The first signal asks; a second one, or the alarm, ends the process. Only async-signal-safe calls. */
static void on_signal(int number)
{
    if (!received) {
        received = number;
        alarm(SECONDS_TO_STOP);
        return;
    }
    for (size_t i = 0; i < MOST_GUARDED; i++)
        if (guarded[i].used)
            unlink(guarded[i].name);
    signal(received, SIG_DFL);
    raise(received);
}

void mg_signals_install(void)
{
    static const int asking[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof asking / sizeof *asking; i++)
        if (sigaction(asking[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(asking[i], &action, NULL);
    sigaction(SIGALRM, &action, NULL);
}

bool mg_signals_requested(void)
{
    return received != 0;
}

static void set_of_asking(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
    sigaddset(set, SIGALRM);
}

void mg_signals_hold(void)
{
    sigset_t set;
    set_of_asking(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

void mg_signals_let(void)
{
    sigset_t set;
    set_of_asking(&set);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int mg_signals_guard(const char *temporary)
{
    size_t length = temporary ? strlen(temporary) : PATH_MAX;
    for (int i = 0; i < MOST_GUARDED && length < PATH_MAX; i++)
        if (!guarded[i].used) {
            memcpy(guarded[i].name, temporary, length + 1);
            atomic_signal_fence(memory_order_seq_cst);
            guarded[i].used = 1;
            return i;
        }
    return -1;
}

int mg_signals_guarded(const char *temporary)
{
    for (int i = 0; i < MOST_GUARDED && temporary; i++)
        if (guarded[i].used && strcmp(guarded[i].name, temporary) == 0)
            return i;
    return -1;
}

void mg_signals_release(int guard)
{
    if (guard >= 0)
        guarded[guard].used = 0;
}

void mg_signals_raise(void)
{
    if (!received)
        return;
    signal(received, SIG_DFL);
    raise(received);
}
