using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Silo.Tests.Storage;

public sealed class ShardLogOnSqliteTests(SiloWithSqlite silo) : IClassFixture<SiloWithSqlite>
{
    private static readonly ShardSettings Settings = new("01JD0000000000000000000000", 0, 1, 16, Metric.Euclidean);

    [Fact]
    public async Task Rows_come_back_through_checkpoints_and_the_superseded_activation_is_fenced()
    {
        var store = silo.Open(StorageNames.Shard("books", Settings.Incarnation, 0));
        await ShardLog.CreateAsync(store, Settings);
        var rows = new Rows();
        var options = new ShardLogOptions { SegmentBytes = 20_000 };
        var first = await ShardLog.OpenAsync(store, Guid.NewGuid(), rows, options);
        for (int batch = 0; batch < 6; batch++)
        {
            await CommitAsync(first, rows, batch);
            if (batch % 2 == 1)
                await first.CheckpointAsync(rows, new byte[] { (byte)batch });
        }

        await CommitAsync(first, rows, 6);
        var found = new Rows();
        var second = await ShardLog.OpenAsync(store, Guid.NewGuid(), found, options);
        Assert.Equal(rows.Count, found.Count);
        foreach (var row in rows.All)
            Assert.Equal((row.Sequence, row.Vector.ToArray()[0]), (found[row.Id].Sequence, found[row.Id].Vector.ToArray()[0]));
        var failure = await Assert.ThrowsAsync<FlatIndexException>(() => CommitAsync(first, rows, 7));
        Assert.Equal(FlatErrorKind.Unavailable, failure.Kind);

        await CommitAsync(second, found, 8);
        await ShardLog.EraseAsync(store, Guid.NewGuid());
        Assert.Equal(FlatErrorKind.IndexNotFound, (await Assert.ThrowsAsync<FlatIndexException>(() => ShardLog.OpenAsync(store, Guid.NewGuid(), new Rows()))).Kind);
    }

    private static async Task CommitAsync(ShardLog log, Rows rows, int number)
    {
        ulong first = (ulong)number * 1_000;
        var operations = new List<ShardOperation>();
        for (ulong i = 0; i < 500; i++)
            operations.Add(ShardOperation.Put(first + i, first + i, Enumerable.Repeat((float)(first + i), 16).ToArray(), Metadata.From(("batch", (long)number))));
        for (ulong i = 0; i < 100 && number > 0; i++)
            operations.Add(ShardOperation.Remove(first - 1_000 + i, first + 500 + i));
        var batch = new ShardBatch(operations);
        rows.Apply(batch, await log.CommitAsync(batch));
    }

    private sealed class Rows : IShardRecovery, ILiveRows
    {
        private readonly Dictionary<RowId, StoredRow> _rows = [];

        public int Count => _rows.Count;

        public IEnumerable<StoredRow> All => _rows.Values;

        public IEnumerable<ulong> Sequences => _rows.Values.Select(row => row.Sequence);

        public StoredRow this[RowId id] => _rows[id];

        IEnumerable<StoredRow> ILiveRows.Rows(IReadOnlySet<ulong> wanted) => _rows.Values.Where(row => wanted.Contains(row.Sequence));

        public void Begin(RecoveryStart start) => Assert.Equal(Settings, start.Settings);

        public void Put(RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata) =>
            _rows.Add(id, new StoredRow(id, vector.ToArray(), metadata, sequence));

        public void Apply(ShardBatch batch, LogPosition position)
        {
            foreach (var operation in batch.Operations)
            {
                if (operation.Kind == ShardOperationKind.Put)
                    _rows[operation.Id] = new StoredRow(operation.Id, operation.Vector, operation.Metadata, operation.Number);
                else
                    _rows.Remove(operation.Id);
            }
        }
    }
}
