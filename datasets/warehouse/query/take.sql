-- The rows of a load ($rows) that are not stored yet, as load number $seq.
INSERT INTO event BY NAME
WITH key AS (
	SELECT system, incident_id, content_hash, min(file_row_number) AS row
	FROM read_parquet($rows, file_row_number = true)
	GROUP BY system, incident_id, content_hash
), known AS (
	SELECT key.row FROM event e JOIN key ON e.system = key.system AND e.incident_id = key.incident_id AND e.content_hash = key.content_hash
)
SELECT n.* EXCLUDE (file_row_number), $seq AS load_seq
FROM read_parquet($rows, file_row_number = true) n
WHERE n.file_row_number IN (SELECT row FROM key WHERE row NOT IN (SELECT row FROM known))
