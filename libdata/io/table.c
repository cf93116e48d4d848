#include "libdata/io/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/archive.h"
#include "libdata/io/archive_member.h"
#include "libdata/io/file_state.h"
#include "libdata/io/footer.h"
#include "libdata/io/format.h"
#include "libdata/io/gdal.h"
#include "libdata/io/gdal_files.h"
#include "libdata/io/ogr.h"
#include "libdata/io/readers.h"
#include "libdata/io/sha256.h"
#include "libdata/io/source.h"
#include "libdata/io/two_line_rows.h"

struct mg_table {
    const struct mg_reader *reader;
    void *rows; /* the reader's */
    struct mg_footer *footer;
    struct mg_two_line_rows *parts; /* NULL: a row is a line */
    struct mg_gdal_files *files;    /* what OGR sees of it */
    char *path;                     /* of the file, or of the archive it is in */
    struct mg_file_state opened;
};

MG_DEFINE_CLEANUP(struct mg_source, mg_source_destroy)

/* Show the source's content to GDAL as a file of that kind. It is copied to an unlinked temporary file first:
 * OGR reads it in any order, and the end of a compressed file says whether it is whole. */
static enum mg_code show_content(struct mg_table *table, struct mg_source *source, const char *extension,
                                 struct mg_error *err)
{
    char name[32];
    int fd = -1;
    enum mg_code code = mg_gdal_load(err);
    if (!code)
        code = mg_source_spool(source, &fd, err);
    if (code)
        return code;
    snprintf(name, sizeof name, "source.%.16s", extension);
    code = mg_gdal_files_of(fd, name, &table->files, err);
    close(fd);
    return code;
}

static bool is_sqlite(const struct mg_source *source)
{
    const char *label;
    size_t length;
    const char *head = mg_source_head(source, &length);
    return mg_format_of(head, length, "", &label) == MG_FILE_SQLITE;
}

/* path: its own name where it is read in place, or NULL */
static enum mg_code open_ogr(struct mg_table *table, const struct mg_source *source, const char *dataset,
                             const char *path, const char *digest, const struct mg_table_options *options,
                             struct mg_error *err)
{
    int64_t total = mg_source_bytes_total(source); /* unknown of a pipe until it was copied */
    const struct mg_ogr_source described = {
        .dataset = dataset,
        .sqlite = table->files && is_sqlite(source),
        .fd = table->files ? mg_gdal_files_fd(table->files) : -1,
        .path = path,
        .bytes_total = total < 0 ? mg_source_bytes_read(source) : total,
        .sha256 = digest,
    };
    struct mg_ogr *ogr = NULL;
    enum mg_code code = mg_ogr_open(&described, options, &ogr, err);
    table->reader = &mg_ogr_reader;
    table->rows = ogr;
    return code;
}

/* A file that OGR reads where it is, with what belongs to it. XLS it can only open by its own name, as the C
 * library takes names. */
static enum mg_code open_in_place(struct mg_table *table, const struct mg_source *source, const char *path,
                                  const struct mg_table_options *options, struct mg_error *err)
{
    char digest[65];
    MG_CLEANUP(mg_buf_finish) struct mg_buf own = {0};
    enum mg_code code = mg_sha256_file(path, digest, err);
    if (!code)
        code = mg_gdal_load(err);
    if (!code && strcasecmp(mg_format_extension(path), "xls") == 0) {
        mg_buf_printf(&own, "%s%s", path[0] == '/' ? "" : "./", path);
        code = mg_buf_check(&own, err);
        return code ? code : open_ogr(table, source, own.data, NULL, digest, options, err);
    }
    if (!code)
        code = mg_gdal_files_open(path, NULL, true, &table->files, err);
    if (code)
        return code;
    return open_ogr(table, source, mg_gdal_files_path(table->files), path, digest, options, err);
}

static enum mg_code open_copied(struct mg_table *table, struct mg_source *source, const char *extension,
                                const struct mg_table_options *options, struct mg_error *err)
{
    enum mg_code code = show_content(table, source, extension, err);
    if (code)
        return code;
    return open_ogr(table, source, mg_gdal_files_path(table->files), NULL, mg_source_sha256(source), options,
                    err);
}

static enum mg_code open_workbook(struct mg_table *table, struct mg_source *source, const char *path,
                                  const char *extension, const struct mg_table_options *options,
                                  struct mg_error *err)
{
    const char *own = mg_format_extension(path);
    bool named_so = strcasecmp(own, extension) == 0 || (strcasecmp(own, "xlsm") == 0 && extension[0] == 'x');
    return mg_source_is_plain_file(source) && named_so ? open_in_place(table, source, path, options, err)
                                                       : open_copied(table, source, extension, options, err);
}

static const char *extension_for(enum mg_file_format format, const char *name)
{
    switch (format) {
    case MG_FILE_GEOJSON:
        return mg_format_is_ogr_name(name) ? mg_format_extension(name) : "geojson";
    case MG_FILE_SQLITE:
        return "gpkg";
    case MG_FILE_XLS:
        return "xls";
    default:
        return mg_format_extension(name);
    }
}

/* What was called CSV, by its name or by an option that only CSV has, and is not. */
static enum mg_code refuse(const char *label, bool called_csv, struct mg_error *err)
{
    if (!called_csv)
        return mg_fail(err, MG_ERR_INPUT, _("this is %s, which is not a table"), label);
    mg_fail(err, MG_ERR_INPUT, _("this is %s, not CSV"), label);
    mg_error_hint(err, "%s", _("rename it to what it is (.geojson, .xlsx, .zip, ...), without CSV options"));
    return MG_ERR_INPUT;
}

/* By a reader of ours: that of its extension, else as CSV. */
static enum mg_code open_here(struct mg_table *table, struct mg_source *source, const char *name,
                              const struct mg_table_options *options, struct mg_error *err)
{
    const struct mg_reader *own = mg_reader_of_extension(mg_format_extension(name));
    table->reader = own ? own : mg_readers[0];
    return table->reader->open(source, options, &table->rows, err);
}

static enum mg_code open_member(struct mg_table *table, const char *archive, const char *member,
                                const struct mg_table_options *options, struct mg_error *err)
{
    MG_CLEANUP(mg_source_destroy_pointer) struct mg_source *source = NULL;
    enum mg_code code = mg_archive_check(archive, err);
    if (!code)
        code = mg_source_open_member(archive, member, &source, err);
    if (code)
        return code;
    const char *label;
    size_t length;
    const char *head = mg_source_head(source, &length);
    enum mg_file_format format = mg_format_of(head, length, member, &label);
    bool called_csv = mg_format_is_csv_name(member) || options->delimiter;
    if (format == MG_FILE_FOREIGN || (called_csv && format != MG_FILE_CSV))
        return refuse(label, called_csv, err);
    if (format == MG_FILE_CSV) {
        code = open_here(table, source, member, options, err);
        if (!code)
            source = NULL; /* the reader's now */
        return code;
    }
    if (format == MG_FILE_ZIP || format == MG_FILE_SQLITE || format == MG_FILE_XLS)
        return open_copied(table, source, mg_format_extension(member), options, err);
    struct mg_gdal_files *files = NULL;
    MG_CLEANUP(mg_buf_finish) struct mg_buf dataset = {0};
    code = mg_archive_show(archive, &files, err);
    if (code)
        return code;
    mg_buf_printf(&dataset, "/vsizip/{%s}/%s", mg_gdal_files_path(files), member);
    code = mg_buf_check(&dataset, err);
    if (!code)
        code = open_ogr(table, source, dataset.data, NULL, mg_source_sha256(source), options, err);
    table->files = files; /* only now: they are the archive's */
    return code;
}

/* A workbook, of which only the content says what it is called. */
static enum mg_code open_piped_zip(struct mg_table *table, struct mg_source *source,
                                   const struct mg_table_options *options, struct mg_error *err)
{
    const char *extension = NULL;
    char name[32];
    enum mg_code code = show_content(table, source, "zip", err);
    if (!code)
        code = mg_archive_shown_workbook(table->files, &extension, err);
    if (!code && !extension) {
        code = mg_fail(err, MG_ERR_INPUT, "%s", _("a zip archive cannot be read from a pipe"));
        mg_error_hint(err, "%s", _("give the file, or unpack it on the way (unzip -p)"));
    }
    if (code)
        return code;
    /* the same bytes under the name of what they are */
    struct mg_gdal_files *as_zip = table->files;
    table->files = NULL;
    snprintf(name, sizeof name, "source.%s", extension);
    code = mg_gdal_files_of(mg_gdal_files_fd(as_zip), name, &table->files, err);
    mg_gdal_files_destroy(as_zip);
    if (code)
        return code;
    return open_ogr(table, source, mg_gdal_files_path(table->files), NULL, mg_source_sha256(source), options,
                    err);
}

static enum mg_code open_zip(struct mg_table *table, struct mg_source *source, const char *path,
                             const struct mg_table_options *options, struct mg_error *err)
{
    const char *extension = NULL;
    if (!mg_source_is_plain_file(source))
        return open_piped_zip(table, source, options, err);
    enum mg_code code = mg_archive_workbook(path, &extension, err);
    if (!code && extension)
        return open_workbook(table, source, path, extension, options, err);
    MG_FREE char *member = NULL;
    if (!code)
        code = mg_archive_only_table(path, &member, err);
    return code ? code : open_member(table, path, member, options, err);
}

static enum mg_code open_file(struct mg_table *table, const char *path,
                              const struct mg_table_options *options, struct mg_error *err)
{
    MG_CLEANUP(mg_source_destroy_pointer) struct mg_source *source = NULL;
    enum mg_code code = mg_source_open(path, options->keep_for_rewind, &source, err);
    if (code)
        return code;
    const char *label, *name = mg_source_name(source);
    size_t length;
    const char *head = mg_source_head(source, &length);
    enum mg_file_format format = mg_format_of(head, length, name, &label);
    bool called_csv = mg_format_is_csv_name(name) || options->delimiter;
    if (format == MG_FILE_FOREIGN || (called_csv && format != MG_FILE_CSV && format != MG_FILE_BY_NAME))
        return refuse(label, called_csv, err);
    if (format == MG_FILE_CSV || length == 0) {
        code = open_here(table, source, name, options, err);
        if (!code)
            source = NULL; /* the reader's now */
        return code;
    }
    if (format == MG_FILE_ZIP)
        return open_zip(table, source, path, options, err);
    if (mg_source_is_plain_file(source) && (format != MG_FILE_XLS || mg_format_is_ogr_name(name)))
        return open_in_place(table, source, path, options, err);
    return open_copied(table, source, extension_for(format, name), options, err);
}

static const struct mg_table_info *lines_info(const struct mg_table *table)
{
    return table->reader->info(table->rows);
}

static enum mg_code read_line(void *reader, const struct mg_row **ret_row, struct mg_error *err)
{
    const struct mg_table *table = reader;
    return mg_footer_next(table->footer, ret_row, err);
}

/* What lies between the format's reader and the caller. */
static enum mg_code put_together(struct mg_table *table, const struct mg_table_options *options,
                                 struct mg_error *err)
{
    enum mg_code code = mg_footer_create(table->reader->next, table->rows, lines_info(table), options->repair,
                                         &table->footer, err);
    if (!code && options->parts)
        code =
            mg_two_line_rows_create(options->parts, read_line, table, lines_info(table), &table->parts, err);
    return code || !options->parts ? code : mg_table_rewind(table, err);
}

static int status_of(const char *path, struct stat *ret_status)
{
    return strcmp(path, "-") ? stat(path, ret_status) : fstat(STDIN_FILENO, ret_status);
}

/* What cannot be asked is told by who opens it. */
static enum mg_code note_state(struct mg_table *table, const char *path, struct mg_error *err)
{
    struct stat status;
    table->path = mg_strdup(path);
    if (!table->path)
        return mg_fail_memory(err);
    if (status_of(path, &status) == 0)
        table->opened = mg_file_state(&status);
    return MG_OK;
}

enum mg_code mg_table_check_unchanged(const struct mg_table *table, struct mg_error *err)
{
    struct stat now;
    if (!table->opened.known ||
        (status_of(table->path, &now) == 0 && mg_file_state_same(&table->opened, &now) &&
         (!table->files || mg_gdal_files_unchanged(table->files))))
        return MG_OK;
    mg_fail(err, MG_ERR_INPUT, "%s", _("the file changed while it was read; nothing was loaded"));
    mg_error_hint(err, "%s", _("import it again when whoever writes it has ended"));
    return MG_ERR_INPUT;
}

enum mg_code mg_table_open(const char *path, const struct mg_table_options *options,
                           struct mg_table **ret_table, struct mg_error *err)
{
    static const struct mg_table_options none;
    struct mg_table *table = mg_calloc(1, sizeof *table);
    if (!table)
        return mg_fail_memory(err);
    if (!options)
        options = &none;
    MG_FREE char *archive = NULL;
    MG_FREE char *member = NULL;
    enum mg_code code = mg_archive_split(path, &archive, &member, err);
    if (!code)
        code = note_state(table, archive ? archive : path, err);
    if (!code)
        code = archive ? open_member(table, archive, member, options, err)
                       : open_file(table, path, options, err);
    if (!code)
        code = put_together(table, options, err);
    if (code)
        mg_table_destroy(table);
    else
        *ret_table = table;
    return code;
}

const struct mg_table_info *mg_table_info(const struct mg_table *table)
{
    return table->parts ? mg_two_line_rows_info(table->parts) : lines_info(table);
}

enum mg_code mg_table_next(struct mg_table *table, const struct mg_row **ret_row, struct mg_error *err)
{
    return table->parts ? mg_two_line_rows_next(table->parts, ret_row, err)
                        : mg_footer_next(table->footer, ret_row, err);
}

bool mg_table_repeats_header(const struct mg_table_info *info, const struct mg_row *row)
{
    if (!info->header_line || row->count < info->column_count || row->part ||
        row->count > info->column_count + info->surplus)
        return false;
    for (size_t i = 0; i < info->column_count; i++) {
        const struct mg_cell *cell = &row->cells[i];
        if ((cell->length && cell->text[0] != info->labels[i][0]) ||
            strncmp(cell->text, info->labels[i], cell->length) != 0 || info->labels[i][cell->length])
            return false;
    }
    return true;
}

enum mg_code mg_table_rewind(struct mg_table *table, struct mg_error *err)
{
    enum mg_code code = table->reader->rewind(table->rows, err);
    mg_footer_rewind(table->footer);
    if (table->parts)
        mg_two_line_rows_rewind(table->parts);
    return code;
}

enum mg_code mg_table_look_again(struct mg_table *table, const struct mg_table_options *options,
                                 struct mg_error *err)
{
    if (!table->reader->look_again)
        return mg_fail(err, MG_ERR_USAGE, "%s", _("only CSV can be looked at again"));
    mg_two_line_rows_destroy(table->parts);
    mg_footer_destroy(table->footer);
    table->parts = NULL;
    table->footer = NULL;
    enum mg_code code = table->reader->look_again(table->rows, options, err);
    return code ? code : put_together(table, options, err);
}

void mg_table_destroy(struct mg_table *table)
{
    if (!table)
        return;
    mg_two_line_rows_destroy(table->parts);
    mg_footer_destroy(table->footer);
    if (table->rows)
        table->reader->destroy(table->rows);
    mg_gdal_files_destroy(table->files);
    free(table->path);
    free(table);
}
