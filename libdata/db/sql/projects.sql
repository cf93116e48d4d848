-- Announced projects: their rows, with the editions in which they stand.

-- name: project_list
SELECT id, id, first_edition, gone_edition, hash
FROM project
WHERE first_edition IN (SELECT id FROM edition WHERE dataset = $1)
ORDER BY id;

-- As version_last.
-- name: project_last
SELECT max((SELECT coalesce(max(id), 0) FROM project),
           (SELECT coalesce(max(e.last_version), 0) FROM edition AS e JOIN dataset AS d ON d.id = e.dataset
            WHERE d.kind = 'projects'));

-- name: project_insert
INSERT INTO project (id, key, ministry, kind, service_dataset, service_key, name, category, commune, expected,
                     expected_from, expected_to, status, first_edition, gone_edition, hash, edition, line, other, geom)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $14, $17, $18, $19);

-- The same content, from another edition ($3) up to one more ($4).
-- name: project_again
INSERT INTO project (id, key, ministry, kind, service_dataset, service_key, name, category, commune, expected,
                     expected_from, expected_to, status, first_edition, gone_edition, hash, edition, line, other, geom)
SELECT $2, key, ministry, kind, service_dataset, service_key, name, category, commune, expected, expected_from,
       expected_to, status, $3, $4, hash, edition, line, other, geom
FROM project
WHERE id = $1;

-- name: project_split
INSERT INTO project (id, key, ministry, kind, service_dataset, service_key, name, category, commune, expected,
                     expected_from, expected_to, status, first_edition, gone_edition, hash, edition, line, other, geom)
SELECT $2, key, ministry, kind, service_dataset, service_key, name, category, commune, expected, expected_from,
       expected_to, status, $3, gone_edition, hash, edition, line, other, geom
FROM project
WHERE id = $1;

-- name: project_set_gone
UPDATE project SET gone_edition = f.c1 FROM mg_feed($1) f WHERE project.id = f.c0;

-- name: project_set_first
UPDATE project SET first_edition = $2 WHERE id = $1;
