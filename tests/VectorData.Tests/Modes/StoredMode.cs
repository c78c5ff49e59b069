using IqdbFlat.VectorData.Tests.Modes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;

[assembly: AssemblyFixture(typeof(StoredMode))]

namespace IqdbFlat.VectorData.Tests.Modes;

/// <summary>In this process, with a file. Every store opens it by its path.</summary>
public sealed class StoredMode : StoreMode
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("iqdbflat-vectordata-");
    private readonly List<VectorStore> _stores = [];

    private string Path => System.IO.Path.Combine(_folder.FullName, "records.db");

    public override VectorStore Create(IEmbeddingGenerator? generator)
    {
        var store = new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Path = Path, EmbeddingGenerator = generator });
        lock (_stores)
            _stores.Add(store);
        return store;
    }

    public override Action<IqdbFlatVectorStoreOptions> Prepare(IServiceCollection services) => options => options.Path = Path;

    public override ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
            store.Dispose();
        _folder.Delete(recursive: true);
        return default;
    }
}
