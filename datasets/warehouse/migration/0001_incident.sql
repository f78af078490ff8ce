-- One line for each load, in the order in which they were committed.
CREATE TABLE load (
	seq           INTEGER PRIMARY KEY,
	load_id       VARCHAR NOT NULL UNIQUE, -- hash of the content and of the mapping it was read by
	file          VARCHAR NOT NULL,        -- name of the file as it came, without its folder
	sha256        VARCHAR NOT NULL,        -- of the file's bytes
	format        VARCHAR NOT NULL,
	system        VARCHAR NOT NULL,
	rows_read     BIGINT NOT NULL,         -- = rows_kept + rows_rejected
	rows_kept     BIGINT NOT NULL,
	rows_rejected BIGINT NOT NULL,
	events        BIGINT NOT NULL,         -- revisions made from the kept rows
	added         BIGINT NOT NULL,         -- revisions that were not stored before
	rejected      VARCHAR NOT NULL,        -- JSON: rows by reason
	redacted      VARCHAR NOT NULL,        -- JSON: removed texts by kind
	loaded_at     TIMESTAMP                -- for the operator; nothing is computed from it
);

-- Every revision of every event, and every withdrawal.
CREATE TABLE event (
	system        VARCHAR NOT NULL,
	incident_id   VARCHAR NOT NULL,
	revision      INTEGER NOT NULL,
	submitted     DATE NOT NULL,
	deleted       BOOLEAN NOT NULL,
	kind          VARCHAR NOT NULL,
	occurred      DATE,
	rows          INTEGER NOT NULL,
	content_hash  UBIGINT NOT NULL,
	harm          VARCHAR NOT NULL,
	labels        VARCHAR[],
	patients      STRUCT(sequence INTEGER, physical VARCHAR, psychological VARCHAR, age_days INTEGER, sex VARCHAR)[],
	organisation  VARCHAR,
	scheme        VARCHAR,
	category      VARCHAR,
	subcategory   VARCHAR,
	specialty     VARCHAR,
	care_setting  VARCHAR,
	location      VARCHAR,
	medication    VARCHAR,
	device        VARCHAR,
	never_event   VARCHAR,
	description   VARCHAR,
	actions       VARCHAR,
	causes        VARCHAR,
	outcome       VARCHAR,
	other         VARCHAR,
	load_seq      INTEGER NOT NULL
);

-- One row for each patient of each revision.
CREATE VIEW patient AS
SELECT system, incident_id, revision, load_seq, unnest(patients, recursive := true) FROM event;

-- The organisation reference that the user supplies.
CREATE TABLE organisation (
	code   VARCHAR PRIMARY KEY,
	name   VARCHAR NOT NULL,
	type   VARCHAR,
	region VARCHAR,
	icb    VARCHAR
);
