using IqdbFlat.Silo;

namespace IqdbFlat.Cli.Bench.Stores;

/// <summary>What is written where.</summary>
/// <param name="Store">The store.</param>
/// <param name="ConnectionString">How to reach it; empty for SQLite.</param>
/// <param name="Folder">For SQLite: the folder of its files.</param>
/// <param name="Batches">Batches of a round.</param>
/// <param name="BatchRows">Rows of a batch.</param>
/// <param name="Dimension">Components of a vector.</param>
/// <param name="Shards">Shards of the index.</param>
/// <param name="Writers">Batches under way at the same time, for the index and for the bare loop alike.</param>
/// <param name="Repeat">Rounds.</param>
internal sealed record StoreBenchSettings(
    StorageProvider Store, string ConnectionString, string Folder, int Batches, int BatchRows, int Dimension, int Shards, int Writers, int Repeat)
{
    /// <summary>Bytes of a batch: the vectors and an id of 8 bytes a row.</summary>
    public int BatchBytes => BatchRows * ((Dimension * sizeof(float)) + sizeof(ulong));

    /// <summary>Opens the store without anything of this system in between.</summary>
    public async Task<IBareStore> OpenBareAsync(CancellationToken cancellationToken) => Store switch
    {
        StorageProvider.PostgreSql => await PostgreSqlBareStore.NewAsync(nameof(Store), ConnectionString, cancellationToken),
        StorageProvider.Redis => await RedisBareStore.NewAsync(nameof(Store), ConnectionString),
        _ => new SqliteBareStore(Path.Combine(Folder, $"bare-{Guid.NewGuid():n}.db")),
    };

    /// <summary>The settings of the one silo.</summary>
    public IqdbFlatSiloOptions SiloOptions(string name) => new()
    {
        Silo = { ClusterId = name, ServiceId = name, SiloPort = 0, GatewayPort = 0, HttpPort = 0 },
        Storage = new()
        {
            Provider = Store,
            ConnectionString = ConnectionString,
            Path = Store == StorageProvider.Sqlite ? Path.Combine(Folder, $"{name}.db") : "",
        },
        Dashboard = { Enabled = false },
    };

    /// <summary>Without the connection string, which holds a password.</summary>
    public override string ToString() => $"{Batches} batches of {BatchRows} x {Dimension} into {Store}";
}
