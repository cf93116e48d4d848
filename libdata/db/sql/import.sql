-- What an import writes. version_load reads rows that the program makes (db/feed.h); so does the
-- statement that loads records, which names the columns that a file has (domain/kinds/services.c).

-- name: dataset_insert
INSERT INTO dataset (name, kind) VALUES ($1, $2) RETURNING id

-- name: dataset_update
UPDATE dataset SET access = coalesce($2, access), producer = coalesce($3, producer) WHERE id = $1

-- What a profile or a descriptor says, where nobody has said it; access only of a new dataset.
-- name: dataset_describe
UPDATE dataset SET title = coalesce(title, $2), producer = coalesce(producer, $3), licence = coalesce(licence, $4),
                   access = coalesce($5, access)
WHERE id = $1

-- name: edition_set_presets
UPDATE edition SET profile = $2, descriptor_sha256 = $3 WHERE id = $1

-- name: field_insert
INSERT INTO field (dataset, position, name, role) VALUES ($1, $2, $3, $4) RETURNING id

-- name: field_set_role
UPDATE field SET role = $2 WHERE id = $1

-- name: field_clear_key_parts
UPDATE field SET key_part = 0 WHERE dataset = $1 AND key_part <> 0

-- name: field_set_key_part
UPDATE field SET key_part = $2 WHERE id = $1

-- name: field_set_found
UPDATE field SET type = $2, meaning = coalesce($3, meaning) WHERE id = $1

-- name: field_set_open
UPDATE field SET access = 'open' WHERE dataset = $1 AND name = $2

-- name: edition_insert
INSERT INTO edition (dataset, as_of, source_name, source_sha256, source_size, format, encoding, options, rows_read,
                     rows_loaded, rows_rejected, rows_skipped, issues, imported_at, tool_version)
VALUES ($1, $2, $3, '', 0, $4, '', $5, 0, 0, 0, 0, 0, $6, $7) RETURNING id

-- name: edition_field_insert
INSERT INTO edition_field (edition, field, number, role, compared) VALUES ($1, $2, $3, $4, $5)

-- name: edition_set_range
UPDATE edition SET first_version = $2, last_version = $3 WHERE id = $1

-- The keys of services, or projects, that are in both of two neighbouring editions with another content: how many rows
-- went and came (a key may stand on several), and the places of one of each. $1: the later edition. The intervals
-- are read once, and records only of those that begin or end here.
-- name: edition_changed
SELECT sum(is_gone) AS gone, sum(NOT is_gone) AS come, max(geom) FILTER (WHERE is_gone),
       max(geom) FILTER (WHERE NOT is_gone), max(commune) FILTER (WHERE is_gone),
       max(commune) FILTER (WHERE NOT is_gone)
FROM (SELECT r.key, v.gone_edition IS $1 AS is_gone, r.geom, r.commune
      FROM version AS v CROSS JOIN record AS r ON r.id = v.record
      WHERE v.gone_edition = $1 OR v.first_edition = $1
      UNION ALL
      SELECT key, gone_edition IS $1, NULL, NULL FROM project WHERE gone_edition = $1 OR first_edition = $1)
WHERE key IS NOT NULL
GROUP BY key
HAVING gone AND come

-- name: edition_finish
UPDATE edition SET level = nullif($2, ''), source_sha256 = $3, source_size = $4, encoding = $5, delimiter = nullif($6, ''),
       rows_read = $7, rows_loaded = $8, rows_rejected = $9, rows_skipped = $10, issues = $11,
       first_version = nullif($12, 0), last_version = nullif($13, 0), dialect = $14
WHERE id = $1

-- name: edition_options
SELECT options FROM edition WHERE id = $1

-- name: edition_constant_insert
INSERT INTO edition_constant (edition, field, value) VALUES ($1, $2, $3)

-- The value of a column in the edition nearest before a date, else in the nearest after.
-- name: edition_constant_near
SELECT c.value FROM edition_constant c JOIN edition e ON e.id = c.edition
WHERE c.field = $1
ORDER BY e.as_of > $2, CASE WHEN e.as_of > $2 THEN e.as_of END, e.as_of DESC LIMIT 1

-- name: issue_insert
INSERT INTO issue (edition, n, line, byte_offset, field, code, raw, message) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: reject_insert
INSERT INTO reject (edition, line, byte_offset, field, code, raw, message, cells)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: reject_list
SELECT line, byte_offset, field, code, raw, message, cells FROM reject WHERE edition = $1 ORDER BY id

-- name: record_last
SELECT coalesce(max(id), 0) FROM record

-- After an edition was replaced, the last ids of another's range may be free; they are not given again.
-- name: version_last
SELECT max((SELECT coalesce(max(id), 0) FROM version),
           (SELECT coalesce(max(e.last_version), 0) FROM edition AS e JOIN dataset AS d ON d.id = e.dataset
            WHERE d.kind = 'services'))

-- name: version_load
INSERT INTO version (id, record, first_edition, gone_edition, hash) SELECT c0, c1, $2, $3, c2 FROM mg_feed($1)

-- All versions of a dataset, in the order of their ids.
-- name: version_list
SELECT v.id, v.record, v.first_edition, v.gone_edition, v.hash
FROM edition e CROSS JOIN version v ON v.id BETWEEN e.first_version AND e.last_version
WHERE e.dataset = $1

-- name: version_set_gone
UPDATE version SET gone_edition = f.c1 FROM mg_feed($1) f WHERE version.id = f.c0

-- name: version_set_first
UPDATE version SET first_edition = $2 WHERE id = $1

-- A version that one edition in between lacks: it goes on from the next, until it was gone before.
-- name: version_split
INSERT INTO version (id, record, first_edition, gone_edition, hash)
SELECT $2, record, $3, gone_edition, hash FROM version WHERE id = $1

-- Where each commune's polygons of all dates lie.
-- name: commune_boxes
SELECT t.code, min(i.xmin), min(i.ymin), max(i.xmax), max(i.ymax)
FROM territory t JOIN idx_territory_geom i ON i.pkid = t.id
WHERE t.level = 'commune'
GROUP BY t.code

-- name: record_line
SELECT line FROM record WHERE id = $1
