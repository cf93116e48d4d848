-- An edition is taken out, to make room for another of its date (domain/import/replace.c). $1: its id; $2: that
-- of the next edition by date, or null. Afterwards everything is as if it had never been there.

-- What stood in this edition only.
-- name: replace_version_drop
DELETE FROM version WHERE first_edition = $1 AND gone_edition IS $2

-- What it shares with later ones begins with the next.
-- name: replace_version_first
UPDATE version SET first_edition = $2 WHERE first_edition = $1

-- What only this edition lacked goes on through it: the later of the two versions begins where the earlier did,
-- which is then one too many.
-- name: replace_version_join
UPDATE version SET first_edition = earlier.first_edition
FROM (SELECT record, first_edition FROM version WHERE gone_edition = $1) AS earlier
WHERE version.first_edition = $2 AND version.record = earlier.record

-- name: replace_version_joined
DELETE FROM version
WHERE gone_edition = $1
  AND (record, first_edition) IN (SELECT record, first_edition FROM version WHERE gone_edition IS NOT $1)

-- name: replace_version_gone
UPDATE version SET gone_edition = $2 WHERE gone_edition = $1

-- name: replace_record_index_drop
DELETE FROM idx_record_geom
WHERE pkid IN (SELECT id FROM record WHERE edition = $1 AND id NOT IN (SELECT record FROM version))

-- name: replace_record_drop
DELETE FROM record WHERE edition = $1 AND id NOT IN (SELECT record FROM version)

-- Other editions have it too, but on which line of their sources is not known: 0.
-- name: replace_record_keep
UPDATE record SET edition = standing.edition, line = 0
FROM (SELECT record, min(first_edition) AS edition FROM version GROUP BY record) AS standing
WHERE record.edition = $1 AND record.id = standing.record

-- name: replace_stock_drop
DELETE FROM stock WHERE first_edition = $1 AND gone_edition IS $2

-- name: replace_stock_first
UPDATE stock SET first_edition = $2, line = 0 WHERE first_edition = $1

-- name: replace_stock_join
UPDATE stock SET first_edition = earlier.first_edition, line = earlier.line
FROM (SELECT level, territory, category, n, first_edition, line FROM stock WHERE gone_edition = $1) AS earlier
WHERE stock.first_edition = $2 AND stock.level = earlier.level AND stock.territory = earlier.territory
  AND stock.category = earlier.category AND stock.n = earlier.n

-- name: replace_stock_joined
DELETE FROM stock
WHERE gone_edition = $1
  AND (level, territory, category, first_edition) IN (
    SELECT level, territory, category, first_edition FROM stock WHERE gone_edition IS NOT $1)

-- name: replace_stock_gone
UPDATE stock SET gone_edition = $2 WHERE gone_edition = $1

-- name: replace_project_index_drop
DELETE FROM idx_project_geom WHERE pkid IN (SELECT id FROM project WHERE first_edition = $1 AND gone_edition IS $2)

-- name: replace_project_drop
DELETE FROM project WHERE first_edition = $1 AND gone_edition IS $2

-- name: replace_project_first
UPDATE project SET first_edition = $2 WHERE first_edition = $1

-- name: replace_project_gone
UPDATE project SET gone_edition = $2 WHERE gone_edition = $1

-- name: replace_project_keep
UPDATE project SET edition = first_edition, line = 0 WHERE edition = $1

-- name: replace_territory_index_drop
DELETE FROM idx_territory_geom WHERE pkid IN (SELECT id FROM territory WHERE edition = $1)

-- name: replace_territory_drop
DELETE FROM territory WHERE edition = $1

-- name: replace_territory_link_drop
DELETE FROM territory_link WHERE edition = $1

-- name: replace_population_drop
DELETE FROM population WHERE edition = $1

-- name: replace_movement_drop
DELETE FROM movement WHERE edition = $1

-- name: replace_survey_drop
DELETE FROM survey WHERE edition = $1

-- name: replace_response_drop
DELETE FROM response WHERE edition = $1

-- name: replace_event_project_forget
UPDATE project SET event = NULL WHERE event IN (SELECT id FROM event WHERE $1 IN (from_edition, to_edition))

-- name: replace_event_index_drop
DELETE FROM idx_event_geom WHERE pkid IN (SELECT id FROM event WHERE $1 IN (from_edition, to_edition))

-- name: replace_event_drop
DELETE FROM event WHERE $1 IN (from_edition, to_edition)

-- name: replace_link_drop
DELETE FROM link WHERE $1 IN (from_edition, to_edition)

-- name: replace_link_model_drop
DELETE FROM link_model WHERE $1 IN (from_edition, to_edition)

-- name: replace_issue_drop
DELETE FROM issue WHERE edition = $1

-- name: replace_reject_drop
DELETE FROM reject WHERE edition = $1

-- name: replace_count_drop
DELETE FROM edition_count WHERE edition = $1

-- name: replace_unknown_drop
DELETE FROM stock_unknown WHERE edition = $1

-- name: replace_constant_drop
DELETE FROM edition_constant WHERE edition = $1

-- name: replace_edition_field_drop
DELETE FROM edition_field WHERE edition = $1

-- name: replace_edition_drop
DELETE FROM edition WHERE id = $1

-- Rows of the range of ids from $1 to $2 that other editions still have, to the end of the table.
-- name: replace_version_move
INSERT INTO version (id, record, first_edition, gone_edition, hash)
SELECT $3 + row_number() OVER (ORDER BY id), record, first_edition, gone_edition, hash
FROM version WHERE id BETWEEN $1 AND $2

-- name: replace_version_moved
DELETE FROM version WHERE id BETWEEN $1 AND $2

-- name: replace_stock_move
INSERT INTO stock (id, level, territory, category, n, first_edition, gone_edition, line)
SELECT $3 + row_number() OVER (ORDER BY id), level, territory, category, n, first_edition, gone_edition, line
FROM stock WHERE id BETWEEN $1 AND $2

-- name: replace_stock_moved
DELETE FROM stock WHERE id BETWEEN $1 AND $2

-- A dataset without an edition has no columns to keep to, but what was declared open stays so.
-- name: replace_field_drop
DELETE FROM field
WHERE dataset = $1 AND access = 'restricted' AND NOT EXISTS (SELECT 1 FROM edition WHERE dataset = $1)

-- name: replace_field_forget_role
UPDATE field SET role = NULL WHERE dataset = $1 AND NOT EXISTS (SELECT 1 FROM edition WHERE dataset = $1)

-- name: replace_question_drop
DELETE FROM question WHERE dataset = $1 AND NOT EXISTS (SELECT 1 FROM edition WHERE dataset = $1)

-- A record of which no line was known stands in the edition that has come.
-- name: replace_record_found
UPDATE record SET edition = $2, line = $3 WHERE id = $1 AND line = 0
