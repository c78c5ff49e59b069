namespace IqdbFlat.Cli.Chaos.Servers;

/// <summary>Where the silos of a run keep their records. The names are those of the setting <c>Storage:Provider</c>.</summary>
internal enum ChaosStorage
{
    /// <summary>A file, for one silo.</summary>
    Sqlite,

    /// <summary>A PostgreSQL server.</summary>
    PostgreSql,

    /// <summary>A Redis server that has every write on disk before it answers.</summary>
    Redis,
}
