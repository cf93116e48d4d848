-- Territories, commune movements, inhabitants: of the editions that mg_seen tells (db.h).

-- Those of the latest movements edition of the file.
-- name: movement_list
SELECT kind, date, type_before, code_before, type_after, code_after FROM movement
WHERE edition = (SELECT e.id FROM edition e JOIN dataset d ON d.id = e.dataset WHERE d.kind = 'movements'
                   AND mg_seen(e.id) ORDER BY e.as_of DESC, e.id DESC LIMIT 1)
ORDER BY id

-- What communes are called before (0) and after (1) each of its movements, where that is not all one.
-- name: movement_names
WITH latest AS (
  SELECT e.id FROM edition e JOIN dataset d ON d.id = e.dataset WHERE d.kind = 'movements'
  ORDER BY e.as_of DESC, e.id DESC LIMIT 1),
said (code, date, after, name) AS (
  SELECT code_before, date, 0, name_before FROM movement
  WHERE edition IN (SELECT id FROM latest) AND type_before = 'COM' AND name_before IS NOT NULL
  UNION
  SELECT code_after, date, 1, name_after FROM movement
  WHERE edition IN (SELECT id FROM latest) AND type_after = 'COM' AND name_after IS NOT NULL)
SELECT code, date, after, name FROM said
WHERE code IN (SELECT code FROM said GROUP BY code HAVING min(name) <> max(name))
ORDER BY code, date, after, name

-- name: territory_dates
SELECT DISTINCT valid_from FROM territory
WHERE level = $1 AND (level <> 'commune' OR type = 'COM') AND mg_seen(edition) ORDER BY valid_from

-- A code that two lists of the date have is taken once, with its polygon if one has it.
-- name: territory_list
SELECT id, code, name FROM territory
WHERE level = $1 AND valid_from = $2 AND (level <> 'commune' OR type = 'COM') AND mg_seen(edition)
ORDER BY code, geom IS NULL, id

-- name: territory_link_dates
SELECT DISTINCT child_level, parent_level, valid_from FROM territory_link
WHERE mg_seen(edition) ORDER BY child_level, parent_level, valid_from

-- name: territory_link_list
SELECT child_level, child_type, child, parent_level, parent, valid_from FROM territory_link
WHERE mg_seen(edition) ORDER BY id

-- Delegated and associated communes and arrondissements, as each list has them.
-- name: territory_parts
SELECT child_type, child, valid_from, parent FROM territory_link
WHERE parent_level = 'commune' AND child_level = 'commune' AND child_type <> 'COM' AND mg_seen(edition)
ORDER BY valid_from, child, parent

-- name: territory_polygon_dates
SELECT DISTINCT valid_from FROM territory
WHERE level = 'commune' AND type = 'COM' AND geom IS NOT NULL AND mg_seen(edition) ORDER BY valid_from

-- name: territory_polygons
SELECT code, geom FROM territory
WHERE level = 'commune' AND type = 'COM' AND valid_from = $1 AND geom IS NOT NULL AND mg_seen(edition)
ORDER BY code, id

-- name: commune_has_polygon
SELECT EXISTS (SELECT 1 FROM territory WHERE level = 'commune' AND type = 'COM' AND code = $1 AND geom IS NOT NULL)

-- name: population_years
SELECT DISTINCT year FROM population WHERE level = $1 AND mg_seen(edition) ORDER BY year

-- Of two numbers for a code the one of the later edition comes first.
-- name: population_list
SELECT p.code, p.n, e.as_of, e.id FROM population p JOIN edition e ON e.id = p.edition
WHERE p.level = $1 AND p.year = $2 AND mg_seen(p.edition)
ORDER BY p.code, e.as_of DESC, e.id DESC, p.id

-- name: territory_insert
INSERT INTO territory (edition, level, type, code, name, valid_from, line, geom)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: territory_link_insert
INSERT INTO territory_link (edition, child_level, child_type, child, parent_level, parent, valid_from)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: movement_insert
INSERT INTO movement (edition, kind, date, type_before, code_before, name_before, type_after, code_after, name_after,
                      line)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: population_insert
INSERT INTO population (edition, level, code, year, n, line) VALUES ($1, $2, $3, $4, $5, $6)
