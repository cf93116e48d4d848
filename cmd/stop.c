#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/frame.h"

enum { SECONDS_TO_STOP = 2 };

static volatile sig_atomic_t received;
static const char *volatile guarded;

/* The first signal asks; a second one, or the alarm, ends the process. Only async-signal-safe calls. */
static void on_signal(int number)
{
    if (!received) {
        received = number;
        alarm(SECONDS_TO_STOP);
        return;
    }
    if (guarded)
        unlink(guarded);
    signal(received, SIG_DFL);
    raise(received);
}

void mg_stop_install(void)
{
    static const int asking[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof asking / sizeof *asking; i++)
        if (sigaction(asking[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(asking[i], &action, NULL);
    sigaction(SIGALRM, &action, NULL);
}

bool mg_stop_requested(void)
{
    return received != 0;
}

void mg_stop_guard(const char *temporary)
{
    guarded = temporary;
}

void mg_stop_raise(void)
{
    if (!received)
        return;
    signal(received, SIG_DFL);
    raise(received);
}
