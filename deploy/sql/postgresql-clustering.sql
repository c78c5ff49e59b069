-- The members of a cluster in PostgreSQL 15 or later, for Microsoft.Orleans.Clustering.AdoNet 10 (invariant Npgsql).
-- The silo runs this script when the database has not its version yet; it changes nothing that is there already. By hand: psql -1 -f.
--
-- A change of the members goes with a step of the table's version, in one statement: first the version moves from the number that
-- the silo knows, then the member changes, and where the version had moved already nothing does. Of two silos at once the second waits
-- for the first and finds the version moved.

CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey  text NOT NULL PRIMARY KEY,
    QueryText text NOT NULL
);

CREATE TABLE IF NOT EXISTS OrleansMembershipVersion
(
    DeploymentId text COLLATE "C" NOT NULL PRIMARY KEY,
    Version      integer          NOT NULL,
    ModifiedOn   timestamptz      NOT NULL
);

CREATE TABLE IF NOT EXISTS OrleansMembership
(
    DeploymentId text COLLATE "C" NOT NULL,
    Address      text COLLATE "C" NOT NULL,
    Port         integer          NOT NULL,
    Generation   integer          NOT NULL,
    SiloName     text             NOT NULL,
    HostName     text             NOT NULL,
    Status       integer          NOT NULL,
    ProxyPort    integer          NOT NULL,
    SuspectTimes text             NULL,
    StartTime    timestamptz      NOT NULL,
    IAmAliveTime timestamptz      NOT NULL,

    CONSTRAINT OrleansMembershipIdentity PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', $query$
WITH inserted AS
(
    INSERT INTO OrleansMembershipVersion (DeploymentId, Version, ModifiedOn)
    VALUES (@DeploymentId, 0, now())
    ON CONFLICT (DeploymentId) DO NOTHING
    RETURNING DeploymentId
)
SELECT count(*) > 0 FROM inserted
$query$),
('InsertMembershipKey', $query$
WITH moved AS
(
    UPDATE OrleansMembershipVersion
    SET Version = Version + 1, ModifiedOn = now()
    WHERE DeploymentId = @DeploymentId
      AND Version = @Version
      AND NOT EXISTS (SELECT FROM OrleansMembership
                      WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
    RETURNING DeploymentId
),
inserted AS
(
    INSERT INTO OrleansMembership
        (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM moved
    RETURNING DeploymentId
)
SELECT count(*) > 0 FROM inserted
$query$),
('UpdateMembershipKey', $query$
WITH moved AS
(
    UPDATE OrleansMembershipVersion
    SET Version = Version + 1, ModifiedOn = now()
    WHERE DeploymentId = @DeploymentId
      AND Version = @Version
      AND EXISTS (SELECT FROM OrleansMembership
                  WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
    RETURNING DeploymentId
),
updated AS
(
    UPDATE OrleansMembership AS member
    SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
    FROM moved
    WHERE member.DeploymentId = moved.DeploymentId
      AND member.Address = @Address
      AND member.Port = @Port
      AND member.Generation = @Generation
    RETURNING member.DeploymentId
)
SELECT count(*) > 0 FROM updated
$query$),
('UpdateIAmAlivetimeKey', $query$
UPDATE OrleansMembership
SET IAmAliveTime = @IAmAliveTime
WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
$query$),
('MembershipReadRowKey', $query$
SELECT version.Version, member.Address, member.Port, member.Generation, member.SiloName, member.HostName, member.Status,
       member.ProxyPort, member.SuspectTimes, member.StartTime, member.IAmAliveTime
FROM OrleansMembershipVersion AS version
LEFT JOIN OrleansMembership AS member
  ON member.DeploymentId = version.DeploymentId
 AND member.Address = @Address
 AND member.Port = @Port
 AND member.Generation = @Generation
WHERE version.DeploymentId = @DeploymentId
$query$),
('MembershipReadAllKey', $query$
SELECT version.Version, member.Address, member.Port, member.Generation, member.SiloName, member.HostName, member.Status,
       member.ProxyPort, member.SuspectTimes, member.StartTime, member.IAmAliveTime
FROM OrleansMembershipVersion AS version
LEFT JOIN OrleansMembership AS member ON member.DeploymentId = version.DeploymentId
WHERE version.DeploymentId = @DeploymentId
$query$),
('GatewaysQueryKey', $query$
SELECT Address, ProxyPort, Generation
FROM OrleansMembership
WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0
$query$),
('CleanupDefunctSiloEntriesKey', $query$
DELETE FROM OrleansMembership
WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3
$query$),
('DeleteMembershipTableEntriesKey', $query$
WITH members AS (DELETE FROM OrleansMembership WHERE DeploymentId = @DeploymentId)
DELETE FROM OrleansMembershipVersion WHERE DeploymentId = @DeploymentId
$query$),
('IqdbFlatClusteringSchema', '1')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
