#include "libdata/io/in.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/temporary.h"

enum { READ_SIZE = 1 << 16 };

struct mg_in {
    int fd;
    bool strict;
    bool at_end;   /* of the bytes */
    bool complete; /* the end record was there */
    struct mg_buf bytes;
    size_t start; /* in bytes, of the next line */
    int64_t line, records;
    json_t *record; /* delivered last */
};

static enum mg_code copy(int from, int to, struct mg_error *err)
{
    MG_FREE char *bytes = mg_malloc(READ_SIZE);
    enum mg_code code = bytes ? MG_OK : mg_fail_memory(err);
    ssize_t n = 1;

    while (!code && n != 0) {
        n = read(from, bytes, READ_SIZE);
        if (n > 0)
            code = mg_temporary_write(to, bytes, (size_t)n, err);
        else if (n < 0 && errno != EINTR)
            code = mg_fail_errno(err, errno, _("cannot read the records"));
    }
    if (!code && lseek(to, 0, SEEK_SET) != 0)
        code = mg_temporary_fail(errno, err);
    return code;
}

enum mg_code mg_in_gather(int fd, int *ret_fd, struct mg_error *err)
{
    int to = -1;
    enum mg_code code = mg_temporary_file(&to, err);

    if (!code)
        code = copy(fd, to, err);
    if (!code)
        *ret_fd = to;
    else if (to >= 0)
        close(to);
    return code;
}

enum mg_code mg_in_create(int fd, bool strict, struct mg_in **ret_in, struct mg_error *err)
{
    struct mg_in *in = mg_calloc(1, sizeof *in);
    if (!in)
        return mg_fail_memory(err);
    in->fd = fd;
    in->strict = strict;
    *ret_in = in;
    return MG_OK;
}

static enum mg_code read_more(struct mg_in *in, struct mg_error *err)
{
    if (in->start) { /* what was read before is done with */
        in->bytes.length -= in->start;
        memmove(in->bytes.data, in->bytes.data + in->start, in->bytes.length);
        in->start = 0;
    }
    if (!mg_buf_reserve(&in->bytes, READ_SIZE))
        return mg_fail_memory(err);
    ssize_t n;
    do
        n = read(in->fd, in->bytes.data + in->bytes.length, READ_SIZE);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return mg_fail_errno(err, errno, _("cannot read the records"));
    in->at_end = n == 0;
    in->bytes.length += (size_t)n;
    return MG_OK;
}

/* The next line without its newline, borrowed; *ret_text NULL: no more. */
static enum mg_code next_line(struct mg_in *in, const char **ret_text, size_t *ret_length,
                              struct mg_error *err)
{
    size_t searched = 0;
    for (;;) {
        size_t length = in->bytes.length - in->start;
        const char *text = length ? in->bytes.data + in->start : NULL;
        const char *newline = length > searched ? memchr(text + searched, '\n', length - searched) : NULL;
        searched = length;
        if (newline)
            length = (size_t)(newline - text);
        if (length > MG_IN_LINE_LIMIT) {
            mg_fail(err, MG_ERR_INPUT, _("the line is longer than %d MiB"), MG_IN_LINE_LIMIT >> 20);
            mg_error_at(err, in->line + 1, 0, 0, NULL);
            return MG_ERR_INPUT;
        }
        if (newline || (in->at_end && length)) {
            in->line++;
            in->start += length + (newline != NULL);
            *ret_text = text;
            *ret_length = length;
            return MG_OK;
        }
        if (in->at_end) {
            *ret_text = NULL;
            return MG_OK;
        }
        enum mg_code code = read_more(in, err);
        if (code)
            return code;
    }
}

static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!strchr(" \t\r", text[i]) || !text[i])
            return false;
    return true;
}

static enum mg_code parse(const struct mg_in *in, const char *text, size_t length, json_t **ret_record,
                          struct mg_error *err)
{
    json_error_t why;
    json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
    if (value && json_is_object(value)) {
        *ret_record = value;
        return MG_OK;
    }
    if (value)
        mg_fail(err, MG_ERR_INPUT, "%s", _("not a record: a JSON array where an object should be"));
    else if (json_error_code(&why) == json_error_out_of_memory)
        mg_fail_memory(err);
    else
        mg_fail(err, MG_ERR_INPUT, _("not a record: %s"), why.text);
    mg_error_at(err, in->line, 0, value ? 1 : why.column, NULL);
    if (in->line == 1)
        mg_error_hint(err, "%s", _("records are JSON Lines, as the tools write them with --format jsonl"));
    json_decref(value);
    return err ? err->code : MG_ERR_INPUT;
}

static enum mg_code upstream_failed(const struct mg_in *in, const json_t *record, struct mg_error *err)
{
    const char *message = mg_in_text(record, "message"), *hint = mg_in_text(record, "hint");
    mg_fail(err, MG_ERR_INPUT, _("what writes these records failed: %s"), message ? message : "?");
    mg_error_at(err, in->line, 0, 0, NULL);
    if (hint)
        mg_error_hint(err, "%s", hint);
    return MG_ERR_INPUT;
}

static enum mg_code finish(struct mg_in *in, const json_t *end, struct mg_error *err)
{
    const json_t *count = json_object_get(end, "records");
    if (!json_is_integer(count) || json_integer_value(count) != in->records) {
        mg_fail(err, MG_ERR_INPUT, _("%lld records came, but the end record does not say %lld"),
                (long long)in->records, (long long)in->records);
        mg_error_at(err, in->line, 0, 0, NULL);
        mg_error_hint(err, "%s", _("a filter must leave the end record out: jq 'select(.type != \"end\")'"));
        return MG_ERR_INPUT;
    }
    in->complete = true;
    return MG_OK;
}

/* The bytes have ended. */
static enum mg_code at_end(const struct mg_in *in, json_t **ret_record, struct mg_error *err)
{
    if (in->strict && !in->complete) {
        mg_fail(err, MG_ERR_INPUT, _("the records stop after %lld without their end record"),
                (long long)in->records);
        mg_error_hint(err, "%s", _("what writes them was stopped, or a filter left the end record out"));
        return MG_ERR_INPUT;
    }
    *ret_record = NULL;
    return MG_OK;
}

enum mg_code mg_in_next(struct mg_in *in, json_t **ret_record, struct mg_error *err)
{
    json_decref(in->record);
    in->record = NULL;
    for (;;) {
        const char *text;
        size_t length;
        enum mg_code code = next_line(in, &text, &length, err);
        if (code)
            return code;
        if (!text)
            return at_end(in, ret_record, err);
        if (is_blank(text, length))
            continue;
        if (in->complete) {
            mg_fail(err, MG_ERR_INPUT, "%s", _("something follows the end record"));
            mg_error_at(err, in->line, 0, 0, NULL);
            return MG_ERR_INPUT;
        }
        struct mg_error local;
        code = parse(in, text, length, &in->record, err ? err : &local);
        if (code)
            return code;
        const char *type = mg_in_text(in->record, "type");
        if (type && strcmp(type, "error") == 0)
            return upstream_failed(in, in->record, err);
        if (!type || strcmp(type, "end") != 0) {
            in->records++;
            *ret_record = in->record;
            return MG_OK;
        }
        code = finish(in, in->record, err);
        json_decref(in->record);
        in->record = NULL;
        if (code)
            return code;
    }
}

bool mg_in_complete(const struct mg_in *in)
{
    return in->complete;
}

int64_t mg_in_line(const struct mg_in *in)
{
    return in->line;
}

void mg_in_destroy(struct mg_in *in)
{
    if (!in)
        return;
    json_decref(in->record);
    mg_buf_finish(&in->bytes);
    free(in);
}

const char *mg_in_text(const json_t *record, const char *key)
{
    return json_string_value(json_object_get(record, key));
}

bool mg_in_number(const json_t *record, const char *key, double *ret_value)
{
    const json_t *value = json_object_get(record, key);
    if (!json_is_number(value))
        return false;
    *ret_value = json_number_value(value);
    return true;
}
