-- Digests of what is stored (domain/digest). Parts: three numbers that say whose a row is, then the row; $1: from
-- which id on (of what has none, from which edition on).

-- name: digest_key
SELECT secret FROM digest_key;

-- name: digest_key_insert
INSERT INTO digest_key (id, secret) VALUES (1, $1);

-- name: digest_list
SELECT part, dataset, edition, until, sum FROM digest;

-- name: digest_set
INSERT INTO digest (part, dataset, edition, until, sum) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO UPDATE SET sum = excluded.sum;

-- name: digest_find
SELECT sum FROM digest WHERE part = $1 AND dataset = $2 AND edition = $3 AND until = $4;

-- name: digest_drop
DELETE FROM digest WHERE part = $1 AND dataset = $2 AND edition = $3 AND until = $4;

-- name: digest_drop_edition
DELETE FROM digest WHERE $1 IN (edition, until) AND part NOT IN ('edition', 'project');

-- name: digest_owner_dataset
SELECT name FROM dataset WHERE id = $1;

-- name: digest_owner_edition
SELECT d.name || ' ' || e.as_of || coalesce(' ' || u.as_of, '')
FROM edition AS e
JOIN dataset AS d ON d.id = e.dataset
LEFT JOIN edition AS u ON u.id = $2
WHERE e.id = $1;

-- name: digest_editions
SELECT id, dataset FROM edition ORDER BY dataset, as_of;

-- name: digest_part_dataset
SELECT id, 0, 0, * FROM dataset WHERE id >= $1;

-- name: digest_part_field
SELECT dataset, 0, 0, * FROM field WHERE id >= $1;

-- name: digest_part_question
SELECT dataset, 0, 0, * FROM question WHERE id >= $1;

-- name: digest_part_decision
SELECT dataset, 0, 0, * FROM decision WHERE id >= $1;

-- name: digest_part_edition
SELECT 0, id, 0, * FROM edition WHERE id >= $1;

-- name: digest_part_project
SELECT 0, edition, 0, * FROM project WHERE id >= $1;

-- name: digest_part_edition_field
SELECT 0, edition, 0, * FROM edition_field WHERE edition >= $1;

-- name: digest_part_edition_count
SELECT 0, edition, 0, * FROM edition_count WHERE edition >= $1;

-- name: digest_part_edition_constant
SELECT 0, edition, 0, * FROM edition_constant WHERE edition >= $1;

-- name: digest_part_stock_unknown
SELECT 0, edition, 0, * FROM stock_unknown WHERE edition >= $1;

-- name: digest_part_survey
SELECT 0, edition, 0, * FROM survey WHERE edition >= $1;

-- name: digest_part_issue
SELECT 0, edition, 0, * FROM issue WHERE id >= $1;

-- name: digest_part_reject
SELECT 0, edition, 0, * FROM reject WHERE id >= $1;

-- name: digest_part_response
SELECT 0, edition, 0, * FROM response WHERE id >= $1;

-- name: digest_part_territory
SELECT 0, edition, 0, * FROM territory WHERE id >= $1;

-- name: digest_part_territory_link
SELECT 0, edition, 0, * FROM territory_link WHERE id >= $1;

-- name: digest_part_population
SELECT 0, edition, 0, * FROM population WHERE id >= $1;

-- name: digest_part_movement
SELECT 0, edition, 0, * FROM movement WHERE id >= $1;

-- name: digest_part_event
SELECT 0, from_edition, to_edition, * FROM event WHERE id >= $1;

-- name: digest_part_link
SELECT 0, from_edition, to_edition, * FROM link WHERE id >= $1;

-- name: digest_part_link_model
SELECT 0, from_edition, to_edition, * FROM link_model WHERE id >= $1;

-- Where the next rows of the parts that only grow will begin.
-- name: digest_floors
SELECT coalesce((SELECT max(id) FROM edition), 0), coalesce((SELECT max(id) FROM issue), 0),
       coalesce((SELECT max(id) FROM reject), 0), coalesce((SELECT max(id) FROM response), 0),
       coalesce((SELECT max(id) FROM territory), 0), coalesce((SELECT max(id) FROM territory_link), 0),
       coalesce((SELECT max(id) FROM population), 0), coalesce((SELECT max(id) FROM movement), 0),
       coalesce((SELECT max(id) FROM event), 0), coalesce((SELECT max(id) FROM link), 0),
       coalesce((SELECT max(id) FROM link_model), 0);

-- name: digest_stock
SELECT first_edition, gone_edition, level, territory, category, n FROM stock;

-- The columns of each edition of services or projects, with the value of those that are constant in it.
-- name: said_columns
SELECT e.id, ef.role, f.position, ef.compared, c.value
FROM edition AS e
JOIN edition_field AS ef ON ef.edition = e.id
JOIN field AS f ON f.id = ef.field
LEFT JOIN edition_constant AS c ON c.edition = e.id AND c.field = f.id
WHERE e.dataset IN (SELECT id FROM dataset WHERE kind IN ('services', 'projects'))
ORDER BY e.id, f.position;

-- Rows to be read with said.h: the typed columns in the order of their roles (domain/columns/roles.h).
-- name: said_versions
SELECT r.id, r.edition, r.line, r.other, r.key, r.name, r.category, r.address, r.postcode, r.commune, r.status,
       r.opened, r.closed, r.geo_precision, r.geo_source, r.geom, v.hash, v.first_edition, v.gone_edition, v.record
FROM version AS v
LEFT JOIN record AS r ON r.id = v.record
ORDER BY v.id;

-- name: said_version_count
SELECT count(*) FROM version;

-- name: said_record
SELECT id, edition, line, other, key, name, category, address, postcode, commune, status, opened, closed,
       geo_precision, geo_source, geom
FROM record WHERE id = $1;

-- name: said_records
SELECT r.id, r.edition, r.line, r.other, r.key, r.name, r.category, r.address, r.postcode, r.commune, r.status,
       r.opened, r.closed, r.geo_precision, r.geo_source, r.geom
FROM mg_feed($1) AS f
CROSS JOIN record AS r ON r.id = f.c0;

-- name: said_project
SELECT id, edition, line, other, key, name, category, NULL, NULL, commune, NULL, NULL, NULL, NULL, NULL, geom
FROM project WHERE id = $1;

-- Records that come to stand elsewhere when edition $1 is taken out, or are found again ($1 null): those of the
-- edition, and those of dataset $2 of which no line is known.
-- name: said_moving
SELECT id, edition, line, other, key, name, category, address, postcode, commune, status, opened, closed,
       geo_precision, geo_source, geom
FROM record
WHERE edition = $1 OR (line = 0 AND edition IN (SELECT id FROM edition WHERE dataset = $2));
