-- The view of a services dataset (domain/import/view.c).

-- name: view_dataset
SELECT d.name, d.kind,
       (SELECT e.id FROM edition AS e WHERE e.dataset = d.id ORDER BY e.as_of DESC LIMIT 1)
FROM dataset AS d
WHERE d.id = $1;

-- name: view_fields
SELECT f.position, f.name, f.role, c.value
FROM field AS f
LEFT JOIN edition_constant AS c ON c.field = f.id AND c.edition = $2
WHERE f.dataset = $1
ORDER BY f.id;

-- name: view_register
INSERT INTO views_geometry_columns
  (view_name, view_geometry, view_rowid, f_table_name, f_geometry_column, read_only)
SELECT $1, 'geom', 'id', 'record', 'geom', 1
WHERE NOT EXISTS (SELECT 1 FROM views_geometry_columns WHERE view_name = $1);

-- name: view_forget_statistics
DELETE FROM views_geometry_columns_statistics WHERE view_name = $1;

-- name: view_forget_columns
DELETE FROM views_geometry_columns_field_infos WHERE view_name = $1;
