-- What check asks of the file (domain/check/check.c). A row is a finding: table, how many, of what (or null), and
-- where two figures differ, the one in the books and the one counted.

-- name: check_integrity
SELECT NULL, 1, integrity_check, NULL, NULL
FROM pragma_integrity_check(100)
WHERE integrity_check <> 'ok';

-- name: check_foreign_keys
SELECT "table", count(*), parent, NULL, NULL
FROM pragma_foreign_key_check()
GROUP BY "table", parent
ORDER BY "table", parent;

-- name: check_rows_read
SELECT 'edition', abs(e.rows_read - e.rows_loaded - e.rows_rejected - e.rows_skipped), d.name || ' ' || e.as_of,
       e.rows_read, e.rows_loaded + e.rows_rejected + e.rows_skipped
FROM edition AS e JOIN dataset AS d ON d.id = e.dataset
WHERE e.rows_read <> e.rows_loaded + e.rows_rejected + e.rows_skipped
ORDER BY d.name, e.as_of;

-- How many versions stand in each edition; they are counted by pair of editions first, which are few.
-- name: check_standing
WITH span AS MATERIALIZED (
  SELECT first_edition, gone_edition, count(*) AS n FROM version GROUP BY first_edition, gone_edition
  UNION ALL
  SELECT first_edition, gone_edition, count(*) FROM project GROUP BY first_edition, gone_edition),
dated AS MATERIALIZED (
  SELECT f.dataset, f.as_of AS first_as_of, g.as_of AS gone_as_of, span.gone_edition, span.n
  FROM span
  JOIN edition AS f ON f.id = span.first_edition
  LEFT JOIN edition AS g ON g.id = span.gone_edition),
standing AS (
  SELECT CASE d.kind WHEN 'services' THEN 'version' ELSE 'project' END AS holder,
         d.name || ' ' || e.as_of AS subject, e.rows_loaded,
         (SELECT coalesce(sum(n), 0) FROM dated
          WHERE dated.dataset = e.dataset AND first_as_of <= e.as_of
            AND (gone_edition IS NULL OR gone_as_of > e.as_of)) AS n
  FROM edition AS e JOIN dataset AS d ON d.id = e.dataset
  WHERE d.kind IN ('services', 'projects'))
SELECT holder, abs(rows_loaded - n), subject, rows_loaded, n
FROM standing
WHERE rows_loaded <> n
ORDER BY subject;

-- name: check_rejects
SELECT 'reject', abs(e.rows_rejected - coalesce(r.n, 0)), d.name || ' ' || e.as_of, e.rows_rejected, coalesce(r.n, 0)
FROM edition AS e
JOIN dataset AS d ON d.id = e.dataset
LEFT JOIN (SELECT edition, count(*) AS n FROM reject GROUP BY edition) AS r ON r.edition = e.id
WHERE e.rows_rejected <> coalesce(r.n, 0)
ORDER BY d.name, e.as_of;

-- name: check_issues
SELECT 'issue', abs(e.issues - coalesce(i.n, 0)), d.name || ' ' || e.as_of, e.issues, coalesce(i.n, 0)
FROM edition AS e
JOIN dataset AS d ON d.id = e.dataset
LEFT JOIN (SELECT edition, sum(n) AS n FROM issue GROUP BY edition) AS i ON i.edition = e.id
WHERE e.issues <> coalesce(i.n, 0)
ORDER BY d.name, e.as_of;

-- name: check_counts
SELECT 'edition_count', abs(e.rows_loaded - c.n), d.name || ' ' || e.as_of, e.rows_loaded, c.n
FROM edition AS e
JOIN dataset AS d ON d.id = e.dataset
JOIN (SELECT edition, CAST(sum(n) AS INTEGER) AS n FROM edition_count GROUP BY edition) AS c ON c.edition = e.id
WHERE d.kind = 'services' AND e.rows_loaded <> c.n
ORDER BY d.name, e.as_of;

-- name: check_filled
SELECT 'edition_field', count(*), d.name || ' ' || e.as_of, e.rows_read, max(f.filled)
FROM edition_field AS f
JOIN edition AS e ON e.id = f.edition
JOIN dataset AS d ON d.id = e.dataset
WHERE f.filled NOT BETWEEN 0 AND e.rows_read
GROUP BY e.id
ORDER BY d.name, e.as_of;

-- name: check_responses
SELECT 'response', abs(e.rows_loaded - coalesce(r.n, 0)), d.name || ' ' || e.as_of, e.rows_loaded, coalesce(r.n, 0)
FROM edition AS e
JOIN dataset AS d ON d.id = e.dataset
LEFT JOIN (SELECT edition, count(*) AS n FROM response GROUP BY edition) AS r ON r.edition = e.id
WHERE d.kind = 'responses' AND e.rows_loaded <> coalesce(r.n, 0)
ORDER BY d.name, e.as_of;

-- A row of a reference is a territory, a movement, a number of inhabitants; or, in a list of members, a
-- member: a commune. In a list of communes the delegated ones name the commune that they are of, and are rows too.
-- name: check_references
WITH member AS (
  SELECT l.edition, count(*) AS n
  FROM territory_link AS l JOIN edition AS e ON e.id = l.edition
  WHERE l.child_level = 'commune' AND l.parent_level = e.level AND e.level <> 'commune'
  GROUP BY l.edition),
held AS (
  SELECT edition, count(*) AS n FROM population GROUP BY edition
  UNION ALL
  SELECT edition, count(*) FROM movement GROUP BY edition
  UNION ALL
  SELECT t.edition, coalesce(max(m.n), count(*))
  FROM territory AS t LEFT JOIN member AS m ON m.edition = t.edition
  GROUP BY t.edition)
SELECT CASE d.kind WHEN 'territories' THEN 'territory' WHEN 'movements' THEN 'movement' ELSE 'population' END,
       abs(e.rows_loaded - coalesce(h.n, 0)), d.name || ' ' || e.as_of, e.rows_loaded, coalesce(h.n, 0)
FROM edition AS e
JOIN dataset AS d ON d.id = e.dataset
LEFT JOIN held AS h ON h.edition = e.id
WHERE d.kind IN ('territories', 'movements', 'populations') AND e.rows_loaded <> coalesce(h.n, 0)
ORDER BY d.name, e.as_of;

-- name: check_members
WITH named AS (
  SELECT l.edition, count(DISTINCT l.parent) AS n
  FROM territory_link AS l JOIN edition AS e ON e.id = l.edition
  WHERE l.child_level = 'commune' AND l.parent_level = e.level AND e.level <> 'commune'
  GROUP BY l.edition)
SELECT 'territory', abs(named.n - count(t.id)), d.name || ' ' || e.as_of, named.n, count(t.id)
FROM named
JOIN edition AS e ON e.id = named.edition
JOIN dataset AS d ON d.id = e.dataset
LEFT JOIN territory AS t ON t.edition = e.id
GROUP BY d.name, e.as_of, named.n
HAVING named.n <> count(t.id)
ORDER BY d.name, e.as_of;

-- name: check_stock
WITH span AS MATERIALIZED (
  SELECT first_edition, gone_edition, sum(n) AS n FROM stock GROUP BY first_edition, gone_edition),
dated AS MATERIALIZED (
  SELECT f.dataset, f.as_of AS first_as_of, g.as_of AS gone_as_of, span.gone_edition, span.n
  FROM span
  JOIN edition AS f ON f.id = span.first_edition
  LEFT JOIN edition AS g ON g.id = span.gone_edition),
counted AS (
  SELECT edition, sum(n) AS n FROM edition_count GROUP BY edition),
standing AS (
  SELECT d.name, e.as_of, c.n AS wanted,
         (SELECT coalesce(sum(n), 0) FROM dated
          WHERE dated.dataset = e.dataset AND first_as_of <= e.as_of
            AND (gone_edition IS NULL OR gone_as_of > e.as_of)) AS n
  FROM edition AS e
  JOIN dataset AS d ON d.id = e.dataset
  JOIN counted AS c ON c.edition = e.id
  WHERE d.kind = 'counts')
SELECT 'stock', CAST(max(1, abs(wanted - n)) AS INTEGER), name || ' ' || as_of, CAST(wanted AS INTEGER),
       CAST(n AS INTEGER)
FROM standing
WHERE abs(wanted - n) > 1e-9 * max(1, abs(wanted))
ORDER BY name, as_of;

-- Unchanged + changed + gone is what one edition holds, unchanged + changed + new what the other does: so
-- both hold as many when the gone and the new are left out. What stays, be it closed by
-- its status, has a row on both sides. What merged is gone, though it names what it went into; and so for a split.
-- name: check_event_balance
WITH pair AS (
  SELECT from_edition, to_edition,
         coalesce(sum(n) FILTER (WHERE event = 'merged' OR (record_after IS NULL AND event NOT IN ('created', 'reopened'))), 0)
           AS gone,
         coalesce(sum(n) FILTER (WHERE event = 'split' OR (record_before IS NULL AND event <> 'closed')), 0) AS new
  FROM event
  GROUP BY from_edition, to_edition)
SELECT 'event', abs(a.rows_loaded - gone - b.rows_loaded + new), d.name || ' ' || a.as_of || ' ' || b.as_of,
       b.rows_loaded - a.rows_loaded, CAST(new - gone AS INTEGER)
FROM pair
JOIN edition AS a ON a.id = from_edition
JOIN edition AS b ON b.id = to_edition
JOIN dataset AS d ON d.id = a.dataset
WHERE d.kind = 'services' AND a.rows_loaded - gone <> b.rows_loaded - new
ORDER BY d.name, a.as_of, b.as_of;

-- What the figures of a category were, and are, is told by what was created and closed of it. A label that is
-- written otherwise takes along what stays; a commune that has another code takes nothing to another category.
-- name: check_event_figures
WITH pair AS MATERIALIZED (
  SELECT DISTINCT v.dataset, v.from_edition, v.to_edition
  FROM event AS v JOIN dataset AS d ON d.id = v.dataset
  WHERE d.kind = 'counts'),
span AS MATERIALIZED (
  SELECT first_edition, gone_edition, category, sum(n) AS n
  FROM stock
  WHERE EXISTS (SELECT 1 FROM pair)
  GROUP BY first_edition, gone_edition, category),
dated AS MATERIALIZED (
  SELECT f.dataset, f.as_of AS first_as_of, g.as_of AS gone_as_of, span.gone_edition, span.category, span.n
  FROM span
  JOIN edition AS f ON f.id = span.first_edition
  LEFT JOIN edition AS g ON g.id = span.gone_edition),
change AS (
  SELECT p.from_edition, p.to_edition, s.category,
         sum(s.n * (s.first_as_of <= b.as_of AND (s.gone_edition IS NULL OR s.gone_as_of > b.as_of)))
           - sum(s.n * (s.first_as_of <= a.as_of AND (s.gone_edition IS NULL OR s.gone_as_of > a.as_of))) AS wanted,
         0 AS told
  FROM pair AS p
  JOIN edition AS a ON a.id = p.from_edition
  JOIN edition AS b ON b.id = p.to_edition
  JOIN dated AS s ON s.dataset = p.dataset
  GROUP BY p.from_edition, p.to_edition, s.category
  UNION ALL
  SELECT v.from_edition, v.to_edition, v.category_after, 0, v.n
  FROM event AS v JOIN pair AS p ON p.from_edition = v.from_edition AND p.to_edition = v.to_edition
  WHERE v.event <> 'closed' AND (v.event = 'created' OR (v.commune_before IS NULL AND v.commune_after IS NULL))
  UNION ALL
  SELECT v.from_edition, v.to_edition, v.category_before, 0, -v.n
  FROM event AS v JOIN pair AS p ON p.from_edition = v.from_edition AND p.to_edition = v.to_edition
  WHERE v.event <> 'created' AND (v.event = 'closed' OR (v.commune_before IS NULL AND v.commune_after IS NULL)))
SELECT 'event', CAST(max(1, abs(sum(wanted) - sum(told))) AS INTEGER),
       d.name || ' ' || a.as_of || ' ' || b.as_of || coalesce(' ' || category, ''), CAST(sum(wanted) AS INTEGER),
       CAST(sum(told) AS INTEGER)
FROM change
JOIN edition AS a ON a.id = from_edition
JOIN edition AS b ON b.id = to_edition
JOIN dataset AS d ON d.id = a.dataset
GROUP BY from_edition, to_edition, category
HAVING abs(sum(wanted) - sum(told)) > 1e-6
ORDER BY d.name, a.as_of, b.as_of, category;

-- The same for each category, of pairs of editions that both have categories.
-- name: check_event_categories
WITH pair AS MATERIALIZED (
  SELECT from_edition, to_edition
  FROM event
  WHERE dataset IN (SELECT id FROM dataset WHERE kind = 'services')
  GROUP BY from_edition, to_edition
  HAVING count(*) FILTER (WHERE record_before IS NULL AND record_after IS NULL) = 0),
span AS MATERIALIZED (
  SELECT v.first_edition, v.gone_edition, r.category, count(*) AS n
  FROM version AS v JOIN record AS r ON r.id = v.record
  WHERE EXISTS (SELECT 1 FROM pair)
  GROUP BY v.first_edition, v.gone_edition, r.category),
dated AS MATERIALIZED (
  SELECT f.dataset, f.as_of AS first_as_of, g.as_of AS gone_as_of, span.gone_edition, span.category, span.n
  FROM span
  JOIN edition AS f ON f.id = span.first_edition
  LEFT JOIN edition AS g ON g.id = span.gone_edition),
stock AS (
  SELECT p.from_edition, p.to_edition, s.category,
         sum(s.n * (s.first_as_of <= a.as_of AND (s.gone_edition IS NULL OR s.gone_as_of > a.as_of))) AS n_before,
         sum(s.n * (s.first_as_of <= b.as_of AND (s.gone_edition IS NULL OR s.gone_as_of > b.as_of))) AS n_after
  FROM pair AS p
  JOIN edition AS a ON a.id = p.from_edition
  JOIN edition AS b ON b.id = p.to_edition
  JOIN dated AS s ON s.dataset = a.dataset
  GROUP BY p.from_edition, p.to_edition, s.category),
side AS (
  SELECT from_edition, to_edition, category_after AS category, n FROM event WHERE record_after IS NOT NULL AND event <> 'merged'
  UNION ALL
  SELECT from_edition, to_edition, category_before, -n FROM event WHERE record_before IS NOT NULL AND event <> 'split'),
told AS (
  SELECT from_edition, to_edition, category, sum(n) AS n FROM side GROUP BY from_edition, to_edition, category),
whole AS (
  SELECT from_edition, to_edition
  FROM stock
  WHERE category IS NOT NULL
  GROUP BY from_edition, to_edition
  HAVING sum(n_before) > 0 AND sum(n_after) > 0)
SELECT 'event', CAST(abs(s.n_after - s.n_before - coalesce(t.n, 0)) AS INTEGER),
       d.name || ' ' || a.as_of || ' ' || b.as_of || coalesce(' ' || s.category, ''), s.n_after - s.n_before,
       CAST(coalesce(t.n, 0) AS INTEGER)
FROM stock AS s
JOIN whole AS w ON w.from_edition = s.from_edition AND w.to_edition = s.to_edition
LEFT JOIN told AS t
  ON t.from_edition = s.from_edition AND t.to_edition = s.to_edition AND t.category IS s.category
JOIN edition AS a ON a.id = s.from_edition
JOIN edition AS b ON b.id = s.to_edition
JOIN dataset AS d ON d.id = a.dataset
WHERE s.n_after - s.n_before <> coalesce(t.n, 0)
ORDER BY d.name, a.as_of, b.as_of, s.category;

-- name: check_intervals
WITH span (holder, first_edition, gone_edition, n) AS (
  SELECT 'version', first_edition, gone_edition, count(*) FROM version
  WHERE gone_edition IS NOT NULL GROUP BY first_edition, gone_edition
  UNION ALL
  SELECT 'stock', first_edition, gone_edition, count(*) FROM stock
  WHERE gone_edition IS NOT NULL GROUP BY first_edition, gone_edition
  UNION ALL
  SELECT 'project', first_edition, gone_edition, count(*) FROM project
  WHERE gone_edition IS NOT NULL GROUP BY first_edition, gone_edition
  UNION ALL
  SELECT 'event', from_edition, to_edition, count(*) FROM event GROUP BY from_edition, to_edition
  UNION ALL
  SELECT 'link', from_edition, to_edition, count(*) FROM link GROUP BY from_edition, to_edition
  UNION ALL
  SELECT 'link_model', from_edition, to_edition, count(*) FROM link_model GROUP BY from_edition, to_edition)
SELECT holder, sum(n), d.name, NULL, NULL
FROM span
JOIN edition AS f ON f.id = first_edition
JOIN edition AS g ON g.id = gone_edition
JOIN dataset AS d ON d.id = f.dataset
WHERE g.dataset <> f.dataset OR g.as_of <= f.as_of
GROUP BY holder, d.name
ORDER BY holder, d.name;

-- Editions of a kind keep their rows in one table, so that their ranges of ids must be apart.
-- name: check_ranges
SELECT 'edition', count(*), d.name || ' ' || e.as_of, NULL, NULL
FROM edition AS e
JOIN dataset AS d ON d.id = e.dataset
JOIN edition AS o ON (SELECT kind FROM dataset WHERE id = o.dataset) = d.kind
WHERE (e.id = o.id AND (e.first_version > e.last_version OR (e.first_version IS NULL) <> (e.last_version IS NULL)))
   OR (e.id <> o.id AND e.first_version <= o.last_version AND o.first_version <= e.last_version)
GROUP BY e.id
ORDER BY d.name, e.as_of;

-- name: check_range_cover
WITH counted AS (
  SELECT (SELECT count(*) FROM version) AS there,
         (SELECT coalesce(sum((SELECT count(*) FROM version AS v
                               WHERE v.id BETWEEN e.first_version AND e.last_version)), 0)
          FROM edition AS e JOIN dataset AS d ON d.id = e.dataset
          WHERE d.kind = 'services') AS covered)
SELECT 'version', there - covered, NULL, NULL, NULL
FROM counted
WHERE there > covered;

-- name: check_range_dataset
SELECT 'version', count(*), d.name || ' ' || e.as_of, NULL, NULL
FROM edition AS e
JOIN dataset AS d ON d.id = e.dataset
CROSS JOIN version AS v ON v.id BETWEEN e.first_version AND e.last_version
JOIN edition AS f ON f.id = v.first_edition
WHERE d.kind = 'services' AND f.dataset <> e.dataset
GROUP BY e.id
ORDER BY d.name, e.as_of;

-- name: check_record_unused
WITH unused AS (
  SELECT count(*) AS n FROM record WHERE id NOT IN (SELECT record FROM version))
SELECT 'record', n, NULL, NULL, NULL
FROM unused
WHERE n > 0;

-- name: check_scales
SELECT 'survey', 1, d.name || ' ' || e.as_of, NULL, NULL
FROM survey AS s
JOIN edition AS e ON e.id = s.edition
JOIN dataset AS d ON d.id = e.dataset
WHERE s.scale_low >= s.scale_high OR (s.scale_low IS NULL) <> (s.scale_high IS NULL)
ORDER BY d.name, e.as_of;

-- name: check_columns
SELECT name, type, "notnull" FROM pragma_table_info($1) ORDER BY cid;

-- name: check_fields
WITH told (holder, edition, field) AS (
  SELECT 'edition_field', edition, field FROM edition_field
  UNION ALL
  SELECT 'edition_constant', edition, field FROM edition_constant)
SELECT holder, count(*), d.name || ' ' || e.as_of, NULL, NULL
FROM told
JOIN edition AS e ON e.id = told.edition
JOIN dataset AS d ON d.id = e.dataset
JOIN field AS f ON f.id = told.field
WHERE f.dataset <> e.dataset
GROUP BY holder, e.id
ORDER BY holder, d.name, e.as_of;

-- name: check_views
WITH wanted AS (
  SELECT 'services_' || name AS name FROM dataset
  WHERE kind = 'services' AND id IN (SELECT dataset FROM edition))
SELECT name, 1, NULL, NULL, NULL
FROM wanted
WHERE NOT EXISTS (SELECT 1 FROM sqlite_master AS m WHERE m.type = 'view' AND m.name = wanted.name)
   OR NOT EXISTS (SELECT 1 FROM views_geometry_columns AS g
                  WHERE g.view_name = wanted.name AND g.view_geometry = 'geom' AND g.view_rowid = 'id'
                    AND g.f_table_name = 'record' AND g.f_geometry_column = 'geom')
ORDER BY name;

-- name: check_geometry_columns
SELECT f_table_name, f_geometry_column, geometry_type, srid, spatial_index_enabled
FROM geometry_columns
ORDER BY f_table_name, f_geometry_column;

-- name: content_editions
SELECT e.id, d.name || ' ' || e.as_of
FROM edition AS e JOIN dataset AS d ON d.id = e.dataset
WHERE d.kind = 'services'
ORDER BY d.name, e.as_of;
