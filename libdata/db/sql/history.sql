-- Reading two editions of a dataset and writing what happened between them.

-- name: history_versions
SELECT record, first_edition, gone_edition, hash
FROM version
WHERE id BETWEEN $1 AND $2;

-- Without those that are there since the edition $3 and to this day, but for some, drawn by what the rows say.
-- name: history_versions_left
SELECT record, first_edition, gone_edition, hash
FROM version
WHERE id BETWEEN $1 AND $2 AND (gone_edition IS NOT NULL OR first_edition <> $3 OR (hash & 63) = 0);

-- name: history_standing
SELECT v.record, v.first_edition, v.gone_edition, v.hash, r.key, r.line, r.edition, r.opened, r.closed
FROM version AS v
JOIN record AS r ON r.id = v.record
WHERE v.id BETWEEN $1 AND $2;

-- Records of any dataset and edition in a box.
-- name: history_at_place
SELECT pkid FROM idx_record_geom WHERE xmax >= $1 AND xmin <= $2 AND ymax >= $3 AND ymin <= $4;

-- The names of rows that did not change.
-- name: history_standing_names
SELECT v.record, v.first_edition, v.gone_edition, v.hash, r.name
FROM version AS v
JOIN record AS r ON r.id = v.record
WHERE v.id BETWEEN $1 AND $2;

-- name: history_names
SELECT r.name FROM mg_feed($1) AS f LEFT JOIN record AS r ON r.id = f.c0;

-- name: history_standing_classes
SELECT v.record, v.first_edition, v.gone_edition, v.hash, r.category, r.postcode, r.commune
FROM version AS v
JOIN record AS r ON r.id = v.record
WHERE v.id BETWEEN $1 AND $2;

-- name: history_edition_counts
SELECT departement, category, n FROM edition_count WHERE edition = $1;

-- name: history_edition_unplaced
SELECT CAST(sum(n) - sum(located) AS INTEGER) FROM edition_count WHERE edition = $1;

-- What those rows say whose ids are given, in their order; all null for one that is not there.
-- name: history_rows
SELECT r.name, r.category, r.address, r.postcode, r.commune, r.status, r.opened, r.closed, r.geo_precision, r.key,
       r.other, r.edition, r.line, r.geom
FROM mg_feed($1) AS f
LEFT JOIN record AS r ON r.id = f.c0;

-- Two names for one question: both rows of a pair are looked at side by side.
-- name: history_before
SELECT name, category, address, postcode, commune, status, opened, closed, geo_precision, key, other,
       edition, line, geom
FROM record
WHERE id = $1;

-- name: history_after
SELECT name, category, address, postcode, commune, status, opened, closed, geo_precision, key, other,
       edition, line, geom
FROM record
WHERE id = $1;

-- name: history_key
SELECT key FROM record WHERE id = $1;

-- Is there a row in the edition of date $1 with something in column $2 (typed ones: -1 to -9, the place -10)?
-- name: history_column_filled
SELECT EXISTS (
  SELECT 1
  FROM edition AS first
  JOIN version AS v ON v.first_edition = first.id
  LEFT JOIN edition AS gone ON gone.id = v.gone_edition
  JOIN record AS r ON r.id = v.record
  WHERE first.dataset = $3 AND v.id BETWEEN $4 AND $5
    AND first.as_of <= $1 AND (gone.as_of IS NULL OR gone.as_of > $1)
    AND CASE $2
      WHEN -1 THEN r.name WHEN -2 THEN r.category WHEN -3 THEN r.address WHEN -4 THEN r.postcode
      WHEN -5 THEN r.commune WHEN -6 THEN r.status WHEN -7 THEN r.opened WHEN -8 THEN r.closed
      WHEN -9 THEN r.geo_precision WHEN -10 THEN r.geom
      ELSE json_extract(r.other, '$[' || $2 || ']')
    END IS NOT NULL
);

-- Every content that a service ever had. $2 names it: k and its key, or r and the record of a row without one.
-- Rows are one service by their key, or because an event or a link says so, unless it is that they merged.
-- name: life_rows
WITH RECURSIVE found (record_before, record_after) AS (
  SELECT * FROM (
    SELECT record_before, record_after FROM link WHERE dataset = $1 AND zone = 'linked'
    EXCEPT
    SELECT record_before, record_after FROM event WHERE dataset = $1 AND event IN ('merged', 'split'))
  UNION
  SELECT record_before, record_after
  FROM event
  WHERE dataset = $1 AND event NOT IN ('merged', 'split')
    AND record_before IS NOT NULL AND record_after IS NOT NULL),
pair (a, b) AS MATERIALIZED (
  SELECT coalesce('k' || r.key, 'r' || r.id), coalesce('k' || s.key, 'r' || s.id)
  FROM found
  JOIN record AS r ON r.id = found.record_before
  JOIN record AS s ON s.id = found.record_after
  WHERE coalesce('k' || r.key, 'r' || r.id) <> coalesce('k' || s.key, 'r' || s.id)),
same (name) AS (
  SELECT $2
  UNION
  SELECT CASE pair.a WHEN same.name THEN pair.b ELSE pair.a END
  FROM same
  JOIN pair ON same.name IN (pair.a, pair.b))
SELECT f.as_of, g.as_of, r.name, r.category, r.address, r.postcode, r.commune, r.status, r.opened, r.closed,
       r.line, e.as_of, r.geom, r.key, r.id
FROM version AS v
JOIN record AS r ON r.id = v.record
JOIN edition AS f ON f.id = v.first_edition
LEFT JOIN edition AS g ON g.id = v.gone_edition
JOIN edition AS e ON e.id = r.edition
WHERE v.id BETWEEN (SELECT min(first_version) FROM edition WHERE dataset = $1)
               AND (SELECT max(last_version) FROM edition WHERE dataset = $1)
  AND f.dataset = $1 AND coalesce('k' || r.key, 'r' || r.id) IN (SELECT name FROM same)
ORDER BY f.as_of, g.as_of IS NULL, g.as_of, v.hash, r.line;

-- The name of the row that stands on line $3 of the source of edition $2.
-- name: life_line
SELECT coalesce('k' || r.key, 'r' || r.id)
FROM edition AS e
JOIN version AS v ON v.id BETWEEN e.first_version AND e.last_version
JOIN record AS r ON r.id = v.record
WHERE e.dataset = $1 AND e.as_of = $2 AND r.edition = e.id AND r.line = $3
ORDER BY v.id
LIMIT 1;

-- What is stored of those rows, whose records are $2, a JSON array.
-- name: life_events
SELECT a.as_of, b.as_of, v.event, v.changes, v.artefacts, v.key_before, v.key_after, v.distance_m, v.not_before,
       v.not_after, v.score, v.evidence, r.line, re.as_of, s.line, se.as_of
FROM event AS v
JOIN edition AS a ON a.id = v.from_edition
JOIN edition AS b ON b.id = v.to_edition
LEFT JOIN record AS r ON r.id = v.record_before
LEFT JOIN edition AS re ON re.id = r.edition
LEFT JOIN record AS s ON s.id = v.record_after
LEFT JOIN edition AS se ON se.id = s.edition
WHERE v.dataset = $1
  AND (v.record_before IN (SELECT value FROM json_each($2)) OR v.record_after IN (SELECT value FROM json_each($2)))
ORDER BY b.as_of, a.as_of, v.id;

-- name: life_links
SELECT a.as_of, b.as_of, r.key, s.key, k.how, k.zone, k.score, k.evidence, r.line, re.as_of, s.line, se.as_of,
       k.evidence
FROM link AS k
JOIN edition AS a ON a.id = k.from_edition
JOIN edition AS b ON b.id = k.to_edition
JOIN record AS r ON r.id = k.record_before
JOIN edition AS re ON re.id = r.edition
JOIN record AS s ON s.id = k.record_after
JOIN edition AS se ON se.id = s.edition
WHERE k.dataset = $1
  AND (k.record_before IN (SELECT value FROM json_each($2)) OR k.record_after IN (SELECT value FROM json_each($2)))
ORDER BY b.as_of, a.as_of, r.key, s.key, r.name, s.name, r.address, s.address, r.line, s.line;

-- What the levels of those links are worth: comparisons in the order in which links tell them.
-- name: life_models
SELECT a.as_of, b.as_of, json_extract(k.parameters, '$.pairs'), round(json_extract(k.parameters, '$.same.share'), 4),
       json_extract(k.parameters, '$.linked'), json_extract(k.parameters, '$.review'), c.value, m.key + 1,
       8 * c.key + m.key + 1, round(m.value, 4), round(u.value, 4), w.value
FROM link_model AS k
JOIN edition AS a ON a.id = k.from_edition
JOIN edition AS b ON b.id = k.to_edition
JOIN json_each('["name", "place", "address", "commune", "category", "phone"]') AS c
JOIN json_each(k.parameters, '$.same.' || c.value) AS m
JOIN json_each(k.parameters, '$.apart.' || c.value) AS u ON u.key = m.key
JOIN json_each(k.parameters, '$.bits.' || c.value) AS w ON w.key = m.key
WHERE k.dataset = $1 AND (k.from_edition, k.to_edition) IN (
  SELECT l.from_edition, l.to_edition
  FROM link AS l
  WHERE l.dataset = $1
    AND (l.record_before IN (SELECT value FROM json_each($2)) OR l.record_after IN (SELECT value FROM json_each($2))))
ORDER BY b.as_of, a.as_of, c.key, m.key;

-- name: life_decisions
WITH row (key, line, edition) AS (
  SELECT r.key, r.line, e.as_of
  FROM json_each($2) AS j
  JOIN record AS r ON r.id = j.value
  JOIN edition AS e ON e.id = r.edition)
SELECT action, from_as_of, to_as_of, key_before, key_after, artefact, decided_by, reason, line, line_before,
       edition_before, line_after, edition_after
FROM decision
WHERE dataset = $1
  AND (key_before IN (SELECT key FROM row) OR key_after IN (SELECT key FROM row)
       OR (line_before, edition_before) IN (SELECT line, edition FROM row)
       OR (line_after, edition_after) IN (SELECT line, edition FROM row))
ORDER BY id;

-- name: life_projects
SELECT pd.name, p.key, p.ministry, p.kind, p.expected, p.status, f.as_of, g.as_of, v.event, v.not_before, v.not_after,
       p.line, e.as_of
FROM project AS p
JOIN edition AS f ON f.id = p.first_edition
JOIN dataset AS pd ON pd.id = f.dataset
JOIN edition AS e ON e.id = p.edition
JOIN dataset AS d ON d.id = $1
LEFT JOIN edition AS g ON g.id = p.gone_edition
LEFT JOIN event AS v ON v.id = p.event
WHERE (coalesce(p.service_dataset, d.name) = d.name
       AND p.service_key IN (SELECT r.key FROM json_each($2) AS j JOIN record AS r ON r.id = j.value))
   OR (v.dataset = $1 AND (v.record_before IN (SELECT value FROM json_each($2))
                           OR v.record_after IN (SELECT value FROM json_each($2))))
ORDER BY pd.name, f.as_of, p.key, p.hash, p.line;

-- name: history_edition_fields
SELECT field, compared FROM edition_field WHERE edition = $1;

-- name: history_constants
SELECT f.position, c.value
FROM edition_constant AS c
JOIN field AS f ON f.id = c.field
WHERE c.edition = $1;

-- name: history_ignored
SELECT DISTINCT f.position
FROM edition_field AS e
JOIN field AS f ON f.id = e.field
WHERE e.edition IN ($1, $2) AND e.compared = 0;

-- What the cells of each column are.
-- name: history_meanings
SELECT position, meaning FROM field WHERE dataset = $1 AND meaning IS NOT NULL ORDER BY position;

-- Did this edition's import find keys on more than one row?
-- name: history_keys_repeated
SELECT EXISTS (SELECT 1 FROM issue WHERE edition = $1 AND code = 'duplicate-key');

-- name: event_project_forget
UPDATE project
SET event = NULL
WHERE event IN (SELECT id FROM event WHERE dataset = $1 AND from_edition = $2 AND to_edition = $3);

-- name: event_index_delete
DELETE FROM idx_event_geom
WHERE pkid IN (SELECT id FROM event WHERE dataset = $1 AND from_edition = $2 AND to_edition = $3);

-- name: event_delete
DELETE FROM event
WHERE dataset = $1 AND from_edition = $2 AND to_edition = $3;

-- name: event_insert
INSERT INTO event (dataset, from_edition, to_edition, n, event, changes, artefacts, key_before, key_after,
  name_before, name_after, category_before, category_after, commune_before, commune_after, distance_m,
  not_before, not_after, score, evidence, record_before, record_after, geom)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23);

-- name: link_delete
DELETE FROM link
WHERE dataset = $1 AND from_edition = $2 AND to_edition = $3;

-- name: link_insert
INSERT INTO link (dataset, from_edition, to_edition, record_before, record_after, how, zone, score, evidence)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: link_model_delete
DELETE FROM link_model
WHERE dataset = $1 AND from_edition = $2 AND to_edition = $3;

-- name: link_model_insert
INSERT INTO link_model (dataset, from_edition, to_edition, parameters)
VALUES ($1, $2, $3, $4);
