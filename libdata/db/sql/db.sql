-- What the db module itself asks.

-- name: db_application_id
PRAGMA application_id;

-- name: db_user_version
PRAGMA user_version;

-- name: db_page_count
PRAGMA page_count;

-- name: db_schema_version
PRAGMA schema_version;

-- name: db_schema
SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master ORDER BY rowid;

-- name: db_read_begin
BEGIN;

-- name: db_write_begin
BEGIN IMMEDIATE;

-- name: db_commit
COMMIT;

-- name: db_rollback
ROLLBACK;

-- name: db_forget_statistics
UPDATE geometry_columns_statistics
SET last_verified = NULL, row_count = NULL, extent_min_x = NULL, extent_min_y = NULL, extent_max_x = NULL,
    extent_max_y = NULL;
