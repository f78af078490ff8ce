-- A random sample of $1 events that stand and have a text, by the seed $2: those whose
-- fingerprint with it comes first. Texts are read of the sample alone.
WITH standing AS (
	SELECT
		system, incident_id,
		max_by(rowid, {r: CASE WHEN deleted AND revision = 0 THEN 2147483647 ELSE revision END, s: submitted, l: load_seq, h: content_hash}) AS row_id
	FROM event
	GROUP BY system, incident_id
), drawn AS (
	SELECT s.row_id, md5(concat_ws('|', $2, s.system, s.incident_id)) AS place
	FROM standing s
	JOIN event e ON e.rowid = s.row_id
	WHERE NOT e.deleted AND coalesce(e.description, e.actions, e.causes, e.outcome, e.other) IS NOT NULL
	ORDER BY place, s.row_id
	LIMIT $1
)
SELECT e.system, e.incident_id, concat_ws(chr(10), e.description, e.actions, e.causes, e.outcome, e.other) AS text
FROM drawn d
JOIN event e ON e.rowid = d.row_id
ORDER BY d.place, d.row_id
