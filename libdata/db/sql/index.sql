-- The packed spatial index (db/packed_index.c).

-- Is $1 an R*Tree of two dimensions and floats whose own tables are the known three?
-- name: index_layout_is_known
SELECT (SELECT sql LIKE '%USING rtree(%' FROM sqlite_master WHERE type = 'table' AND name = $1)
   AND (SELECT count(*) FROM pragma_table_info($1)) = 5
   AND (SELECT group_concat(name) FROM pragma_table_info($1 || '_node')) = 'nodeno,data'
   AND (SELECT group_concat(name) FROM pragma_table_info($1 || '_rowid')) = 'rowid,nodeno'
   AND (SELECT group_concat(name) FROM pragma_table_info($1 || '_parent')) = 'nodeno,parentnode';
