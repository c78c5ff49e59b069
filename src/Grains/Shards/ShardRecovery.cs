using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Memory;

namespace IqdbFlat.Grains.Shards;

/// <summary>Builds a shard's rows while its log is read, as far as the silo has room for them.</summary>
/// <remarks>What the rows need at the least is asked for before the first is read, and what they do need each time when some more are there.</remarks>
internal sealed class ShardRecovery(ShardRoom room) : IShardRecovery
{
    /// <summary>Bytes of vectors after which the rows are weighed.</summary>
    private const long WeighedBytes = 8L * 1024 * 1024;

    private int _weighedRows;
    private int _rowsSince;

    /// <summary>Of a shard that is alone in its process, with the budget that a silo has where none is set.</summary>
    public ShardRecovery()
        : this(new(new SiloMemory(0), 0, "this process"))
    {
    }
    private RowStore? _store;
    private RowWriter? _writer;
    private ShardRows? _rows;

    public void Begin(RecoveryStart start)
    {
        var settings = start.Settings;
        bool codes = !settings.WithoutCodes;
        _store = settings.Parts is { } parts ? new(parts, codes) : new(settings.Dimension, settings.Metric, codes);
        _rows = new(_store, ShardAttachment.Read(start.Attachment.Span, start.SequenceHighWater), start.IndexEpoch);
        int stored = (int)Math.Min(start.StoredRows, int.MaxValue);
        room.Raise(_store.Snapshot.LeastBytes(stored));
        _weighedRows = (int)Math.Max(1, WeighedBytes / _store.Snapshot.LeastBytes(1));
        _writer = _store.BeginWrite();
        _writer.Expect(stored);
    }

    public void Put(RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata)
    {
        _writer!.Put(id, sequence, vector, metadata);
        if (++_rowsSince < _weighedRows)
            return;
        PublishStored();
        _writer = _store!.BeginWrite();
    }

    public void Apply(ShardBatch batch, LogPosition position)
    {
        PublishStored();
        try
        {
            _rows!.Apply(batch);
            room.Raise(_rows.MemoryBytes);
        }
        catch (InvalidDataException e)
        {
            throw new FlatIndexException(FlatIndexException.CorruptData(RecordNames.Log(position), $"has a token that cannot be read: {e.Message}").Error, e);
        }
    }

    /// <summary>The rows, once the log has been read to its end.</summary>
    public ShardRows Finish()
    {
        PublishStored();
        return _rows!;
    }

    private void PublishStored()
    {
        if (_writer is null)
            return;
        _writer.Publish();
        _writer.Dispose();
        _writer = null;
        _rowsSince = 0;
        room.Raise(_store!.MemoryBytes);
    }
}
