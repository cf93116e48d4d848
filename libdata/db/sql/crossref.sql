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

-- name: crossref_announced
-- Projects that are to close a service, as their datasets say now, and that no event has fulfilled yet.
SELECT p.service_dataset, p.commune, p.geom, e.as_of
FROM project AS p JOIN edition AS e ON e.id = p.edition
WHERE p.kind = 'closure' AND p.status NOT IN ('done', 'abandoned') AND p.event IS NULL
  AND p.gone_edition IS NULL
ORDER BY e.as_of, p.id
