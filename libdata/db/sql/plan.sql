-- Announced projects against what was done.

-- The projects of each dataset as they were said last: a key's rows that stand in the latest edition, or that
-- stood last; what has no key, as far as it stands.
-- name: plan_projects
WITH told AS (
  SELECT p.*, d.name AS dataset_name, f.as_of AS first_as_of, coalesce(g.as_of, '9999-12-31') AS until
  FROM project AS p
  JOIN edition AS f ON f.id = p.first_edition
  JOIN dataset AS d ON d.id = f.dataset
  LEFT JOIN edition AS g ON g.id = p.gone_edition),
ranked AS (
  SELECT *, min(first_as_of) OVER same AS announced, max(until) OVER same AS last
  FROM told
  WINDOW same AS (PARTITION BY dataset_name, key, CASE WHEN key IS NULL THEN hash END))
SELECT r.id, r.dataset_name, r.key, r.ministry, r.kind, r.service_dataset, r.service_key, r.name, r.category,
       r.commune, r.expected, r.expected_from, r.expected_to, r.status, r.announced, nullif(r.until, '9999-12-31'),
       r.line, e.as_of, r.geom
FROM ranked AS r
JOIN edition AS e ON e.id = r.edition
WHERE r.until = r.last AND (r.key IS NOT NULL OR r.until = '9999-12-31')
ORDER BY r.dataset_name, r.key IS NULL, r.key, r.hash, r.line;

-- name: plan_forget
UPDATE project SET event = NULL WHERE event IS NOT NULL;

-- name: plan_set_event
UPDATE project SET event = $2 WHERE id = $1;
