/* Run when the build is configured: the file that the loader finds for a program linked with FUNCTION's
 * library. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

void FUNCTION(void);

int main(void)
{
    Dl_info info;
    if (!dladdr((void *)FUNCTION, &info))
        return 1;
    const char *slash = strrchr(info.dli_fname, '/');
    return puts(slash ? slash + 1 : info.dli_fname) < 0;
}
