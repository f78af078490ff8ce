-- What later readings by a better gate took out of a load's accepted rows.
ALTER TABLE load ADD COLUMN passes VARCHAR DEFAULT 'null'; -- JSON: null, or a list of when, how many events, removed texts by kind
