-- Datasets, their columns and editions.

-- name: dataset_find
SELECT id, name, kind, access, producer FROM dataset WHERE name = $1

-- name: dataset_names
SELECT name FROM dataset WHERE kind = coalesce($1, kind) ORDER BY name

-- name: field_list
SELECT id, position, name, role, type, access, key_part FROM field WHERE dataset = $1 ORDER BY id

-- name: edition_list
SELECT id, as_of, level, source_sha256, rows_read, rows_loaded, rows_rejected, rows_skipped, issues,
       first_version, last_version, cog_year, cog_year_last
FROM edition WHERE dataset = $1 ORDER BY as_of

-- Versions in the order of their ids, over the range that holds all of the dataset's; those of other
-- datasets in between fall to the lists of editions, which SQLite builds once.
-- name: records_at
SELECT r.id, r.key, r.name, r.category, r.address, r.postcode, r.commune, r.status, r.opened, r.closed,
       r.geo_source, r.geo_precision, r.line, r.other, r.geom, e.as_of
FROM version v
CROSS JOIN record r ON r.id = v.record
CROSS JOIN edition e ON e.id = r.edition
WHERE v.id BETWEEN (SELECT min(first_version) FROM edition WHERE dataset = $1)
               AND (SELECT max(last_version) FROM edition WHERE dataset = $1)
  AND v.first_edition IN (SELECT id FROM edition WHERE dataset = $1 AND as_of <= $2)
  AND (v.gone_edition IS NULL OR v.gone_edition IN (SELECT id FROM edition WHERE dataset = $1 AND as_of > $2))
ORDER BY v.id
