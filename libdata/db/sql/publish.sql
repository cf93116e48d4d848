-- What publication reads.

-- name: publish_constants
SELECT f.position, c.value FROM edition_constant c JOIN field f ON f.id = c.field WHERE c.edition = $1

-- Lists of a level that have borders.
-- name: publish_border_lists
SELECT DISTINCT edition, valid_from FROM territory WHERE level = $1 AND geom IS NOT NULL ORDER BY valid_from, edition

-- name: publish_territories
SELECT type, code, name, geom FROM territory
WHERE edition = $1 AND level = $2 AND valid_from = $3 AND geom IS NOT NULL ORDER BY code, type, id

-- name: publish_borders_of
SELECT id, edition, valid_from FROM territory
WHERE level = $1 AND code = $2 AND geom IS NOT NULL ORDER BY valid_from, id

-- name: publish_border
SELECT geom FROM territory WHERE id = $1

-- name: publish_projects
SELECT p.key, p.ministry, p.kind, p.service_dataset, p.service_key, p.name, p.category, p.commune, p.expected,
       p.expected_from, p.expected_to, p.status, p.other, p.geom
FROM project AS p
WHERE p.first_edition IN (SELECT id FROM edition WHERE dataset = $1 AND as_of <= $2)
  AND (p.gone_edition IS NULL OR p.gone_edition IN (SELECT id FROM edition WHERE dataset = $1 AND as_of > $2))
ORDER BY p.id

-- Where the services of dataset $2 are that projects of dataset $1 without a place are about: of each key first as
-- it stood at the date or last before it.
-- name: publish_service_places
WITH wanted AS MATERIALIZED (
  SELECT DISTINCT p.service_key AS key
  FROM project AS p
  JOIN edition AS e ON e.id = p.first_edition
  WHERE e.dataset = $1 AND p.service_key IS NOT NULL AND p.geom IS NULL AND coalesce(p.service_dataset, $2) = $2),
services AS (SELECT id FROM dataset WHERE name = $2)
SELECT r.key, r.geom
FROM version AS v
CROSS JOIN record AS r ON r.id = v.record
CROSS JOIN edition AS f ON f.id = v.first_edition
LEFT JOIN edition AS g ON g.id = v.gone_edition
WHERE EXISTS (SELECT 1 FROM wanted)
  AND v.id BETWEEN (SELECT min(first_version) FROM edition WHERE dataset = (SELECT id FROM services))
               AND (SELECT max(last_version) FROM edition WHERE dataset = (SELECT id FROM services))
  AND f.dataset = (SELECT id FROM services) AND f.as_of <= $3
  AND r.geom IS NOT NULL AND r.key IN (SELECT key FROM wanted)
ORDER BY r.key, CASE WHEN g.as_of > $3 OR g.as_of IS NULL THEN '9999-12-31' ELSE g.as_of END DESC, r.geom
