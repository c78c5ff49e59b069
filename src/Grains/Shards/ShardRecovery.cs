using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Shards;

/// <summary>Builds a shard's rows while its log is read.</summary>
internal sealed class ShardRecovery : IShardRecovery
{
    private RowStore? _store;
    private RowWriter? _writer;
    private ShardRows? _rows;

    public void Begin(RecoveryStart start)
    {
        var settings = start.Settings;
        bool codes = !settings.WithoutCodes;
        _store = settings.Parts is { } parts ? new(parts, codes) : new(settings.Dimension, settings.Metric, codes);
        _rows = new(_store, ShardAttachment.Read(start.Attachment.Span, start.SequenceHighWater), start.IndexEpoch);
        _writer = _store.BeginWrite();
        _writer.Expect((int)Math.Min(start.StoredRows, int.MaxValue));
    }

    public void Put(RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata) =>
        _writer!.Put(id, sequence, vector, metadata);

    public void Apply(ShardBatch batch, LogPosition position)
    {
        PublishStored();
        try
        {
            _rows!.Apply(batch);
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
    }
}
