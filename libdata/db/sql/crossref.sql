-- name: crossref_records
-- The versions that one import brought, with what places and names them.
SELECT v.first_edition, v.gone_edition, r.commune, r.category, r.key, r.geom, r.status, r.opened, r.closed
FROM version AS v CROSS JOIN record AS r ON r.id = v.record
WHERE v.id BETWEEN $1 AND $2

-- name: crossref_stock
SELECT first_edition, gone_edition, territory, category, n, level
FROM stock
WHERE id BETWEEN $1 AND $2

-- name: crossref_producer
SELECT coalesce(nullif(producer, ''), name) FROM dataset WHERE id = $1
