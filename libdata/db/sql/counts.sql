-- name: stock_list
SELECT id, level, territory, category, n, first_edition, gone_edition, line
FROM stock WHERE id BETWEEN $1 AND $2

-- As version_last.
-- name: stock_last
SELECT max((SELECT coalesce(max(id), 0) FROM stock),
           (SELECT coalesce(max(e.last_version), 0) FROM edition AS e JOIN dataset AS d ON d.id = e.dataset
            WHERE d.kind = 'counts'))

-- name: stock_load
INSERT INTO stock (id, level, territory, category, n, first_edition, gone_edition, line)
SELECT c0, c1, c2, c3, c4, c5, c6, c7 FROM mg_feed($1)

-- name: stock_unknown_load
INSERT INTO stock_unknown (edition, level, territory, category, line)
SELECT c0, c1, c2, c3, c4 FROM mg_feed($1) WHERE true
ON CONFLICT DO NOTHING

-- name: stock_unknown_list
SELECT level, territory, category FROM stock_unknown WHERE edition = $1

-- name: stock_set_gone
UPDATE stock SET gone_edition = $2 WHERE id = $1

-- name: stock_set_first
UPDATE stock SET first_edition = $2 WHERE id = $1

-- The figures that stand in the edition of date $2.
-- name: stock_standing
SELECT s.level, s.territory, s.category, s.n
FROM stock AS s
JOIN edition AS f ON f.id = s.first_edition
LEFT JOIN edition AS g ON g.id = s.gone_edition
WHERE s.id BETWEEN (SELECT min(first_version) FROM edition WHERE dataset = $1)
               AND (SELECT max(last_version) FROM edition WHERE dataset = $1)
  AND f.dataset = $1 AND f.as_of <= $2 AND (g.as_of IS NULL OR g.as_of > $2)
