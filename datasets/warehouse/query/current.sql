-- The events that stood at the end of a day: of each event the revision that was
-- then its newest, unless that withdrew it. "reported" is the day of the first
-- submission. A withdrawal that carries no revision number outranks every one.
WITH standing AS (
	SELECT
		max_by(rowid, {r: CASE WHEN deleted AND revision = 0 THEN 2147483647 ELSE revision END, s: submitted, l: load_seq, h: content_hash}) AS row_id,
		min(submitted) AS reported
	FROM event
	WHERE submitted <= $1
	GROUP BY system, incident_id
)
SELECT
	e.system, e.incident_id, e.kind, s.reported, e.occurred, e.harm, e.organisation, coalesce(o.region, '') AS region,
	e.scheme, e.category, e.subcategory, e.specialty, e.care_setting, e.medication, e.device, e.never_event, e.description,
	e.patients[1].age_days AS age_days, coalesce(e.patients[1].sex, '') AS sex
FROM standing s
JOIN event e ON e.rowid = s.row_id
LEFT JOIN organisation o ON o.code = e.organisation
WHERE NOT e.deleted
ORDER BY s.reported, e.system, e.incident_id
