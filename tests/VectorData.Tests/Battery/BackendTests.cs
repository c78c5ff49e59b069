using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.VectorData.Backends;
using IqdbFlat.VectorData.Cluster;
using IqdbFlat.VectorData.Embedded;
using IqdbFlat.VectorData.Tests.Modes;

namespace IqdbFlat.VectorData.Tests.Battery;

/// <summary>What a collection is promised by what keeps its rows.</summary>
public abstract class BackendTests(StoreMode mode)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_row_that_must_be_new_never_replaces_another()
    {
        var rows = await MakeAsync();
        await rows.UpsertAsync([New(1), New(2)], Cancel);

        var outcome = await rows.UpsertAsync([New(7), Any(8), New(9), New(2), New(10), Any(1)], Cancel);

        Assert.Equal([3], outcome.Taken);
        // In the process the batch is in whole or not at all; in a cluster what stands before the row is in.
        Assert.Equal(mode is ClusterMode ? 3 : 0, outcome.Written);
        ulong[] expected = mode is ClusterMode ? [1, 2, 7, 8, 9] : [1, 2];
        Assert.Equal(expected, await IdsAsync(rows));
    }

    [Fact]
    public async Task Rows_that_may_replace_take_the_last_place()
    {
        var rows = await MakeAsync();
        await rows.UpsertAsync([New(1), New(2), New(3)], Cancel);

        var outcome = await rows.UpsertAsync([New(4), Any(2), New(5), Any(1)], Cancel);

        Assert.Empty(outcome.Taken);
        Assert.Equal(4, outcome.Written);
        Assert.Equal([3, 4, 2, 5, 1], await IdsAsync(rows));
    }

    private static RecordWrite New(ulong id) => new(new(id, Metadata.Empty, []), MustBeNew: true);

    private static RecordWrite Any(ulong id) => New(id) with { MustBeNew = false };

    private static async Task<List<ulong>> IdsAsync(ICollectionBackend rows) =>
        await rows.ListAsync(new(Filter: null, [], 0, 99, IncludeVectors: false), Cancel).Select(row => row.Id.Number).ToListAsync(Cancel);

    private async Task<ICollectionBackend> MakeAsync()
    {
        IStoreBackend store = mode.Store.GetService(typeof(IqdbFlatDatabase)) is IqdbFlatDatabase database
            ? new EmbeddedStore(database)
            : new ClusterStore((IFlatIndexClient)mode.Store.GetService(typeof(IFlatIndexClient))!);
        var rows = store.Collection(mode.NewName(), new CollectionShape([]), shards: 3);
        await rows.EnsureAsync(Cancel);
        return rows;
    }
}

public sealed class EmbeddedBackendTests(EmbeddedMode mode) : BackendTests(mode);

public sealed class ClusterBackendTests(ClusterMode mode) : BackendTests(mode);

public sealed class StoredBackendTests(StoredMode mode) : BackendTests(mode);
