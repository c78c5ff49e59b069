-- The records of IqdbFlat.Orleans in PostgreSQL 15 or later, for Microsoft.Orleans.Persistence.AdoNet 10 (invariant Npgsql).
-- The silo runs this script when the database has not its version yet; it changes nothing that is there already. By hand: psql -1 -f.
--
-- Two properties carry the shard log, and both are single statements here, true at every isolation level:
--   put if absent: a write without a version inserts, and changes nothing when the whole identity is there already;
--   compare and set: a write with a version changes the row of that version, and nothing else.
-- A write that changed nothing answers no row, which Orleans reports as a conflict. Of two writers at once the second waits for the first.
--
-- A record's first version is random: were it 1, a record that is deleted and made again could be taken for the old one.

CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey  text NOT NULL PRIMARY KEY,
    QueryText text NOT NULL
);

-- The columns are those that the provider fills. Its hashes are not part of the identity: the identity is compared in full, byte by
-- byte (collation C, which no upgrade of the system changes under the index). A key that is a number or a GUID would come in
-- GrainIdN0 and GrainIdN1, a text key in GrainIdExtensionString. The latter is an empty string rather than NULL, because only = finds
-- a row by the index; NULLS NOT DISTINCT would keep two first writes apart even so.
CREATE TABLE IF NOT EXISTS OrleansStorage
(
    ServiceId              text COLLATE "C" NOT NULL,
    GrainIdExtensionString text COLLATE "C" NOT NULL,
    GrainTypeString        text COLLATE "C" NOT NULL,
    GrainIdN0              bigint           NOT NULL,
    GrainIdN1              bigint           NOT NULL,
    Version                integer          NOT NULL,
    ModifiedOn             timestamptz      NOT NULL,
    PayloadBinary          bytea            NULL,

    CONSTRAINT OrleansStorageIdentity UNIQUE NULLS NOT DISTINCT
        (GrainIdExtensionString, GrainTypeString, ServiceId, GrainIdN0, GrainIdN1)
);

-- Vectors do not shrink: out of the row and as they are, without a try at compression. Asked first, because the change locks the table.
DO $do$
BEGIN
    IF EXISTS (SELECT FROM pg_attribute
               WHERE attrelid = 'OrleansStorage'::regclass AND attname = 'payloadbinary' AND attstorage <> 'e') THEN
        ALTER TABLE OrleansStorage ALTER COLUMN PayloadBinary SET STORAGE EXTERNAL;
    END IF;
END
$do$;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ReadFromStorageKey', $query$
SELECT PayloadBinary, Version
FROM OrleansStorage
WHERE ServiceId = @ServiceId
  AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '')
  AND GrainTypeString = @GrainTypeString
  AND GrainIdN0 = @GrainIdN0
  AND GrainIdN1 = @GrainIdN1
$query$),
('WriteToStorageKey', $query$
WITH inserted AS
(
    INSERT INTO OrleansStorage
        (ServiceId, GrainIdExtensionString, GrainTypeString, GrainIdN0, GrainIdN1, Version, ModifiedOn, PayloadBinary)
    SELECT
        @ServiceId, coalesce(@GrainIdExtensionString, ''), @GrainTypeString, @GrainIdN0, @GrainIdN1,
        1 + floor(random() * 1073741824)::integer, now(), @PayloadBinary
    WHERE @GrainStateVersion IS NULL
    ON CONFLICT ON CONSTRAINT OrleansStorageIdentity DO NOTHING
    RETURNING Version
),
updated AS
(
    UPDATE OrleansStorage
    SET Version = CASE Version WHEN 2147483647 THEN 1 ELSE Version + 1 END,
        ModifiedOn = now(),
        PayloadBinary = @PayloadBinary
    WHERE ServiceId = @ServiceId
      AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '')
      AND GrainTypeString = @GrainTypeString
      AND GrainIdN0 = @GrainIdN0
      AND GrainIdN1 = @GrainIdN1
      AND Version = @GrainStateVersion
    RETURNING Version
)
SELECT Version AS NewGrainStateVersion FROM inserted
UNION ALL
SELECT Version FROM updated
$query$),
('ClearStorageKey', $query$
UPDATE OrleansStorage
SET Version = CASE Version WHEN 2147483647 THEN 1 ELSE Version + 1 END,
    ModifiedOn = now(),
    PayloadBinary = NULL
WHERE ServiceId = @ServiceId
  AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '')
  AND GrainTypeString = @GrainTypeString
  AND GrainIdN0 = @GrainIdN0
  AND GrainIdN1 = @GrainIdN1
  AND Version = @GrainStateVersion
RETURNING Version AS NewGrainStateVersion
$query$),
('DeleteStorageKey', $query$
DELETE FROM OrleansStorage
WHERE ServiceId = @ServiceId
  AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '')
  AND GrainTypeString = @GrainTypeString
  AND GrainIdN0 = @GrainIdN0
  AND GrainIdN1 = @GrainIdN1
  AND Version = @GrainStateVersion
RETURNING CASE Version WHEN 2147483647 THEN 1 ELSE Version + 1 END AS NewGrainStateVersion
$query$),
('IqdbFlatStorageSchema', '1')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
