-- The file as it starts. Every table is described in maillage-file(5). Geometry is EPSG:4326.
-- Dates are ISO text; "edition" columns are edition.id.

SELECT InitSpatialMetaData(0, 'WGS84');

CREATE TABLE dataset (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL
    CHECK (kind IN ('services', 'counts', 'territories', 'movements', 'populations', 'responses', 'projects')),
  title TEXT,
  producer TEXT,
  licence TEXT,
  access TEXT NOT NULL DEFAULT 'restricted' CHECK (access IN ('open', 'restricted'))
);

-- One row per column that any edition of the dataset ever had; position never changes once given. The columns
-- of a source are given theirs in its order, but those that record has a column for come last.
CREATE TABLE field (
  id INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL REFERENCES dataset (id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  role TEXT,
  key_part INTEGER NOT NULL DEFAULT 0,
  type TEXT NOT NULL DEFAULT 'text'
    CHECK (type IN ('text', 'integer', 'number', 'boolean', 'date', 'datetime')),
  meaning TEXT,
  access TEXT NOT NULL DEFAULT 'restricted' CHECK (access IN ('open', 'restricted')),
  UNIQUE (dataset, position),
  UNIQUE (dataset, name)
);

CREATE TABLE edition (
  id INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL REFERENCES dataset (id),
  as_of TEXT NOT NULL,
  level TEXT,
  source_name TEXT NOT NULL,
  source_sha256 TEXT NOT NULL,
  source_size INTEGER NOT NULL,
  format TEXT NOT NULL,
  encoding TEXT NOT NULL,
  delimiter TEXT,
  dialect TEXT,
  cog_year INTEGER,
  cog_year_last INTEGER,
  options TEXT NOT NULL DEFAULT '',
  profile TEXT,
  descriptor_sha256 TEXT,
  rows_read INTEGER NOT NULL,
  rows_loaded INTEGER NOT NULL,
  rows_rejected INTEGER NOT NULL,
  rows_skipped INTEGER NOT NULL,
  issues INTEGER NOT NULL,
  anomalies TEXT NOT NULL DEFAULT '[]',
  first_version INTEGER,
  last_version INTEGER,
  imported_at TEXT NOT NULL,
  tool_version TEXT NOT NULL,
  UNIQUE (dataset, as_of),
  CHECK (rows_read = rows_loaded + rows_rejected + rows_skipped)
);

-- The columns that an edition's source had, numbered from 1 as they stood there; compared: 0 for one that the
-- import was told to ignore when editions are compared; filled: rows in which it is not empty.
CREATE TABLE edition_field (
  edition INTEGER NOT NULL REFERENCES edition (id),
  field INTEGER NOT NULL REFERENCES field (id),
  number INTEGER NOT NULL,
  role TEXT,
  compared INTEGER NOT NULL,
  filled INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (edition, field)
) WITHOUT ROWID;

-- How many of each category an edition has in each département, told by the commune's code or else the postcode
-- ('' when there is neither), and how many of them have a place.
CREATE TABLE edition_count (
  edition INTEGER NOT NULL REFERENCES edition (id),
  departement TEXT NOT NULL,
  category TEXT NOT NULL,
  n REAL NOT NULL,
  located INTEGER NOT NULL,
  PRIMARY KEY (edition, departement, category)
) WITHOUT ROWID;

-- A column that holds one value all through an edition belongs to the edition, not to its records. An
-- edition in which a few rows differ from the value of earlier ones keeps that value: their cells are then
-- in record.other, "" if they are empty.
CREATE TABLE edition_constant (
  edition INTEGER NOT NULL REFERENCES edition (id),
  field INTEGER NOT NULL REFERENCES field (id),
  value TEXT NOT NULL,
  PRIMARY KEY (edition, field)
) WITHOUT ROWID;

-- Immutable: what one row said, once for each distinct content; edition and line are where it stands in a
-- source: in the edition that was imported first with it. other: a JSON array of cells as written, by
-- field.position; null where a typed column holds the cell to the letter, where it is the edition's constant,
-- or else where it is empty. Trailing nulls are cut.
CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  edition INTEGER NOT NULL REFERENCES edition (id),
  key TEXT,
  name TEXT,
  category TEXT,
  address TEXT,
  postcode TEXT,
  commune TEXT,
  status TEXT,
  opened TEXT,
  closed TEXT,
  geo_source TEXT,
  geo_precision TEXT,
  line INTEGER NOT NULL,
  other TEXT
);
SELECT AddGeometryColumn('record', 'geom', 4326, 'POINT', 'XY');
SELECT CreateSpatialIndex('record', 'geom');

-- When a record was there: from first_edition on, up to gone_edition, the first that lacks it (null: still
-- in the dataset's latest). Rows that one import adds have consecutive ids (edition.first_version ..
-- last_version), which is how a dataset's versions are found without an index.
CREATE TABLE version (
  id INTEGER PRIMARY KEY,
  record INTEGER NOT NULL REFERENCES record (id),
  first_edition INTEGER NOT NULL REFERENCES edition (id),
  gone_edition INTEGER REFERENCES edition (id),
  hash INTEGER NOT NULL
);

CREATE TABLE stock (
  id INTEGER PRIMARY KEY,
  level TEXT NOT NULL,
  territory TEXT NOT NULL,
  category TEXT NOT NULL,
  n REAL NOT NULL,
  first_edition INTEGER NOT NULL REFERENCES edition (id),
  gone_edition INTEGER REFERENCES edition (id),
  line INTEGER NOT NULL
);

-- The first thousand of each code, then one row for the rest: n says how many a row stands for.
CREATE TABLE issue (
  id INTEGER PRIMARY KEY,
  edition INTEGER NOT NULL REFERENCES edition (id),
  n INTEGER NOT NULL DEFAULT 1,
  line INTEGER NOT NULL,
  byte_offset INTEGER,
  field TEXT,
  code TEXT NOT NULL,
  raw TEXT,
  message TEXT NOT NULL
);

-- cells: the whole row, a JSON array; null where it could not be split into cells.
CREATE TABLE reject (
  id INTEGER PRIMARY KEY,
  edition INTEGER NOT NULL REFERENCES edition (id),
  line INTEGER NOT NULL,
  byte_offset INTEGER,
  field TEXT,
  code TEXT NOT NULL,
  raw TEXT,
  message TEXT NOT NULL,
  cells TEXT
);

-- One row per territory in each list (edition); valid_from is the list's date.
CREATE TABLE territory (
  id INTEGER PRIMARY KEY,
  edition INTEGER NOT NULL REFERENCES edition (id),
  level TEXT NOT NULL CHECK (level IN ('commune', 'epci', 'arrondissement', 'departement', 'region')),
  type TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  line INTEGER NOT NULL
);
CREATE INDEX territory_code ON territory (level, code, valid_from);
SELECT AddGeometryColumn('territory', 'geom', 4326, 'MULTIPOLYGON', 'XY');
SELECT CreateSpatialIndex('territory', 'geom');

CREATE TABLE territory_link (
  id INTEGER PRIMARY KEY,
  edition INTEGER NOT NULL REFERENCES edition (id),
  child_level TEXT NOT NULL,
  child_type TEXT NOT NULL,
  child TEXT NOT NULL,
  parent_level TEXT NOT NULL,
  parent TEXT NOT NULL,
  valid_from TEXT NOT NULL
);

CREATE TABLE population (
  id INTEGER PRIMARY KEY,
  edition INTEGER NOT NULL REFERENCES edition (id),
  level TEXT NOT NULL,
  code TEXT NOT NULL,
  year INTEGER NOT NULL,
  n INTEGER NOT NULL,
  line INTEGER NOT NULL
);
CREATE INDEX population_code ON population (level, year, code);

CREATE TABLE movement (
  id INTEGER PRIMARY KEY,
  edition INTEGER NOT NULL REFERENCES edition (id),
  kind INTEGER NOT NULL,
  date TEXT NOT NULL,
  type_before TEXT NOT NULL,
  code_before TEXT NOT NULL,
  name_before TEXT,
  type_after TEXT NOT NULL,
  code_after TEXT NOT NULL,
  name_after TEXT,
  line INTEGER NOT NULL
);

CREATE TABLE link (
  id INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL REFERENCES dataset (id),
  from_edition INTEGER NOT NULL REFERENCES edition (id),
  to_edition INTEGER NOT NULL REFERENCES edition (id),
  record_before INTEGER NOT NULL REFERENCES record (id),
  record_after INTEGER NOT NULL REFERENCES record (id),
  how TEXT NOT NULL CHECK (how IN ('content', 'key', 'linkage', 'decision')),
  zone TEXT NOT NULL CHECK (zone IN ('linked', 'review')),
  score REAL,
  evidence TEXT
);

-- What linkage learned between two editions, as JSON: how many pairs were compared, the share of each class of
-- pairs, for each class and comparison how often each level occurs, the bits of each level, and the thresholds.
CREATE TABLE link_model (
  id INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL REFERENCES dataset (id),
  from_edition INTEGER NOT NULL REFERENCES edition (id),
  to_edition INTEGER NOT NULL REFERENCES edition (id),
  parameters TEXT NOT NULL
);

-- What happened between two editions. changes and artefacts are JSON arrays of names.
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL REFERENCES dataset (id),
  from_edition INTEGER NOT NULL REFERENCES edition (id),
  to_edition INTEGER NOT NULL REFERENCES edition (id),
  n REAL NOT NULL DEFAULT 1,
  event TEXT NOT NULL CHECK (event IN ('created', 'closed', 'changed', 'merged', 'split', 'reopened')),
  changes TEXT NOT NULL DEFAULT '[]',
  artefacts TEXT NOT NULL DEFAULT '[]',
  key_before TEXT,
  key_after TEXT,
  name_before TEXT,
  name_after TEXT,
  category_before TEXT,
  category_after TEXT,
  commune_before TEXT,
  commune_after TEXT,
  distance_m REAL,
  not_before TEXT,
  not_after TEXT,
  score REAL,
  evidence TEXT,
  record_before INTEGER REFERENCES record (id),
  record_after INTEGER REFERENCES record (id)
);
CREATE INDEX event_pair ON event (dataset, from_edition, to_edition);
SELECT AddGeometryColumn('event', 'geom', 4326, 'POINT', 'XY');
SELECT CreateSpatialIndex('event', 'geom');

CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL REFERENCES dataset (id),
  from_as_of TEXT,
  to_as_of TEXT,
  action TEXT NOT NULL CHECK (action IN ('link', 'unlink', 'real', 'artefact')),
  key_before TEXT,
  line_before INTEGER,
  edition_before TEXT,
  key_after TEXT,
  line_after INTEGER,
  edition_after TEXT,
  artefact TEXT,
  decided_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  line INTEGER NOT NULL
);

-- What ministries announce. One row for each content and run of editions that say it, as in version; edition
-- and line are where it stands in a source. expected is as written, expected_from and expected_to its first and
-- last day where it was understood. event is set by diff-history --planned.
CREATE TABLE project (
  id INTEGER PRIMARY KEY,
  key TEXT,
  ministry TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('opening', 'closure', 'move', 'merger')),
  service_dataset TEXT,
  service_key TEXT,
  name TEXT,
  category TEXT,
  commune TEXT,
  expected TEXT,
  expected_from TEXT,
  expected_to TEXT,
  status TEXT NOT NULL CHECK (status IN ('announced', 'approved', 'under way', 'done', 'abandoned')),
  event INTEGER REFERENCES event (id),
  first_edition INTEGER NOT NULL REFERENCES edition (id),
  gone_edition INTEGER REFERENCES edition (id),
  hash INTEGER NOT NULL,
  edition INTEGER NOT NULL REFERENCES edition (id),
  line INTEGER NOT NULL,
  other TEXT
);
SELECT AddGeometryColumn('project', 'geom', 4326, 'POINT', 'XY');
SELECT CreateSpatialIndex('project', 'geom');

-- One row per edition of a responses dataset: how its answers are to be read.
CREATE TABLE survey (
  edition INTEGER PRIMARY KEY REFERENCES edition (id),
  scale_low INTEGER,
  scale_high INTEGER,
  missing TEXT NOT NULL DEFAULT '[]'
);

CREATE TABLE question (
  id INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL REFERENCES dataset (id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (dataset, position),
  UNIQUE (dataset, name)
);

-- answers: a JSON array by question.position, each the number or text as answered, null when empty.
-- other: as in record. Rows of one edition have consecutive ids (edition.first_version .. last_version).
CREATE TABLE response (
  id INTEGER PRIMARY KEY,
  edition INTEGER NOT NULL REFERENCES edition (id),
  service TEXT,
  territory TEXT,
  date TEXT,
  weight REAL,
  comment TEXT,
  answers TEXT NOT NULL,
  line INTEGER NOT NULL,
  other TEXT
);

CREATE TABLE release (
  id INTEGER PRIMARY KEY,
  released_at TEXT NOT NULL,
  tool TEXT NOT NULL,
  audience TEXT NOT NULL CHECK (audience IN ('public', 'ministry')),
  dataset TEXT NOT NULL,
  question TEXT,
  cell TEXT NOT NULL,
  n REAL,
  value REAL,
  status TEXT NOT NULL
);
