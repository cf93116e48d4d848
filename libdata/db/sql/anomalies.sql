-- What editions look like from afar, and in what they differ (domain/import/profile.c, domain/import/anomalies.c).

-- name: edition_count_insert
INSERT INTO edition_count (edition, departement, category, n, located) VALUES ($1, $2, $3, $4, $5)
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
WITH b AS (SELECT departement, category, n FROM edition_count WHERE edition = $1 AND n > 0 AND category <> ''),
a AS (SELECT departement, category, n FROM edition_count WHERE edition = $2 AND n > 0),
total_b AS (SELECT category, sum(n) AS n FROM b GROUP BY category),
total_a AS (SELECT category, sum(n) AS n FROM a GROUP BY category)
SELECT b.category, b.departement, b.n, total_b.n, coalesce(total_a.n, 0), (SELECT count(*) FROM b),
       (SELECT count(*) FROM total_b)
FROM b
JOIN total_b ON total_b.category = b.category
LEFT JOIN total_a ON total_a.category = b.category
WHERE NOT EXISTS (SELECT 1 FROM a WHERE a.category = b.category AND a.departement = b.departement)
  AND EXISTS (SELECT 1 FROM a)
ORDER BY b.category, b.departement
