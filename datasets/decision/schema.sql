CREATE TABLE decision (
  id            INTEGER PRIMARY KEY,
  alert         TEXT    NOT NULL,
  run           TEXT    NOT NULL,
  as_of         INTEGER NOT NULL,
  state         TEXT    NOT NULL,
  reason        TEXT    NOT NULL,
  owner         TEXT    NOT NULL,
  due           INTEGER,
  link          TEXT    NOT NULL,
  observed      REAL    NOT NULL,
  severe        INTEGER NOT NULL,
  organisations INTEGER NOT NULL,
  who           TEXT    NOT NULL,
  at            TEXT    NOT NULL,
  undone        INTEGER,
  undone_by     TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX decision_alert ON decision (alert, id);

CREATE TABLE second_reading (
  decision INTEGER NOT NULL REFERENCES decision (id),
  who      TEXT    NOT NULL,
  at       TEXT    NOT NULL,
  agrees   INTEGER NOT NULL,
  note     TEXT    NOT NULL,
  PRIMARY KEY (decision, who)
);

CREATE TABLE correction (
  id       INTEGER PRIMARY KEY,
  system   TEXT    NOT NULL,
  incident TEXT    NOT NULL,
  field    TEXT    NOT NULL,
  was      TEXT    NOT NULL,
  value    TEXT    NOT NULL,
  reason   TEXT    NOT NULL,
  as_of    INTEGER NOT NULL,
  who      TEXT    NOT NULL,
  at       TEXT    NOT NULL,
  undone   INTEGER
);
CREATE INDEX correction_incident ON correction (system, incident, field, id);

CREATE TABLE view (
  id    INTEGER PRIMARY KEY,
  owner TEXT    NOT NULL,
  name  TEXT    NOT NULL,
  path  TEXT    NOT NULL,
  at    TEXT    NOT NULL,
  UNIQUE (owner, name)
);

CREATE TABLE snapshot (
  hash    TEXT    PRIMARY KEY,
  title   TEXT    NOT NULL,
  run     TEXT    NOT NULL,
  owner   TEXT    NOT NULL,
  at      TEXT    NOT NULL,
  content BLOB    NOT NULL
);

CREATE TABLE user (
  login         TEXT    PRIMARY KEY,
  name          TEXT    NOT NULL,
  role          TEXT    NOT NULL,
  organisations TEXT    NOT NULL,
  regions       TEXT    NOT NULL,
  specialties   TEXT    NOT NULL,
  active        INTEGER NOT NULL
);

CREATE TABLE token (
  hash         TEXT    PRIMARY KEY,
  organisation TEXT    NOT NULL,
  label        TEXT    NOT NULL,
  active       INTEGER NOT NULL
);

CREATE TABLE audit (
  seq    INTEGER PRIMARY KEY,
  at     TEXT NOT NULL,
  who    TEXT NOT NULL,
  what   TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL,
  prev   TEXT NOT NULL,
  hash   TEXT NOT NULL
);
CREATE TRIGGER audit_keeps_updates_out BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_keeps_deletes_out BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
