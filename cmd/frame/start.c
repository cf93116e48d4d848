#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd/frame/frame.h"

/* A closed standard descriptor would be given to the next file that is opened, which would then receive
 * what is meant for the terminal. Their place is taken by something that fails when used. */
static void occupy_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            return;
}

/* Never LC_NUMERIC: numbers are the same under every locale. */
static void choose_language(void)
{
    setlocale(LC_CTYPE, "");
    setlocale(LC_MESSAGES, "");
#ifdef MG_NLS
    char path[PATH_MAX];
    if (mg_install_path(MG_INSTALLED_LOCALE, path))
        bindtextdomain("maillage", path);
    bind_textdomain_codeset("maillage", "UTF-8");
#endif
}

/* Large arrays that grow are to be moved by the kernel, as they are; glibc, which by itself does so from 128
 * KiB on, would give that up for up to 32 MiB once some large block was freed, and copy. */
static void choose_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
}

void mg_frame_start(const char *name)
{
    choose_memory();
    occupy_standard_descriptors();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a limit on the size of files is a full disk: writing fails */
    choose_language();
    mg_message_name(name);
}

enum mg_code mg_frame_flush(struct mg_error *err)
{
    errno = 0;
    bool ok = fflush(stdout) == 0 && !ferror(stdout);
    ok = close(STDOUT_FILENO) == 0 && ok; /* some disks report here that there was no room */
    if (ok)
        return MG_OK;
    if (errno == EPIPE)
        return mg_fail(err, MG_ERR_CLOSED, "%s", _("the reader of the output went away"));
    return mg_fail_errno(err, errno ? errno : EIO, _("cannot write the output"));
}
