-- name: barometer_questions
SELECT position, name FROM question WHERE dataset = $1 ORDER BY position

-- How the answers of an edition are to be read.
-- name: barometer_survey
SELECT scale_low, scale_high, missing FROM survey WHERE edition = $1

-- name: barometer_constant
SELECT value FROM edition_constant WHERE edition = $1 AND field = $2

-- The responses that one import brought. Columns 3 and 4 are what they are put together by: a JSON array that
-- may have it at some position, else a typed column.
-- name: barometer_all
SELECT answers, weight, date, NULL, NULL FROM response WHERE id BETWEEN $1 AND $2

-- name: barometer_by_service
SELECT answers, weight, date, other, service FROM response WHERE id BETWEEN $1 AND $2

-- name: barometer_by_territory
SELECT answers, weight, date, other, territory FROM response WHERE id BETWEEN $1 AND $2

-- name: barometer_by_date
SELECT answers, weight, date, other, date FROM response WHERE id BETWEEN $1 AND $2

-- name: barometer_by_other
SELECT answers, weight, date, other, NULL FROM response WHERE id BETWEEN $1 AND $2

-- name: barometer_by_answer
SELECT answers, weight, date, answers, NULL FROM response WHERE id BETWEEN $1 AND $2

-- name: barometer_question_position
SELECT position FROM question WHERE dataset = $1 AND name = $2
