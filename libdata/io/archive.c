#include "libdata/io/archive.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/gdal.h"

enum mg_code mg_archive_split(const char *path, char **ret_archive, char **ret_member, struct mg_error *err)
{
    *ret_archive = *ret_member = NULL;
    struct stat st;
    for (const char *slash = strchr(path + (path[0] != '\0'), '/'); slash; slash = strchr(slash + 1, '/')) {
        char *archive = mg_strndup(path, (size_t)(slash - path));
        if (!archive)
            return mg_fail_memory(err);
        if (slash[1] && stat(archive, &st) == 0 && S_ISREG(st.st_mode)) {
            *ret_member = mg_strdup(slash + 1);
            if (*ret_member) {
                *ret_archive = archive;
                return MG_OK;
            }
            free(archive);
            return mg_fail_memory(err);
        }
        free(archive);
    }
    return MG_OK;
}

void mg_archive_list_free(char ***list)
{
    mg_gdal.CSLDestroy(*list);
}

enum mg_code mg_archive_show(const char *archive, struct mg_gdal_files **ret_files, struct mg_error *err)
{
    enum mg_code code = mg_gdal_load(err);
    return code ? code : mg_gdal_files_open(archive, "archive.zip", false, ret_files, err);
}

/* As the archive declares them; what is read is never more. */
static enum mg_code check_sizes(const struct mg_gdal_files *archive, char **list, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf path = {0};
    struct stat stored;
    int64_t unpacked = 0;
    if (fstat(mg_gdal_files_fd(archive), &stored) != 0)
        return mg_fail_errno(err, errno, "%s", _("cannot be opened"));
    for (char **member = list; *member; member++) {
        VSIStatBufL status;
        mg_buf_clear(&path);
        mg_buf_printf(&path, "/vsizip/{%s}/%s", mg_gdal_files_path(archive), *member);
        if (path.failed)
            return mg_fail_memory(err);
        if (mg_gdal.VSIStatL(path.data, &status) == 0)
            unpacked += status.st_size;
    }
    if (!mg_is_bomb(stored.st_size, unpacked))
        return MG_OK;
    mg_fail(err, MG_ERR_INPUT, _("the zip archive unpacks to %lld MiB, more than %d times its size"),
            (long long)(unpacked >> 20), MG_UNPACKED_RATIO);
    mg_error_hint(err, "%s", _("if that is right, unpack it first"));
    return MG_ERR_INPUT;
}

static enum mg_code list_shown(const struct mg_gdal_files *archive, char ***ret_list, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf path = {0};
    mg_buf_printf(&path, "/vsizip/{%s}", mg_gdal_files_path(archive));
    if (path.failed)
        return mg_fail_memory(err);
    mg_gdal.CPLPushErrorHandler(mg_gdal.CPLQuietErrorHandler);
    char **list = mg_gdal.VSIReadDirRecursive(path.data);
    enum mg_code code =
        list ? check_sizes(archive, list, err)
             : mg_fail(err, MG_ERR_INPUT, "%s", _("the zip archive is damaged, cut short or empty"));
    mg_gdal.CPLPopErrorHandler();
    if (code)
        mg_gdal.CSLDestroy(list);
    else
        *ret_list = list;
    return code;
}

MG_DEFINE_CLEANUP(struct mg_gdal_files, mg_gdal_files_destroy)

enum mg_code mg_archive_list(const char *archive, char ***ret_list, struct mg_error *err)
{
    MG_CLEANUP(mg_gdal_files_destroy_pointer) struct mg_gdal_files *files = NULL;
    enum mg_code code = mg_archive_show(archive, &files, err);
    return code ? code : list_shown(files, ret_list, err);
}

enum mg_code mg_archive_check(const char *archive, struct mg_error *err)
{
    MG_CLEANUP(mg_archive_list_free) char **list = NULL;
    return mg_archive_list(archive, &list, err);
}

enum mg_code mg_archive_shown_workbook(const struct mg_gdal_files *archive, const char **ret_extension,
                                       struct mg_error *err)
{
    MG_CLEANUP(mg_archive_list_free) char **list = NULL;
    enum mg_code code = list_shown(archive, &list, err);
    if (code)
        return code;
    bool mimetype = mg_gdal.CSLFindString(list, "mimetype") >= 0,
         content = mg_gdal.CSLFindString(list, "content.xml") >= 0;
    *ret_extension = mg_gdal.CSLFindString(list, "[Content_Types].xml") >= 0 ? "xlsx"
                     : mimetype && content                                   ? "ods"
                                                                             : NULL;
    return MG_OK;
}

enum mg_code mg_archive_workbook(const char *archive, const char **ret_extension, struct mg_error *err)
{
    MG_CLEANUP(mg_gdal_files_destroy_pointer) struct mg_gdal_files *files = NULL;
    enum mg_code code = mg_archive_show(archive, &files, err);
    return code ? code : mg_archive_shown_workbook(files, ret_extension, err);
}
