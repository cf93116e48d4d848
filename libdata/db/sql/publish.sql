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
