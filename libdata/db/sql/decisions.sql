-- What people decided, dataset by dataset.

-- name: decision_list
SELECT action, from_as_of, to_as_of, artefact, decided_by, reason, line, key_before, line_before, edition_before,
       key_after, line_after, edition_after
FROM decision
WHERE dataset = $1
ORDER BY id;

-- name: decision_delete
DELETE FROM decision WHERE dataset = $1;

-- name: decision_insert
INSERT INTO decision (dataset, from_as_of, to_as_of, action, key_before, line_before, edition_before, key_after,
                      line_after, edition_after, artefact, decided_by, reason, line)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);
