-- The records of IqdbFlat.Orleans in SQLite, for Microsoft.Orleans.Persistence.AdoNet 10 (invariant System.Data.SQLite,
-- driver Microsoft.Data.Sqlite). The silo runs this script at each start; it changes nothing that is there already.
--
-- Two properties carry the shard log, and both are single statements here, so that no transaction is needed:
--   put if absent: a write without a version inserts, and changes nothing when the whole identity is there already;
--   compare and set: a write with a version changes the row of that version, and nothing else.
-- A write that changed nothing answers the version it was given (or no row), which Orleans reports as a conflict.
--
-- A record's first version is random: were it 1, a record that is deleted and made again could be taken for the old one.

CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey  TEXT NOT NULL PRIMARY KEY,
    QueryText TEXT NOT NULL
);

-- The columns are those that the provider fills. Its hashes are not part of the identity: the identity is compared in full.
-- A key that is a number or a GUID would come in GrainIdN0 and GrainIdN1, a text key in GrainIdExtensionString; the latter is
-- an empty string rather than NULL, since NULLs are distinct from each other in a unique index.
CREATE TABLE IF NOT EXISTS OrleansStorage
(
    ServiceId              TEXT    NOT NULL,
    GrainIdExtensionString TEXT    NOT NULL,
    GrainTypeString        TEXT    NOT NULL,
    GrainIdN0              INTEGER NOT NULL,
    GrainIdN1              INTEGER NOT NULL,
    Version                INTEGER NOT NULL,
    ModifiedOn             TEXT    NOT NULL,
    PayloadBinary          BLOB    NULL
);

CREATE UNIQUE INDEX IF NOT EXISTS OrleansStorageIdentity
    ON OrleansStorage (ServiceId, GrainIdExtensionString, GrainTypeString, GrainIdN0, GrainIdN1);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ReadFromStorageKey', '
SELECT PayloadBinary, Version
FROM OrleansStorage
WHERE ServiceId = @ServiceId
  AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '''')
  AND GrainTypeString = @GrainTypeString
  AND GrainIdN0 = @GrainIdN0
  AND GrainIdN1 = @GrainIdN1;
'),
('WriteToStorageKey', '
INSERT INTO OrleansStorage
    (ServiceId, GrainIdExtensionString, GrainTypeString, GrainIdN0, GrainIdN1, Version, ModifiedOn, PayloadBinary)
SELECT
    @ServiceId, coalesce(@GrainIdExtensionString, ''''), @GrainTypeString, @GrainIdN0, @GrainIdN1,
    1 + (random() & 0x3FFFFFFF), strftime(''%Y-%m-%dT%H:%M:%fZ''), @PayloadBinary
WHERE @GrainStateVersion IS NULL
ON CONFLICT DO NOTHING
RETURNING Version AS NewGrainStateVersion;

UPDATE OrleansStorage
SET Version = CASE Version WHEN 2147483647 THEN 1 ELSE Version + 1 END,
    ModifiedOn = strftime(''%Y-%m-%dT%H:%M:%fZ''),
    PayloadBinary = @PayloadBinary
WHERE @GrainStateVersion IS NOT NULL
  AND ServiceId = @ServiceId
  AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '''')
  AND GrainTypeString = @GrainTypeString
  AND GrainIdN0 = @GrainIdN0
  AND GrainIdN1 = @GrainIdN1
  AND Version = @GrainStateVersion
RETURNING Version AS NewGrainStateVersion;

SELECT @GrainStateVersion AS NewGrainStateVersion
WHERE @GrainStateVersion IS NOT NULL AND changes() = 0;
'),
('ClearStorageKey', '
UPDATE OrleansStorage
SET Version = CASE Version WHEN 2147483647 THEN 1 ELSE Version + 1 END,
    ModifiedOn = strftime(''%Y-%m-%dT%H:%M:%fZ''),
    PayloadBinary = NULL
WHERE ServiceId = @ServiceId
  AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '''')
  AND GrainTypeString = @GrainTypeString
  AND GrainIdN0 = @GrainIdN0
  AND GrainIdN1 = @GrainIdN1
  AND Version = @GrainStateVersion
RETURNING Version AS NewGrainStateVersion;

SELECT @GrainStateVersion AS NewGrainStateVersion
WHERE @GrainStateVersion IS NOT NULL AND changes() = 0;
'),
('DeleteStorageKey', '
DELETE FROM OrleansStorage
WHERE ServiceId = @ServiceId
  AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '''')
  AND GrainTypeString = @GrainTypeString
  AND GrainIdN0 = @GrainIdN0
  AND GrainIdN1 = @GrainIdN1
  AND Version = @GrainStateVersion
RETURNING Version + 1 AS NewGrainStateVersion;

SELECT @GrainStateVersion AS NewGrainStateVersion
WHERE @GrainStateVersion IS NOT NULL AND changes() = 0;
')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
