-- Events as of a day ($1) that were first reported after another ($2), in the order
-- of current.sql, and of these about $3 at equal distances: event r of n when a
-- multiple of n lies in [r·$3, (r+1)·$3). All when there are no more than that.
WITH standing AS (
	SELECT
		max_by(rowid, {r: CASE WHEN deleted AND revision = 0 THEN 2147483647 ELSE revision END, s: submitted, l: load_seq, h: content_hash}) AS row_id,
		min(submitted) AS reported
	FROM event
	WHERE submitted <= $1
	GROUP BY system, incident_id
), numbered AS (
	SELECT s.row_id, s.reported, row_number() OVER (ORDER BY s.reported, e.system, e.incident_id) - 1 AS r, count(*) OVER () AS n
	FROM standing s
	JOIN event e ON e.rowid = s.row_id
	WHERE NOT e.deleted AND s.reported > $2
)
SELECT d.n, d.reported, coalesce(e.description, '') AS description
FROM numbered d
JOIN event e ON e.rowid = d.row_id
WHERE d.n <= $3 OR ((d.r + 1) * $3 - 1) // d.n * d.n >= d.r * $3
ORDER BY d.r
