-- What editions look like from afar, and in what they differ (domain/import/profile.c, domain/import/anomalies.c).

-- name: edition_count_insert
INSERT INTO edition_count (edition, departement, category, n, located)
SELECT c0, c1, c2, c3, c4 FROM mg_feed($1) WHERE true
ON CONFLICT DO UPDATE SET n = n + excluded.n, located = located + excluded.located

-- name: edition_field_filled
UPDATE edition_field SET filled = $3 WHERE edition = $1 AND field = $2

-- name: edition_set_anomalies
UPDATE edition SET anomalies = $2 WHERE id = $1

-- name: edition_anomalies
SELECT anomalies FROM edition WHERE id = $1

-- Columns of the earlier edition ($1) with how full they were, and how full the same, or the one that has its
-- role now, is in the later ($2): null where it is gone.
-- name: anomaly_columns
SELECT f.name, b.filled,
       coalesce((SELECT a.filled FROM edition_field AS a WHERE a.edition = $2 AND a.field = b.field),
                (SELECT a.filled FROM edition_field AS a WHERE a.edition = $2 AND a.role = b.role))
FROM edition_field AS b JOIN field AS f ON f.id = b.field
WHERE b.edition = $1
ORDER BY b.number

-- name: anomaly_places
SELECT (SELECT coalesce(sum(located), 0) FROM edition_count WHERE edition = $1),
       (SELECT coalesce(sum(located), 0) FROM edition_count WHERE edition = $2)
WHERE EXISTS (SELECT 1 FROM edition_count WHERE edition = $1)
  AND EXISTS (SELECT 1 FROM edition_count WHERE edition = $2)

-- Cells of the earlier edition that the later lacks: category, département, n, the category's n in all
-- départements before and after, cells in the earlier edition, its categories.
-- name: anomaly_categories
WITH missing AS MATERIALIZED (
  SELECT departement, category, n FROM edition_count AS b
  WHERE edition = $1 AND n > 0 AND category <> ''
    AND NOT EXISTS (SELECT 1 FROM edition_count AS a
                    WHERE a.edition = $2 AND a.departement = b.departement AND a.category = b.category AND a.n > 0)
    AND EXISTS (SELECT 1 FROM edition_count WHERE edition = $2 AND n > 0)),
total AS MATERIALIZED (
  SELECT category, sum(n) FILTER (WHERE edition = $1) AS before, sum(n) FILTER (WHERE edition = $2) AS after
  FROM edition_count WHERE edition IN ($1, $2) AND n > 0 AND category IN (SELECT category FROM missing)
  GROUP BY category)
SELECT m.category, m.departement, m.n, t.before, coalesce(t.after, 0),
       (SELECT count(*) FROM edition_count WHERE edition = $1 AND n > 0 AND category <> ''),
       (SELECT count(DISTINCT category) FROM edition_count WHERE edition = $1 AND n > 0 AND category <> '')
FROM missing AS m JOIN total AS t ON t.category = m.category
ORDER BY m.category, m.departement
