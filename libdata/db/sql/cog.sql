-- The codes of communes that editions hold, and which COG year they are in.

-- name: cog_movements
SELECT EXISTS (SELECT 1 FROM edition e JOIN dataset d ON d.id = e.dataset WHERE d.kind = 'movements')

-- name: cog_store
UPDATE edition SET cog_year = nullif($2, 0), cog_year_last = nullif($3, 0) WHERE id = $1

-- name: cog_name_field
SELECT f.id FROM edition_field ef JOIN field f ON f.id = ef.field
WHERE ef.edition = $1 AND f.meaning = 'commune_name' AND ef.role IS NULL
ORDER BY ef.number LIMIT 1

-- $3, $4: the edition, and its column of names (0: none), whose cells are in record.other or the same all through.
-- name: cog_services
SELECT DISTINCT r.commune,
       coalesce(json_extract(r.other, '$[' || (SELECT position FROM field WHERE id = $4) || ']'),
                (SELECT value FROM edition_constant WHERE edition = $3 AND field = $4))
FROM version v
CROSS JOIN record r ON r.id = v.record
WHERE v.id BETWEEN (SELECT min(first_version) FROM edition WHERE dataset = $1)
               AND (SELECT max(last_version) FROM edition WHERE dataset = $1)
  AND v.first_edition IN (SELECT id FROM edition WHERE dataset = $1 AND as_of <= $2)
  AND (v.gone_edition IS NULL OR v.gone_edition IN (SELECT id FROM edition WHERE dataset = $1 AND as_of > $2))
  AND r.commune IS NOT NULL

-- name: cog_counts
SELECT DISTINCT territory, NULL FROM stock
WHERE level = 'commune' AND first_edition IN (SELECT id FROM edition WHERE dataset = $1 AND as_of <= $2)
  AND (gone_edition IS NULL OR gone_edition IN (SELECT id FROM edition WHERE dataset = $1 AND as_of > $2))

-- name: cog_territories
SELECT code, name FROM territory WHERE edition = $1 AND level = 'commune' AND type = 'COM'
