-- Territories, commune movements, inhabitants.

-- Those of the latest movements edition of the file.
-- name: movement_list
SELECT kind, date, type_before, code_before, type_after, code_after FROM movement
WHERE edition = (SELECT e.id FROM edition e JOIN dataset d ON d.id = e.dataset WHERE d.kind = 'movements'
                 ORDER BY e.as_of DESC, e.id DESC LIMIT 1)
ORDER BY id
