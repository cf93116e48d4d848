/* source.h - the bytes of a foreign file, decompressed, with the digest of what is stored.
 *
 * A path is a file, a member of a zip archive (mg_source_open_member), or "-" for standard input. gzip is
 * known by its first bytes, whatever the name, several members one after the other too. The SHA-256 is of the
 * bytes as they are stored and is computed while they are read, once; for a zip member it is that of the
 * archive.
 *
 * Errors: MG_ERR_INPUT for what the caller named or what it holds (not there, not readable, a directory,
 * damaged or cut gzip data; os_errno is set where the system said why), MG_ERR_IO when reading fails.
 */
#ifndef MG_IO_SOURCE_H
#define MG_IO_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/base/error.h"

struct mg_source;

/* keep: what cannot be read twice (a pipe) is copied to an unlinked temporary file as it is read. */
enum mg_code mg_source_open(const char *path, bool keep, struct mg_source **ret_source, struct mg_error *err);
enum mg_code mg_source_open_member(const char *archive, const char *member, struct mg_source **ret_source,
                                   struct mg_error *err);

/* Between 1 and capacity bytes; 0 at the end only. */
enum mg_code mg_source_read(struct mg_source *source, void *buffer, size_t capacity, size_t *ret_length,
                            struct mg_error *err);

/* The first bytes (at most MG_SOURCE_HEAD; fewer only when there are no more), whatever has been read.
 * Borrowed.
 */
enum { MG_SOURCE_HEAD = 1 << 16 };
const char *mg_source_head(const struct mg_source *source, size_t *ret_length);

bool mg_source_can_rewind(const struct mg_source *source);
/* Back to the first byte. MG_ERR_USAGE for a pipe that was not kept. */
enum mg_code mg_source_rewind(struct mg_source *source, struct mg_error *err);

/* All of it, decompressed, in an unlinked temporary file; *ret_fd is the caller's to close. */
enum mg_code mg_source_spool(struct mg_source *source, int *ret_fd, struct mg_error *err);

bool mg_source_is_plain_file(const struct mg_source *source);  /* regular, not compressed, not a member */
const char *mg_source_name(const struct mg_source *source);    /* without .gz; a member's own name; "-" */
const char *mg_source_sha256(const struct mg_source *source);  /* hex; "" until the end was read */
int64_t mg_source_bytes_read(const struct mg_source *source);  /* as stored; of a zip member: unpacked */
int64_t mg_source_bytes_total(const struct mg_source *source); /* likewise; -1 when unknown */
void mg_source_destroy(struct mg_source *source);

#endif
