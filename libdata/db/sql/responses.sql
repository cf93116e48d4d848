-- name: question_next
SELECT coalesce(max(position) + 1, 0) FROM question WHERE dataset = $1

-- name: question_insert
INSERT INTO question (dataset, position, name) VALUES ($1, $2, $3)

-- name: survey_insert
INSERT INTO survey (edition, scale_low, scale_high, missing) VALUES ($1, $2, $3, $4)

-- name: response_last
SELECT coalesce(max(id), 0) FROM response

-- name: response_load
INSERT INTO response (id, edition, service, territory, date, weight, comment, answers, line, other)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 FROM mg_feed($1)
