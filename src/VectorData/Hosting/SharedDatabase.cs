namespace IqdbFlat.VectorData.Hosting;

/// <summary>The embedded database of all stores and collections of one key; one that the options name is somebody else's and stays open.</summary>
internal sealed class SharedDatabase(IqdbFlatVectorStoreOptions options) : IDisposable
{
    private readonly IqdbFlatDatabase? _owned = options.Database is null ? IqdbFlatVectorStore.Database(options) : null;

    public IqdbFlatDatabase Database => options.Database ?? _owned!;

    public void Dispose() => _owned?.Dispose();
}
